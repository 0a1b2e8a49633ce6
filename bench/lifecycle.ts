/**
 * A VM is stopped, started, reset hard and removed with its disk, each from the request to the event that says that it is
 * done, beside the same calls made raw. Of the removal LouCloud's purge is measured, which leaves nothing, as the raw one
 * does; putting a running VM into the recycle bin, which the page does first, is told beside it.
 */
import { World } from '../e2e/world.ts';
import { type Bench, figure, ratios, timeMs } from './bench.ts';
import { OurVms } from './our-vms.ts';
import { RawVms, recipeOf } from './raw-vms.ts';
import { makeRoom, smallTemplate } from './small-guest.ts';

const VERBS = ['powerOff', 'start', 'reset', 'remove'] as const;
type Verb = (typeof VERBS)[number];
type Round = Record<Verb, number>;

export const lifecycle: Bench = {
  name: 'lifecycle',
  what: 'stop, start, hard reboot, running → gone; the same calls raw',
  target: { ratio: { atMost: 1.1 } },
  async run(size) {
    await using world = await World.open();
    const admin = await world.login();
    await makeRoom(admin);
    const template = await smallTemplate(admin, 'idle');
    const raw = await RawVms.open(await recipeOf(admin, template));
    const ours = await OurVms.open(admin, template.id);
    const times = { ours: [] as Round[], raw: [] as Round[] };
    const intoBin: number[] = [];
    const rounds = size.of(40, 10, 1);
    for (let round = -size.of(3, 1, 0); round < rounds; round++) {
      const theirs = await lifeOf(raw, await raw.create());
      const [vmId = ''] = await ours.create('bench');
      const own = await lifeOf(ours, vmId);
      const [binned = ''] = await ours.create('bench');
      const binMs = await timeMs(() => ours.delete(binned));
      await ours.remove(binned);
      if (round < 0) continue;
      times.raw.push(theirs);
      times.ours.push(own);
      intoBin.push(binMs);
    }
    ours.close();
    await raw.close();
    return { ...figuresOf(times), intoBin: figure(intoBin, 'ms') };
  },
};

async function lifeOf<V>(vms: Record<Verb, (vm: V) => Promise<void>>, vm: V): Promise<Round> {
  return {
    powerOff: await timeMs(() => vms.powerOff(vm)),
    start: await timeMs(() => vms.start(vm)),
    reset: await timeMs(() => vms.reset(vm)),
    remove: await timeMs(() => vms.remove(vm)),
  };
}

/** The ratio is of all four together: each alone has the same few milliseconds of LouCloud's own, whatever libvirt takes. */
function figuresOf({ ours, raw }: { readonly ours: readonly Round[]; readonly raw: readonly Round[] }) {
  const all = (rounds: readonly Round[]) =>
    rounds.map((round) => VERBS.reduce((sum, verb) => sum + round[verb], 0));
  const each = VERBS.flatMap((verb) => {
    const [own, theirs] = [ours.map((round) => round[verb]), raw.map((round) => round[verb])];
    const added = own.map((ms, i) => ms - (theirs[i] ?? NaN));
    return [
      [verb, figure(own, 'ms')],
      [`${verb}Raw`, figure(theirs, 'ms')],
      [`${verb}Added`, figure(added, 'ms')],
    ] as const;
  });
  return { ...Object.fromEntries(each), ratio: ratios(all(ours), all(raw)) };
}
