/** One connection to a libvirtd: calls, events and streams over one duplex stream. */
import type { Duplex } from 'node:stream';
import {
  ArgumentError,
  ConnectError,
  ConnectionLostError,
  type LibvirtClientError,
  ProtocolError,
} from '../errors.ts';
import type { LibvirtEvent } from '../protocol/events.ts';
import {
  type ArgsOf,
  type ProcedureName,
  type ReplyOf,
  type StreamProcedureName,
  procedures,
} from '../protocol/procedures.ts';
import type { Procedure } from '../protocol/rows.ts';
import { copiesAtOnce, readLent } from '../transport/lent-reads.ts';
import { systemReason } from '../transport/sockets.ts';
import { type Transport, transportFor } from '../transport/transport.ts';
import { parseUri } from '../transport/uri.ts';
import { Call } from './call.ts';
import { type CallOptions, CallQueue } from './calls.ts';
import {
  CALL_TIMEOUT_MS,
  CONNECT_TIMEOUT_MS,
  type ConnectionOptions,
  KEEPALIVE,
  TIMER_MAX_MS,
} from './connection-options.ts';
import { decodeEvent } from './event-decoding.ts';
import { type Frame, FrameDecoder, FrameEncoder, type ReceivedFrame, Status, Type } from './frames.ts';
import { handshake, handshakeReason } from './handshake.ts';
import { KEEPALIVE_PROGRAM, Keepalive, type KeepaliveOptions, KeepaliveTimer } from './keepalive.ts';
import { LibvirtStream } from './stream.ts';
import { StreamTable } from './stream-table.ts';

/** A peer that pings and never reads gets no more answers. */
const UNSENT_MAX = 1_048_576;
const GOODBYE_MS = 1000;

export class Connection {
  readonly #socket: Duplex;
  readonly #callTimeoutMs: number;
  readonly #encoder = new FrameEncoder();
  readonly #decoder = new FrameDecoder((frame) => this.#route(frame));
  readonly #calls: CallQueue;
  readonly #copiesAtOnce: boolean;
  readonly #streams: StreamTable;
  readonly #listeners = new Set<(event: LibvirtEvent) => void>();
  readonly #closed = Promise.withResolvers<Error | undefined>();
  #keepalive: KeepaliveTimer | undefined;
  #lastSerial = 0;
  #isClosing = false;
  #onStuck: (() => void) | undefined;
  #lost: LibvirtClientError | undefined;

