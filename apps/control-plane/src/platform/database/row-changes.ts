/** Which rows are changed, for what is kept of them in memory: told as the statement runs, also where it is undone later. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export interface Watched {
  readonly table: string;
  /** The column by which a row is told. */
  readonly key: string;
  /** Changes of these alone, and rows that go; unless given all changes, and rows that come. */
  readonly columns?: readonly string[];
}

export interface RowChanges {
  watch(watched: Watched, onChange: (key: string) => void): void;
  /** Another number whenever somebody else has written into the database. */
  foreignWrites(): number;
}

/** By triggers that this connection alone has: no way of writing goes past them. */
export class SqliteRowChanges implements RowChanges {
  readonly #connection: DatabaseSync;
  readonly #version: StatementSync;
  #count = 0;

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
    this.#version = connection.prepare('pragma data_version');
  }

  watch({ table, key, columns }: Watched, onChange: (key: string) => void): void {
    const told = `row_told_${this.#count++}`;
    this.#connection.function(told, (value) => {
      onChange(String(value));
      return null;
    });
    const changed = columns?.map((column) => `old.${column} is not new.${column}`).join(' or ');
    const on = (what: string, row: 'old' | 'new', when = '') =>
      this.#connection.exec(
        `create temp trigger ${told}_${what} after ${what} on main."${table}" ${when} begin select ${told}(${row}.${key}); end`,
      );
    on('update', 'new', changed && `when ${changed}`);
    on('delete', 'old');
    if (columns === undefined) on('insert', 'new');
  }

  foreignWrites(): number {
    return Number(this.#version.get()?.['data_version']);
  }
}
