import { TwoQueues } from './urgency.ts';

/** So many at a time; of those that wait, first those that somebody waits for. */
export class Turns {
  readonly #waiting = new TwoQueues<() => void>();
  #free: number;

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.add(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.take();
      if (next) next();
      else this.#free++;
    }
  }
}
