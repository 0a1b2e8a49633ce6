/**
 * A session that ended while pages are open: calls that were refused wait here until the person has logged in
 * again, then are sent once more. Nothing that was typed is lost.
 */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
}

class SessionGate {
  #isLoggedIn = false;
  #waiting: PromiseWithResolvers<void> | null = null;
  readonly #listeners = new Set<() => void>();

  get isLoggedIn(): boolean {
    return this.#isLoggedIn;
  }

  readonly hasExpired = (): boolean => this.#waiting !== null;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  loggedIn(): void {
    this.#isLoggedIn = true;
    this.#settle((waiting) => waiting.resolve());
  }

  loggedOut(): void {
    this.#isLoggedIn = false;
    this.#settle((waiting) => waiting.reject(new SessionEnded()));
  }

  /** Resolves when the same person has logged in again. */
  waitForLogin(): Promise<void> {
    if (!this.#waiting) {
      this.#waiting = Promise.withResolvers<void>();
      this.#tell();
    }
    return this.#waiting.promise;
  }

  #settle(how: (waiting: PromiseWithResolvers<void>) => void): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) how(waiting);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const sessionGate = new SessionGate();
