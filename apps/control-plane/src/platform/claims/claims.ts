/**
 * Who does which work. Several control planes may serve over one database; the work of one host, and the work that is no
 * host's, is done by exactly one of them: by whoever holds its claim, under a fencing number that grows with each holder.
 */

/** A host's id; null: work that is no host's. */
export type Work = string | null;

/** `ALONE`: there is nobody whom it would have to keep out. */
export type Fence = number;
export const ALONE: Fence = 0;

/** As it is called in the database. */
const POOL = 'pool';
export const nameOfWork = (work: Work): string => work ?? POOL;
export const workOfName = (name: string): Work => (name === POOL ? null : name);

export interface Claims {
  /** Whether this control plane may do that work at this moment, and under which number; null: it may not. */
  fenceOf(work: Work): Fence | null;
  /** Told when that work becomes this control plane's, and when it is its no longer. Answers how to stop. */
  onChange(listener: ClaimListener): () => void;
  /** Now, not only at the next beat: there is work that may be nobody's yet. */
  look(): Promise<void>;
}

/** Whoever gives a claim away of its own accord waits for what it answers. */
export type ClaimListener = (work: Work, fence: Fence | null) => void | Promise<void>;

/** Nobody else is there: no claims are kept, and none is asked for. */
export const alone: Claims = { fenceOf: () => ALONE, onChange: () => () => {}, look: async () => {} };

/** Thrown by work that is somebody else's by now: it must leave everything as it is. */
export class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError';
}
