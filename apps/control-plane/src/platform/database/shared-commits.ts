/**
 * SQLite's transactions, one after another on its one connection. Those that wait are committed together: what a commit
 * costs is that the disk has to have it, and that is the same for one and for many.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import type { Schema } from './schema.ts';
import { TwoQueues, unhurried } from './urgency.ts';

type Work<T> = (sql: Transaction<Schema>) => Promise<T>;

interface Waiting {
  /** Settled once it has run; not committed yet then. */
  run(sql: Kysely<Schema>): Promise<Settled>;
  /** It was not even begun. */
  refuse(error: unknown): void;
}

interface Settled {
  readonly isKept: boolean;
  /** After the commit, or what became of it instead. */
  tell(commitError: unknown): void;
}

/** Reads wait while transactions are run: they go on when these have been at it for so long. */
const TOGETHER_MS = 10;
const TOGETHER_MAX = 32;
/** While people wait, what nobody waits for has its turn this often: enough to go on, and nobody waits for it long. */
const CHORES_MS = 200;
/** Several people at once do not come alone: until nobody has come for so long. */
const LULL_MS = 10;
/** Where several were committed together, more will come: so long they are waited for. */
const GAP_MS = 3;

export class SharedCommits {
  readonly #db: Kysely<Schema>;
  readonly #onUndone: () => void;
  readonly #queue = new TwoQueues<Waiting>();
  #isRunning = false;
  /** When chores had their turn, or began to wait for it. */
  #choresAt = -Infinity;
  /** When several people came at once. */
  #crowdAt = -Infinity;

  /** `onUndone`: statements have been undone. */
  constructor(db: Kysely<Schema>, onUndone: () => void = () => undefined) {
    this.#db = db;
    this.#onUndone = onUndone;
  }

  /** Resolves when it is committed. */
  run<T>(work: Work<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const inItsContext = AsyncLocalStorage.bind(work);
    if (this.#queue.chores.length === 0) this.#choresAt = performance.now();
    this.#queue.add({
      async run(sql) {
        try {
          // A connection's Kysely is what a transaction's is, but for its name.
          const result = await inItsContext(sql as Transaction<Schema>);
          return {
            isKept: true,
            tell: (error) => (error === undefined ? resolve(result) : reject(error)),
          };
        } catch (error) {
          return { isKept: false, tell: () => reject(error) };
        }
      },
      refuse: reject,
    });
    if (!this.#isRunning) void unhurried(() => this.#runAll());
    return promise;
  }

  async #runAll(): Promise<void> {
    this.#isRunning = true;
    while (this.#queue.length > 0) {
      await setImmediate(); // whose requests have arrived by now may all come along
      const waiting = this.#whoseTurn();
      try {
        const count = waiting ? await this.#db.connection().execute((sql) => this.#runSome(sql, waiting)) : 0;
        if (count > 1 && waiting === this.#queue.awaited) this.#crowdAt = performance.now();
        if (count !== 1) await setTimeout(GAP_MS);
      } catch (error) {
        // The database cannot be used now: nobody is kept waiting for it.
        for (let next = this.#queue.take(); next; next = this.#queue.take()) next.refuse(error);
      }
    }
    this.#isRunning = false;
  }

  /** null: what there is can wait. */
  #whoseTurn(): Waiting[] | null {
    const { awaited, chores } = this.#queue;
    const now = performance.now();
    const isOverdue = chores.length > 0 && now - this.#choresAt > CHORES_MS;
    if (!isOverdue) {
      if (awaited.length > 0) return awaited;
      if (now - this.#crowdAt < LULL_MS) return null;
    }
    this.#choresAt = now;
    return chores;
  }

  /** Answers how many. */
  async #runSome(sql: Kysely<Schema>, waiting: Waiting[]): Promise<number> {
    await sql.executeQuery(BEGIN);
    const settled: Settled[] = [];
    let failure: unknown;
    try {
      await this.#runTogether(sql, waiting, settled);
      await sql.executeQuery(COMMIT);
    } catch (error) {
      failure = error;
      await sql.executeQuery(ROLLBACK).catch(() => {}); // what failed may have ended it
      this.#onUndone();
    }
    for (const one of settled) one.tell(failure);
    return settled.length;
  }

  async #runTogether(sql: Kysely<Schema>, waiting: Waiting[], settled: Settled[]): Promise<void> {
    const until = performance.now() + TOGETHER_MS;
    while (settled.length < TOGETHER_MAX && performance.now() < until) {
      const next = waiting.shift();
      if (!next) return;
      try {
        await sql.executeQuery(SAVEPOINT);
      } catch (error) {
        next.refuse(error);
        throw error;
      }
      const one = await next.run(sql);
      settled.push(one);
      if (!one.isKept) await this.#undo(sql);
      await sql.executeQuery(RELEASE);
    }
  }

  async #undo(sql: Kysely<Schema>): Promise<void> {
    await sql.executeQuery(UNDO);
    this.#onUndone();
  }
}

const BEGIN = CompiledQuery.raw('begin immediate');
const SAVEPOINT = CompiledQuery.raw('savepoint one');
const UNDO = CompiledQuery.raw('rollback to one');
const RELEASE = CompiledQuery.raw('release one');
const COMMIT = CompiledQuery.raw('commit');
const ROLLBACK = CompiledQuery.raw('rollback');
