/** sha256 of a file that comes in segments; a hole counts as the zeros that it reads as. */
import { type Hash, createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Segment } from './image-source.ts';

const ZEROS = Buffer.alloc(1_048_576);

export class SegmentHash {
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  async add(segment: Segment, signal: AbortSignal): Promise<void> {
    if ('data' in segment) return this.#update(segment.data);
    for (let left = segment.hole; left > 0; left -= ZEROS.length) {
      this.#update(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
      // A disk may be one hole of a terabyte, and others want the processor too.
      await setImmediate();
      signal.throwIfAborted();
    }
  }

  digest(): string {
    return this.#hash.digest('hex');
  }

  #update(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }
}
