/**
 * A host's link: one connection for events, keepalive and quick reads, others for calls that may hang, one for each stream.
 * It reconnects for ever, with back-off, and subscribes to events before it says `connected`,
 * so that an owner who re-reads everything then misses nothing.
 */
import { EventEmitter } from 'node:events';
import { ConnectionLostError } from '../errors.ts';
import type { LibvirtEvent } from '../protocol/events.ts';
import {
  type ArgsOf,
  type ProcedureName,
  type ReplyOf,
  type StreamProcedureName,
  procedures,
} from '../protocol/procedures.ts';
import type { CallOptions } from '../session/calls.ts';
import { Connection } from '../session/connection.ts';
import type { KeepaliveOptions } from '../session/keepalive.ts';
import type { LibvirtStream } from '../session/stream.ts';
import type { Transport } from '../transport/transport.ts';
import { type NamedDomainEvent, namedDomainEvent } from './domain-events.ts';
import { Lane } from './lanes.ts';
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
  readonly backoff?: { readonly minMs: number; readonly maxMs: number };
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
const SLOW_CONNECTIONS = 4;

/** The connections of one connected spell. */
interface Session {
  readonly quick: Connection;
  readonly firm: Lane;
  readonly slow: Lane;
  readonly streams: Set<Connection>;
}

export class Link {
  readonly uri: string;
  readonly #options: LinkOptions;
  readonly #emitter = new EventEmitter<LinkEvents>();
  #state: LinkState = 'disconnected';
  #session: Session | undefined;
  #retry: NodeJS.Timeout | undefined;
  #attempts = 0;
  #isStarted = false;
  #lastError: Error | undefined;

  constructor(options: LinkOptions) {
    this.uri = options.uri;
    this.#options = options;
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

  async close(): Promise<void> {
    const session = this.#session;
    this.#state = 'closed';
    this.#session = undefined;
    clearTimeout(this.#retry);
    if (!session) return;
    for (const connection of session.streams)
      connection.destroy(new ConnectionLostError('the link was closed'));
    await Promise.all([session.quick.close(), session.firm.close(), session.slow.close()]);
  }

  /** Goes to the connection its procedure's lane says. Rejects at once while the link is not connected. */
  async call<N extends ProcedureName>(name: N, args: ArgsOf<N>, options?: CallOptions): Promise<ReplyOf<N>> {
    const session = this.#connected();
    const { lane } = procedures[name];
    if (lane === 'quick') return session.quick.call(name, args, options);
    return session[lane].run((connection) => connection.call(name, args, options));
  }

  /** On a connection of its own, which ends with the stream. */
  async openStream<N extends StreamProcedureName>(
    name: N,
    args: ArgsOf<N>,
    options?: CallOptions,
  ): Promise<LibvirtStream<ReplyOf<N>>> {
    const { streams } = this.#connected();
    const connection = await this.#open(false);
    streams.add(connection);
    void connection.closed.then(() => streams.delete(connection));
    try {
      if (this.#session?.streams !== streams) throw new ConnectionLostError('the link was lost');
      const stream = await connection.openStream(name, args, options);
      void stream.over.then(() => connection.close());
      return stream;
    } catch (error) {
      void connection.close();
      throw error;
    }
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

  /** Returns how to stop listening. */
  on<E extends LinkEventName>(event: E, listener: LinkListener<E>): () => void {
    // EventEmitter's own types cannot follow a generic event name.
    const plain = listener as (...args: unknown[]) => void;
    this.#emitter.on(event, plain);
    return () => this.#emitter.off(event, plain);
  }

  #connected(): Session {
    if (this.#session && this.#state === 'connected') return this.#session;
    throw new ConnectionLostError(`the link to ${this.uri} is ${this.#state}`, { cause: this.#lastError });
  }

  async #connect(): Promise<void> {
    this.#state = 'connecting';
    let quick: Connection | undefined;
    try {
      quick = await this.#open(true);
      quick.onEvent((event) => this.#announce(event));
      await subscribe(quick);
    } catch (error) {
      quick?.destroy();
      return this.#lose(error as Error);
    }
    if (this.#isClosed()) return quick.destroy();
    const slowConnections = this.#options.slowConnections ?? SLOW_CONNECTIONS;
    const session: Session = {
      quick,
      firm: new Lane(1, () => this.#open(true)),
      slow: new Lane(slowConnections, () => this.#open(true)),
      streams: new Set(),
    };
    this.#session = session;
    this.#state = 'connected';
    this.#attempts = 0;
    void quick.closed.then((error) => this.#end(session, error));
    this.#emitter.emit('connected');
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #end(session: Session, error: Error | undefined): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    const lost = new ConnectionLostError('the link was lost', { cause: error });
    session.firm.destroy(lost);
    session.slow.destroy(lost);
    for (const connection of session.streams) connection.destroy(lost);
    this.#lose(error ?? lost);
  }

  #lose(error: Error): void {
    if (this.#isClosed()) return;
    this.#state = 'disconnected';
    this.#lastError = error;
    const { minMs, maxMs } = this.#options.backoff ?? BACKOFF;
    const delayMs = Math.min(maxMs, minMs * 2 ** Math.min(this.#attempts++, 16));
    this.#retry = setTimeout(() => void this.#connect(), delayMs);
    this.#emitter.emit('disconnected', error);
  }

  #open(hasKeepalive: boolean): Promise<Connection> {
    const { keepalive, backoff: _, slowConnections: __, ...options } = this.#options;
    if (!hasKeepalive) return Connection.open({ ...options, keepalive: false });
    return Connection.open(keepalive ? { ...options, keepalive } : options);
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
