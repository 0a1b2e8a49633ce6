/**
 * Judges a connected host by how it answers a small call every few seconds. `degraded`: nothing new is put there; what
 * runs goes on. Whether it can be reached at all is the link's to say.
 */
import type { DegradedReason } from '@loucloud/api';

/** In ms; null: no answer in time. */
export interface Beat {
  /** A call that libvirtd answers from its memory. */
  readonly quickMs: number | null;
  /** One that waits for an ordinary worker, of which hung guests may hold all. */
  readonly ordinaryMs: number | null;
}

export type Verdict =
  | { readonly health: 'healthy' }
  | { readonly health: 'degraded'; readonly reason: DegradedReason };

/** Of so many answers the middle one counts: one that is late is no slow host. */
const SAMPLES = 5;
const LATE_ORDINARY_MAX = 2;
/** So many good beats close the circuit again. */
const GOOD_NEEDED = 3;
/** Then the connection is no good, though something at its end answers keepalive. */
const LOST_AFTER = 4;

export class HostBreaker {
  readonly #slowMs: number;
  #verdict: Verdict | null = null;
  #quick: number[] = [];
  #goodInARow = 0;
  #unansweredInARow = 0;
  #lateOrdinaryInARow = 0;

  constructor(slowMs: number) {
    this.#slowMs = slowMs;
  }

  /** null: not judged yet. */
  get verdict(): Verdict | null {
    return this.#verdict;
  }

  /** Something is wrong, or was a moment ago. */
  get isUneasy(): boolean {
    return this.#verdict?.health === 'degraded' || this.#goodInARow < GOOD_NEEDED;
  }

  /** To be connected anew. */
  get isLost(): boolean {
    return this.#unansweredInARow >= LOST_AFTER;
  }

  /** The verdict, if it is another than before. */
  note({ quickMs, ordinaryMs }: Beat): Verdict | null {
    this.#unansweredInARow = quickMs === null ? this.#unansweredInARow + 1 : 0;
    this.#lateOrdinaryInARow = ordinaryMs === null ? this.#lateOrdinaryInARow + 1 : 0;
    if (quickMs !== null) this.#quick = [...this.#quick, quickMs].slice(-SAMPLES);
    const isGood = quickMs !== null && quickMs <= this.#slowMs && ordinaryMs !== null;
    this.#goodInARow = isGood ? this.#goodInARow + 1 : 0;

    const before = this.#verdict;
    this.#verdict = this.#judge();
    return isSame(before, this.#verdict) ? null : this.#verdict;
  }

  #judge(): Verdict {
    if (this.#unansweredInARow > 0) return degraded('calls_unanswered');
    if (this.#lateOrdinaryInARow >= LATE_ORDINARY_MAX) return degraded('calls_unanswered');
    if (this.#quick.length === SAMPLES && median(this.#quick) > this.#slowMs)
      return degraded('answers_slowly');
    const isOpen = this.#verdict?.health === 'degraded' && this.#goodInARow < GOOD_NEEDED;
    // isOpen says that there is one.
    return isOpen ? (this.#verdict as Verdict) : { health: 'healthy' };
  }
}

const degraded = (reason: DegradedReason): Verdict => ({ health: 'degraded', reason });

function isSame(a: Verdict | null, b: Verdict): boolean {
  return (
    a?.health === b.health && (a.health === 'healthy' || b.health === 'healthy' || a.reason === b.reason)
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
