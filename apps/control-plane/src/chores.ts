/** What is done from time to time, for nobody who waits. */
import type { Logger } from 'pino';
import type { Claims } from './platform/claims/claims.ts';

export interface Chore {
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
  /** What is so when it fails. */
  readonly complaint: string;
  /** Of several control planes one does it: whoever holds the work that is no host's. */
  readonly isPools?: true;
}

/** Answers how to stop. */
export function doChores(
  chores: readonly Chore[],
  { claims, log }: { claims: Claims; log: Logger },
): () => void {
  const timers = chores.map(({ everyMs, run, complaint, isPools = false }) =>
    setInterval(() => {
      if (isPools && claims.fenceOf(null) === null) return;
      run().catch((error: unknown) => log.warn({ err: error }, complaint));
    }, everyMs),
  );
  return () => timers.forEach((timer) => clearInterval(timer));
}
