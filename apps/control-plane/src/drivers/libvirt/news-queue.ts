/** News in order: those of one VM one after the other, those of the whole host after all before and before all after. */
export class NewsQueue {
  readonly #perVm = new Map<string, Promise<void>>();
  /** The last news of the whole host. */
  #barrier: Promise<void> = Promise.resolve();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  ofVm(vmId: string, tell: () => Promise<void>): void {
    const told = this.#after(this.#perVm.get(vmId) ?? this.#barrier, tell);
    this.#perVm.set(vmId, told);
    void told.then(() => {
      if (this.#perVm.get(vmId) === told) this.#perVm.delete(vmId);
    });
  }

  ofHost(tell: () => Promise<void>): void {
    this.#barrier = this.#after(this.settled(), tell);
    this.#perVm.clear();
  }

  /** Once everything that is in the queue now has been told. */
  async settled(): Promise<void> {
    await Promise.all([this.#barrier, ...this.#perVm.values()]);
  }

  async #after(earlier: Promise<void>, tell: () => Promise<void>): Promise<void> {
    await earlier;
    try {
      await tell();
    } catch (error) {
      this.#onError(error);
    }
  }
}
