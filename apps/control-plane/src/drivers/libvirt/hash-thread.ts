/** The thread that computes sha256, for all files that are being read: it sees their bytes in memory that it shares with us. */
import { type Hash, createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/** Of one file, whose bytes come in pieces: part of its shared memory, or a hole. */
export type HashOrder = { readonly file: number } & (
  | { readonly begin: SharedArrayBuffer }
  | { readonly offset: number; readonly length: number }
  | { readonly hole: number }
  | { readonly end: 'digest' | 'nothing' }
);

/** Without a sha256: a piece has been read, and its memory may be written again. */
export interface HashAnswer {
  readonly file: number;
  readonly sha256?: string;
}

const ZEROS = Buffer.alloc(1_048_576);
const files = new Map<number, { readonly hash: Hash; readonly memory: SharedArrayBuffer }>();

parentPort?.on('message', (order: HashOrder) => {
  const answer = obey(order);
  if (answer) parentPort?.postMessage(answer, []);
});

function obey(order: HashOrder): HashAnswer | null {
  const { file } = order;
  if ('begin' in order) {
    files.set(file, { hash: createHash('sha256'), memory: order.begin });
    return null;
  }
  const begun = files.get(file);
  if (!begun) return null; // given up meanwhile
  const { hash, memory } = begun;
  if ('end' in order) {
    files.delete(file);
    return order.end === 'digest' ? { file, sha256: hash.digest('hex') } : null;
  }
  if ('hole' in order) {
    for (let left = order.hole; left > 0; left -= ZEROS.length)
      hash.update(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
  } else hash.update(new Uint8Array(memory, order.offset, order.length));
  return { file };
}
