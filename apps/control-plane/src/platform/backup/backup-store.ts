/** Every row of the database as it is at one moment, out of it and into an empty one. */
import { sql as raw } from 'kysely';
import type { Database, Db, Tx } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import { tables } from '../database/tables.ts';
import type { BackupEntry, Row } from './backup-file.ts';

const BATCH = 200;
/** A row among the settings: what was under way in the backup is given up at the next start. */
export const RESTORED = 'restored';

/** While others go on changing it: one snapshot. Ends when `use` does. */
export function withRows<T>(
  { db, adapter }: Database,
  use: (rows: AsyncIterable<BackupEntry>) => Promise<T>,
): Promise<T> {
  const transaction = db.transaction();
  // SQLite's transactions are snapshots as they are.
  const snapshot = adapter.name === 'mysql' ? transaction.setIsolationLevel('repeatable read') : transaction;
  return snapshot.execute((sql) =>
    use(
      (async function* () {
        for (const table of await tablesThere(sql))
          for await (const row of sql.selectFrom(table).selectAll().stream(BATCH))
            yield { table, row: row as unknown as Row };
      })(),
    ),
  );
}

export async function isEmpty({ db }: Database): Promise<boolean> {
  for (const table of await tablesThere(db))
    if (
      await db
        .selectFrom(table)
        .select(raw<number>`1`.as('one'))
        .limit(1)
        .executeTakeFirst()
    )
      return false;
  return true;
}

/** A database of an earlier release has not all of them. */
async function tablesThere(sql: Db | Tx['sql']): Promise<readonly (keyof Schema)[]> {
  const there = new Set((await sql.introspection.getTables()).map(({ name }) => name));
  return tables.filter((table) => there.has(table));
}

/** Into a database that is empty and at the rows' own migration. All of them or none; `mark`: see RESTORED. */
export async function loadRows(
  database: Database,
  rows: AsyncIterable<{ table: string; row: Row }>,
  { mark }: { readonly mark: boolean },
): Promise<void> {
  await database.db.transaction().execute(async (sql) => {
    const known = new Set((await sql.introspection.getTables()).map(({ name }) => name));
    let table = '';
    let batch: Row[] = [];
    const flush = async () => {
      if (batch.length > 0)
        await sql
          .insertInto(table as 'event')
          .values(batch as never)
          .execute();
      batch = [];
    };
    for await (const entry of rows) {
      if (entry.table !== table || batch.length === BATCH) await flush();
      if (!known.has(entry.table)) throw new Error(`a backup with a table ${entry.table}`);
      table = entry.table;
      batch.push(entry.row);
    }
    await flush();
    if (!mark) return;
    // The backup may be of one that was restored and never started since.
    await sql.deleteFrom('setting').where('name', '=', RESTORED).execute();
    await sql.insertInto('setting').values({ name: RESTORED, value: 'true' }).execute();
  });
}
