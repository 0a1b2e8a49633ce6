/** How list, accept, idle and restart grow with the number of VMs: from a hundred to fifty thousand. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tools/machine.ts';
import { type Bench, type Figure, Size, figure } from './bench.ts';
import { measureAccept } from './accept.ts';
import { measureIdle } from './idle.ts';
import { measureList } from './list.ts';
import { plot } from './plot.ts';
import { measureRestart } from './restart.ts';
import { ScaleWorld } from './scale-world.ts';

const PLOT = 'docs/benchmarks-growth.svg';
/** At each size a short look: four sizes in turn take long enough. */
const LOOK = Size.from(['--short']);
const TINY = Size.from(['--tiny']);

/** Of one create, of how many there are a second. */
const timeEach = ({ min, median, max }: Figure): Figure => ({
  min: 1000 / max,
  median: 1000 / median,
  max: 1000 / min,
  unit: 'ms',
});

export const growth: Bench = {
  name: 'growth',
  what: 'list, accept, idle and restart at 100, 1,000, 10,000 and 50,000 VMs on 200 hosts',
  // Ten thousand VMs beside a hundred: a list costs the same, all else grows no faster than the number.
  target: {
    listGrowth: { atMost: 2 },
    acceptGrowth: { atMost: 500 },
    idleGrowth: { atMost: 500 },
    restartGrowth: { atMost: 500 },
  },
  async run(size) {
    const sizes = size.of([100, 1000, 10_000, 50_000], [100, 1000], [10, 20]);
    const figures: Record<string, Figure> = {};
    const curves: Record<string, number[]> = { list: [], accept: [], idle: [], restart: [] };
    for (const vms of sizes) {
      await using world = await ScaleWorld.open({ hosts: size.of(200, 10, 2), vms });
      const look = size.of(LOOK, LOOK, TINY);
      const { p50At1 } = await measureList(world, look);
      const { pss } = await measureIdle(world.served.pid, look);
      const { reconciled } = await measureRestart(world, look);
      const { perSecond, errors } = await measureAccept(world, look);
      assert.equal(errors.median, 0);
      const each = {
        list: p50At1,
        accept: timeEach(perSecond),
        idle: pss,
        restart: reconciled,
      };
      for (const [name, value] of Object.entries(each)) {
        if (!value) continue;
        figures[`${name}At${vms}`] = value;
        curves[name]?.push(value.median);
      }
    }
    for (const [name, curve] of Object.entries(curves))
      figures[`${name}Growth`] = figure([(curve.at(-1) ?? NaN) / (curve[0] ?? NaN)], '×');
    const svg = plot(sizes, {
      'list: p50 of a page, ms': curves['list'] ?? [],
      'accept: one create, ms': curves['accept'] ?? [],
      'idle: PSS, MiB': curves['idle'] ?? [],
      'restart: reconciled after, s': curves['restart'] ?? [],
    });
    if (size.of(true, false)) writeFileSync(join(root, PLOT), svg);
    return figures;
  },
};
