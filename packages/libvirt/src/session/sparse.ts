/** Finds the holes in data that is about to be uploaded: Node cannot ask the file system for them. */
import type { Segment } from './segments.ts';

/** Holes are looked for in whole blocks of this size, as file systems allocate. */
const BLOCK = 65_536;
const ZEROS = Buffer.alloc(BLOCK);

/** The data of one chunk, its zero blocks as holes. For streams opened with VolumeTransferFlag.sparse. */
export function* segmentsOf(bytes: Buffer): Generator<Segment> {
  let start = 0;
  let isInHole = false;
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const isZero = isZeroBlock(bytes.subarray(at, at + BLOCK));
    if (at > start && isZero !== isInHole) {
      yield segment(bytes.subarray(start, at), isInHole);
      start = at;
    }
    isInHole = isZero;
  }
  if (bytes.length > start) yield segment(bytes.subarray(start), isInHole);
}

const segment = (bytes: Buffer, isHole: boolean): Segment =>
  isHole ? { hole: bytes.length } : { data: bytes };

const isZeroBlock = (block: Buffer): boolean => ZEROS.compare(block, 0, block.length, 0, block.length) === 0;
