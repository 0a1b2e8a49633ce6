/**
 * MySQL's connections, for which nobody waits in vain: a server that hangs keeps its connections open and says nothing.
 * While answers are late it is asked for next to nothing over a connection of its own. If that is not answered either, it
 * is silent: all who wait are refused, and so is everybody until it answers again. A server that answers may take its
 * time over one statement, up to a bound.
 */
import { CompiledQuery, type MysqlPool, type MysqlPoolConnection, type MysqlQueryResult } from 'kysely';
import { type Pool, type PoolConnection, createConnection } from 'mysql2';

/** Counted in looks, so that a process that stood still itself does not take that for the server's silence. */
const LOOK_MS = 250;

export interface Patience {
  /** How late an answer may be before the server is asked. */
  readonly lateMs: number;
  /** How long that may take. */
  readonly answerMs: number;
  /** For a statement. InnoDB waits up to 50 s for a lock and says so then: that has to come first. */
  readonly statementMs: number;
  /** For a free connection, while the server answers. */
  readonly connectionMs: number;
}
const PATIENCE: Patience = { lateMs: 3000, answerMs: 3000, statementMs: 60_000, connectionMs: 30_000 };

type Callback<T> = (error: unknown, result: T) => void;

/** Somebody who waits for an answer; `giveUp` refuses them. */
interface Wait {
  looks: number;
  readonly limitMs: number;
  readonly giveUp: (error: Error) => void;
}

/** Fatal as the driver's own errors that end a connection. It is not tried again: the next one would wait as long. */
export class NoAnswerError extends Error {
  readonly fatal = true;

  constructor() {
    super('the database does not answer');
  }
}

export class WatchedPool implements MysqlPool {
  readonly #pool: Pool;
  readonly #url: string;
  readonly #patience: Patience;
  readonly #connections = new WeakMap<PoolConnection, WatchedConnection>();
  readonly #waits = new Set<Wait>();
  #timer: NodeJS.Timeout | undefined;
  /** Of the server's last sign of life. */
  #looksSinceAnswer = 0;
  #isAsking = false;
  #isSilent = false;
  #unhurried = 0;

  constructor(pool: Pool, url: string, patience: Patience = PATIENCE) {
    this.#pool = pool;
    this.#url = url;
    this.#patience = patience;
  }

