/** Waiting that ends with a signal. */
import { ConnectError } from '../errors.ts';

/** What the signal's reason means for who connects. */
export function abortedError(what: string, signal: AbortSignal): ConnectError {
  const cause: unknown = signal.reason;
  if (cause instanceof ConnectError) return cause;
  const isTimeout = cause instanceof Error && cause.name === 'TimeoutError';
  return isTimeout
    ? new ConnectError(`${what}: no answer by the deadline`, { reason: 'connect_timeout', cause })
    : new ConnectError(`${what}: given up`, { reason: 'aborted', cause });
}

/** Waits no longer than the signal allows; what comes after that is handed to `discard`. */
export async function unlessAborted<T>(
  coming: Promise<T>,
  { what, signal, discard }: { what: string; signal: AbortSignal; discard?: (late: T) => void },
): Promise<T> {
  const gaveUp = Promise.withResolvers<never>();
  const abort = () => {
    if (discard) coming.then(discard, () => {});
    gaveUp.reject(abortedError(what, signal));
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([coming, gaveUp.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
