/** SQLite as Kysely asks it. Statements are compiled once; rows are plain objects, which cost half of what Node's cost. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { type RowChanges, SqliteRowChanges } from './row-changes.ts';

/** More than the product has; lists of ids of different lengths make many more. */
const STATEMENTS_MAX = 300;

interface Prepared {
  readonly statement: StatementSync;
  /** Of its rows; none: it answers none. */
  readonly columns: readonly string[];
}

export class SqliteConnection implements SqliteDatabase {
  readonly changes: RowChanges;
  readonly #connection: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();

  /** What was acknowledged survives a power cut (`synchronous=full`). */
  constructor(path: string) {
    this.#connection = new DatabaseSync(path, { timeout: 5000 });
    this.#connection.exec(
      'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -16000',
    );
    this.changes = new SqliteRowChanges(this.#connection);
  }

  close(): void {
    this.#connection.close();
  }

  prepare(text: string): SqliteStatement {
    const { statement, columns } = this.#prepare(text);
    const toRow = (cells: unknown) => rowOf(columns, cells as readonly unknown[]); // see setReturnArrays
    // Stores hand over strings, numbers and null alone.
    const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
    return {
      reader: columns.length > 0,
      all: (parameters) => statement.all(...values(parameters)).map(toRow),
      run: (parameters) => statement.run(...values(parameters)),
      iterate: (parameters) => mapped(statement.iterate(...values(parameters)), toRow),
    };
  }

  #prepare(text: string): Prepared {
    const known = this.#prepared.get(text);
    // The one that was used last is the last to go.
    if (known) this.#prepared.delete(text);
    const prepared = known ?? this.#compile(text);
    // What changes tables themselves is asked once, and afterwards rows may have other columns.
    if (/^(?:create|alter|drop)/i.test(text)) {
      this.#prepared.clear();
      return prepared;
    }
    if (/^pragma/i.test(text)) return prepared;
    this.#prepared.set(text, prepared);
    const [oldest] = this.#prepared.keys();
    if (this.#prepared.size > STATEMENTS_MAX && oldest !== undefined) this.#prepared.delete(oldest);
    return prepared;
  }

  #compile(text: string): Prepared {
    const statement = this.#connection.prepare(text);
    statement.setReturnArrays(true);
    return { statement, columns: statement.columns().map(({ name }) => name) };
  }
}

function rowOf(columns: readonly string[], cells: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let at = 0; at < cells.length; at++) row[columns[at] ?? ''] = cells[at];
  return row;
}

function* mapped<T, R>(items: Iterable<T>, to: (item: T) => R): Generator<R> {
  for (const item of items) yield to(item);
}
