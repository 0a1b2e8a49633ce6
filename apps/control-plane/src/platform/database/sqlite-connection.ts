/** SQLite as Kysely asks it. Statements are compiled once. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { type RowChanges, SqliteRowChanges } from './row-changes.ts';

/** More than the product has; lists of ids of different lengths make many more. */
const STATEMENTS_MAX = 300;

interface Prepared {
  readonly statement: StatementSync;
  readonly isReader: boolean;
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
    const { statement, isReader } = this.#prepare(text);
    // Stores hand over strings, numbers and null alone.
    const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
    return {
      reader: isReader,
      all: (parameters) => statement.all(...values(parameters)),
      run: (parameters) => statement.run(...values(parameters)),
      iterate: (parameters) => statement.iterate(...values(parameters)),
    };
  }

  #prepare(text: string): Prepared {
    const known = this.#prepared.get(text);
    // The one that was used last is the last to go.
    if (known) this.#prepared.delete(text);
    const prepared = known ?? this.#compile(text);
    // What changes tables themselves, or looks at the connection, is asked once.
    if (/^(?:create|alter|drop|pragma)/i.test(text)) return prepared;
    this.#prepared.set(text, prepared);
    const [oldest] = this.#prepared.keys();
    if (this.#prepared.size > STATEMENTS_MAX && oldest !== undefined) this.#prepared.delete(oldest);
    return prepared;
  }

  #compile(text: string): Prepared {
    const statement = this.#connection.prepare(text);
    return { statement, isReader: statement.columns().length > 0 };
  }
}
