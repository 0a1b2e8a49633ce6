/** One database, and the one way to change it: `transact`. */
import { type Insertable, Kysely, type Transaction } from 'kysely';
import { type Adapter, mysqlAdapter, sqliteAdapter } from './dialects.ts';
import { LastRows, transactionWithLastRows } from './last-rows.ts';
import { migrate } from './migrations.ts';
import { insertion } from './prepared.ts';
import type { Schema } from './schema.ts';
import { SharedCommits } from './shared-commits.ts';
import { Turns } from './turns.ts';

/** For reading. Inside a transaction use its `Tx`: SQLite has one connection, and `db` would wait for itself. */
export type Db = Kysely<Schema>;

/** A transaction, and what to do once it has been committed (never when it was rolled back). */
export interface Tx {
  readonly sql: Transaction<Schema>;
  /** Others run at the same time: a row that is looked at and then changed has to be locked. */
  readonly hasOthers: boolean;
  /**
   * Inserts a row that nothing in this transaction looks for: over MySQL as the last thing before its commit, and on the
   * same way there. `told`: the number that the database gave it.
   */
  insertLast<T extends keyof Schema>(
    table: T,
    row: Insertable<Schema[T]>,
    told?: (number: number) => void,
  ): Promise<void>;
  afterCommit(action: () => void): void;
}

export interface Database {
  readonly db: Db;
  readonly adapter: Adapter;
  /**
   * Runs `work` in one transaction; again from the start when the database says that it lost a race, or when the
   * connection ended before the commit. One that ends at the commit is told: nobody knows whether it was committed.
   */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One statement that changes something: committed when it resolves, and with others where that is cheaper. */
  write<T>(statement: (sql: Tx['sql'] | Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Thrown in a transaction whose premises changed under it: it is run again from the start. */
export class RaceLostError extends Error {}

const ATTEMPTS_MAX = 20;
const LOST_MAX = 3;
/**
 * Fewer than there are connections: reading has some left. More of them only get in each other's way on few cores; a database
 * that is a millisecond away makes a thousand a second of them.
 */
const AT_ONCE = 5;

/** `url`: `sqlite:PATH` or `mysql://…`. The database is taken as it is, whatever release it belongs to. */
export function connectDatabase(url: string): Database {
  const adapter = url.startsWith('sqlite:') ? sqliteAdapter(url.slice('sqlite:'.length)) : mysqlAdapter(url);
  const db = new Kysely<Schema>({ dialect: adapter.dialect });
  const { run, write } = adapter.name === 'sqlite' ? oneAfterAnother(db, adapter) : someAtATime(db);
  return { db, adapter, transact: (work) => transact(run, adapter, work), write, close: () => db.destroy() };
}

/**
 * Migrated to the present, or `upTo` a migration: for a database that is empty, or nobody's. One that people use is
 * opened by backup/upgrade.ts, which keeps its old state.
 */
export async function openDatabase(url: string, upTo?: string): Promise<Database> {
  const database = connectDatabase(url);
  try {
    await migrate(database.db, database.adapter, { upTo });
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** `last`: the rows that are inserted at its end; null: a row is inserted when it is given. */
type Work<T> = (sql: Transaction<Schema>, last: LastRows | null) => Promise<T>;
type RunTransaction = <T>(work: Work<T>) => Promise<T>;

interface Ways {
  readonly run: RunTransaction;
  readonly write: Database['write'];
}

function oneAfterAnother(db: Db, { changes }: Adapter): Ways {
  const commits = new SharedCommits(db, () => changes?.undone());
  const run = <T>(work: (sql: Transaction<Schema>) => Promise<T>) => commits.run(work);
  return { run: (work) => run((sql) => work(sql, null)), write: run };
}

function someAtATime(db: Db): Ways {
  const turns = new Turns(AT_ONCE);
  return {
    run: (work) => turns.run(() => transactionWithLastRows(db, work)),
    write: (statement) => turns.run(() => statement(db)),
  };
}

async function transact<T>(run: RunTransaction, adapter: Adapter, work: (tx: Tx) => Promise<T>): Promise<T> {
  const hasOthers = adapter.name !== 'sqlite';
  for (let attempt = 1, lost = 0; ; attempt++) {
    const actions: (() => void)[] = [];
    let isCommitting = false;
    try {
      const result = await run(async (sql, last) => {
        const worked = await work({
          sql,
          hasOthers,
          async insertLast(table, row, told) {
            const query = insertion(sql, table, row);
            if (last) return last.add(query, told);
            const { insertId } = await sql.executeQuery(query);
            told?.(Number(insertId));
          },
          afterCommit: (action) => void actions.push(action),
        });
        isCommitting = true;
        return worked;
      });
      for (const action of actions) action();
      return result;
    } catch (error) {
      const isLost = !isCommitting && adapter.isConnectionLost(error) && ++lost < LOST_MAX;
      // What was looked for before and was not there is there by now.
      const isLate = isCommitting && adapter.isDuplicateKey(error);
      const mayRetry = isLost || isLate || error instanceof RaceLostError || adapter.isRetryable(error);
      if (attempt >= ATTEMPTS_MAX || !mayRetry) throw error;
    }
  }
}
