/**
 * The data side of a call such as storageVolUpload, as a Node Duplex. Writing sends packets and waits for the socket;
 * end() finishes and waits for the server's OK, only then is an upload complete; reading ends where the server ends.
 * The readable side gives holes as zeros; `segments()` gives them as holes.
 */
import { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CallTimeoutError, ConnectionLostError, ProtocolError } from '../errors.ts';
import type { StreamDirection } from '../protocol/rows.ts';
import { hyper, struct, uint } from '../xdr/codecs.ts';
import { decode } from '../xdr/coding.ts';
import { type Frame, Status, Type } from './frames.ts';
import { decodeRefusal } from './refusal.ts';
import { type Segment, SegmentQueue } from './segments.ts';

/**
 * The largest packet sent. libvirt takes up to 32 MiB, but reads some packets ahead, and gives the memory of large ones back
 * to the system each time: with 512 KiB an upload takes twice as long.
 */
const PACKET_MAX = 131_072;

export const hole = struct({ length: hyper, flags: uint });

/** What a stream needs of its connection. */
export interface StreamChannel {
  readonly procedure: string;
  readonly direction: StreamDirection;
  /** For the server's last word after end(): disks may have much to write. */
  readonly finishTimeoutMs: number;
  /** One packet, of these bytes one after another. */
  sendData(parts: readonly Buffer[], sent: (error?: Error | null) => void): void;
  sendHole(length: number, sent: (error?: Error | null) => void): void;
  sendStatus(status: typeof Status.ok | typeof Status.error): void;
  pause(): void;
  resume(): void;
  /** The server will send nothing more for this stream. */
  over(): void;
}

type Done = (error?: Error | null) => void;
/** Parts of data, or the length of a hole. */
type Packet = readonly Buffer[] | number;

export class LibvirtStream<Reply = unknown> extends Duplex {
  readonly #channel: StreamChannel;
  readonly #segments: SegmentQueue;
  readonly #holes = new WeakMap<Buffer, number>();
  /** finishing and aborting wait for the server's last word. */
  #phase: 'open' | 'finishing' | 'aborting' | 'over' = 'open';
  #finished: ((error?: Error) => void) | undefined;
  #lastWordTimer: NodeJS.Timeout | undefined;
  readonly #over = Promise.withResolvers<void>();
  #reply: Reply | undefined;

  /** Made by Connection.openStream. */
  constructor(channel: StreamChannel) {
    super({ allowHalfOpen: false, readableHighWaterMark: 262_144, writableHighWaterMark: 1_048_576 });
    this.#channel = channel;
    this.#segments = new SegmentQueue(channel);
    // An upload has nothing to read; without this its end would never be seen.
    if (channel.direction === 'upload') this.resume();
  }

  /** What the call itself answered, for example a screenshot's MIME type. */
  get reply(): Reply {
    return this.#reply as Reply; // set before openStream hands the stream out
  }

