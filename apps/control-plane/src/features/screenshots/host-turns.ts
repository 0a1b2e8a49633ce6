/**
 * A few at a time on each host; the rest wait for their turn. Nobody waits long for a host that does not answer: whoever
 * asks is told null, at once while all that the host was asked for is late.
 */
interface Limits {
  readonly atOnce: number;
  readonly waitingMax: number;
  /** What takes longer is late. It goes on, and holds its place. */
  readonly lateMs: number;
}

interface Turn<T> {
  readonly key: string;
  readonly work: () => Promise<T>;
  readonly answer: PromiseWithResolvers<T | null>;
  isLate: boolean;
}

interface Queue<T> {
  readonly running: Set<Turn<T>>;
  readonly waiting: Set<Turn<T>>;
}

export class HostTurns<T> {
  readonly #limits: Limits;
  readonly #queues = new Map<string, Queue<T>>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Whoever asks by the same key gets the same. null: it is late, or would be, or too many wait. */
  take(hostId: string, key: string, work: () => Promise<T>): Promise<T | null> {
    const queue = this.#queues.get(hostId) ?? { running: new Set(), waiting: new Set() };
    const same = [...queue.running, ...queue.waiting].find((turn) => turn.key === key);
    if (same) return same.isLate ? Promise.resolve(null) : same.answer.promise;
    const { waiting } = queue;
    if (this.#isStuck(queue) || waiting.size >= this.#limits.waitingMax) return Promise.resolve(null);
    this.#queues.set(hostId, queue);
    const turn = { key, work, answer: Promise.withResolvers<T | null>(), isLate: false };
    waiting.add(turn);
    this.#goOn(hostId, queue);
    return turn.answer.promise;
  }

  #isStuck({ running }: Queue<T>): boolean {
    return running.size === this.#limits.atOnce && [...running].every((turn) => turn.isLate);
  }

  #goOn(hostId: string, queue: Queue<T>): void {
    for (const turn of queue.waiting) {
      if (queue.running.size === this.#limits.atOnce) break;
      queue.waiting.delete(turn);
      queue.running.add(turn);
      void this.#run(queue, turn).finally(() => {
        queue.running.delete(turn);
        this.#goOn(hostId, queue);
      });
    }
    if (queue.running.size === 0) this.#queues.delete(hostId);
  }

  async #run(queue: Queue<T>, turn: Turn<T>): Promise<void> {
    const late = setTimeout(() => {
      turn.isLate = true;
      turn.answer.resolve(null);
      if (!this.#isStuck(queue)) return;
      for (const { answer } of queue.waiting) answer.resolve(null);
      queue.waiting.clear();
    }, this.#limits.lateMs);
    try {
      turn.answer.resolve(await turn.work());
    } catch (error) {
      turn.answer.reject(error);
    } finally {
      clearTimeout(late);
    }
  }
}
