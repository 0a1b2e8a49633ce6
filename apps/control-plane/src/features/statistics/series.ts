/** Rows of figures, as pages draw them: of what is in memory and what is in the database, the finer one where both know. */
import type { Statistics, StatisticsRange } from '@loucloud/api';
import { GAP, figureOf } from './codes.ts';
import { HOUR_SLOTS, LIVE_SLOTS } from './figures-kept.ts';
import { type Block, blockStart, codeIn } from './history-block.ts';
import { type Pace, pitches, slotAt } from './host-sampler.ts';
import type { RecentFigures } from './recent-figures.ts';
import { type Figure, figures } from './sample.ts';

/** What is known of one object. */
export interface Known {
  readonly recent: RecentFigures;
  /** By the time they start at: in the order in which they are asked. */
  readonly blocks: readonly ((startsAt: number) => Block | null)[];
}

/** The code of a figure at a time. */
type CodeAt = (at: number, figure: number) => number;

const ranges: Readonly<Record<StatisticsRange, { readonly pace: Pace; readonly slots: number }>> = {
  live: { pace: 'live', slots: LIVE_SLOTS },
  hour: { pace: 'minute', slots: HOUR_SLOTS },
  day: { pace: 'history', slots: 288 },
};
/** So many slots may be without a figure yet. */
const LATE_SLOTS = 3;

export function statisticsOf(range: StatisticsRange, now: number, known: Known): Statistics {
  const { pace, slots } = ranges[range];
  const pitch = pitches[pace];
  const codeAt = codesBy(pace, known);
  const last = lastSlot(slotAt(now, pace), pitch, codeAt);
  const times = Array.from({ length: slots }, (_, at) => (last - slots + 1 + at) * pitch);
  const row = (figure: Figure) =>
    times.map((time) => figureOf(figure, codeAt(time, figures.indexOf(figure))));
  return {
    from: new Date(times[0] ?? now).toISOString(),
    pitchSeconds: pitch / 1000,
    cpuCores: row('cpuCores'),
    memoryBytes: row('memoryBytes'),
    diskReadBytesPerSecond: row('diskReadBytesPerSecond'),
    diskWrittenBytesPerSecond: row('diskWrittenBytesPerSecond'),
    receivedBytesPerSecond: row('receivedBytesPerSecond'),
    sentBytesPerSecond: row('sentBytesPerSecond'),
  };
}

/** null: nothing is known of the last minutes. */
export function latestOf(
  now: number,
  known: Known,
): { cpuCores: number | null; memoryBytes: number | null } | null {
  for (const pace of ['minute', 'history'] as const) {
    const codeAt = codesBy(pace, known);
    for (let slot = slotAt(now, pace); slot > slotAt(now, pace) - LATE_SLOTS; slot--) {
      const of = (figure: Figure) => figureOf(figure, codeAt(slot * pitches[pace], figures.indexOf(figure)));
      const use = { cpuCores: of('cpuCores'), memoryBytes: of('memoryBytes') };
      if (use.cpuCores !== null) return use;
    }
  }
  return null;
}

/** What is not there yet is no gap: a row ends with the last that is known, unless that is too old. */
function lastSlot(now: number, pitch: number, codeAt: CodeAt): number {
  for (let slot = now; slot > now - LATE_SLOTS; slot--)
    if (figures.some((_, figure) => codeAt(slot * pitch, figure) !== GAP)) return slot;
  return now;
}

function codesBy(pace: Pace, known: Known): CodeAt {
  if (pace === 'history') return (at, figure) => historyCode(known, at, figure);
  const coarser = pace === 'live' ? 'minute' : 'history';
  const before = codesBy(coarser, known);
  const ring = known.recent[pace];
  // A coarser figure is of a time before the finer ones began only if it was over by then.
  const startsAt = ring?.first == null ? Infinity : ring.first * pitches[pace];
  return (at, figure) => {
    if (ring && at >= startsAt) return ring.code(slotAt(at, pace), figure);
    const isOver = (slotAt(at, coarser) + 1) * pitches[coarser] <= startsAt;
    return isOver ? before(at, figure) : GAP;
  };
}

function historyCode({ blocks }: Known, at: number, figure: number): number {
  for (const blockOf of blocks) {
    const block = blockOf(blockStart(at));
    const code = block ? codeIn(block, at, figure) : GAP;
    if (code !== GAP) return code;
  }
  return GAP;
}
