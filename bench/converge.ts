/** Creates that run in the end: the fleet is kept busy for a minute, and VMs that came to run in it are counted. */
import assert from 'node:assert/strict';
import { type Bench, figure } from './bench.ts';
import { templateForAll } from './accept.ts';
import { load } from './load.ts';
import { pause } from './process-use.ts';
import { ScaleWorld } from './scale-world.ts';

const ACCEPTED = 202;

export const converge: Bench = {
  name: 'converge',
  what: 'creates → running on 200 hosts, per second, for a minute',
  target: { perSecond: { atLeast: 100 } },
  async run(size) {
    // A host has room for some hundreds: they must not be full before the time is over.
    await using world = await ScaleWorld.open({ hosts: size.of(200, 20, 10), vms: 0 });
    const templateId = await templateForAll(world);
    const { call, cookie, url } = await world.login();
    const count = async (query: object) => (await call('vmList', { query: { ...query, limit: 1 } })).total;
    const perSlice: number[] = [];
    const [sliceMs, slices] = [size.of(10_000, 5000, 2000), size.of(6, 3, 1)];
    // Asked for at a time, and under way at most: enough that there is always work.
    const [together, underWayMax] = [size.of(50, 50, 5), size.of(400, 400, 20)];
    let batch = 0;
    const over = new AbortController();
    const asking = (async () => {
      while (!over.signal.aborted) {
        if ((await count({})) - (await count({ state: 'running' })) > underWayMax) {
          await pause(50);
          continue;
        }
        const body = JSON.stringify({ name: `vm-${batch++}-{1..${together}}`, templateId });
        const ask = (n: number) => (n === 0 ? { method: 'POST' as const, path: '/vms', body } : null);
        const { statuses } = await load({ url, cookie, atOnce: 1, ask });
        assert.deepEqual([...statuses.keys()], [ACCEPTED]);
      }
    })();
    // Until the first are through it is only beginning.
    for (let slice = -1; slice < slices; slice++) {
      const [before, startedAt] = [await count({ state: 'running' }), performance.now()];
      await pause(sliceMs);
      const came = (await count({ state: 'running' })) - before;
      if (slice >= 0) perSlice.push((came * 1000) / (performance.now() - startedAt));
    }
    over.abort();
    await asking;
    await world.untilIdle();
    const [all, running] = [await count({}), await count({ state: 'running' })];
    assert.equal(running, all);
    return { perSecond: figure(perSlice, '/s'), made: figure([all], '') };
  },
};
