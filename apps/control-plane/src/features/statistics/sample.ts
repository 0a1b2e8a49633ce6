/** What is known of a VM or a host at one time, and how it is made of two readings of counters. */
import type { DomainReading } from '../../platform/hypervisor.ts';

/** In this order wherever they stand in a row; null: not known. */
export const figures = [
  'cpuCores',
  'memoryBytes',
  'diskReadBytesPerSecond',
  'diskWrittenBytesPerSecond',
  'receivedBytesPerSecond',
  'sentBytesPerSecond',
] as const;
export type Figure = (typeof figures)[number];
export type Sample = Readonly<Record<Figure, number | null>>;

const NS_PER_MS = 1e6;

/**
 * `before` is null where nothing was known of it then: counters that may be old give no rates. Those of a domain that has
 * been started again since begin at 0.
 */
export function sampleOf(before: DomainReading | null, now: DomainReading, elapsedMs: number): Sample {
  const perMs = (pick: (reading: DomainReading) => number | null): number | null => {
    if (before === null) return null;
    return rateOf(before.run === now.run ? pick(before) : 0, pick(now), elapsedMs);
  };
  const perSecond = (pick: (reading: DomainReading) => number | null): number | null => {
    const rate = perMs(pick);
    return rate === null ? null : rate * 1000;
  };
  return {
    cpuCores: coresOf(perMs(({ cpuNs }) => cpuNs)),
    memoryBytes: now.memoryBytes,
    diskReadBytesPerSecond: perSecond(({ diskReadBytes }) => diskReadBytes),
    diskWrittenBytesPerSecond: perSecond(({ diskWrittenBytes }) => diskWrittenBytes),
    receivedBytesPerSecond: perSecond(({ receivedBytes }) => receivedBytes),
    sentBytesPerSecond: perSecond(({ sentBytes }) => sentBytes),
  };
}

/** Per ms. A counter that has gone backwards began anew, nobody knows when. */
export function rateOf(before: number | null, now: number | null, elapsedMs: number): number | null {
  if (before === null || now === null || now < before || elapsedMs <= 0) return null;
  return (now - before) / elapsedMs;
}

export const coresOf = (nsPerMs: number | null): number | null =>
  nsPerMs === null ? null : nsPerMs / NS_PER_MS;

/** Of several together: what is not known of one is left out; null where nothing is known of any, but 0 of none. */
export function sumOf(samples: readonly Sample[], figure: Figure): number | null {
  const known = samples.map((sample) => sample[figure]).filter((value) => value !== null);
  return known.length === 0 && samples.length > 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
