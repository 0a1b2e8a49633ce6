/** Keeps the thread that makes thumbnails for as long as somebody looks at screens. */
import { Worker } from 'node:worker_threads';
import type { ThumbnailAnswer, ThumbnailOrder } from './thumbnail-thread.ts';

type Waiting = (answer: ThumbnailAnswer['picture'] | Error) => void;

/** A wall asks again sooner. */
const IDLE_MS = 20_000;

export class ThumbnailMaker {
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #idle: NodeJS.Timeout | undefined;

  /** PNG; null: that was no picture. */
  make(screen: Uint8Array): Promise<Uint8Array | null> {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    const number = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, (answer) => {
        this.#waiting.delete(number);
        if (this.#waiting.size === 0) this.#rest();
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
      worker.postMessage({ number, screen } satisfies ThumbnailOrder, []);
    });
  }

  async stop(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #rest(): void {
    this.#idle = setTimeout(() => void this.stop(), IDLE_MS);
    this.#idle.unref();
  }

  #start(): Worker {
    const worker = new Worker(new URL('thumbnail-thread.ts', import.meta.url));
    worker.unref();
    worker.on('message', ({ number, picture }: ThumbnailAnswer) => this.#waiting.get(number)?.(picture));
    const lose = (error: Error) => {
      if (this.#worker === worker) this.#worker = null;
      for (const answer of this.#waiting.values()) answer(error);
    };
    worker.on('error', lose);
    worker.on('exit', () => lose(new Error('the thread that makes thumbnails has ended')));
    return worker;
  }
}