  /** Settles when the stream has ended on the wire, well or badly: its connection may be closed. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Only for a call with a sparse flag: `bytes` zeros that are not sent. */
  sendHole(bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#phase !== 'open') return reject(new ConnectionLostError('the stream is over'));
      // Through the writable side, so that it keeps its place among the data: an empty chunk stands for it.
      const marker = Buffer.alloc(0);
      this.#holes.set(marker, bytes);
      this.write(marker, (error) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * Sends data or a hole; settles when there is room for more. Carries one host's segments to another: what is small waits
   * for more, or for the end, so that it goes in few packets.
   */
  async writeSegment(segment: Segment): Promise<void> {
    if ('hole' in segment) {
      this.uncork();
      return this.sendHole(segment.hole);
    }
    if (this.destroyed) throw this.#loss();
    if (this.writableCorked === 0) this.cork();
    if (this.write(segment.data)) return;
    this.uncork();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = () => reject(this.#loss());
    this.once('drain', resolve).once('close', fail);
    await promise.finally(() => this.off('drain', resolve).off('close', fail));
  }

  /** Everything the server sends, holes kept as holes. Instead of reading, not beside it. */
  async *segments(): AsyncGenerator<Segment, void, undefined> {
    try {
      for (;;) {
        const segment = await this.#segments.next();
        if (segment === null) break;
        yield segment;
      }
      this.push(null);
      this.resume();
    } finally {
      if (this.#segments.isEnded) this.end();
      else this.destroy();
    }
  }

  /**
   * As `segments`, for much data: nothing is copied. `take` has a segment's data only until it returns, and where it returns
   * a promise, nothing more comes until that is settled.
   */
  async eachSegment(take: (segment: Segment) => Promise<void> | undefined): Promise<void> {
    try {
      await this.#segments.each(take);
      this.push(null);
      this.resume();
    } finally {
      if (this.#segments.isEnded) this.end();
      else this.destroy();
    }
  }

  /** Sends data or a hole; settles when the system has it: the data's memory may be written again. */
  async sendSegment(segment: Segment): Promise<void> {
    if ('hole' in segment) return this.sendHole(segment.hole);
    if (this.destroyed) throw this.#loss();
    await new Promise<void>((resolve, reject) => {
      this.write(segment.data, (error) => (error ? reject(this.#loss()) : resolve()));
    });
  }

  /** Ends the writing; settles when the server has confirmed it: an upload is then complete. */
  finish(): Promise<void> {
    this.end();
    return finished(this, { readable: false });
  }

  /** Ends without finishing; an upload's volume keeps what it has got. Settles when the server has let go. */
  abort(): Promise<void> {
    this.destroy();
    return this.over;
  }

  /** For the connection: the call has succeeded. */
  opened(reply: Reply): this {
    this.#reply = reply;
    this.#segments.open();
    return this;
  }

  /** For the connection: a packet of this stream. */
  receive(frame: Frame): void {
    if (this.#phase === 'over') return;
    if (frame.type === Type.streamHole) this.#receiveHole(frame.payload);
    else if (frame.status === Status.continue) this.#receiveData(frame.payload);
    else if (frame.status === Status.ok) this.#receiveOk();
    else this.fail(decodeRefusal(this.#channel.procedure, frame.payload));
  }

  /** For the connection: nothing more will come. */
  fail(error: Error): void {
    if (this.#phase === 'over') return;
    const wasAborting = this.#phase === 'aborting';
    this.#end();
    if (wasAborting) return;
    const finished = this.#finished;
    this.#finished = undefined;
    this.#segments.fail(error);
    finished?.(error);
    this.destroy(error);
  }

  override _read(): void {
    this.#segments.flow((bytes) => this.push(bytes));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#send([chunk], done);
  }

  /** What came while the socket was busy. */
  override _writev(chunks: { readonly chunk: Buffer }[], done: Done): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#phase !== 'open') return done();
    this.#phase = 'finishing';
    this.#finished = done;
    this.#awaitLastWord();
    this.#channel.sendStatus(Status.ok);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#phase === 'open' || this.#phase === 'finishing') {
      this.#phase = 'aborting';
      this.#segments.fail(error ?? new ConnectionLostError('the stream was aborted'));
      this.#awaitLastWord();
      this.#channel.sendStatus(Status.error);
      this.#channel.resume();
    }
    done(error);
  }

  #send(chunks: readonly Buffer[], done: Done): void {
    if (this.#phase !== 'open') return done(new ConnectionLostError('the stream is over'));
    const packets = this.#packetsOf(chunks);
    const last = packets.pop();
    for (const packet of packets) this.#sendPacket(packet, () => {});
    if (last === undefined) done();
    else this.#sendPacket(last, done);
  }

  #sendPacket(packet: Packet, sent: Done): void {
    if (typeof packet === 'number') this.#channel.sendHole(packet, sent);
    else this.#channel.sendData(packet, sent);
  }

  /** As few as they can be. None is empty: that would read as the end. */
  #packetsOf(chunks: readonly Buffer[]): Packet[] {
    const packets: Packet[] = [];
    let parts: Buffer[] = [];
    let room = 0;
    for (const chunk of chunks) {
      const hole = this.#holes.get(chunk);
      if (hole !== undefined) {
        packets.push(hole);
        room = 0;
      }
      for (let at = 0; at < chunk.length;) {
        if (room === 0) {
          packets.push((parts = []));
          room = PACKET_MAX;
        }
        const part = chunk.subarray(at, at + room);
        parts.push(part);
        at += part.length;
        room -= part.length;
      }
    }
    return packets;
  }

  #loss(): Error {
    return this.errored ?? new ConnectionLostError('the stream is over');
  }

  #receiveData(payload: Buffer): void {
    if (this.#phase === 'aborting') return;
    if (payload.length === 0) this.#segments.end();
    else this.#segments.push({ data: payload });
  }

  #receiveHole(payload: Buffer): void {
    if (this.#phase === 'aborting') return;
    try {
      const { length } = decode(hole, payload);
      if (length < 0) throw new ProtocolError(`a hole cannot have ${length} bytes`);
      this.#segments.push({ hole: length });
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #receiveOk(): void {
    const wasAborting = this.#phase === 'aborting';
    this.#end();
    if (wasAborting) return;
    this.#segments.end();
    const finished = this.#finished;
    this.#finished = undefined;
    finished?.();
  }

  #awaitLastWord(): void {
    clearTimeout(this.#lastWordTimer);
    const { procedure, finishTimeoutMs } = this.#channel;
    this.#lastWordTimer = setTimeout(
      () => this.fail(new CallTimeoutError(procedure, finishTimeoutMs)),
      finishTimeoutMs,
    );
  }

  #end(): void {
    this.#phase = 'over';
    clearTimeout(this.#lastWordTimer);
    this.#channel.resume();
    this.#channel.over();
    this.#over.resolve();
  }
}
