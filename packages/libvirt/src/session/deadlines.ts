/**
 * One timer for the deadlines of all calls of a connection. Nearly every call is answered long before its deadline, and costs
 * nothing then: the timer is set for the earliest there has been, and looks for the next one when it fires.
 */
import { TIMER_MAX_MS } from './connection-options.ts';

export class Deadlines {
  readonly #endThoseUntil: (now: number) => number;
  #timer: NodeJS.Timeout | undefined;
  /** When it fires, by performance.now(). */
  #at = Infinity;
  #isAwake = true;

  /** `endThoseUntil` ends what should have ended by now, and says when the next has to (Infinity for never). */
  constructor(endThoseUntil: (now: number) => number) {
    this.#endThoseUntil = endThoseUntil;
  }

  /** One more call waits: says until when. The process lives on for it. */
  begin(timeoutMs: number): number {
    const now = performance.now();
    // Not a number is no time at all.
    const deadline = timeoutMs > 0 ? now + timeoutMs : now;
    if (!this.#isAwake) {
      this.#isAwake = true;
      this.#timer?.ref();
    }
    if (deadline < this.#at) this.#set(deadline, now);
    return deadline;
  }

  /** Nobody waits: the process may end. */
  rest(): void {
    if (!this.#isAwake) return;
    this.#isAwake = false;
    this.#timer?.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#at = Infinity;
  }

  #set(at: number, now: number): void {
    clearTimeout(this.#timer);
    this.#at = at;
    this.#timer = setTimeout(() => this.#fire(), Math.min(Math.ceil(at - now), TIMER_MAX_MS));
    if (!this.#isAwake) this.#timer.unref();
  }

  #fire(): void {
    this.#timer = undefined;
    this.#at = Infinity;
    const now = performance.now();
    const next = this.#endThoseUntil(now);
    // What has been ended may have begun something itself.
    if (next < this.#at) this.#set(next, now);
  }
}
