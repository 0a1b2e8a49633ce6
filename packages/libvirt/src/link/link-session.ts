/** The connections of a link for as long as it stays connected. They end together. */
import { ConnectionLostError } from '../errors.ts';
import {
  type ArgsOf,
  type ProcedureName,
  type ReplyOf,
  type StreamProcedureName,
  procedures,
} from '../protocol/procedures.ts';
import type { CallOptions } from '../session/calls.ts';
import {
  CALL_TIMEOUT_MS,
  CONNECT_TIMEOUT_MS,
  type ConnectionOptions,
} from '../session/connection-options.ts';
import { Connection } from '../session/connection.ts';
import type { LibvirtStream } from '../session/stream.ts';
import { Lane } from './lanes.ts';

/** Destroys of hung guests take ten seconds each; eight at a time is more than libvirtd has workers for. */
const FIRM_CONNECTIONS = 2;

export interface LinkCallOptions extends CallOptions {
  /** On a connection where nothing else waits: what is measured then is the server, and the way to it. */
  readonly isPulse?: boolean;
  /** On one connection for all that nobody waits for, four calls at a time. */
  readonly isBackground?: boolean;
}

export class LinkSession {
  readonly quick: Connection;
  readonly #options: ConnectionOptions;
  readonly #firm: Lane;
  readonly #slow: Lane;
  readonly #pulse: Lane;
  readonly #background: Lane;
  /** Of streams, and of callers who asked for one. */
  readonly #own = new Set<Connection>();
  /** Ends openings that are still under way. */
  readonly #ended = new AbortController();

  constructor(quick: Connection, options: ConnectionOptions, slowConnections: number) {
    this.quick = quick;
    // There is one quick connection: once hung calls hold all its places, only another one helps.
    quick.onStuck(() =>
      quick.destroy(new ConnectionLostError('every place on the connection was held by a hung call')),
    );
    this.#options = options;
    const open = () => Connection.open({ ...options, signal: this.#ended.signal });
    this.#firm = new Lane(FIRM_CONNECTIONS, open);
    this.#slow = new Lane(slowConnections, open);
    this.#pulse = new Lane(1, open);
    this.#background = new Lane(1, open);
  }

  call<N extends ProcedureName>(
    name: N,
    args: ArgsOf<N>,
    { isPulse = false, isBackground = false, ...options }: LinkCallOptions = {},
  ): Promise<ReplyOf<N>> {
    const lane = isPulse ? this.#pulse : isBackground ? this.#background : this.#laneOf(name);
    if (lane === 'quick') return this.quick.call(name, args, options);
    const timed = {
      ...options,
      timeoutMs: options.timeoutMs ?? this.#options.callTimeoutMs ?? CALL_TIMEOUT_MS,
    };
    return lane.run(name, timed, (connection, left) => connection.call(name, args, left));
  }

  async openStream<N extends StreamProcedureName>(
    name: N,
    args: ArgsOf<N>,
    options: CallOptions = {},
  ): Promise<LibvirtStream<ReplyOf<N>>> {
    const connection = await this.openConnection(options);
    try {
      const stream = await connection.openStream(name, args, options);
      void stream.over.then(() => connection.close());
      return stream;
    } catch (error) {
      void connection.close();
      throw error;
    }
  }

  /** Without keepalive: a reader that pauses would look dead. The quick connection watches the server for all. */
  async openConnection({ timeoutMs = Infinity, signal }: CallOptions = {}): Promise<Connection> {
    const connectTimeoutMs = Math.min(timeoutMs, this.#options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
    const ended = this.#ended.signal;
    const connection = await Connection.open({
      ...this.#options,
      keepalive: false,
      connectTimeoutMs,
      signal: signal ? AbortSignal.any([ended, signal]) : ended,
    });
    this.#own.add(connection);
    void connection.closed.then(() => this.#own.delete(connection));
    if (ended.aborted) {
      connection.destroy(new ConnectionLostError('the link was lost', { cause: ended.reason }));
      ended.throwIfAborted();
    }
    return connection;
  }

  /** Ends everything at once: the server is gone, or takes us for gone. */
  destroy(error: ConnectionLostError): void {
    this.#ended.abort(error);
    this.quick.destroy(error);
    this.#firm.destroy(error);
    this.#slow.destroy(error);
    this.#pulse.destroy(error);
    this.#background.destroy(error);
    for (const connection of this.#own) connection.destroy(error);
  }

  /** Says goodbye on every connection; streams end without finishing. */
  async close(): Promise<void> {
    const closed = new ConnectionLostError('the link was closed');
    this.#ended.abort(closed);
    for (const connection of this.#own) connection.destroy(closed);
    const lanes = [this.#firm, this.#slow, this.#pulse, this.#background];
    await Promise.all([this.quick.close(), ...lanes.map((lane) => lane.close())]);
  }

  #laneOf(name: ProcedureName): Lane | 'quick' {
    const { lane } = procedures[name];
    if (lane === 'quick') return lane;
    return lane === 'firm' ? this.#firm : this.#slow;
  }
}
