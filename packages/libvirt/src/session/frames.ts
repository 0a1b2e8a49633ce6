/** One frame: a length word that counts itself, a 24-byte header, a payload (libvirt's virnetprotocol.x). */
import { ProtocolError } from '../errors.ts';
import { PROGRAM_VERSION, type Procedure } from '../protocol/rows.ts';
import type { Codec } from '../xdr/codecs.ts';
import { decode } from '../xdr/coding.ts';
import { XdrWriter } from '../xdr/writer.ts';

export const HEADER_SIZE = 28;
export const FRAME_MAX = 33_554_432 + 4;
/** A frame up to here gets its memory at once; a larger one gets it as its bytes arrive. */
const TRUSTED_SIZE = 1_048_576;

/** 4 and 5 carry file descriptors, which Node cannot receive. */
export const Type = { call: 0, reply: 1, message: 2, stream: 3, streamHole: 6 } as const;
export const Status = { ok: 0, error: 1, continue: 2 } as const;

export interface Header {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
}

export interface Frame extends Header {
  /** It may stand in memory that is read into again: who keeps it copies it. */
  readonly payload: Buffer;
}

/** A frame where it was received: nothing but its header has been looked at. */
export class ReceivedFrame implements Frame {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;

  /** The header stands in `head` at `at`, the payload in `bytes` from `start` to `end`. */
  constructor(head: Buffer, at: number, bytes: Buffer, start: number, end: number) {
    this.program = word(head, at + 4);
    this.version = word(head, at + 8);
    this.procedure = word(head, at + 12) | 0;
    this.type = word(head, at + 16);
    this.serial = word(head, at + 20);
    this.status = word(head, at + 24);
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  /** A view, made for each who asks. */
  get payload(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** The whole payload as one value. Throws a ProtocolError where it is another's. */
  read<T>(codec: Codec<T>): T {
    return decode(codec, this.#bytes, this.#start, this.#end);
  }
}

/** Of all connections: a frame is built without a pause, and who manages hundreds of hosts has thousands of connections. */
const sharedWriter = new XdrWriter();

/** Built in one piece: a call is one allocation at most, and one write. */
export class FrameEncoder {
  readonly #writer = sharedWriter;

  encode<T>(header: Header, codec: Codec<T>, value: T): Buffer {
    this.#header(header, 0);
    return this.#finish(codec, value);
  }

  encodeCall<A>({ program, number, args }: Procedure<A, unknown>, serial: number, value: A): Buffer {
    const writer = this.#writer;
    writer.begin();
    writer.int(0);
    writer.int(program);
    writer.int(PROGRAM_VERSION);
    writer.int(number);
    writer.int(Type.call);
    writer.int(serial);
    writer.int(Status.ok);
    return this.#finish(args, value);
  }

  /** A frame that nobody will read any more: its memory may serve the next. */
  takeBack(frame: Buffer): void {
    this.#writer.takeBack(frame);
  }

  #finish<T>(codec: Codec<T>, value: T): Buffer {
    codec.write(this.#writer, value);
    const size = this.#writer.length;
    if (size > FRAME_MAX) throw new ProtocolError(`a frame cannot have ${size} bytes`);
    this.#writer.patch(0, size);
    return this.#writer.finish();
  }

  /** The header of a frame whose payload is written after it as it is. */
  encodeHeader(header: Header, payloadSize: number): Buffer {
    this.#header(header, HEADER_SIZE + payloadSize);
    return this.#writer.finish();
  }

  #header(header: Header, size: number): void {
    const writer = this.#writer;
    writer.begin();
    writer.int(size);
    writer.int(header.program);
    writer.int(header.version);
    writer.int(header.procedure);
    writer.int(header.type);
    writer.int(header.serial);
    writer.int(header.status);
  }
}

/**
 * Cuts a byte stream into frames. Bytes may arrive split or joined anywhere, and are not needed after `push`. A packet of
 * a stream's data is handed on as it comes, in as many frames, without a copy: where it begins and ends says nothing.
 */
export class FrameDecoder {
  readonly #onFrame: (frame: ReceivedFrame) => void;
  /** Of such a packet: its header, and how much of its payload has not come. */
  #packet: Buffer | undefined;
  #left = 0;
  /** The beginning of a frame whose end has not come: `#held` bytes of `#partial` count. */
  #partial: Buffer = Buffer.alloc(0);
  #held = 0;

  constructor(onFrame: (frame: ReceivedFrame) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while ((this.#packet || this.#held > 0) && at < chunk.length)
      at = this.#packet ? this.#handOn(this.#packet, chunk, at) : this.#complete(chunk, at);
    while (at < chunk.length) {
      const available = chunk.length - at;
      const size = available >= 4 ? checkSize(word(chunk, at)) : 0;
      if (size === 0 || size > available) {
        if (available >= HEADER_SIZE && isStreamData(chunk, at)) {
          this.#beginPacket(chunk, at, size);
          if (available > HEADER_SIZE) this.push(chunk.subarray(at + HEADER_SIZE));
          return;
        }
        this.#hold(chunk, at, available, size === 0 ? HEADER_SIZE : size);
        return;
      }
      this.#onFrame(new ReceivedFrame(chunk, at, chunk, at + HEADER_SIZE, at + size));
      at += size;
    }
  }

  /** Takes what the held frame lacks out of the chunk; says where the rest of the chunk begins. */
  #complete(chunk: Buffer, at: number): number {
    const size = this.#held < 4 ? 4 : checkSize(this.#partial.readUInt32BE(0));
    const wanted = this.#held < HEADER_SIZE ? Math.min(size, HEADER_SIZE) : size;
    const taken = Math.min(wanted - this.#held, chunk.length - at);
    this.#hold(chunk, at, taken, wanted);
    if (this.#held === 4) checkSize(this.#partial.readUInt32BE(0));
    if (this.#held < HEADER_SIZE || this.#held < wanted) return at + taken;
    const bytes = this.#partial;
    if (size > this.#held && !isStreamData(bytes, 0)) return at + taken;
    this.#held = 0;
    this.#partial = Buffer.alloc(0); // the frame's owner keeps the old one
    if (size > wanted) this.#beginPacket(bytes, 0, size);
    else this.#onFrame(new ReceivedFrame(bytes, 0, bytes, HEADER_SIZE, size));
    return at + taken;
  }

  #beginPacket(bytes: Buffer, at: number, size: number): void {
    this.#packet = Buffer.from(bytes.subarray(at, at + HEADER_SIZE));
    this.#left = size - HEADER_SIZE;
  }

  /** Says where the rest of the chunk begins. */
  #handOn(header: Buffer, chunk: Buffer, at: number): number {
    const end = Math.min(at + this.#left, chunk.length);
    this.#left -= end - at;
    if (this.#left === 0) this.#packet = undefined;
    this.#onFrame(new ReceivedFrame(header, 0, chunk, at, end));
    return end;
  }

  #hold(chunk: Buffer, at: number, length: number, frameSize: number): void {
    const needed = this.#held + length;
    if (needed > this.#partial.length) {
      const capacity = Math.max(
        needed,
        Math.min(frameSize, Math.max(TRUSTED_SIZE, this.#partial.length * 2)),
      );
      const grown = Buffer.allocUnsafeSlow(capacity);
      this.#partial.copy(grown, 0, 0, this.#held);
      this.#partial = grown;
    }
    chunk.copy(this.#partial, this.#held, at, at + length);
    this.#held = needed;
  }
}

const isStreamData = (bytes: Buffer, at: number): boolean =>
  word(bytes, at + 16) === Type.stream && word(bytes, at + 24) === Status.continue;

function checkSize(size: number): number {
  if (size < HEADER_SIZE || size > FRAME_MAX) throw new ProtocolError(`a frame cannot have ${size} bytes`);
  return size;
}

/** What readUInt32BE says, for bytes that are known to be there. */
const word = (bytes: Buffer, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
