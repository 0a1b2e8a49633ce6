/**
 * Calls waiting for a place or for their reply. At most four are with the server at a time: with five unfinished ones
 * libvirtd stops reading the connection, pings included. A call whose caller has given up keeps its place until
 * the server answers, because the server keeps it too.
 */
import { CallTimeoutError } from '../errors.ts';
import type { Frame } from './frames.ts';

export const MAX_IN_FLIGHT = 4;

export interface CallOptions {
  /** From the call to its reply, time in the queue included. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called at the last moment: a call for which it throws is rejected with that, and never reaches the server. */
  readonly beforeSend?: () => void;
}

export interface Call {
  readonly name: string;
  readonly serial: number;
  readonly program: number;
  readonly procedure: number;
  readonly bytes: Buffer;
  /** The reply frame, whatever its status. Throwing rejects the call. */
  resolve(reply: Frame): void;
  reject(error: Error): void;
  /** The reply frame of a call whose caller has given up. */
  comeLate?(reply: Frame): void;
}

interface Entry {
  readonly call: Call;
  timer: NodeJS.Timeout | undefined;
  signal: AbortSignal | undefined;
  onAbort: (() => void) | undefined;
  readonly beforeSend: (() => void) | undefined;
  isSettled: boolean;
}

export class CallQueue {
  readonly #send: (bytes: Buffer) => void;
  /** With the server, by serial number. */
  readonly #sent = new Map<number, Entry>();
  /** In the order they came. */
  readonly #queued = new Set<Entry>();
  #abandoned = 0;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  /** Calls that still have someone waiting for them. */
  get size(): number {
    return this.#sent.size - this.#abandoned + this.#queued.size;
  }

  /** Places held by calls that nobody waits for any more. */
  get abandoned(): number {
    return this.#abandoned;
  }

  add(call: Call, timeoutMs: number, { signal, beforeSend }: Omit<CallOptions, 'timeoutMs'> = {}): void {
    if (signal?.aborted) return call.reject(abortError(signal));
    const entry: Entry = { call, timer: undefined, signal, onAbort: undefined, beforeSend, isSettled: false };
    entry.timer = setTimeout(
      () => this.#giveUp(entry, new CallTimeoutError(call.name, timeoutMs)),
      timeoutMs,
    );
    if (signal) {
      entry.onAbort = () => this.#giveUp(entry, abortError(signal));
      signal.addEventListener('abort', entry.onAbort);
    }
    if (this.#sent.size < MAX_IN_FLIGHT) this.#dispatch(entry);
    else this.#queued.add(entry);
  }

  /** A late reply to an abandoned call only frees its place; one that fits no call is not for us. */
  receive(reply: Frame): void {
    const entry = this.#sent.get(reply.serial);
    if (!entry || entry.call.procedure !== reply.procedure || entry.call.program !== reply.program) return;
    this.#sent.delete(reply.serial);
    if (entry.isSettled) {
      this.#abandoned--;
      entry.call.comeLate?.(reply);
    } else {
      settle(entry);
      entry.call.resolve(reply);
    }
    this.#next();
  }

  /** Ends everything: there will be no reply any more. */
  fail(error: Error): void {
    const waiting = [...this.#sent.values(), ...this.#queued].filter((entry) => !entry.isSettled);
    this.#sent.clear();
    this.#queued.clear();
    this.#abandoned = 0;
    for (const entry of waiting) {
      settle(entry);
      entry.call.reject(error);
    }
  }

  #dispatch(entry: Entry): void {
    try {
      entry.beforeSend?.();
    } catch (error) {
      settle(entry);
      return entry.call.reject(error as Error);
    }
    this.#sent.set(entry.call.serial, entry);
    this.#send(entry.call.bytes);
  }

  #next(): void {
    for (const entry of this.#queued) {
      if (this.#sent.size >= MAX_IN_FLIGHT) return;
      this.#queued.delete(entry);
      this.#dispatch(entry);
    }
  }

  #giveUp(entry: Entry, error: Error): void {
    settle(entry);
    if (!this.#queued.delete(entry)) this.#abandoned++;
    entry.call.reject(error);
  }
}

function settle(entry: Entry): void {
  entry.isSettled = true;
  clearTimeout(entry.timer);
  if (entry.onAbort) entry.signal?.removeEventListener('abort', entry.onAbort);
}

function abortError(signal: AbortSignal): Error {
  const { reason } = signal;
  return reason instanceof Error ? reason : new Error('the call was aborted', { cause: reason });
}
