/** Hands out the hosts that an image can be read from: the least busy first, none to more than a few at once. */
import type { CopySource } from './image-copy-store.ts';

const PER_HOST = 4;

export class CopySources {
  readonly #busy = new Map<string, number>();
  #waiting: (() => void)[] = [];

  /** `list` is asked again whenever a host has become free: by then there may be more of them. */
  async use<T>(
    list: () => Promise<readonly CopySource[]>,
    work: (source: CopySource) => Promise<T>,
  ): Promise<T> {
    const source = await this.#take(list);
    try {
      return await work(source);
    } finally {
      this.#busy.set(source.hostId, this.#readersOf(source) - 1);
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) wake();
    }
  }

  async #take(list: () => Promise<readonly CopySource[]>): Promise<CopySource> {
    for (;;) {
      const [best] = [...(await list())].sort((a, b) => this.#readersOf(a) - this.#readersOf(b));
      if (!best) throw new Error('an image lies on one host at least');
      if (this.#readersOf(best) < PER_HOST) {
        this.#busy.set(best.hostId, this.#readersOf(best) + 1);
        return best;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #readersOf = ({ hostId }: CopySource): number => this.#busy.get(hostId) ?? 0;
}
