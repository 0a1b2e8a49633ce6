/** Which rows are changed, for what is kept of them in memory: told as the statement runs, also where it is undone later. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export interface Watched {
  readonly table: string;
  /** The column by which a row is told. */
  readonly key: string;
  /** Changes of these alone, and rows that go; unless given all changes, and rows that come. */
  readonly columns?: readonly string[];
  /** Rows that come as well. */
  readonly withNew?: boolean;
}

export interface RowChanges {
  /** A row that is given another key is told by both. */
  watch(watched: Watched, onChange: (key: string) => void): void;
  /** What was told may not be so any more: statements have been undone. Who reads only what is committed needs none of it. */
  onUndone(listener: () => void): void;
  /** For who undoes them. */
  undone(): void;
  /** Another number whenever somebody else has written into the database. */
  foreignWrites(): number;
}

/** By triggers that this connection alone has: no way of writing goes past them. */
export class SqliteRowChanges implements RowChanges {
  readonly #connection: DatabaseSync;
  readonly #version: StatementSync;
  readonly #undoneListeners: (() => void)[] = [];
  #count = 0;

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
    this.#version = connection.prepare('pragma data_version');
  }

  watch(
    { table, key, columns, withNew = columns === undefined }: Watched,
    onChange: (key: string) => void,
  ): void {
    const told = `row_told_${this.#count++}`;
    this.#connection.function(told, (value) => {
      onChange(String(value));
      return null;
    });
    const changed = columns?.map((column) => `old.${column} is not new.${column}`).join(' or ');
    const on = (what: string, when: string, ...tell: readonly string[]) =>
      this.#connection.exec(
        `create temp trigger ${told}_${what} after ${what} on main."${table}" ${when} begin ${tell.join(';')}; end`,
      );
    const [isNow, was] = [`select ${told}(new.${key})`, `select ${told}(old.${key})`];
    on('update', changed ? `when ${changed}` : '', isNow, `${was} where old.${key} is not new.${key}`);
    on('delete', '', was);
    if (withNew) on('insert', '', isNow);
  }

  onUndone(listener: () => void): void {
    this.#undoneListeners.push(listener);
  }

  undone(): void {
    for (const listener of this.#undoneListeners) listener();
  }

  foreignWrites(): number {
    return Number(this.#version.get()?.['data_version']);
  }
}