  getConnection(callback: Callback<MysqlPoolConnection>): void {
    // The connection is there whenever there is no error.
    const answer = callback as Callback<MysqlPoolConnection | undefined>;
    // Not in the same turn: whoever asks in a circle would let nothing else happen.
    if (this.#isSilent) return void setImmediate(() => answer(new NoAnswerError(), undefined));
    const giveUp = () => answer(new NoAnswerError(), undefined);
    const isWaiting = this.#wait(this.#patience.connectionMs, giveUp);
    this.#pool.getConnection((error, connection) => {
      if (!isWaiting()) return error ? undefined : connection.release();
      if (error) return answer(error, undefined);
      let watched = this.#connections.get(connection);
      if (!watched) {
        watched = new WatchedConnection(connection, (refuse) =>
          this.#wait(this.#patience.statementMs, refuse),
        );
        this.#connections.set(connection, watched);
      }
      answer(null, watched);
    });
  }

  end(callback: (error: unknown) => void): void {
    clearInterval(this.#timer);
    this.#pool.end(callback);
  }

  /** Statements of `work` may take as long as they like, while the server answers. */
  async unhurried<T>(work: () => Promise<T>): Promise<T> {
    this.#unhurried++;
    try {
      return await work();
    } finally {
      this.#unhurried--;
    }
  }

  /** Answers what says, once the answer is there, whether anybody still waits for it. */
  #wait(limitMs: number, giveUp: (error: Error) => void): () => boolean {
    const wait: Wait = { looks: 0, limitMs, giveUp };
    this.#waits.add(wait);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    return () => this.#waits.delete(wait);
  }

  #look(): void {
    this.#looksSinceAnswer++;
    let isLate = this.#isSilent;
    for (const wait of this.#waits) {
      const waitedMs = ++wait.looks * LOOK_MS;
      isLate ||= waitedMs > this.#patience.lateMs;
      if (waitedMs > wait.limitMs && this.#unhurried === 0) this.#giveUp(wait);
    }
    if (isLate && this.#looksSinceAnswer * LOOK_MS > this.#patience.lateMs) void this.#ask();
    if (this.#waits.size > 0 || this.#isSilent) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#isSilent = !(await answers(this.#url, this.#patience.answerMs));
    this.#isAsking = false;
    if (this.#isSilent) for (const wait of this.#waits) this.#giveUp(wait);
    else this.#looksSinceAnswer = 0;
  }

  #giveUp(wait: Wait): void {
    this.#waits.delete(wait);
    wait.giveUp(new NoAnswerError());
  }
}

/** What begins so may be several statements; everything else is one. No value that is sneaked in stands at the beginning. */
const SEVERAL = '/* several */ ';

/** Sent and answered as one; each has a result of its own, and after one that fails there are none. */
export const severalStatements = (queries: readonly CompiledQuery[]): CompiledQuery =>
  queries.length === 1 && queries[0]
    ? queries[0]
    : CompiledQuery.raw(
        SEVERAL + queries.map(({ sql }) => sql).join(';'),
        queries.flatMap(({ parameters }) => parameters),
      );

const NO_ROWS = {
  stream(): never {
    throw new Error('there are no rows');
  },
};

type WaitFor = (giveUp: (error: Error) => void) => () => boolean;

class WatchedConnection implements MysqlPoolConnection {
  readonly #connection: PoolConnection;
  readonly #waitFor: WaitFor;
  /** Why it was given up. */
  #error: Error | null = null;
  /** It begins a transaction, and tells the server together with the first statement of it. */
  #isBeginning = false;

  constructor(connection: PoolConnection, waitFor: WaitFor) {
    this.#connection = connection;
    this.#waitFor = waitFor;
  }

  get config(): object {
    return this.#connection.config;
  }

  get threadId(): number {
    return this.#connection.threadId;
  }

  connect(callback?: (error: unknown) => void): void {
    this.#connection.connect(callback);
  }

  /** Without a callback it is a stream, which a backup reads: that waits as long as it takes. */
  query(
    text: string,
    parameters: unknown[],
    callback?: Callback<MysqlQueryResult>,
  ): ReturnType<MysqlPoolConnection['query']> {
    if (text.includes(';') && !text.startsWith(SEVERAL)) throw new Error('more than one statement');
    if (!callback) {
      if (this.#isBeginning) this.#connection.query('begin', () => undefined); // what fails there fails the stream
      this.#isBeginning = false;
      return this.#connection.query(text, parameters);
    }
    if (text === 'begin') {
      this.#isBeginning = true;
      process.nextTick(() => callback(null, []));
      return NO_ROWS;
    }
    if (!this.#isBeginning) return this.#send(text, parameters, callback);
    this.#isBeginning = false;
    const isSeveral = text.startsWith(SEVERAL);
    const both = `${SEVERAL}begin;${isSeveral ? text.slice(SEVERAL.length) : text}`;
    return this.#send(both, parameters, (error, result) => {
      if (error) return callback(error, result);
      const [, ...results] = result as unknown as readonly MysqlQueryResult[];
      const answer = isSeveral ? results : results[0];
      callback(null, answer as unknown as MysqlQueryResult); // as Kysely takes it from the driver
    });
  }

  #send(text: string, parameters: unknown[], callback: Callback<MysqlQueryResult>) {
    const isWaiting = this.#waitFor((error) => {
      // Whatever it may still answer belongs to nobody; a transaction ends with its connection.
      this.#error = error;
      this.#connection.destroy();
      callback(error, []);
    });
    return this.#connection.query(text, parameters, (error, result) => {
      if (isWaiting()) callback(error && (this.#error ?? error), result as unknown as MysqlQueryResult); // as Kysely takes it from the driver
    });
  }

  destroy(): void {
    this.#connection.destroy();
  }

  release(): void {
    this.#connection.release();
  }
}

/** A refusal is an answer too, except of the connection itself. */
function answers(url: string, withinMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const connection = createConnection({ uri: url, connectTimeout: withinMs });
  const timer = setTimeout(() => resolve(false), withinMs);
  connection.on('error', () => resolve(false));
  connection.query('select 1', (error) => resolve(!error || !error.fatal));
  return promise.finally(() => {
    clearTimeout(timer);
    connection.destroy();
  });
}
