/** One client of a fake libvirtd: the server's side of a connection. */
import type { Duplex } from 'node:stream';
import { LibvirtError } from '../errors.ts';
import { type EventName, type PayloadOf, events } from '../protocol/events.ts';
import { type AnyProcedureName, procedures } from '../protocol/procedures.ts';
import { PROGRAM_VERSION, type Procedure } from '../protocol/rows.ts';
import { decode } from '../xdr/coding.ts';
import { type Frame, FrameDecoder, FrameEncoder, Status, Type } from '../session/frames.ts';
import { KEEPALIVE_PROGRAM, Keepalive } from '../session/keepalive.ts';
import { refusal, wireRefusal } from '../session/refusal.ts';
import { FakeStream } from './fake-stream.ts';
import { refuseUnsupported } from './refusals.ts';

/** libvirtd's max_client_requests. */
const MAX_UNFINISHED = 5;

/** Stream procedures get a stream between the arguments and the client. */
export type Handler = (args: unknown, streamOrClient: unknown, client?: FakeClient) => unknown;

const names = new Map<string, AnyProcedureName>();
for (const name of Object.keys(procedures) as AnyProcedureName[]) {
  names.set(`${procedures[name].program}:${procedures[name].number}`, name);
}

export class FakeClient {
  /** Every call in the order of arrival. */
  readonly received: AnyProcedureName[] = [];
  /** Keepalive messages from the client. */
  pings = 0;
  pongs = 0;
  readonly #socket: Duplex;
  readonly #handlerOf: (name: AnyProcedureName) => Handler | undefined;
  readonly #encoder = new FrameEncoder();
  readonly #streams = new Map<number, FakeStream>();
  #unfinished = 0;
  /** Cleared for a server that hangs: nothing is answered any more, pings included. */
  isAlive = true;

  constructor(socket: Duplex, handlerOf: (name: AnyProcedureName) => Handler | undefined) {
    this.#socket = socket;
    this.#handlerOf = handlerOf;
    const decoder = new FrameDecoder((frame) => void this.#receive(frame));
    socket.on('data', (chunk: Buffer) => decoder.push(chunk));
    socket.on('error', () => {}); // a client that has gone is no concern of the server's
    socket.on('end', () => socket.end());
  }

  /** What the client has not taken yet. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  emit<N extends EventName>(name: N, payload: PayloadOf<N>): void {
    const row = events[name] as {
      program: number;
      number: number;
      payload: Procedure<PayloadOf<N>, never>['args'];
    };
    const header = { program: row.program, version: PROGRAM_VERSION, procedure: row.number, serial: 0 };
    this.#socket.write(
      this.#encoder.encode({ ...header, type: Type.message, status: Status.ok }, row.payload, payload),
    );
  }

  ping(): void {
    this.#keepalive(Keepalive.ping);
  }

  /** Bytes that no libvirtd would send. */
  sendRaw(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #receive(frame: Frame): Promise<void> {
    if (!this.isAlive) return;
    if (frame.program === KEEPALIVE_PROGRAM) {
      if (frame.procedure === Keepalive.ping) {
        this.pings++;
        this.#keepalive(Keepalive.pong);
      } else this.pongs++;
    } else if (frame.type === Type.stream || frame.type === Type.streamHole) {
      this.#streams.get(frame.serial)?.receive(frame);
    } else if (frame.type === Type.call) await this.#answer(frame);
  }

  async #answer(frame: Frame): Promise<void> {
    if (++this.#unfinished >= MAX_UNFINISHED) this.#socket.pause();
    const header = { ...frame, type: Type.reply };
    try {
      const { name, reply } = await this.#handle(frame);
      if (this.isAlive)
        this.#send(this.#encoder.encode({ ...header, status: Status.ok }, procedures[name].reply, reply));
      this.#streams.get(frame.serial)?.opened();
    } catch (error) {
      if (!(error instanceof LibvirtError)) throw error; // a bug of the test's
      this.#send(this.#encoder.encode({ ...header, status: Status.error }, refusal, wireRefusal(error)));
    }
    if (--this.#unfinished < MAX_UNFINISHED) this.#socket.resume();
  }

  async #handle(frame: Frame): Promise<{ name: AnyProcedureName; reply: unknown }> {
    const name = names.get(`${frame.program}:${frame.procedure}`);
    if (!name) throw refuseUnsupported(`procedure ${frame.procedure}`);
    this.received.push(name);
    const handler = this.#handlerOf(name);
    if (!handler) throw refuseUnsupported(name);
    // The row's codec makes the arguments that the row's handler takes.
    const args: unknown = decode(procedures[name].args as Procedure<unknown, never>['args'], frame.payload);
    if (!('stream' in procedures[name])) return { name, reply: await handler(args, this) };
    const stream = new FakeStream(frame, this.#encoder, (bytes) => this.#send(bytes));
    this.#streams.set(frame.serial, stream);
    return { name, reply: await handler(args, stream, this) };
  }

  #keepalive(procedure: number): void {
    const header = {
      program: KEEPALIVE_PROGRAM,
      version: 1,
      procedure,
      type: Type.message,
      serial: 0,
      status: Status.ok,
    };
    this.#send(this.#encoder.encodeHeader(header, 0));
  }

  #send(bytes: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }
}
