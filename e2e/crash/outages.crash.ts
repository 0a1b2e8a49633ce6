// timeout: 60 min
/** Under load something breaks: libvirtd dies, the disk is full, the pool is gone, the clock jumps. All settle, and agree. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Stage } from '../operations/stage.ts';
import { createVm, finished, waitFor } from '../world.ts';
import { Load } from './load.ts';
import { type Outage, clocks, mountPool, outages, startWithOwnClock } from './outages.ts';
import { assertQuick, tell } from './tell.ts';

describe('under load', () => {
  let stage: Stage;
  let load: Load;
  before(async () => {
    mountPool();
    stage = await Stage.open();
    load = await Load.open(stage);
  });
  after(() => stage[Symbol.asyncDispose]());

  async function assertSettles({ name, begin, end, isHarmless = false }: Outage): Promise<void> {
    await load.begin();
    await waitFor('work is under way', async () => {
      const { total } = await stage.call('operationList', { query: { state: 'running' } });
      return total > 0;
    });
    await begin(stage);
    await end(stage);
    const startedAt = performance.now();
    await stage.settled();
    const settledMs = performance.now() - startedAt;
    const ends = await load.assertKept({ mayFail: !isHarmless });
    tell(name, settledMs, ends);
    assertQuick(settledMs);
    await stage.clear();
    // Nothing is in the way of the next one.
    const next = await createVm(stage.call, stage.newName('next'));
    assert.equal(next.state, 'running');
    await stage.clear();
  }

  for (const outage of outages) test(outage.name, () => assertSettles(outage));

  test('LouCloud gets a clock of its own', () => startWithOwnClock(stage));
  for (const outage of clocks) {
    test(outage.name, () => assertSettles(outage));
    test(`${outage.name} while a guest is being shut down`, async () => {
      const vmId = await stage.subject('running');
      const { operationId } = await stage.call('vmShutdown', { params: { vmId } });
      await outage.begin(stage);
      await finished(stage.call, operationId);
      assert.equal((await stage.vm(vmId)).state, 'stopped');
    });
  }
});
