/** For an operation that waits for another one. */
import type { EventLog } from '../events/event-log.ts';

/** It may have been over before anybody listened, and a former run's news are told by nobody. */
const LOOK_AGAIN_MS = 2000;

/** Resolves when that operation is over, is given up by the signal, or should be looked at again. */
export async function newsOfOperation(
  events: EventLog,
  operationId: string,
  { progress = () => {}, signal }: { progress?: (fraction: number) => void; signal: AbortSignal },
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  const stops = [
    events.onProgress((news) => {
      if (news.operationId === operationId && news.progress !== null) progress(news.progress);
    }),
    events.onEvent(({ type, details }) => {
      if (type === 'operation.finished' && details['operationId'] === operationId) wake();
    }),
  ];
  const timer = setTimeout(wake, LOOK_AGAIN_MS);
  signal.addEventListener('abort', wake, { once: true });
  if (signal.aborted) wake();
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', wake);
  for (const stop of stops) stop();
}
