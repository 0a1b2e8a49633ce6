/** The pushed event stream: makes cached answers stale, carries progress, and says when it is down. */
import type { Event, OperationProgress } from '@loucloud/api';
import type { QueryClient } from '@tanstack/react-query';
import { call, query } from './api.ts';
import type { EventStream } from './live-messages.ts';
import { isStaleAfter } from './stale-queries.ts';

/** Events come in bursts (a hundred VMs created); a list is read again at most this often. */
const QUIET_MS = 60;
const MIN_GAP_MS = 700;
const RETRY_MAX_MS = 15_000;
/** How often pages are read again while no event can tell. */
const POLL_MS = 30_000;

export class LiveStream {
  readonly #queries: QueryClient;
  readonly #listeners = new Set<() => void>();
  readonly #progress = new Map<string, OperationProgress>();
  readonly #connect: () => EventStream;
  #source: EventStream | null = null;
  #isDown = false;
  #failures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #pollTimer: ReturnType<typeof setInterval> | undefined;
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  #lastFlushAt = 0;
  #pending: Event[] = [];

  constructor(queries: QueryClient, connect: () => EventStream) {
    this.#queries = queries;
    this.#connect = connect;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly isDown = (): boolean => this.#isDown;
  readonly progressOf = (operationId: string): OperationProgress | undefined =>
    this.#progress.get(operationId);

  open(): void {
    if (this.#source) return;
    clearTimeout(this.#retryTimer);
    const source = this.#connect();
    this.#source = source;
    source.addEventListener('open', () => this.#opened());
    source.addEventListener('change', ({ data }: MessageEvent<string>) =>
      this.#took(JSON.parse(data) as Event),
    );
    source.addEventListener('progress', ({ data }: MessageEvent<string>) =>
      this.#tookProgress(JSON.parse(data) as OperationProgress),
    );
    source.addEventListener('reset', () => void this.#queries.invalidateQueries());
    source.addEventListener('error', () => this.#failed(source));
  }

  close(): void {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#flushTimer);
    clearInterval(this.#pollTimer);
    this.#flushTimer = undefined;
    this.#pollTimer = undefined;
    this.#pending = [];
    this.#progress.clear();
    this.#setDown(false);
  }

  #opened(): void {
    // A new EventSource does not say where the old one stopped: read everything again.
    if (this.#failures > 0) void this.#queries.invalidateQueries();
    this.#failures = 0;
    clearInterval(this.#pollTimer);
    this.#pollTimer = undefined;
    this.#setDown(false);
  }

  #failed(source: EventStream): void {
    this.#setDown(true);
    this.#pollTimer ??= setInterval(() => void this.#queries.invalidateQueries(), POLL_MS);
    // While CONNECTING the browser tries again by itself, and asks for what it missed.
    if (source.readyState !== EventSource.CLOSED) return;
    this.#source?.close();
    this.#source = null;
    this.#failures += 1;
    // It may be that the session has ended: this call finds out, and waits for the login.
    void call('meGet').catch(() => undefined);
    this.#retryTimer = setTimeout(
      () => this.open(),
      Math.min(1000 * 2 ** (this.#failures - 1), RETRY_MAX_MS),
    );
  }

  #took(event: Event): void {
    this.#pending.push(event);
    if (event.type === 'operation.finished') this.#progress.delete(String(event.details['operationId']));
    const wait = Math.max(QUIET_MS, this.#lastFlushAt + MIN_GAP_MS - Date.now());
    this.#flushTimer ??= setTimeout(() => this.#flush(), wait);
  }

  #flush(): void {
    const events = this.#pending;
    this.#pending = [];
    this.#flushTimer = undefined;
    this.#lastFlushAt = Date.now();
    void this.#queries.invalidateQueries({
      predicate: ({ queryKey }) => events.some((event) => isStaleAfter(event, queryKey)),
    });
  }

  #tookProgress(progress: OperationProgress): void {
    const { operationId, reports } = progress;
    const isNews = reports > (this.#progress.get(operationId)?.reports ?? 0);
    this.#progress.set(operationId, progress);
    if (isNews) {
      const { queryKey } = query('operationGet', { params: { operationId } });
      void this.#queries.invalidateQueries({ queryKey });
    }
    this.#tell();
  }

  #setDown(isDown: boolean): void {
    if (this.#isDown === isDown) return;
    this.#isDown = isDown;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
