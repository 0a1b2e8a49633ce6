/** Every row of the database as it is at one moment, out of it and into an empty one. */
import { sql as raw } from 'kysely';
import type { Database } from '../database/database.ts';
import { tables } from '../database/tables.ts';
import type { BackupEntry, Row } from './backup-file.ts';

const BATCH = 200;
/** A row among the settings. */
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
        for (const table of tables)
          for await (const row of sql.selectFrom(table).selectAll().stream(BATCH))
            yield { table, row: row as unknown as Row };
      })(),
    ),
  );
}

export async function isEmpty({ db }: Database): Promise<boolean> {
  for (const table of tables)
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

/** Into a database that is empty and at the rows' own migration. All of them or none. */
export async function loadRows(
  database: Database,
  rows: AsyncIterable<{ table: string; row: Row }>,
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
    await sql.insertInto('setting').values({ name: RESTORED, value: 'true' }).execute();
  });
}
