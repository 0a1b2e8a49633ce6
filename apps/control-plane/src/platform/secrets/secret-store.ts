import type { Db, Tx } from '../database/database.ts';

export const secretStore = {
  async get(sql: Db | Tx['sql'], name: string): Promise<string | null> {
    const row = await sql.selectFrom('secret').select('sealed').where('name', '=', name).executeTakeFirst();
    return row?.sealed ?? null;
  },

  /** Any one of them. */
  async first(sql: Db | Tx['sql']): Promise<{ name: string; sealed: string } | null> {
    return (await sql.selectFrom('secret').selectAll().limit(1).executeTakeFirst()) ?? null;
  },

  async put(tx: Tx, name: string, sealed: string): Promise<void> {
    await secretStore.remove(tx, name);
    await tx.sql.insertInto('secret').values({ name, sealed }).execute();
  },

  async remove(tx: Tx, name: string): Promise<void> {
    await tx.sql.deleteFrom('secret').where('name', '=', name).execute();
  },
};
