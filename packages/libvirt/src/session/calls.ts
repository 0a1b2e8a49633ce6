/**
 * Calls waiting for a place or for their reply. At most four are with the server at a time: with five unfinished ones
 * libvirtd stops reading the connection, pings included. A call whose caller has given up keeps its place until
 * the server answers, because the server keeps it too.
 */
import { CallTimeoutError } from '../errors.ts';
import type { Call } from './call.ts';
import { Deadlines } from './deadlines.ts';
import type { ReceivedFrame } from './frames.ts';

export const MAX_IN_FLIGHT = 4;

export interface CallOptions {
  /** From the call to its reply, time in the queue included. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called at the last moment: a call for which it throws is rejected with that, and never reaches the server. */
  readonly beforeSend?: () => void;
}

export class CallQueue {
  readonly #send: (bytes: Buffer) => void;
  readonly #onStuck: () => void;
  /** With the server, in any order. */
  readonly #sent: Call[] = [];
  /** In the order they came. */
  readonly #queued = new Set<Call>();
  readonly #deadlines = new Deadlines((now) => this.#endThoseUntil(now));
  #abandoned = 0;

  /** `onStuck`: a call has timed out, and every place is held by one that nobody waits for. */
  constructor(send: (bytes: Buffer) => void, onStuck: () => void) {
    this.#send = send;
    this.#onStuck = onStuck;
  }

  /** Calls that still have someone waiting for them. */
  get size(): number {
    return this.#sent.length - this.#abandoned + this.#queued.size;
  }

  /** Places held by calls that nobody waits for any more. */
  get abandoned(): number {
    return this.#abandoned;
  }

  /** An encoded one. */
  add(call: Call, timeoutMs: number, options: CallOptions | undefined): void {
    const signal = options?.signal;
    if (signal?.aborted) return call.fail(abortError(signal));
    call.options = options;
    call.timeoutMs = timeoutMs;
    call.deadline = this.#deadlines.begin(timeoutMs);
    if (signal) {
      call.onAbort = () => this.#giveUp(call, abortError(signal));
      signal.addEventListener('abort', call.onAbort);
    }
    if (this.#sent.length < MAX_IN_FLIGHT) this.#dispatch(call);
    else this.#queued.add(call);
  }

  /** A late reply to an abandoned call only frees its place; one that fits no call is not for us. */
  receive(reply: ReceivedFrame): void {
    const call = this.#take(reply);
    if (!call) return;
    if (call.isSettled) {
      this.#abandoned--;
      call.comeLate(reply);
    } else call.settle(reply);
    if (this.#queued.size > 0) this.#next();
    this.#restWhenEmpty();
  }

  /** Ends everything: there will be no reply any more. */
  fail(error: Error): void {
    const waiting = [...this.#sent, ...this.#queued].filter(({ isSettled }) => !isSettled);
    this.#sent.length = 0;
    this.#queued.clear();
    this.#abandoned = 0;
    this.#deadlines.stop();
    for (const call of waiting) call.fail(error);
  }

  /** The call that a reply is for. There are four at most: looking at each is quicker than any index. */
  #take(reply: ReceivedFrame): Call | undefined {
    const sent = this.#sent;
    for (let i = 0; i < sent.length; i++) {
      const call = sent[i];
      if (!call?.isAnsweredBy(reply)) continue;
      const last = sent.pop();
      if (last && last !== call) sent[i] = last;
      return call;
    }
    return undefined;
  }

  #dispatch(call: Call): void {
    const { bytes } = call;
    call.bytes = undefined;
    if (!bytes) return; // it has been encoded before it was added
    try {
      call.options?.beforeSend?.();
    } catch (error) {
      call.fail(error as Error);
      return this.#restWhenEmpty();
    }
    this.#sent.push(call);
    this.#send(bytes);
  }

  #next(): void {
    for (const call of this.#queued) {
      if (this.#sent.length >= MAX_IN_FLIGHT) return;
      this.#queued.delete(call);
      this.#dispatch(call);
    }
  }

  #giveUp(call: Call, error: Error): void {
    if (!this.#queued.delete(call)) this.#abandoned++;
    call.fail(error);
    this.#restWhenEmpty();
  }

  #endThoseUntil(now: number): number {
    let next = Infinity;
    const late: Call[] = [];
    for (const call of [...this.#sent, ...this.#queued]) {
      if (call.isSettled) continue;
      if (call.deadline <= now) late.push(call);
      else next = Math.min(next, call.deadline);
    }
    late.sort((a, b) => a.deadline - b.deadline);
    for (const call of late) this.#giveUp(call, new CallTimeoutError(call.name, call.timeoutMs));
    if (late.length > 0 && this.#abandoned >= MAX_IN_FLIGHT) this.#onStuck();
    return next;
  }

  #restWhenEmpty(): void {
    if (this.size === 0) this.#deadlines.rest();
  }
}

function abortError(signal: AbortSignal): Error {
  const { reason } = signal;
  return reason instanceof Error ? reason : new Error('the call was aborted', { cause: reason });
}
