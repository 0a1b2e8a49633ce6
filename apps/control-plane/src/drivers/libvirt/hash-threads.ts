/** Keeps the thread that hashes as long as there is a file for it: the event loop has others to serve. */
import { Worker } from 'node:worker_threads';
import type { HashAnswer, HashOrder } from './hash-thread.ts';

/** Who waits for what the thread says of one file. */
export interface HashedFile {
  read(): void;
  digested(sha256: string): void;
  failed(error: Error): void;
}

type Order = HashOrder extends infer O ? (O extends HashOrder ? Omit<O, 'file'> : never) : never;

let thread: { readonly worker: Worker; readonly files: Map<number, HashedFile> } | null = null;
let lastFile = 0;

export function beginHashing(
  memory: SharedArrayBuffer,
  file: HashedFile,
): { order(order: Order): void; end(): void } {
  const { worker, files } = (thread ??= startThread());
  const number = ++lastFile;
  files.set(number, file);
  const order = (what: Order) => worker.postMessage({ file: number, ...what }, []);
  order({ begin: memory });
  return {
    order,
    end() {
      if (!files.delete(number)) return;
      order({ end: 'nothing' });
      if (files.size > 0 || thread?.worker !== worker) return;
      thread = null;
      void worker.terminate();
    },
  };
}

function startThread(): NonNullable<typeof thread> {
  const worker = new Worker(new URL('hash-thread.ts', import.meta.url));
  // What is read of a host keeps the process, or nothing does.
  worker.unref();
  const files = new Map<number, HashedFile>();
  worker.on('message', ({ file, sha256 }: HashAnswer) => {
    if (sha256 === undefined) files.get(file)?.read();
    else files.get(file)?.digested(sha256);
  });
  const lose = (error: Error) => {
    if (thread?.worker === worker) thread = null;
    for (const file of files.values()) file.failed(error);
  };
  worker.on('error', lose);
  worker.on('exit', () => lose(new Error('the thread that hashes has ended')));
  return { worker, files };
}
