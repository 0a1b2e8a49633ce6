/** The thread that makes small pictures of large ones: a large screen takes longer than others should wait. */
import { parentPort } from 'node:worker_threads';
import { thumbnailOf } from './thumbnail.ts';

export interface ThumbnailOrder {
  readonly number: number;
  readonly screen: Uint8Array;
}

/** `picture`: PNG; null: what came was no picture. */
export interface ThumbnailAnswer {
  readonly number: number;
  readonly picture: Uint8Array | null;
}

parentPort?.on('message', ({ number, screen }: ThumbnailOrder) => {
  parentPort?.postMessage({ number, picture: made(screen) } satisfies ThumbnailAnswer, []);
});

function made(screen: Uint8Array): Uint8Array | null {
  try {
    return thumbnailOf(Buffer.from(screen.buffer, screen.byteOffset, screen.byteLength));
  } catch {
    return null;
  }
}
