/**
 * sha256 of a file that comes in segments; a hole counts as the zeros that it reads as. What comes may go elsewhere as well.
 * Computed where it is received, a fraction of a millisecond at a time (decision 31).
 */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Segment } from './image-source.ts';

/** Keeps what is on its way elsewhere. */
const RING = 2_097_152;
/** No more is taken at once: it takes 0.15 ms, in which nobody else is served. A socket lends no more either. */
const STEP = 262_144;
/** Less is written as zeros among the data: file systems keep no smaller ones. */
const HOLE_MIN = 4096;
/** A disk may be one hole of a terabyte, and is not read on to its end if nobody wants it any more. */
const HOLE_MAX = 67_108_864;
const ZEROS = Buffer.alloc(STEP);

export class SegmentHash {
  readonly #hash = createHash('sha256');
  readonly #pass: ((piece: Segment) => Promise<void>) | undefined;
  readonly #ring: Buffer;
  /** Where the next byte is kept. */
  #end = 0;
  /** Bytes of the ring, and holes, that have not arrived elsewhere. */
  #kept = 0;
  #holes = 0;
  #bytes = 0;
  #wake: (() => void) | undefined;
  #failure: Error | undefined;

  /** `pass`: where the segments go as well, in order. Until it settles the data stays as it is. */
  constructor(pass?: (piece: Segment) => Promise<void>) {
    this.#pass = pass;
    this.#ring = Buffer.allocUnsafeSlow(pass ? RING : 0);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A promise where there is no room for more until it is settled. The data is the caller's again at once, or then. */
  add(segment: Segment, signal: AbortSignal): Promise<void> | undefined {
    if ('hole' in segment && segment.hole >= HOLE_MIN) return this.#addHole(segment.hole, signal);
    const data = 'data' in segment ? segment.data : ZEROS.subarray(0, segment.hole);
    if (data.length > STEP) return this.#addLong(data);
    this.#addData(data);
    return this.#isFull ? this.#untilRoom() : undefined;
  }

  /** All of it has arrived elsewhere too. */
  async digest(): Promise<string> {
    while (this.#kept > 0 || this.#holes > 0) await this.#progress();
    if (this.#failure) throw this.#failure;
    return this.#hash.digest('hex');
  }

  async #addLong(data: Buffer): Promise<void> {
    for (let at = 0; at < data.length; at += STEP) {
      this.#addData(data.subarray(at, at + STEP));
      await setImmediate(); // others have their turn
      await this.#untilRoom();
    }
  }

  async #addHole(bytes: number, signal: AbortSignal): Promise<void> {
    for (let left = bytes; left > 0; left -= HOLE_MAX) {
      const hole = Math.min(left, HOLE_MAX);
      this.#bytes += hole;
      if (this.#pass) this.#holes++;
      this.#handOn({ hole }, () => this.#holes--);
      for (let zeros = hole; zeros > 0; zeros -= STEP) {
        this.#hash.update(ZEROS.subarray(0, Math.min(zeros, STEP)));
        await setImmediate();
        signal.throwIfAborted();
      }
      await this.#untilRoom();
    }
  }

  /** A step at most: that much room there always is. */
  #addData(data: Buffer): void {
    this.#bytes += data.length;
    this.#hash.update(data);
    if (!this.#pass) return;
    for (let at = 0; at < data.length;) {
      const start = this.#end;
      const length = data.copy(this.#ring, start, at);
      at += length;
      this.#end = (start + length) % RING;
      this.#kept += length;
      this.#handOn({ data: this.#ring.subarray(start, start + length) }, () => (this.#kept -= length));
    }
  }

  #handOn(piece: Segment, arrived: () => void): void {
    this.#pass?.(piece).then(
      () => {
        arrived();
        this.#wake?.();
      },
      (error: unknown) => {
        this.#failure ??= error as Error;
        this.#wake?.();
      },
    );
  }

  get #isFull(): boolean {
    return this.#kept + STEP > RING || this.#failure !== undefined;
  }

  /** Much of it at once, so that whoever sends is not stopped for each segment. */
  async #untilRoom(): Promise<void> {
    if (!this.#isFull) return;
    while (this.#kept > RING / 2 || this.#failure) await this.#progress();
  }

  async #progress(): Promise<void> {
    if (!this.#failure) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure) throw this.#failure;
  }
}
