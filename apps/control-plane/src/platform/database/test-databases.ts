/**
 * The databases that every store test runs on: SQLite in memory, and a fresh schema of a real MariaDB whose URL the
 * test command gives in LOUCLOUD_TEST_MYSQL_URL. Without it the tests fail: nothing is skipped quietly.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { newId } from '../ids.ts';
import { type Database, openDatabase } from './database.ts';

export interface TestDatabase {
  readonly name: 'sqlite' | 'mysql';
  /** A new empty database, gone when disposed of. */
  open(): Promise<Database & AsyncDisposable>;
  /** Where one may be made, to be opened more than once. */
  place(): Promise<{ readonly url: string } & AsyncDisposable>;
}

export const testDatabases: readonly TestDatabase[] = [
  {
    name: 'sqlite',
    open: async () => disposable(await openDatabase('sqlite::memory:'), async () => {}),
    place: sqlitePlace,
  },
  {
    name: 'mysql',
    async open() {
      const { url, ...place } = await mysqlPlace();
      return disposable(await openDatabase(url), () => place[Symbol.asyncDispose]());
    },
    place: mysqlPlace,
  },
];

async function sqlitePlace() {
  const folder = await mkdtemp(join(tmpdir(), 'database-'));
  const gone = () => rm(folder, { recursive: true });
  return { url: `sqlite:${join(folder, 'loucloud.db')}`, [Symbol.asyncDispose]: gone };
}

async function mysqlPlace() {
  const server = process.env['LOUCLOUD_TEST_MYSQL_URL'];
  if (server === undefined)
    throw new Error('LOUCLOUD_TEST_MYSQL_URL is not set: run the tests by `npm test`');
  const schema = `test_${newId().replaceAll('-', '')}`;
  await run(server, `create database ${schema} collate utf8mb4_bin`);
  const url = new URL(server);
  url.pathname = `/${schema}`;
  return { url: url.href, [Symbol.asyncDispose]: () => run(server, `drop database ${schema}`) };
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
