/** At most so many at once per lane, in the order they came. Work without a lane runs at once. */
export class Lanes {
  readonly #width: number;
  readonly #lanes = new Map<string, { running: number; waiting: (() => void)[] }>();

  constructor(width: number) {
    this.#width = width;
  }

  async run<T>(lane: string | null, work: () => Promise<T>): Promise<T> {
    if (lane === null) return work();
    await this.#enter(lane);
    try {
      return await work();
    } finally {
      this.#leave(lane);
    }
  }

  async #enter(name: string): Promise<void> {
    const lane = this.#lanes.get(name) ?? { running: 0, waiting: [] };
    this.#lanes.set(name, lane);
    if (lane.running < this.#width) lane.running++;
    else await new Promise<void>((resolve) => lane.waiting.push(resolve)); // `#leave` hands its place on
  }

  #leave(name: string): void {
    const lane = this.#lanes.get(name);
    const next = lane?.waiting.shift();
    if (next) next();
    else if (lane && --lane.running === 0) this.#lanes.delete(name);
  }
}