  static async open(options: ConnectionOptions): Promise<Connection> {
    const uri = parseUri(options.uri);
    const timeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    const timeout = AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), TIMER_MAX_MS)); // it takes whole numbers alone
    const deadline = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
    const transport = options.transport ?? transportFor(uri, options.readOnly ?? false);
    const socket = await openSocket(transport, deadline, options.uri);
    const connection = new Connection(socket, options.callTimeoutMs ?? CALL_TIMEOUT_MS);
    const keepalive = options.keepalive ?? KEEPALIVE;
    try {
      const hello = {
        uri: uri.serverUri,
        readOnly: options.readOnly ?? false,
        wantsPings: keepalive !== false,
        timeoutMs,
      };
      await handshake(connection, hello, deadline);
    } catch (cause) {
      socket.destroy();
      if (cause instanceof ConnectError) throw cause;
      const reason = handshakeReason(cause, deadline);
      throw new ConnectError(`cannot open ${options.uri}`, { reason, cause });
    }
    if (keepalive !== false) connection.#startKeepalive(keepalive);
    return connection;
  }

  /** Connection.open makes them. */
  private constructor(socket: Duplex, callTimeoutMs: number) {
    this.#socket = socket;
    this.#callTimeoutMs = callTimeoutMs;
    this.#copiesAtOnce = copiesAtOnce(socket);
    this.#calls = new CallQueue(
      (bytes) => this.#send(bytes),
      () => this.#onStuck?.(),
    );
    this.#streams = new StreamTable(socket, this.#encoder);
    readLent(socket, (chunk) => this.#receive(chunk));
    socket.on('error', (cause) => this.#fail(new ConnectionLostError('the connection failed', { cause })));
    socket.on('close', () => this.#fail(new ConnectionLostError('the connection was closed by the server')));
    socket.on('end', () => socket.destroy());
  }

  /** Settles when the connection has ended: with the error that ended it, or nothing after close(). */
  get closed(): Promise<Error | undefined> {
    return this.#closed.promise;
  }

  get isOpen(): boolean {
    return this.#lost === undefined && !this.#isClosing;
  }

  /** Calls somebody waits for. */
  get waitingCalls(): number {
    return this.#calls.size;
  }

  /** Of the server's four places, those held by calls nobody waits for. */
  get abandonedCalls(): number {
    return this.#calls.abandoned;
  }

  /**
   * Rejects with a LibvirtError when libvirt refuses, else with another LibvirtClientError (or the signal's reason).
   * Calls made together may run in any order: await one before a call that builds on it.
   */
  call<N extends ProcedureName>(name: N, args: ArgsOf<N>, options?: CallOptions): Promise<ReplyOf<N>> {
    return new Promise((resolve, reject) => {
      // Indexing the table by a generic name loses the pairing that ArgsOf and ReplyOf state.
      const row = procedures[name] as unknown as Procedure<ArgsOf<N>, ReplyOf<N>>;
      this.#begin(new Call(name, row, this.#nextSerial(), resolve, reject), args, options);
    });
  }

  /** Opens a stream. It shares the connection's socket: give it a connection of its own, as Link does. */
  openStream<N extends StreamProcedureName>(
    name: N,
    args: ArgsOf<N>,
    options?: CallOptions,
  ): Promise<LibvirtStream<ReplyOf<N>>> {
    return new Promise((resolve, reject) => {
      // As above.
      const row = procedures[name] as unknown as Procedure<ArgsOf<N>, ReplyOf<N>>;
      const serial = this.#nextSerial();
      // Registered first: data may come in the same read as the reply.
      const stream = this.#streams.add<ReplyOf<N>>(name, serial, options?.timeoutMs ?? this.#callTimeoutMs);
      const opened = (reply: ReplyOf<N>) => resolve(stream.opened(reply));
      const refused = (error: Error) => {
        this.#streams.cancel(serial);
        reject(error);
      };
      const call = new Call(name, row, serial, opened, refused);
      // Else the server would keep it open for nobody.
      call.succeedLate = () => this.#streams.abort(name, serial);
      this.#begin(call, args, options);
    });
  }

  /** Events need a subscription (connectDomainEventCallbackRegisterAny, …) made on this connection. */
  onEvent(listener: (event: LibvirtEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called when a call has timed out and all of the server's places are held by calls nobody waits for. */
  onStuck(listener: () => void): void {
    this.#onStuck = listener;
  }

  /** Says goodbye to the server and ends; waiting calls are rejected. */
  async close(): Promise<void> {
    if (this.isOpen) {
      this.#isClosing = true;
      this.#calls.fail(new ConnectionLostError('the connection was closed'));
      await this.call('connectClose', {}, { timeoutMs: GOODBYE_MS }).catch(() => {});
    }
    this.#fail(new ConnectionLostError('the connection was closed'));
    await this.closed;
  }

  /** Ends at once, without a word to the server. */
  destroy(error: LibvirtClientError = new ConnectionLostError('the connection was given up')): void {
    this.#fail(error);
  }

  #nextSerial(): number {
    this.#lastSerial = (this.#lastSerial + 1) >>> 0;
    return this.#lastSerial;
  }

  #begin<A, R>(call: Call<A, R>, args: A, options: CallOptions | undefined): void {
    if (this.#lost)
      return call.fail(new ConnectionLostError('the connection is closed', { cause: this.#lost }));
    try {
      call.encode(this.#encoder, args);
    } catch (error) {
      return call.fail(error as Error);
    }
    const timeoutMs = Math.min(options?.timeoutMs ?? this.#callTimeoutMs, TIMER_MAX_MS);
    // What it asks and what it is answered is of no concern to the queue.
    this.#calls.add(call as unknown as Call, timeoutMs, options);
  }

  #send(bytes: Buffer): void {
    this.#socket.write(bytes);
    // With the system: nobody reads our memory any more.
    if (this.#copiesAtOnce && this.#socket.writableLength === 0) this.#encoder.takeBack(bytes);
  }

  #receive(chunk: Buffer): void {
    this.#keepalive?.heard();
    try {
      this.#decoder.push(chunk);
    } catch (error) {
      // After a malformed frame we no longer know where the next one starts.
      this.#fail(
        error instanceof ProtocolError
          ? error
          : new ProtocolError('the server cannot be read', { cause: error }),
      );
    }
  }

  #route(frame: ReceivedFrame): void {
    if (this.#lost) return;
    if (frame.type === Type.reply) this.#calls.receive(frame);
    else if (frame.type === Type.stream || frame.type === Type.streamHole) this.#streams.receive(frame);
    else if (frame.type === Type.message && frame.program === KEEPALIVE_PROGRAM) this.#answerPing(frame);
    else if (frame.type === Type.message) this.#announce(frame);
    // Anything else is of a protocol newer than ours, and not for us.
  }

  #announce(frame: Frame): void {
    const event = decodeEvent(frame);
    if (!event) return;
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // A listener's bug is its owner's, not the connection's: let it surface as an uncaught error.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #answerPing({ procedure }: Frame): void {
    if (procedure === Keepalive.ping && this.#socket.writableLength < UNSENT_MAX)
      this.#sendKeepalive(Keepalive.pong);
  }

  #startKeepalive(options: KeepaliveOptions): void {
    this.#keepalive = new KeepaliveTimer(options, {
      isPaused: () => this.#streams.isPaused,
      ping: () => this.#sendKeepalive(Keepalive.ping),
      giveUp: () => this.#fail(new ConnectionLostError('the server no longer answers')),
    });
  }

  #sendKeepalive(procedure: number): void {
    const header = {
      program: KEEPALIVE_PROGRAM,
      version: 1,
      procedure,
      type: Type.message,
      serial: 0,
      status: Status.ok,
    };
    this.#socket.write(this.#encoder.encodeHeader(header, 0));
  }

  #fail(error: LibvirtClientError): void {
    if (this.#lost) return;
    this.#lost = error;
    this.#keepalive?.stop();
    this.#socket.destroy();
    this.#calls.fail(error);
    this.#streams.fail(error);
    this.#listeners.clear();
    this.#closed.resolve(this.#isClosing ? undefined : error);
  }
}

async function openSocket(transport: Transport, deadline: AbortSignal, uri: string): Promise<Duplex> {
  try {
    return await transport.open(deadline);
  } catch (cause) {
    if (cause instanceof ConnectError || cause instanceof ArgumentError) throw cause;
    // A transport of somebody else's making.
    throw new ConnectError(`cannot connect to ${uri}`, { reason: systemReason(cause), cause });
  }
}
