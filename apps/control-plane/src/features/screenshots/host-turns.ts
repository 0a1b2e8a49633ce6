/** A few at a time on each host; the rest wait for their turn, and too many are turned away. */
interface Limits {
  readonly atOnce: number;
  readonly waitingMax: number;
}

interface Queue {
  running: number;
  readonly waiting: (() => void)[];
}

export class HostTurns {
  readonly #limits: Limits;
  readonly #queues = new Map<string, Queue>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** null: turned away. */
  take<T>(hostId: string, work: () => Promise<T>): Promise<T> | null {
    const queue = this.#queues.get(hostId) ?? { running: 0, waiting: [] };
    this.#queues.set(hostId, queue);
    if (queue.running < this.#limits.atOnce) {
      queue.running++;
      return this.#run(hostId, queue, work);
    }
    if (queue.waiting.length >= this.#limits.waitingMax) return null;
    return new Promise<void>((resolve) => queue.waiting.push(resolve)).then(() =>
      this.#run(hostId, queue, work),
    );
  }

  async #run<T>(hostId: string, queue: Queue, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      // Handed on to who waits, so that nobody gets in between.
      const next = queue.waiting.shift();
      if (next) next();
      else if (--queue.running === 0) this.#queues.delete(hostId);
    }
  }
}
