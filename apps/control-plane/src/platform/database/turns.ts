import { TwoQueues, isSomeoneWaiting } from './urgency.ts';

/**
 * So many at a time. What somebody waits for goes first; while several people's things are done, one chore is done at a
 * time: enough to go on.
 */
export class Turns {
  readonly #waiting = new TwoQueues<() => void>();
  readonly #atOnce: number;
  #awaitedNow = 0;
  #choresNow = 0;

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
    if (awaited || (isCrowd && this.#choresNow > 0)) return awaited;
    const chore = this.#waiting.chores.shift();
    if (chore) this.#choresNow++;
    return chore;
  }
}
