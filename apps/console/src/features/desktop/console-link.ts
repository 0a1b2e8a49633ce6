/**
 * The way to a VM's screen or serial line that heals itself: a fresh ticket and a new WebSocket after every loss, no
 * later than 3 s, for as long as the VM can have a screen. It knows nothing of what the bytes mean.
 */
import {
  ApiError,
  type ConsoleTicket,
  WATCHERS_PROTOCOL,
  type Watchers,
  consoleCloseCodes,
} from '@loucloud/api';
import type { LinkFailure } from './desktop.messages.ts';

export type LinkState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'open' }
  /** Tries again by itself. */
  | { readonly phase: 'retrying'; readonly failure: LinkFailure }
  /** The VM has no screen; goes on when `wake` is called. */
  | { readonly phase: 'waiting'; readonly failure: LinkFailure }
  /** Only a person can decide to try again. */
  | { readonly phase: 'ended'; readonly failure: LinkFailure };

interface Options {
  readonly getTicket: () => Promise<Pick<ConsoleTicket, 'ticket' | 'path'>>;
  readonly connect: (path: string, protocols: string[]) => WebSocket;
  /** A new socket, not yet open; whoever takes it calls `opened` when the screen is there. */
  readonly onSocket: (socket: WebSocket) => void;
  readonly onState: (state: LinkState) => void;
  readonly onWatchers: (watchers: Watchers) => void;
}

const FIRST_DELAY_MS = 150;
/** Less than the 3 s in which a screen is back: its ticket and its first picture take their time too. */
const MAX_DELAY_MS = 1500;
/** The control plane says something every 2 s: a connection on which nothing is heard any more is dead. */
const SILENT_MAX_MS = 5000;
const LISTEN_EVERY_MS = 1000;
/** A try that hangs is given up, later each time: a slow line needs longer. */
const FIRST_TRY_MS = 10_000;
const TRY_MS = 2000;
const TRY_LONGER_MS = 250;

const final: ReadonlySet<LinkFailure> = new Set([
  'rights_ended',
  'vm_deleted',
  'taken_over',
  'too_many_desktops',
  'not_allowed',
  'not_found',
]);
const needsRunningVm: ReadonlySet<LinkFailure> = new Set(['vm_not_running']);

export class ConsoleLink {
  readonly #options: Options;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #state: LinkState = { phase: 'connecting' };
  #isStopped = false;
  #isAsking = false;
  #listening: ReturnType<typeof setInterval> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Also: try again now. `isQuiet`: nothing is said before it has worked. */
  start(isQuiet = false): void {
    if (this.#isStopped || this.#state.phase === 'open' || this.#socket || this.#isAsking) return;
    clearTimeout(this.#timer);
    if (this.#state.phase !== 'retrying' && !isQuiet) this.#become({ phase: 'connecting' });
    void this.#open();
  }

  /** The VM may have a screen again, or the network is back. */
  wake(): void {
    if (this.#state.phase === 'waiting' || this.#state.phase === 'retrying') this.start();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#listening);
    this.#socket?.close(1000);
    this.#socket = null;
  }

  /** The browser knows that it has no network. */
  offline(): void {
    if (this.#socket) this.failed('connection_lost');
  }

  /** Called by whoever draws: what is behind the socket has answered. */
  opened(): void {
    this.#failures = 0;
    this.#become({ phase: 'open' });
  }

  /** Called by whoever draws: the socket is fine, what came through it is not. */
  failed(failure: LinkFailure): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
    this.#fail(failure);
  }

  async #open(): Promise<void> {
    try {
      this.#isAsking = true;
      const { ticket, path } = await within(this.#patienceMs(), this.#options.getTicket());
      this.#isAsking = false;
      if (this.#isStopped || this.#socket) return;
      const socket = this.#options.connect(path, ['loucloud', WATCHERS_PROTOCOL, `ticket.${ticket}`]);
      socket.binaryType = 'arraybuffer';
      this.#socket = socket;
      this.#listenTo(socket);
      socket.addEventListener('close', ({ code }) => {
        // An earlier socket's end is no news.
        if (this.#socket !== socket) return;
        this.#socket = null;
        this.#fail(failureOfClose(code));
      });
      this.#options.onSocket(socket);
    } catch (error) {
      this.#isAsking = false;
      if (!this.#isStopped) this.#fail(failureOfTicket(error));
    }
  }

  #patienceMs(): number {
    return this.#failures === 0
      ? FIRST_TRY_MS
      : Math.min(TRY_MS + TRY_LONGER_MS * this.#failures, FIRST_TRY_MS);
  }

  /** Before anybody else: what is said beside the bytes is not for them. */
  #listenTo(socket: WebSocket): void {
    let heardAt = performance.now();
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      heardAt = performance.now();
      if (typeof event.data !== 'string') return;
      event.stopImmediatePropagation();
      this.#options.onWatchers(JSON.parse(event.data) as Watchers); // our own control plane's
    });
    clearInterval(this.#listening);
    this.#listening = setInterval(() => {
      if (this.#socket !== socket) return clearInterval(this.#listening);
      if (performance.now() - heardAt > SILENT_MAX_MS) this.failed('connection_lost');
    }, LISTEN_EVERY_MS);
  }

  #fail(failure: LinkFailure): void {
    if (this.#isStopped) return;
    if (final.has(failure)) return this.#become({ phase: 'ended', failure });
    if (needsRunningVm.has(failure)) return this.#become({ phase: 'waiting', failure });
    this.#become({ phase: 'retrying', failure });
    const delay = Math.min(FIRST_DELAY_MS * 2 ** this.#failures, MAX_DELAY_MS);
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.start(), delay);
  }

  #become(state: LinkState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

class HangingError extends Error {
  override readonly name = 'HangingError';
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new HangingError()), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

export function failureOfClose(code: number): LinkFailure {
  return (consoleCloseCodes as Readonly<Record<number, LinkFailure>>)[code] ?? 'connection_lost';
}

export function failureOfTicket(error: unknown): LinkFailure {
  if (!(error instanceof ApiError)) return 'connection_lost';
  const { code, status } = error;
  if (code === 'unreachable') return status === 0 ? 'connection_lost' : 'proxy_lost';
  if (code === 'database_unavailable') return code;
  if (code === 'wrong_state') return 'vm_not_running';
  if (code === 'host_unreachable' || code === 'too_many_desktops' || code === 'not_found') return code;
  if (code === 'unauthenticated') return 'rights_ended';
  return status === 0 || status >= 500 || status === 429 ? 'connection_lost' : 'not_allowed';
}
