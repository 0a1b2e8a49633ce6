/** The server's side of a stream: confirms what the client ends, and keeps what it sends. */
import type { LibvirtError } from '../errors.ts';
import { type Frame, type FrameEncoder, type Header, Status, Type } from '../session/frames.ts';
import { refusal, wireRefusal } from '../session/refusal.ts';
import type { Segment } from '../session/segments.ts';
import { hole } from '../session/stream.ts';
import { decode } from '../xdr/coding.ts';

export class FakeStream {
  readonly received: Segment[] = [];
  readonly #base: Omit<Header, 'status'>;
  readonly #encoder: FrameEncoder;
  readonly #sendNow: (bytes: Buffer) => void;
  /** A stream begins behind its call's reply: until then what it sends is kept. */
  #kept: Buffer[] | undefined = [];
  readonly #ended = Promise.withResolvers<'finished' | 'aborted'>();
  /** Told of each piece the client sends. */
  onData: ((bytes: Buffer) => void) | undefined;

  constructor(call: Frame, encoder: FrameEncoder, send: (bytes: Buffer) => void) {
    const { program, version, procedure, serial } = call;
    this.#base = { program, version, procedure, type: Type.stream, serial };
    this.#encoder = encoder;
    this.#sendNow = send;
  }

  /** How the client ended it. */
  get ended(): Promise<'finished' | 'aborted'> {
    return this.#ended.promise;
  }

  /** For the client: the reply has been sent. A handler that calls it sends what it has before the reply. */
  opened(): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const bytes of kept) this.#sendNow(bytes);
  }

  write(bytes: Buffer): void {
    const header = this.#encoder.encodeHeader({ ...this.#base, status: Status.continue }, bytes.length);
    this.#send(Buffer.concat([header, bytes]));
  }

  writeHole(length: number): void {
    const header = { ...this.#base, type: Type.streamHole, status: Status.continue };
    this.#send(this.#encoder.encode(header, hole, { length, flags: 0 }));
  }

  /** End of data: an empty packet. */
  end(): void {
    this.write(Buffer.alloc(0));
  }

  fail(error: LibvirtError): void {
    this.#send(this.#encoder.encode({ ...this.#base, status: Status.error }, refusal, wireRefusal(error)));
  }

  /** For the client's packets. */
  receive(frame: Frame): void {
    if (frame.type === Type.streamHole) this.received.push({ hole: decode(hole, frame.payload).length });
    else if (frame.status === Status.continue) {
      this.received.push({ data: frame.payload });
      this.onData?.(frame.payload);
    } else {
      this.#send(this.#encoder.encodeHeader({ ...this.#base, status: Status.ok }, 0));
      this.#ended.resolve(frame.status === Status.ok ? 'finished' : 'aborted');
    }
  }

  #send(bytes: Buffer): void {
    if (this.#kept) this.#kept.push(bytes);
    else this.#sendNow(bytes);
  }
}
