/**
 * For databases that do not undo a migration which fails: what was is put back out of the backup. While that goes on
 * the database says so itself, so that whoever finds it half done goes on with it.
 */
import { type Kysely, sql } from 'kysely';
import type { Db } from './database.ts';
import type { Adapter } from './dialects.ts';
import { tables } from './tables.ts';

/** Where the old state is. */
export interface OldState {
  readonly machine: string;
  readonly path: string;
}

const TABLE = 'old_state';
const LOCK = 'loucloud_migration';
/** Another control plane may be migrating: that takes its time. */
const LOCK_TIMEOUT_S = 3600;
const ours = new Set([
  ...tables,
  'control_plane',
  'claim',
  'statistics',
  'live_statistics',
  'kysely_migration',
  'kysely_migration_lock',
]);

const own = (db: Db) => db as unknown as Kysely<{ [TABLE]: OldState }>;

/** One process of all that share the database does `work` at a time. */
export function exclusively<T>(db: Db, adapter: Adapter, work: () => Promise<T>): Promise<T> {
  // A data folder has a lock of its own.
  if (adapter.name === 'sqlite') return work();
  const locked = () =>
    db.connection().execute(async (connection) => {
      await sql`select get_lock(${LOCK}, ${LOCK_TIMEOUT_S})`.execute(connection);
      try {
        return await work();
      } finally {
        await sql`select release_lock(${LOCK})`.execute(connection);
      }
    });
  return adapter.unhurried(locked);
}

export const oldState = {
  tablesThere: async (db: Db): Promise<ReadonlySet<string>> => {
    const there = await db.introspection.getTables({ withInternalKyselyTables: true });
    return new Set(there.map(({ name }) => name));
  },

  /** Before anything of the database is dropped. */
  async note(db: Db, { tableOptions }: Adapter, where: OldState): Promise<void> {
    const table = db.schema
      .createTable(TABLE)
      .ifNotExists()
      .addColumn('machine', 'varchar(255)', (column) => column.notNull())
      .addColumn('path', 'varchar(1000)', (column) => column.notNull());
    await (tableOptions === null ? table : table.modifyEnd(sql.raw(tableOptions))).execute();
    await own(db).insertInto(TABLE).values(where).execute();
  },

  /** null: nothing is to be put back. */
  async find(db: Db): Promise<OldState | null> {
    if (!(await oldState.tablesThere(db)).has(TABLE)) return null;
    return (await own(db).selectFrom(TABLE).selectAll().executeTakeFirst()) ?? null;
  },

  async forget(db: Db): Promise<void> {
    await db.schema.dropTable(TABLE).ifExists().execute();
  },

  /** LouCloud's tables, and those that were not there `before`: the database may hold others too. */
  dropTables: (db: Db, before: ReadonlySet<string>): Promise<void> =>
    db.connection().execute(async (connection) => {
      const there = [...(await oldState.tablesThere(db))].filter((name) => name !== TABLE);
      await sql`set foreign_key_checks = 0`.execute(connection);
      try {
        for (const name of there)
          if (ours.has(name) || !before.has(name)) await connection.schema.dropTable(name).execute();
      } finally {
        await sql`set foreign_key_checks = 1`.execute(connection);
      }
    }),
};
