/** Secrets by name: sealed before they reach the database, in a table of their own, so that forgetting one is deleting a row. */
import type { Db, Tx } from '../database/database.ts';
import type { SecretBox } from './secret-box.ts';
import { secretStore } from './secret-store.ts';

/** What `keep` takes: sealed outside the transaction, which must not wait for a disk. */
export interface SealedSecret {
  readonly name: string;
  readonly sealed: string;
}

export interface Secrets {
  seal(name: string, text: string): Promise<SealedSecret>;
  /** In the place of the one of that name, if there is one. */
  keep(tx: Tx, secret: SealedSecret): Promise<void>;
  /** null: there is none. Throws UnsealError. */
  read(sql: Db | Tx['sql'], name: string): Promise<string | null>;
  forget(tx: Tx, name: string): Promise<void>;
  /** Whether what is sealed in the database opens with the key that this process has. */
  open(sql: Db | Tx['sql']): Promise<boolean>;
}

export const secretsIn = (box: SecretBox): Secrets => ({
  seal: async (name, text) => ({ name, sealed: await box.seal(text, name) }),
  keep: (tx, { name, sealed }) => secretStore.put(tx, name, sealed),
  async read(sql, name) {
    const sealed = await secretStore.get(sql, name);
    return sealed === null ? null : box.open(sealed, name);
  },
  forget: (tx, name) => secretStore.remove(tx, name),
  async open(sql) {
    const kept = await secretStore.first(sql);
    return (
      kept === null ||
      box.open(kept.sealed, kept.name).then(
        () => true,
        () => false,
      )
    );
  },
});
