/**
 * Makes samples of one host's counters, at several paces by the same readings: for each pace the counters of now are
 * compared with those of its last turn, so that its samples are true averages, and nothing is added up twice.
 */
import type { HostReading } from '../../platform/hypervisor.ts';
import { HISTORY_PITCH_MS } from './history-block.ts';
import { type Sample, coresOf, figures, rateOf, sampleOf, sumOf } from './sample.ts';

export const pitches = { live: 5000, minute: 60_000, history: HISTORY_PITCH_MS } as const;
export type Pace = keyof typeof pitches;
const paces = Object.keys(pitches) as Pace[];

/** `at`: a time that it is of; ms since 1970. */
export type OnSample = (pace: Pace, objectId: string, at: number, sample: Sample) => void;

interface Turn {
  readonly at: number;
  readonly reading: HostReading;
}

/** What is older than so many turns says nothing of the present one: a host that was silent leaves a gap. */
const STALE_TURNS = 2.5;

export class HostSampler {
  readonly #hostId: string;
  readonly #onSample: OnSample;
  readonly #turns = new Map<Pace, Turn>();

  constructor(hostId: string, onSample: OnSample) {
    this.#hostId = hostId;
    this.#onSample = onSample;
  }

  /** A reading now would begin a new turn of that pace. */
  isDue(pace: Pace, now: number): boolean {
    const turn = this.#turns.get(pace);
    return !turn || slotAt(turn.at, pace) !== slotAt(now, pace);
  }

  /** `vmIds`: which of the domains are VMs. The host's figures are of all domains, whosever they are. */
  take(reading: HostReading, now: number, vmIds: ReadonlySet<string>): void {
    for (const pace of paces) if (this.isDue(pace, now)) this.#turn(pace, { at: now, reading }, vmIds);
  }

  #turn(pace: Pace, { at, reading }: Turn, vmIds: ReadonlySet<string>): void {
    const before = this.#beforeOf(pace, reading.readAtMs);
    this.#turns.set(pace, { at, reading });
    const elapsedMs = before === null ? 0 : reading.readAtMs - before.readAtMs;
    const times = timesBetween(at - elapsedMs, at, pace);
    const tell = (objectId: string, sample: Sample) => {
      for (const time of times) this.#onSample(pace, objectId, time, sample);
    };
    const samples: Sample[] = [];
    for (const [id, now] of reading.domains) {
      const sample = sampleOf(before?.domains.get(id) ?? null, now, elapsedMs);
      samples.push(sample);
      if (vmIds.has(id)) tell(id, sample);
    }
    const sums = Object.fromEntries(figures.map((figure) => [figure, sumOf(samples, figure)]));
    tell(this.#hostId, {
      ...(sums as Sample), // every figure has just been put in
      cpuCores: coresOf(rateOf(before?.cpuNs ?? null, reading.cpuNs, elapsedMs)),
      memoryBytes: reading.memoryBytes,
    });
  }

  /** A pace that has not been kept for a while goes on from a slower one's last turn. */
  #beforeOf(pace: Pace, readAtMs: number): HostReading | null {
    const oldest = readAtMs - STALE_TURNS * pitches[pace];
    const readings = [...this.#turns.values()].map(({ reading }) => reading);
    const own = this.#turns.get(pace)?.reading;
    const usable = [...(own ? [own] : []), ...readings].filter((reading) => reading.readAtMs > oldest);
    return usable[0] ?? null;
  }
}

/** One for each slot whose middle lies between two readings, so that none is left out when one comes late. */
function timesBetween(from: number, to: number, pace: Pace): number[] {
  const times: number[] = [];
  for (let slot = slotAt(from, pace); slot <= slotAt(to, pace); slot++) {
    const middle = (slot + 0.5) * pitches[pace];
    if (middle > from && middle <= to) times.push(middle);
  }
  return times.length > 0 ? times : [(from + to) / 2];
}

export const slotAt = (at: number, pace: Pace): number => Math.floor(at / pitches[pace]);
