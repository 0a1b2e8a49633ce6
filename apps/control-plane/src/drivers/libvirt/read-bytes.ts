import type { Readable } from 'node:stream';

/** Exactly so many bytes; what comes after them stays in the stream, which must not be flowing. */
export function readBytes(stream: Readable, count: number, signal: AbortSignal): Promise<Buffer> {
  if (count === 0) return Promise.resolve(Buffer.alloc(0));
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      stream.off('readable', onReadable).off('error', onError).off('end', onEnd).off('close', onEnd);
      signal.removeEventListener('abort', onAbort);
      end();
    };
    const onReadable = () => {
      const bytes = stream.read(count) as Buffer | null;
      if (bytes?.length === count) settle(() => resolve(bytes));
      // At its end a stream gives what it has.
      else if (bytes) onEnd();
    };
    const onError = (error: Error) => settle(() => reject(error));
    const onEnd = () => onError(new Error('the connection was closed'));
    const onAbort = () => settle(() => reject(signal.reason as Error));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    stream.on('error', onError).on('end', onEnd).on('close', onEnd).on('readable', onReadable);
    onReadable();
  });
}
