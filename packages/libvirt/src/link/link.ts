/**
 * A host's link: one connection for events, keepalive and quick reads, others for calls that may hang, one for each stream.
 * It reconnects for ever, with back-off (minutes, where its login was refused), and subscribes to events before it says
 * `connected`, so that an owner who re-reads everything then misses nothing.
 */
import { EventEmitter, once } from 'node:events';
import type { Duplex } from 'node:stream';
import { ConnectError, ConnectionLostError, type ConnectReason } from '../errors.ts';
import type { LibvirtEvent } from '../protocol/events.ts';
import {
  type ArgsOf,
  type ProcedureName,
  type ReplyOf,
  type StreamProcedureName,
  procedures,
} from '../protocol/procedures.ts';
import type { CallOptions } from '../session/calls.ts';
import { CONNECT_TIMEOUT_MS, TIMER_MAX_MS } from '../session/connection-options.ts';
import { Connection } from '../session/connection.ts';
import type { KeepaliveOptions } from '../session/keepalive.ts';
import type { LibvirtStream } from '../session/stream.ts';
import { abortedError } from '../transport/aborting.ts';
import { type ForwardTarget, type Transport, transportFor } from '../transport/transport.ts';
import { parseUri } from '../transport/uri.ts';
import { type NamedDomainEvent, namedDomainEvent } from './domain-events.ts';
import { type LinkCallOptions, LinkSession } from './link-session.ts';
import {
  type NamedNetworkEvent,
  type NamedPoolEvent,
  namedNetworkEvent,
  namedPoolEvent,
} from './object-events.ts';
import { subscribe } from './subscriptions.ts';

export interface LinkOptions {
  readonly uri: string;
  readonly readOnly?: boolean;
  readonly connectTimeoutMs?: number;
  readonly callTimeoutMs?: number;
  /** How many connections may carry slow calls, four on each. */
  readonly slowConnections?: number;
  readonly keepalive?: KeepaliveOptions;
  /** Not after a refused login, which is tried again after ten seconds, and ever later up to five minutes. */
  readonly backoff?: { readonly minMs: number; readonly maxMs: number };
  /** Instead of what the URI says, and needed for a server that is not this machine. The link closes it. */
  readonly transport?: Transport;
}

export type LinkState = 'connecting' | 'connected' | 'disconnected' | 'closed';

interface LinkEvents {
  /** Subscribed: re-read everything now. */
  connected: [];
  /** With why; also after a failed attempt. Every waiting call has been rejected. */
  disconnected: [error: Error];
  domain: [event: NamedDomainEvent];
  network: [event: NamedNetworkEvent];
  pool: [event: NamedPoolEvent];
  /** Every event as it came. */
  event: [event: LibvirtEvent];
}
type LinkEventName = keyof LinkEvents;
type LinkListener<E extends LinkEventName> = (...args: LinkEvents[E]) => void;

const BACKOFF = { minMs: 200, maxMs: 10_000 };
/** Servers write refused logins down, and shut out who comes with them too often. */
const REFUSED_BACKOFF = { minMs: 10_000, maxMs: 300_000 };
const LOGIN_REFUSALS: readonly ConnectReason[] = ['ssh_authentication_failed', 'tls_refused_our_certificate'];
const SLOW_CONNECTIONS = 4;

export class Link {
  readonly uri: string;
  readonly #options: LinkOptions;
  readonly #transport: Transport;
  readonly #forwarded = new Set<Duplex>();
  readonly #emitter = new EventEmitter<LinkEvents>();
  #state: LinkState = 'disconnected';
  #session: LinkSession | undefined;
  readonly #closing = new AbortController();
  #retry: NodeJS.Timeout | undefined;
  #attempts = 0;
  #refusals = 0;
  #isStarted = false;
  #lastError: Error | undefined;

