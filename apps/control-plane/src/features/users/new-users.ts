/** Many users at once, for whoever makes them together with something else: all in one transaction, or none. */
import { randomInt } from 'node:crypto';
import type { Actor } from '../../platform/caller.ts';
import type { Db, Tx } from '../../platform/database/database.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { newId } from '../../platform/ids.ts';
import { hashPassword } from '../../platform/passwords.ts';
import { firstPreferences } from './preferences.ts';
import { userStore } from './user-store.ts';

export interface WantedUser {
  readonly name: string;
  readonly displayName: string | null;
  /** null: one is made. */
  readonly password: string | null;
}

/** With a password that somebody knows, and its hash. */
export interface PreparedUser {
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
  readonly passwordHash: string;
}

/** Without those that people take for one another when they read them from paper. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const PASSWORD_LENGTH = 12;

export const newUsers = ({ events }: { readonly events: EventLog }) => ({
  async find(sql: Db | Tx['sql'], names: readonly string[]) {
    const found = await userStore.findByNames(sql, names);
    return new Map(found.map((user) => [user.name, user]));
  },

  /** Takes its time: before the transaction, which must not. */
  prepare: (wanted: readonly WantedUser[]): Promise<PreparedUser[]> =>
    Promise.all(
      wanted.map(async ({ name, displayName, password }) => {
        const chosen = password ?? newPassword();
        const passwordHash = await hashPassword(chosen);
        return { name, displayName: displayName ?? name, password: chosen, passwordHash };
      }),
    ),

  /** Answers the ids, in their order. */
  async insert(tx: Tx, users: readonly PreparedUser[], actor: Actor): Promise<string[]> {
    const ids: string[] = [];
    for (const { name, displayName, passwordHash } of users) {
      const id = newId();
      await userStore.insert(tx.sql, {
        id,
        name,
        displayName,
        role: 'member',
        passwordHash,
        ownQuota: { vms: null, runningVms: null, vcpus: null, memoryMib: null, diskBytes: null },
        preferences: firstPreferences,
        at: Date.now(),
      });
      const object = { kind: 'user', id, name } as const;
      await events.record(tx, { type: 'user.created', actor, object, ownerId: id });
      ids.push(id);
    }
    return ids;
  },
});

const newPassword = (): string =>
  Array.from({ length: PASSWORD_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
