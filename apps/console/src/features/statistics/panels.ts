/** Which figures a chart shows, and in which unit. */
import type { Statistics } from '@loucloud/api';

type SeriesName = 'used' | 'read' | 'written' | 'received' | 'sent';
export type Values = readonly (number | null)[];

export interface Panel {
  readonly name: 'cpu' | 'memory' | 'disk' | 'network';
  readonly series: readonly { readonly name: SeriesName; readonly values: Values }[];
  /** `share`: of what there is, 0 to 1. */
  readonly unit: 'share' | 'bytes' | 'bytesPerSecond';
  /** What the scale goes up to; null: to what is shown. */
  readonly limit: number | null;
}

export interface Limits {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

export const panelsOf = (statistics: Statistics, limits: Limits): Panel[] => [
  {
    name: 'cpu',
    unit: 'share',
    limit: 1,
    series: [{ name: 'used', values: shares(statistics.cpuCores, limits.cpuCores) }],
  },
  {
    name: 'memory',
    unit: 'bytes',
    limit: limits.memoryBytes,
    series: [{ name: 'used', values: statistics.memoryBytes }],
  },
  {
    name: 'disk',
    unit: 'bytesPerSecond',
    limit: null,
    series: [
      { name: 'read', values: statistics.diskReadBytesPerSecond },
      { name: 'written', values: statistics.diskWrittenBytesPerSecond },
    ],
  },
  {
    name: 'network',
    unit: 'bytesPerSecond',
    limit: null,
    series: [
      { name: 'received', values: statistics.receivedBytesPerSecond },
      { name: 'sent', values: statistics.sentBytesPerSecond },
    ],
  },
];

/** Seconds since 1970, one for each value. */
export function timesOf({ from, pitchSeconds, cpuCores }: Statistics): number[] {
  const first = new Date(from).getTime() / 1000;
  return cpuCores.map((_, at) => first + at * pitchSeconds);
}

/** null: not even one is known. */
export function highestOf(values: Values): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

export const isEmpty = ({ series }: Panel): boolean =>
  series.every(({ values }) => values.every((value) => value === null));

/** The largest scale that is still read easily: bytes go by powers of two. */
export function scaleTop({ series, limit, unit }: Panel): number {
  const highest = Math.max(0, ...series.map(({ values }) => highestOf(values) ?? 0));
  if (limit !== null) return Math.max(limit, highest);
  const least = unit === 'bytesPerSecond' ? 1024 : 1;
  return 2 ** Math.ceil(Math.log2(Math.max(highest * 1.1, least)));
}

const shares = (cores: Values, limit: number): Values =>
  cores.map((value) => (value === null || limit <= 0 ? null : value / limit));
