/**
 * The way to a VM's screen or serial line that heals itself: a fresh ticket and a new WebSocket after every loss, no
 * later than 3 s, for as long as the VM can have a screen. It knows nothing of what the bytes mean.
 */
import { ApiError, type ConsoleTicket, consoleCloseCodes } from '@loucloud/api';
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
}

const FIRST_DELAY_MS = 150;
const MAX_DELAY_MS = 3000;

const final: ReadonlySet<LinkFailure> = new Set([
  'rights_ended',
  'vm_deleted',
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

  constructor(options: Options) {
    this.#options = options;
  }

  /** Also: try again now. */
  start(): void {
    if (this.#isStopped || this.#state.phase === 'open' || this.#socket) return;
    clearTimeout(this.#timer);
    if (this.#state.phase !== 'retrying') this.#become({ phase: 'connecting' });
    void this.#open();
  }

  /** The VM may have a screen again, or the network is back. */
  wake(): void {
    if (this.#state.phase === 'waiting' || this.#state.phase === 'retrying') this.start();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
    this.#socket = null;
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
      const { ticket, path } = await this.#options.getTicket();
      if (this.#isStopped || this.#socket) return;
      const socket = this.#options.connect(path, ['loucloud', `ticket.${ticket}`]);
      socket.binaryType = 'arraybuffer';
      this.#socket = socket;
      socket.addEventListener('close', ({ code }) => {
        // An earlier socket's end is no news.
        if (this.#socket !== socket) return;
        this.#socket = null;
        this.#fail(failureOfClose(code));
      });
      this.#options.onSocket(socket);
    } catch (error) {
      if (!this.#isStopped) this.#fail(failureOfTicket(error));
    }
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

export function failureOfClose(code: number): LinkFailure {
  return (consoleCloseCodes as Readonly<Record<number, LinkFailure>>)[code] ?? 'connection_lost';
}

export function failureOfTicket(error: unknown): LinkFailure {
  if (!(error instanceof ApiError)) return 'connection_lost';
  const { code, status } = error;
  if (code === 'wrong_state') return 'vm_not_running';
  if (code === 'host_unreachable' || code === 'too_many_desktops' || code === 'not_found') return code;
  if (code === 'unauthenticated') return 'rights_ended';
  return status === 0 || status >= 500 || status === 429 ? 'connection_lost' : 'not_allowed';
}
