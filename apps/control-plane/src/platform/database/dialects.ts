/** The databases we run on, and the few things in which they differ. */
import {
  type ColumnDefinitionBuilder,
  type Dialect,
  type Kysely,
  MysqlDialect,
  SqliteAdapter,
  SqliteDialect,
  sql,
} from 'kysely';
import { createPool } from 'mysql2';
import type { RowChanges } from './row-changes.ts';
import { SqliteConnection } from './sqlite-connection.ts';
import { NoAnswerError, type Patience, WatchedPool } from './watched-pool.ts';

export interface Adapter {
  readonly name: 'sqlite' | 'mysql';
  readonly dialect: Dialect;
  /** The type and constraints of a number that the database counts up itself. */
  readonly counter: {
    type: 'integer' | 'bigint';
    define: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
  };
  /** Appended to CREATE TABLE: names compare by bytes everywhere, as in SQLite. */
  readonly tableOptions: string | null;
  /** null: others change rows as well, and nobody is told. */
  readonly changes: RowChanges | null;
  /** Gives a table's unique constraint other columns. */
  replaceUnique(db: Kysely<unknown>, constraint: UniqueConstraint): Promise<void>;
  /** A migration that fails has never been. Elsewhere the old state is put back from a backup. */
  readonly undoesMigrations: boolean;
  /** What `work` asks of the database may take as long as it does: tables that change, another who changes them. */
  unhurried<T>(work: () => Promise<T>): Promise<T>;
  /** The transaction may be run again: nothing of it took effect. */
  isRetryable(error: unknown): boolean;
  isDuplicateKey(error: unknown): boolean;
  /** No answer from the database itself; the error, or what caused it. */
  isUnavailable(error: unknown): boolean;
  /** A connection that was there has ended; another one may be had. */
  isConnectionLost(error: unknown): boolean;
}

export interface UniqueConstraint {
  readonly table: string;
  readonly constraint: string;
  readonly columns: readonly string[];
}

export function sqliteAdapter(path: string): Adapter {
  const connection = new SqliteConnection(path);
  const dialect = new TransactionalSqlite({ database: connection });
  return {
    name: 'sqlite',
    dialect,
    counter: { type: 'integer', define: (column) => column.primaryKey().autoIncrement() },
    tableOptions: null,
    changes: connection.changes,
    replaceUnique: makeTableAnew,
    undoesMigrations: true,
    unhurried: (work) => work(),
    isRetryable: () => false,
    isDuplicateKey: (error) => has(error, 'errcode', 1555, 2067),
    isUnavailable: () => false,
    isConnectionLost: () => false,
  };
}

/** Tables change in transactions as rows do; Kysely would not have its migrator rely on it. */
class TransactionalSqlite extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new (class extends SqliteAdapter {
      override get supportsTransactionalDdl(): boolean {
        return true;
      }
    })();
  }
}

export function mysqlAdapter(url: string, patience?: Patience): Adapter {
  const pool = createPool({
    uri: url,
    timezone: 'Z',
    charset: 'utf8mb4',
    connectionLimit: 10,
    supportBigNumbers: true,
    // Where WatchedPool lets them through.
    multipleStatements: true,
    // Ids of changed rows, not only of changed values: a compare-and-swap counts what it matched.
    flags: ['+FOUND_ROWS'],
  });
  pool.on('connection', (connection) => {
    // The server may have another by default: values are escaped with backslashes, and nothing is cut off in silence.
    connection.query(
      "set session sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    );
    // A statement sees what was committed before it: a refusal must name the numbers that refused.
    connection.query('set session transaction isolation level read committed');
  });
  const watched = new WatchedPool(pool, url, patience);
  return {
    name: 'mysql',
    dialect: new MysqlDialect({ pool: watched }),
    counter: { type: 'bigint', define: (column) => column.primaryKey().autoIncrement() },
    tableOptions: 'engine=InnoDB default charset=utf8mb4 collate=utf8mb4_bin',
    changes: null,
    async replaceUnique(db, { table, constraint, columns }) {
      const names = sql.join(columns.map((column) => sql.ref(column)));
      // In one statement: a foreign key needs an index at every moment.
      await sql`alter table ${sql.ref(table)} drop index ${sql.ref(constraint)}, add unique index ${sql.ref(constraint)} (${names})`.execute(
        db,
      );
    },
    undoesMigrations: false,
    unhurried: (work) => watched.unhurried(work),
    // 1213: deadlock; 1205: lock wait; 1020: the row changed since it was read (MariaDB's snapshot isolation).
    isRetryable: (error) => has(error, 'errno', 1213, 1205, 1020),
    isDuplicateKey: (error) => has(error, 'errno', 1062),
    isUnavailable: (error) => causesOf(error).some(isAway),
    isConnectionLost: (error) =>
      causesOf(error).some(
        (cause) => isAway(cause) && !has(cause, 'syscall', 'connect') && !(cause instanceof NoAnswerError),
      ),
  };
}

/** SQLite has no other way: https://www.sqlite.org/lang_altertable.html, section 7. */
async function makeTableAnew(
  db: Kysely<unknown>,
  { table, constraint, columns }: UniqueConstraint,
): Promise<void> {
  const { rows } = await sql<{
    type: string;
    sql: string;
  }>`select type, sql from sqlite_schema where tbl_name = ${table} and sql is not null`.execute(db);
  const made = rows.find(({ type }) => type === 'table')?.sql ?? '';
  const is = new RegExp(`(constraint "${constraint}" unique) \\([^)]*\\)`);
  const anew = made
    .replace(`"${table}"`, `"${table}_anew"`)
    .replace(is, `$1 (${columns.map((column) => `"${column}"`).join(', ')})`);
  await sql.raw(anew).execute(db);
  await sql.raw(`insert into "${table}_anew" select * from "${table}"`).execute(db);
  await sql.raw(`drop table "${table}"`).execute(db);
  await sql.raw(`alter table "${table}_anew" rename to "${table}"`).execute(db);
  for (const index of rows.filter(({ type }) => type === 'index')) await sql.raw(index.sql).execute(db);
}

/**
 * The driver calls fatal what ends its connection, whatever ended it. Before that the server may have said so itself:
 * 1040: too many connections; 1053: it shuts down; 1927: the connection was killed; 4031: it was idle for too long.
 */
const isAway = (error: unknown): boolean =>
  has(error, 'fatal', true) || has(error, 'errno', 1040, 1053, 1927, 4031);

function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let at = error; at !== undefined && at !== null; at = (at as { cause?: unknown }).cause)
    causes.push(at);
  return causes;
}

function has(error: unknown, field: string, ...values: readonly (string | number | boolean)[]): boolean {
  if (typeof error !== 'object' || error === null || !(field in error)) return false;
  return (values as readonly unknown[]).includes((error as Record<string, unknown>)[field]);
}
