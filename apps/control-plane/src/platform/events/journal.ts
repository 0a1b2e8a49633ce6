/** The last events in the order they were told, so that a listener that was gone for a moment misses nothing. */
import type { Event } from '@loucloud/api';
import type { Db } from '../database/database.ts';
import { eventStore } from './event-store.ts';

/** Further behind than this, reading everything again is cheaper. */
export const REPLAY_MAX = 1000;

/** In how different an order two control planes may tell the same events. */
const OVERLAP_MS = 5000;

export class Journal {
  readonly #db: Db;
  readonly #hasPeers: () => boolean;
  readonly #told: Event[] = [];

  /** `hasPeers`: a listener may have been told by another control plane so far, in another order. */
  constructor(db: Db, hasPeers: () => boolean) {
    this.#db = db;
    this.#hasPeers = hasPeers;
  }

  add(event: Event): void {
    this.#told.push(event);
    if (this.#told.length > REPLAY_MAX) this.#told.shift();
  }

  /**
   * What was told after the event `seq`, and perhaps some of what was told before; null: it cannot be said for sure.
   * Transactions can commit in another order than their numbers, so the order of telling goes before the numbers.
   */
  async after(seq: number): Promise<readonly Event[] | null> {
    const index = this.#told.findLastIndex((event) => event.seq === seq);
    if (index >= 0) return this.#told.slice(this.#firstUnsure(index));
    const [last, missed] = [await eventStore.lastSeq(this.#db), await this.#read(seq)];
    const isFromAnotherTime = seq > last;
    return isFromAnotherTime || missed.length > REPLAY_MAX ? null : missed;
  }

  #firstUnsure(index: number): number {
    if (!this.#hasPeers()) return index + 1;
    const from = Date.parse(this.#told[index]?.at ?? '') - OVERLAP_MS;
    return this.#told.findIndex(({ at }) => Date.parse(at) >= from);
  }

  /** Where a listener that begins now stands. */
  async lastSeq(): Promise<number> {
    return this.#told.at(-1)?.seq ?? (await eventStore.lastSeq(this.#db));
  }

  #read(seq: number): Promise<Event[]> {
    return eventStore.after(this.#db, seq, REPLAY_MAX + 1);
  }
}
