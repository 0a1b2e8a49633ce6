/**
 * What a stream has received and nobody has taken yet. Over its limit the connection stops reading the socket; but not
 * before the stream is open: libvirtd may send data ahead of the reply to the call, which is read from the same socket.
 * What comes is the socket's memory, and is copied unless it is taken at once.
 */
import { ProtocolError } from '../errors.ts';

export type Segment = { readonly data: Buffer } | { readonly hole: number };

const LIMIT = 1_048_576;
/** More than any libvirtd is ahead of its reply. */
const UNOPENED_MAX = 67_108_864;
/** What a hole counts for, so that a flood of holes is held back like data. */
const HOLE_COST = 64;
const ZEROS = Buffer.alloc(65_536);

export class SegmentQueue {
  readonly #source: { pause(): void; resume(): void };
  #segments: Segment[] = [];
  #cost = 0;
  #isOpen = false;
  #isPaused = false;
  #isEnded = false;
  #error: Error | undefined;
  /** Set while a reader of bytes wants more. */
  #sink: ((bytes: Buffer | null) => boolean) | undefined;
  /** Set while a reader of segments waits. */
  #wake: (() => void) | undefined;
  /** Set while somebody takes what comes as it comes. */
  #take: ((segment: Segment) => void) | undefined;

  constructor(source: { pause(): void; resume(): void }) {
    this.#source = source;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The reply is here: from now on somebody may read, and what is too much is held back. */
  open(): void {
    this.#isOpen = true;
    this.#holdBack();
  }

  /** Throws a ProtocolError where a server sends without end instead of replying. */
  push(segment: Segment): void {
    if (this.#isEnded || this.#error) return;
    if (this.#take) return this.#take(segment);
    this.#segments.push('data' in segment ? { data: Buffer.from(segment.data) } : segment);
    this.#cost += costOf(segment);
    if (!this.#isOpen && this.#cost > UNOPENED_MAX)
      throw new ProtocolError('the server sends a stream without a reply to its call');
    this.#deliver();
    this.#holdBack();
  }

  end(): void {
    if (this.#isEnded || this.#error) return;
    this.#isEnded = true;
    this.#deliver();
  }

  fail(error: Error): void {
    if (this.#error) return;
    this.#error = error;
    this.#segments = [];
    this.#cost = 0;
    this.#sink = undefined;
    this.#wake?.();
  }

  /** The next segment; null at the end. */
  async next(): Promise<Segment | null> {
    while (this.#segments.length === 0) {
      if (this.#error) throw this.#error;
      if (this.#isEnded) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#shift();
  }

  /**
   * All of it, each segment as it comes: `take` has its data only until it returns. Where it returns a promise, nothing more
   * is given until that is settled. Settles at the end.
   */
  async each(take: (segment: Segment) => Promise<void> | undefined): Promise<void> {
    for (;;) {
      while (this.#segments.length > 0) await take(this.#shift());
      if (this.#error) throw this.#error;
      if (this.#isEnded) return;
      this.#letGo();
      await this.#giveUntilFull(take);
    }
  }

  #giveUntilFull(take: (segment: Segment) => Promise<void> | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (full?: Promise<void>): void => {
        this.#take = undefined;
        this.#wake = undefined;
        resolve(full);
      };
      this.#wake = stop;
      this.#take = (segment) => {
        try {
          const full = take(segment);
          if (!full) return;
          stop(full);
          this.#pause();
        } catch (error) {
          stop();
          reject(error);
        }
      };
    });
  }

  /** Gives bytes (null at the end) to the sink until it returns false. */
  flow(sink: (bytes: Buffer | null) => boolean): void {
    this.#sink = sink;
    this.#deliver();
  }

  #deliver(): void {
    this.#wake?.();
    this.#wake = undefined;
    while (this.#sink && this.#segments.length > 0) {
      const segment = this.#shift();
      const bytes = 'data' in segment ? segment.data : this.#zeros(segment.hole);
      if (bytes.length > 0 && !this.#sink(bytes)) this.#sink = undefined;
    }
    if (this.#sink && this.#isEnded) {
      this.#sink(null);
      this.#sink = undefined;
    }
  }

  #holdBack(): void {
    if (this.#isOpen && this.#cost >= LIMIT) this.#pause();
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#source.pause();
  }

  #letGo(): void {
    if (!this.#isPaused || this.#cost >= LIMIT / 2) return;
    this.#isPaused = false;
    this.#source.resume();
  }

  /** A piece of a hole as bytes; the rest of it goes back to the front. */
  #zeros(length: number): Buffer {
    const piece = Math.min(length, ZEROS.length);
    if (length > piece) {
      this.#segments.unshift({ hole: length - piece });
      this.#cost += HOLE_COST;
    }
    return ZEROS.subarray(0, piece);
  }

  #shift(): Segment {
    const segment = this.#segments.shift();
    if (!segment) throw new ProtocolError('nothing has been received'); // callers look first
    this.#cost -= costOf(segment);
    this.#letGo();
    return segment;
  }
}

function costOf(segment: Segment): number {
  return 'data' in segment ? segment.data.length + HOLE_COST : HOLE_COST;
}
