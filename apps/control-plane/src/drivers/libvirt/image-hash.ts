/** sha256 of a file that comes in segments, computed beside the event loop; a hole counts as the zeros that it reads as. */
import { beginHashing } from './hash-threads.ts';
import type { Segment } from './image-source.ts';

const PIECE = 1_048_576;
/** One is filled while others are read. */
const PIECES = 4;
/** Less is written as zeros among the data. */
const HOLE_MIN = 65_536;
/** A disk may be one hole of a terabyte, and is not read on to its end if nobody wants it any more. */
const HOLE_MAX = 64 * PIECE;
const ZEROS = Buffer.alloc(HOLE_MIN);

export class SegmentHash implements Disposable {
  readonly #memory: Buffer;
  readonly #thread: ReturnType<typeof beginHashing>;
  readonly #digest = Promise.withResolvers<string>();
  /** Which piece is being filled, and how far. */
  #current = 0;
  #filled = 0;
  /** Pieces that the thread has not read yet. */
  #unread = 0;
  #wake: (() => void) | undefined;
  #failure: Error | undefined;
  #bytes = 0;

  constructor() {
    const memory = new SharedArrayBuffer(PIECES * PIECE);
    this.#memory = Buffer.from(memory);
    this.#thread = beginHashing(memory, {
      read: () => {
        this.#unread--;
        this.#wake?.();
      },
      digested: this.#digest.resolve,
      failed: (error) => {
        this.#failure = error;
        this.#digest.reject(error);
        this.#wake?.();
      },
    });
    this.#digest.promise.catch(() => {}); // told to whoever asks for it
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Settles when there is room for more. Until then the data must not change. */
  async add(segment: Segment, signal: AbortSignal): Promise<void> {
    if ('data' in segment) return this.#write(segment.data);
    if (segment.hole < HOLE_MIN) return this.#write(ZEROS.subarray(0, segment.hole));
    await this.#send();
    for (let left = segment.hole; left > 0; left -= HOLE_MAX) {
      signal.throwIfAborted();
      const hole = Math.min(left, HOLE_MAX);
      this.#bytes += hole;
      this.#thread.order({ hole });
      await this.#next();
    }
  }

  async digest(): Promise<string> {
    await this.#send();
    this.#thread.order({ end: 'digest' });
    return this.#digest.promise;
  }

  /** Whether it was read to its end or not. */
  [Symbol.dispose](): void {
    this.#thread.end();
  }

  async #write(data: Buffer): Promise<void> {
    for (let at = 0; at < data.length;) {
      const taken = data.copy(
        this.#memory,
        this.#current * PIECE + this.#filled,
        at,
        at + PIECE - this.#filled,
      );
      at += taken;
      this.#filled += taken;
      this.#bytes += taken;
      if (this.#filled === PIECE) await this.#send();
    }
  }

  /** Hands over what has been filled. */
  async #send(): Promise<void> {
    if (this.#filled === 0) return;
    this.#thread.order({ offset: this.#current * PIECE, length: this.#filled });
    this.#filled = 0;
    await this.#next();
  }

  async #next(): Promise<void> {
    this.#current = (this.#current + 1) % PIECES;
    this.#unread++;
    while (this.#unread >= PIECES && !this.#failure)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    if (this.#failure) throw this.#failure;
  }
}
