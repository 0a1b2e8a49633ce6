/**
 * Reads what other control planes record, so that pages and work here hear of it as of their own. Numbers are given before
 * a transaction is committed, so a lower one may appear after a higher one: the last stretch is looked through again.
 */
import type { Logger } from 'pino';
import type { Db } from '../database/database.ts';
import type { EventLog } from './event-log.ts';
import { eventStore } from './event-store.ts';

interface Deps {
  readonly db: Db;
  readonly events: EventLog;
  readonly log: Logger;
}

const EVERY_MS = 100;
const LOOK_BACK_EVERY_MS = 1000;
/** Longer than any transaction takes. */
const LOOK_BACK_MS = 30_000;
const AT_ONCE = 1000;

export class EventTail {
  readonly #deps: Deps;
  /** Everything up to here has been told, but for what was not committed then. */
  #last = 0;
  /** Where it stood a while ago: nothing older comes any more. */
  #marks: { readonly seq: number; readonly at: number }[] = [];
  #lookedBackAt = 0;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();
  #wake: (() => void) | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    this.#last = await eventStore.lastSeq(this.#deps.db);
    this.#marks = [{ seq: this.#last, at: performance.now() }];
    this.#running = this.#follow();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#wake?.();
    await this.#running;
  }

  async #follow(): Promise<void> {
    let isAway = false;
    while (!this.#isStopped) {
      try {
        await this.#read();
        isAway = false;
      } catch (error) {
        if (!isAway) this.#deps.log.warn({ err: error }, 'other control planes’ events cannot be read');
        isAway = true;
      }
      await this.#pause();
    }
  }

  async #read(): Promise<void> {
    const { db, events } = this.#deps;
    for (;;) {
      const found = await eventStore.after(db, this.#last, AT_ONCE);
      for (const event of found) events.tellRecorded(event);
      this.#last = found.at(-1)?.seq ?? this.#last;
      if (found.length < AT_ONCE) break;
    }
    const now = performance.now();
    if (now - this.#lookedBackAt < LOOK_BACK_EVERY_MS) return;
    this.#lookedBackAt = now;
    await this.#lookBack(now);
  }

  async #lookBack(now: number): Promise<void> {
    const { db, events } = this.#deps;
    this.#marks.push({ seq: this.#last, at: now });
    while (this.#marks[1] && now - this.#marks[1].at > LOOK_BACK_MS) this.#marks.shift();
    const from = this.#marks[0]?.seq ?? this.#last;
    const late = (await eventStore.seqsBetween(db, from, this.#last)).filter((seq) => !events.wasTold(seq));
    for (const event of await eventStore.some(db, late)) events.tellRecorded(event);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isStopped) return resolve();
      const timer = setTimeout(resolve, EVERY_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
