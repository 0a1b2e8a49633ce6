/** The streams of one connection, each under the serial number of the call that opened it. */
import type { Duplex } from 'node:stream';
import { ConnectionLostError } from '../errors.ts';
import type { StreamProcedureName } from '../protocol/procedures.ts';
import { procedures } from '../protocol/procedures.ts';
import { PROGRAM_VERSION } from '../protocol/rows.ts';
import { type Frame, type FrameEncoder, Status, Type } from './frames.ts';
import { LibvirtStream, type StreamChannel, hole } from './stream.ts';

export class StreamTable {
  readonly #socket: Duplex;
  readonly #encoder: FrameEncoder;
  readonly #streams = new Map<number, LibvirtStream>();
  /** The socket reads again when no stream holds it back. */
  readonly #paused = new Set<number>();

  constructor(socket: Duplex, encoder: FrameEncoder) {
    this.#socket = socket;
    this.#encoder = encoder;
  }

  /** Whether a stream holds the socket back. */
  get isPaused(): boolean {
    return this.#paused.size > 0;
  }

  add<Reply>(name: StreamProcedureName, serial: number, finishTimeoutMs: number): LibvirtStream<Reply> {
    const stream = new LibvirtStream<Reply>(this.#channel(name, serial, finishTimeoutMs));
    this.#streams.set(serial, stream);
    return stream;
  }

  /** For a stream whose call was refused: nobody has seen it. */
  cancel(serial: number): void {
    this.#streams.delete(serial);
    this.#resume(serial);
  }

  /** For a stream that was opened after its caller had given up. */
  abort(name: StreamProcedureName, serial: number): void {
    this.#channel(name, serial, 0).sendStatus(Status.error);
  }

  /** Packets behind a stream's end are ignored. */
  receive(frame: Frame): void {
    this.#streams.get(frame.serial)?.receive(frame);
  }

  fail(error: Error): void {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) stream.fail(error);
  }

  #channel(name: StreamProcedureName, serial: number, finishTimeoutMs: number): StreamChannel {
    const { program, number: procedure, stream: direction } = procedures[name];
    const base = { program, version: PROGRAM_VERSION, procedure, type: Type.stream, serial };
    return {
      procedure: name,
      direction,
      finishTimeoutMs,
      sendData: (parts, sent) => {
        const size = parts.reduce((sum, { length }) => sum + length, 0);
        const header = this.#encoder.encodeHeader({ ...base, status: Status.continue }, size);
        // One write to the system, and no copy of the data.
        this.#socket.cork();
        this.#socket.write(header);
        for (const part of parts.slice(0, -1)) this.#socket.write(part);
        this.#socket.write(parts.at(-1), lossOr(sent));
        this.#socket.uncork();
      },
      sendHole: (length, sent) => {
        const header = { ...base, type: Type.streamHole, status: Status.continue };
        this.#socket.write(this.#encoder.encode(header, hole, { length, flags: 0 }), lossOr(sent));
      },
      sendStatus: (status) => this.#socket.write(this.#encoder.encodeHeader({ ...base, status }, 0)),
      pause: () => {
        this.#paused.add(serial);
        this.#socket.pause();
      },
      resume: () => this.#resume(serial),
      over: () => this.#streams.delete(serial),
    };
  }

  #resume(serial: number): void {
    if (this.#paused.delete(serial) && this.#paused.size === 0) this.#socket.resume();
  }
}

type Sent = (error?: Error | null) => void;

/** A socket's own error may come before the connection has noticed: to the stream both are one. */
function lossOr(sent: Sent): Sent {
  return (error) => sent(error ? new ConnectionLostError('the connection failed', { cause: error }) : null);
}
