/** At most so many at once per lane, in the order they came. Work without a lane runs at once. */
export class Lanes {
  readonly #width: number;
  readonly #lanes = new Map<string, { running: number; waiting: (() => void)[] }>();

  constructor(width: number) {
    this.#width = width;
  }

  async run<T>(lane: string | null, work: () => Promise<T>): Promise<T> {
    const leave = await this.enter(lane);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** For work that does not end where it began: answers how to leave, which must happen. */
  async enter(lane: string | null): Promise<() => void> {
    if (lane === null) return () => {};
    await this.#enter(lane);
    return () => this.#leave(lane);
  }

  /** As `enter`, without waiting; null: there is no room now. */
  tryEnter(lane: string | null): (() => void) | null {
    if (lane === null) return () => {};
    return this.#hasEntered(lane) ? () => this.#leave(lane) : null;
  }

  async #enter(name: string): Promise<void> {
    if (this.#hasEntered(name)) return;
    const waiting = this.#lanes.get(name)?.waiting;
    await new Promise<void>((resolve) => waiting?.push(resolve)); // `#leave` hands its place on
  }

  #hasEntered(name: string): boolean {
    const lane = this.#lanes.get(name) ?? { running: 0, waiting: [] };
    this.#lanes.set(name, lane);
    if (lane.running >= this.#width) return false;
    lane.running++;
    return true;
  }

  #leave(name: string): void {
    const lane = this.#lanes.get(name);
    const next = lane?.waiting.shift();
    if (next) next();
    else if (lane && --lane.running === 0) this.#lanes.delete(name);
  }
}

/** One piece of work's place in a lane: taken when it is first needed, kept to the end. */
export class Place {
  readonly #lanes: Lanes;
  readonly #lane: string | null;
  #leave: (() => void) | undefined;

  constructor(lanes: Lanes, lane: string | null) {
    this.#lanes = lanes;
    this.#lane = lane;
  }

  get isTaken(): boolean {
    return this.#leave !== undefined;
  }

  /** Whether it is taken now. */
  takeIfFree(): boolean {
    this.#leave ??= this.#lanes.tryEnter(this.#lane) ?? undefined;
    return this.isTaken;
  }

  async take(): Promise<void> {
    this.#leave ??= await this.#lanes.enter(this.#lane);
  }

  leave(): void {
    this.#leave?.();
    this.#leave = undefined;
  }
}
