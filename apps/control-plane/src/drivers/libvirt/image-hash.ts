/**
 * sha256 of a file that comes in segments, computed beside the event loop; a hole counts as the zeros that it reads as. What
 * comes is gathered in pieces of memory that the thread sees too, and from there may go elsewhere as well.
 */
import { beginHashing } from './hash-threads.ts';
import type { Segment } from './image-source.ts';

const PIECE = 524_288;
/** Some are read, or on their way, while one is filled; and one more, so that a segment never has to be torn. */
const PIECES = 8;
const SPARE = 2;
/** Less is written as zeros among the data: file systems keep no smaller ones. */
const HOLE_MIN = 4096;
/** A disk may be one hole of a terabyte, and is not read on to its end if nobody wants it any more. */
const HOLE_MAX = 67_108_864;
const ZEROS = Buffer.alloc(HOLE_MIN);

export class SegmentHash implements Disposable {
  readonly #memory: Buffer;
  readonly #thread: ReturnType<typeof beginHashing>;
  readonly #pass: ((piece: Segment) => Promise<void>) | undefined;
  readonly #digest = Promise.withResolvers<string>();
  /** How far the present piece is filled. */
  #filled = 0;
  /** Pieces, and pieces of holes: all; those that the thread has read; and those that have arrived elsewhere. */
  #sent = 0;
  #read = 0;
  #passed = 0;
  #wake: (() => void) | undefined;
  #failure: Error | undefined;
  #bytes = 0;

  /** `pass`: where the pieces go as well, in order. Until it settles the data stays as it is. */
  constructor(pass?: (piece: Segment) => Promise<void>) {
    const memory = new SharedArrayBuffer(PIECES * PIECE);
    this.#memory = Buffer.from(memory);
    this.#pass = pass;
    this.#thread = beginHashing(memory, {
      read: () => {
        this.#read++;
        this.#wake?.();
      },
      digested: this.#digest.resolve,
      failed: (error) => this.#fail(error),
    });
    this.#digest.promise.catch(() => {}); // told to whoever asks for it
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A promise where there is no room for more until it is settled. The data is the caller's again at once, or then. */
  add(segment: Segment, signal: AbortSignal): Promise<void> | undefined {
    if ('hole' in segment && segment.hole >= HOLE_MIN) return this.#addHole(segment.hole, signal);
    const data = 'data' in segment ? segment.data : ZEROS.subarray(0, segment.hole);
    if (data.length > PIECE) return this.#addLong(data);
    this.#write(data);
    return this.#isFull ? this.#whenRoom() : undefined;
  }

  /** All of it has arrived elsewhere too. */
  async digest(): Promise<string> {
    this.#send();
    while (this.#passed < this.#sent && this.#pass) await this.#progress();
    this.#thread.order({ end: 'digest' });
    return this.#digest.promise;
  }

  /** Whether it was read to its end or not. */
  [Symbol.dispose](): void {
    this.#thread.end();
  }

  async #addLong(data: Buffer): Promise<void> {
    for (let at = 0; at < data.length; at += PIECE) {
      this.#write(data.subarray(at, at + PIECE));
      await this.#whenRoom();
    }
  }

  async #addHole(bytes: number, signal: AbortSignal): Promise<void> {
    this.#send();
    for (let left = bytes; left > 0; left -= HOLE_MAX) {
      await this.#whenRoom();
      signal.throwIfAborted();
      const hole = Math.min(left, HOLE_MAX);
      this.#bytes += hole;
      this.#thread.order({ hole });
      this.#handOn({ hole });
    }
    await this.#whenRoom();
  }

  /** No more than a piece's length: that much room there always is. */
  #write(data: Buffer): void {
    this.#bytes += data.length;
    for (let at = 0; at < data.length;) {
      const target = (this.#sent % PIECES) * PIECE + this.#filled;
      const taken = data.copy(this.#memory, target, at, at + PIECE - this.#filled);
      at += taken;
      this.#filled += taken;
      if (this.#filled === PIECE) this.#send();
    }
  }

  /** Hands over what has been filled. */
  #send(): void {
    if (this.#filled === 0) return;
    const offset = (this.#sent % PIECES) * PIECE;
    const length = this.#filled;
    this.#filled = 0;
    this.#thread.order({ offset, length });
    this.#handOn({ data: this.#memory.subarray(offset, offset + length) });
  }

  #handOn(piece: Segment): void {
    this.#sent++;
    this.#pass?.(piece).then(
      () => {
        this.#passed++;
        this.#wake?.();
      },
      (error: unknown) => this.#fail(error as Error),
    );
  }

  get #isFull(): boolean {
    const done = this.#pass ? Math.min(this.#read, this.#passed) : this.#read;
    return this.#sent - done > PIECES - SPARE || this.#failure !== undefined;
  }

  async #whenRoom(): Promise<void> {
    while (this.#isFull) await this.#progress();
  }

  async #progress(): Promise<void> {
    if (!this.#failure) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure) throw this.#failure;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#digest.reject(error);
    this.#wake?.();
  }
}
