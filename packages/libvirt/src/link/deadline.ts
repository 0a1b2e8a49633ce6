import { CallTimeoutError } from '../errors.ts';
import type { CallOptions } from '../session/calls.ts';
import { TIMER_MAX_MS } from '../session/connection-options.ts';

/**
 * A connection that is still opening, waited for no longer than the call that needs it may take;
 * and what of the call's time is left then.
 */
export async function within<T>(
  opening: Promise<T>,
  name: string,
  options: CallOptions & { readonly timeoutMs: number },
): Promise<{ opened: T; left: CallOptions }> {
  const { timeoutMs, signal } = options;
  const start = performance.now();
  const gaveUp = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => gaveUp.reject(new CallTimeoutError(name, timeoutMs)),
    Math.min(timeoutMs, TIMER_MAX_MS),
  );
  const abort = () => gaveUp.reject(signal?.reason);
  signal?.addEventListener('abort', abort);
  try {
    signal?.throwIfAborted();
    const opened = await Promise.race([opening, gaveUp.promise]);
    return { opened, left: { ...options, timeoutMs: Math.max(1, timeoutMs - (performance.now() - start)) } };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
