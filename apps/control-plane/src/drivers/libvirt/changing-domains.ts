/** Which of a host's domains calls of ours are changing at this moment. */
export class ChangingDomains {
  readonly #counts = new Map<string, number>();
  readonly #onChanged: (vmId: string) => void;

  /** `onChanged`: the last of what was under way with it is over. */
  constructor(onChanged: (vmId: string) => void) {
    this.#onChanged = onChanged;
  }

  get size(): number {
    return this.#counts.size;
  }

  has(vmId: string): boolean {
    return this.#counts.has(vmId);
  }

  async during<T>(vmId: string, change: () => Promise<T>): Promise<T> {
    this.#counts.set(vmId, (this.#counts.get(vmId) ?? 0) + 1);
    try {
      return await change();
    } finally {
      const left = (this.#counts.get(vmId) ?? 0) - 1;
      if (left > 0) this.#counts.set(vmId, left);
      else {
        this.#counts.delete(vmId);
        this.#onChanged(vmId);
      }
    }
  }
}