  constructor(options: LinkOptions) {
    this.uri = options.uri;
    this.#options = options;
    this.#transport = options.transport ?? transportOf(options);
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Why the link is not connected, or was not the last time. */
  get lastError(): Error | undefined {
    return this.#lastError;
  }

  start(): void {
    if (this.#isStarted || this.#state === 'closed') return;
    this.#isStarted = true;
    void this.#connect();
  }

  /** Ends every connection; waiting calls are rejected. The link cannot be started again. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#state = 'closed';
    this.#session = undefined;
    clearTimeout(this.#retry);
    this.#closing.abort(new ConnectionLostError('the link was closed'));
    for (const stream of this.#forwarded) stream.destroy();
    await session?.close();
    await this.#transport.close();
  }

  /** Does not wait for the next attempt's time: whoever asks knows that something has changed. */
  tryNow(): void {
    if (this.#state !== 'disconnected' || !this.#isStarted) return;
    clearTimeout(this.#retry);
    void this.#connect();
  }

  /** Gives the connections up and makes new ones: for an owner who finds that they are no good. */
  reconnect(reason: string): void {
    this.#session?.quick.destroy(new ConnectionLostError(reason));
  }

  /** Settles when the link is connected, at once where it is; rejects when it is closed or the signal fires. */
  async whenConnected(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (this.#state === 'connected') return;
    const signals = [this.#closing.signal, ...(options.signal ? [options.signal] : [])];
    const signal = AbortSignal.any(signals);
    await once(this.#emitter, 'connected', { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  }

  /** Goes to the connection its procedure's lane says. Rejects at once while the link is not connected. */
  call<N extends ProcedureName>(name: N, args: ArgsOf<N>, options?: LinkCallOptions): Promise<ReplyOf<N>> {
    return this.#session?.call(name, args, options) ?? Promise.reject(this.#notConnected());
  }

  /** On a connection of its own, which ends with the stream. */
  async openStream<N extends StreamProcedureName>(
    name: N,
    args: ArgsOf<N>,
    options?: CallOptions,
  ): Promise<LibvirtStream<ReplyOf<N>>> {
    return this.#connected().openStream(name, args, options);
  }

  /** Ends the stream whatever happens: finished after an upload that went well, else aborted. */
  async withStream<N extends StreamProcedureName, T>(
    name: N,
    args: ArgsOf<N>,
    use: (stream: LibvirtStream<ReplyOf<N>>) => Promise<T>,
    options?: CallOptions,
  ): Promise<T> {
    const stream = await this.openStream(name, args, options);
    // Its rejection reaches `use` by the stream's own ways; here only nobody may be missing.
    stream.on('error', () => {});
    try {
      const result = await use(stream);
      if (procedures[name].stream === 'upload') await stream.finish();
      return result;
    } finally {
      await stream.abort();
    }
  }

  /** Whether there is a way to what else listens on the server: over a unix socket and SSH, not over TLS. */
  get canForward(): boolean {
    return this.#transport.forward !== undefined;
  }

  /**
   * A connection to a port of the server's loopback, or to a unix socket on it. It needs no libvirt, and outlives its loss;
   * it ends with the link. Rejects with a ConnectError.
   */
  async forward(
    target: ForwardTarget,
    { timeoutMs = CONNECT_TIMEOUT_MS, signal }: CallOptions = {},
  ): Promise<Duplex> {
    if (!this.#transport.forward)
      throw new ConnectError(`nothing else on ${this.uri} can be reached`, { reason: 'forward_unsupported' });
    const signals = [this.#closing.signal, AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), TIMER_MAX_MS))];
    const deadline = AbortSignal.any(signal ? [...signals, signal] : signals);
    if (deadline.aborted) throw abortedError('forwarding', deadline);
    const stream = await this.#transport.forward(target, deadline);
    this.#forwarded.add(stream);
    stream.once('close', () => this.#forwarded.delete(stream));
    return stream;
  }

  /**
   * A connection of the caller's own, for work that libvirt ties to its connection, as a migration: when it ends, libvirt
   * takes back what was begun on it. The caller closes it; it ends with the link at the latest.
   */
  async openConnection(options?: CallOptions): Promise<Connection> {
    return this.#connected().openConnection(options);
  }

  /** Returns how to stop listening. */
  on<E extends LinkEventName>(event: E, listener: LinkListener<E>): () => void {
    // EventEmitter's own types cannot follow a generic event name.
    const plain = listener as (...args: unknown[]) => void;
    this.#emitter.on(event, plain);
    return () => this.#emitter.off(event, plain);
  }

  #connected(): LinkSession {
    if (this.#session) return this.#session;
    throw this.#notConnected();
  }

  #notConnected(): ConnectionLostError {
    return new ConnectionLostError(`the link to ${this.uri} is ${this.#state}`, { cause: this.#lastError });
  }

  async #connect(): Promise<void> {
    this.#state = 'connecting';
    const { backoff: _backoff, slowConnections = SLOW_CONNECTIONS, ...options } = this.#options;
    let quick: Connection | undefined;
    try {
      quick = await Connection.open({ ...options, transport: this.#transport, signal: this.#closing.signal });
      quick.onEvent((event) => this.#announce(event));
      await subscribe(quick);
    } catch (error) {
      quick?.destroy();
      return this.#lose(error as Error);
    }
    if (this.#isClosed()) return quick.destroy();
    const session = new LinkSession(quick, { ...options, transport: this.#transport }, slowConnections);
    this.#session = session;
    this.#state = 'connected';
    this.#attempts = 0;
    this.#refusals = 0;
    void quick.closed.then((error) => this.#end(session, error));
    this.#emitter.emit('connected');
  }

  /** Asked after an await, when the state may have changed. */
  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #end(session: LinkSession, error: Error | undefined): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    const lost = new ConnectionLostError('the link was lost', { cause: error });
    session.destroy(lost);
    this.#lose(error ?? lost);
  }

  #lose(error: Error): void {
    if (this.#isClosed()) return;
    this.#state = 'disconnected';
    this.#lastError = error;
    this.#retry = setTimeout(() => void this.#connect(), this.#delayAfter(error));
    this.#emitter.emit('disconnected', error);
  }

  #delayAfter(error: Error): number {
    if (error instanceof ConnectError && LOGIN_REFUSALS.includes(error.reason))
      return backedOff(REFUSED_BACKOFF, this.#refusals++);
    this.#refusals = 0;
    return backedOff(this.#options.backoff ?? BACKOFF, this.#attempts++);
  }

  #announce(event: LibvirtEvent): void {
    this.#emitter.emit('event', event);
    const domainEvent = namedDomainEvent(event);
    if (domainEvent) return void this.#emitter.emit('domain', domainEvent);
    const networkEvent = namedNetworkEvent(event);
    if (networkEvent) return void this.#emitter.emit('network', networkEvent);
    const poolEvent = namedPoolEvent(event);
    if (poolEvent) this.#emitter.emit('pool', poolEvent);
  }
}

const backedOff = ({ minMs, maxMs }: typeof BACKOFF, times: number): number =>
  Math.min(maxMs, minMs * 2 ** Math.min(times, 16));

/** A URI that nothing can be made of is said as every failure is, by `disconnected`. */
function transportOf({ uri, readOnly = false }: LinkOptions): Transport {
  try {
    return transportFor(parseUri(uri), readOnly);
  } catch (error) {
    return { open: () => Promise.reject(error), close: () => Promise.resolve() };
  }
}
