/**
 * The databases that every store test runs on: SQLite in memory, and a fresh schema of a real MariaDB whose URL the
 * test command gives in LOUCLOUD_TEST_MYSQL_URL. Without it the tests fail: nothing is skipped quietly.
 */
import { createConnection } from 'mysql2/promise';
import { newId } from '../ids.ts';
import { type Database, openDatabase } from './database.ts';

export interface TestDatabase {
  readonly name: 'sqlite' | 'mysql';
  /** A new empty database, gone when disposed of. */
  open(): Promise<Database & AsyncDisposable>;
}

export const testDatabases: readonly TestDatabase[] = [
  { name: 'sqlite', open: async () => disposable(await openDatabase('sqlite::memory:'), async () => {}) },
  { name: 'mysql', open: openMysql },
];

async function openMysql(): Promise<Database & AsyncDisposable> {
  const server = process.env['LOUCLOUD_TEST_MYSQL_URL'];
  if (server === undefined)
    throw new Error('LOUCLOUD_TEST_MYSQL_URL is not set: run the tests by `npm test`');
  const schema = `test_${newId().replaceAll('-', '')}`;
  await run(server, `create database ${schema} collate utf8mb4_bin`);
  const url = new URL(server);
  url.pathname = `/${schema}`;
  return disposable(await openDatabase(url.href), () => run(server, `drop database ${schema}`));
}

async function run(server: string, statement: string): Promise<void> {
  const connection = await createConnection(server);
  await connection.query(statement);
  await connection.end();
}

const disposable = (database: Database, drop: () => Promise<void>): Database & AsyncDisposable => ({
  ...database,
  async [Symbol.asyncDispose]() {
    await database.close();
    await drop();
  },
});
