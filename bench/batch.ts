/**
 * 20 and 100 VMs in one request, until all are running, beside the same VMs by raw calls, issued with as many at a time as
 * was found to be quickest here. Small guests: what is measured is what is done, not what the guests do meanwhile.
 */
import { randomUUID } from 'node:crypto';
import { World } from '../e2e/world.ts';
import { type Bench, type Figure, figure, ratios, timeMs } from './bench.ts';
import { OurVms } from './our-vms.ts';
import { type RawVm, RawVms, recipeOf } from './raw-vms.ts';
import { makeRoom, smallTemplate } from './small-guest.ts';

/** In seconds. */
interface Turn {
  readonly creation: number;
  readonly removal: number;
}

/** Called so many, how many VMs, how often. */
type Plan = readonly (readonly [name: number, count: number, rounds: number])[];
const FULL: Plan = [
  [20, 20, 3],
  [100, 100, 3],
];
const SHORT: Plan = [[20, 20, 1]];
const TINY: Plan = [
  [20, 2, 1],
  [100, 3, 1],
];
const AT_A_TIME = [1, 2, 4, 8, 16] as const;

export const batch: Bench = {
  name: 'batch',
  what: 'many VMs in one request → all running, small guests; raw calls, as many at a time as is quickest',
  target: { ratioOf20: { atMost: 1.15 }, ratioOf100: { atMost: 1.15 } },
  async run(size) {
    await using world = await World.open();
    const admin = await world.login();
    await makeRoom(admin);
    const template = await smallTemplate(admin, 'idle');
    const raw = await RawVms.open(await recipeOf(admin, template), Math.max(...AT_A_TIME) / 4);
    const ours = await OurVms.open(admin, template.id);
    // One after another, in a warm-up and then for good: the first of all is slower than the rest.
    const sweep = new Map<number, number>();
    for (const width of [...AT_A_TIME.slice(-1), ...AT_A_TIME].slice(size.of(0, 1, -1)))
      sweep.set(width, (await createRaw(raw, size.of(12, 6, 2), width)).creation);
    const best = quickestOf(sweep);
    const figures: Record<string, Figure> = { rawAtATime: figure([best], '') };
    for (const [width, seconds] of sweep) figures[`rawAt${width}`] = figure([seconds], 's');
    for (const [name, count, rounds] of size.of(FULL, SHORT, TINY))
      Object.assign(figures, figuresOf(name, await compare(count, rounds, { raw, ours, best })));
    ours.close();
    await raw.close();
    return figures;
  },
};

function quickestOf(seconds: ReadonlyMap<number, number>): number {
  const [quickest] = [...seconds].toSorted(([, a], [, b]) => a - b);
  return quickest?.[0] ?? 1;
}

interface Contenders {
  readonly raw: RawVms;
  readonly ours: OurVms;
  /** How many raw ones at a time. */
  readonly best: number;
}

interface Times {
  readonly ours: Turn[];
  readonly raw: Turn[];
}

async function compare(count: number, rounds: number, { raw, ours, best }: Contenders): Promise<Times> {
  const times: Times = { ours: [], raw: [] };
  for (let round = 0; round < rounds; round++) {
    times.raw.push(await createRaw(raw, count, best));
    times.ours.push(await createOurs(ours, count));
  }
  return times;
}

function figuresOf(count: number, times: Times): Record<string, Figure> {
  const of = (turns: readonly Turn[], what: keyof Turn) => turns.map((turn) => turn[what]);
  return {
    [`loucloudOf${count}`]: figure(of(times.ours, 'creation'), 's'),
    [`rawOf${count}`]: figure(of(times.raw, 'creation'), 's'),
    [`ratioOf${count}`]: ratios(of(times.ours, 'creation'), of(times.raw, 'creation')),
    [`removalOf${count}`]: figure(of(times.ours, 'removal'), 's'),
    [`removalRawOf${count}`]: figure(of(times.raw, 'removal'), 's'),
  };
}

async function createOurs(ours: OurVms, count: number): Promise<Turn> {
  let vmIds: readonly string[] = [];
  const creationMs = await timeMs(async () => (vmIds = await ours.create(`bench-{1..${count}}`)));
  const removalMs = await timeMs(() => ours.removeAll(vmIds));
  return { creation: creationMs / 1000, removal: removalMs / 1000 };
}

async function createRaw(raw: RawVms, count: number, atATime: number): Promise<Turn> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const vms: RawVm[] = [];
  const creationMs = await timeMs(() =>
    each(ids, atATime, async (id) => void vms.push(await raw.create(id))),
  );
  const removalMs = await timeMs(() => each(vms, atATime, raw.remove));
  return { creation: creationMs / 1000, removal: removalMs / 1000 };
}

async function each<T>(
  items: readonly T[],
  atATime: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}
