/** The databases we run on, and the few things in which they differ. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type ColumnDefinitionBuilder, type Dialect, MysqlDialect, SqliteDialect } from 'kysely';
import { createPool } from 'mysql2';

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
  /** The transaction may be run again: nothing of it took effect. */
  isRetryable(error: unknown): boolean;
  isDuplicateKey(error: unknown): boolean;
  /** No answer from the database itself. */
  isUnavailable(error: unknown): boolean;
}

/** What was acknowledged survives a power cut (`synchronous=full`). */
export function sqliteAdapter(path: string): Adapter {
  const connection = new DatabaseSync(path, { timeout: 5000 });
  connection.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on');
  const dialect = new SqliteDialect({
    database: {
      close: () => connection.close(),
      prepare(text) {
        const statement = connection.prepare(text);
        // Stores hand over strings, numbers and null alone.
        const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...values(parameters)),
          run: (parameters) => statement.run(...values(parameters)),
          iterate: (parameters) => statement.iterate(...values(parameters)),
        };
      },
    },
  });
  return {
    name: 'sqlite',
    dialect,
    counter: { type: 'integer', define: (column) => column.primaryKey().autoIncrement() },
    tableOptions: null,
    isRetryable: () => false,
    isDuplicateKey: (error) => has(error, 'errcode', 1555, 2067),
    isUnavailable: () => false,
  };
}

export function mysqlAdapter(url: string): Adapter {
  const pool = createPool({
    uri: url,
    timezone: 'Z',
    charset: 'utf8mb4',
    connectionLimit: 10,
    supportBigNumbers: true,
    // Ids of changed rows, not only of changed values: a compare-and-swap counts what it matched.
    flags: ['+FOUND_ROWS'],
  });
  // A statement sees what was committed before it: a refusal must name the numbers that refused.
  pool.on('connection', (connection) => {
    connection.query('set session transaction isolation level read committed');
  });
  return {
    name: 'mysql',
    dialect: new MysqlDialect({ pool }),
    counter: { type: 'bigint', define: (column) => column.primaryKey().autoIncrement() },
    tableOptions: 'engine=InnoDB default charset=utf8mb4 collate=utf8mb4_bin',
    // 1213: deadlock; 1205: lock wait; 1020: the row changed since it was read (MariaDB's snapshot isolation).
    isRetryable: (error) => has(error, 'errno', 1213, 1205, 1020),
    isDuplicateKey: (error) => has(error, 'errno', 1062),
    isUnavailable: (error) =>
      has(error, 'code', 'PROTOCOL_CONNECTION_LOST', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT') ||
      has(error, 'code', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'),
  };
}

function has(error: unknown, field: string, ...values: readonly (string | number)[]): boolean {
  if (typeof error !== 'object' || error === null || !(field in error)) return false;
  return (values as readonly unknown[]).includes((error as Record<string, unknown>)[field]);
}
