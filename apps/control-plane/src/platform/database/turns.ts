import { TwoQueues, isSomeoneWaiting } from './urgency.ts';

/** From one chore's beginning to the next one's, while several people wait: about as often as over SQLite. */
const CHORE_MS = 6;

/**
 * So many at a time. What somebody waits for goes first; while several people's things are done, one chore is done at a
 * time, and the next not at once: enough to go on.
 */
export class Turns {
  readonly #waiting = new TwoQueues<() => void>();
  readonly #atOnce: number;
  #awaitedNow = 0;
  #choresNow = 0;
  #choreAt = -Infinity;
  #isTimed = false;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const isAwaited = isSomeoneWaiting();
    const turn = new Promise<void>((resolve) => this.#waiting.add(resolve));
    this.#begin();
    await turn;
    try {
      return await work();
    } finally {
      if (isAwaited) this.#awaitedNow--;
      else this.#choresNow--;
      this.#begin();
    }
  }

  #beginLater(): void {
    this.#isTimed = false;
    this.#begin();
  }

  #begin(): void {
    while (this.#awaitedNow + this.#choresNow < this.#atOnce) {
      const next = this.#next();
      if (!next) return;
      next();
    }
  }

  #next(): (() => void) | undefined {
    const awaited = this.#waiting.awaited.shift();
    const isCrowd = this.#awaitedNow > 1;
    if (awaited) this.#awaitedNow++;
    if (awaited || (isCrowd && this.#mustChoresWait())) return awaited;
    const chore = this.#waiting.chores.shift();
    if (!chore) return undefined;
    this.#choresNow++;
    this.#choreAt = performance.now();
    return chore;
  }

  #mustChoresWait(): boolean {
    if (this.#choresNow > 0) return true;
    if (performance.now() - this.#choreAt >= CHORE_MS) return false;
    // Those people may be at it for long.
    if (!this.#isTimed) setTimeout(() => this.#beginLater(), CHORE_MS);
    this.#isTimed = true;
    return true;
  }
}
