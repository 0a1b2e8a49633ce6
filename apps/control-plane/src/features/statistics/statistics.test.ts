import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { codeOf } from './codes.ts';
import { BLOCK_MS, emptyBlock, putIn } from './history-block.ts';
import { HostSampler, slotAt } from './host-sampler.ts';
import { figures } from './sample.ts';
import { statisticsService } from './statistics-service.ts';
import { statisticsStore } from './statistics-store.ts';
import type { Caller } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import { testDatabases } from '../../platform/database/test-databases.ts';
import type { DomainReading, HostReading } from '../../platform/hypervisor.ts';
import { createLog } from '../../platform/log.ts';

const START = Date.UTC(2026, 0, 1, 8);
const MINUTE = 60_000;
const somebody = {} as Caller; // who may see what is not this service's to know

/** A host whose clock, counters and silence are the test's. */
function play(database: Database) {
  let at = START;
  let cpuNs = 0;
  let isSilent = false;
  let asked = 0;
  const domain = (run: number): DomainReading => ({
    run,
    cpuNs,
    memoryBytes: 2 ** 20,
    diskReadBytes: 0,
    diskWrittenBytes: 0,
    receivedBytes: 0,
    sentBytes: 0,
  });
  const readCounters = async (): Promise<HostReading> => {
    asked++;
    if (isSilent) throw new Error('the host says nothing');
    return { readAtMs: at, cpuNs: 2 * cpuNs, memoryBytes: 2 ** 30, domains: new Map([['vm', domain(1)]]) };
  };
  const open = (hasPeers = false) =>
    statisticsService({
      database,
      log: createLog('silent'),
      host: () => ({ readCounters }),
      requireVm: async () => {},
      requireHost: async () => {},
      hasPeers: () => hasPeers,
      now: () => at,
    });
  return {
    open,
    asked: () => asked,
    silence: (is: boolean) => (isSilent = is),
    now: () => at,
    pass: (ms: number) => (at += ms),
    /** As a host that is watched tells of itself, with a guest that takes half of a processor. */
    async run(service: ReturnType<typeof open>, minutes: number) {
      for (let half = 0; half < minutes * 2; half++) {
        at += MINUTE / 2;
        cpuNs += 0.5 * (MINUTE / 2) * 1e6;
        if (!isSilent) service.onSnapshot('host', ['vm']);
        await new Promise(setImmediate);
      }
    },
  };
}

const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);

for (const kind of testDatabases) {
  describe(`statistics on ${kind.name}`, () => {
    test('one call a minute makes the last hour of a VM and of its host', async () => {
      await using database = await kind.open();
      const host = play(database);
      const service = host.open();
      await host.run(service, 10);
      assert.equal(host.asked(), 11);
      const hour = await service.ofVm('vm', 'hour', somebody);
      assert.deepEqual([hour.pitchSeconds, hour.cpuCores.length], [60, 60]);
      assert.deepEqual(known(hour.cpuCores).slice(0, 9), Array(9).fill(0.5));
      assert.equal((await service.ofHost('host', 'hour')).cpuCores.at(-1), 1);
      assert.deepEqual((await service.latest(['vm', 'none'])).get('vm'), {
        cpuCores: 0.5,
        memoryBytes: 2 ** 20,
      });
    });

    test('a host that is silent leaves a gap and no zeros', async () => {
      await using database = await kind.open();
      const host = play(database);
      const service = host.open();
      await host.run(service, 10);
      host.silence(true);
      await host.run(service, 10);
      host.silence(false);
      await host.run(service, 10);
      const { cpuCores } = await service.ofVm('vm', 'hour', somebody);
      const first = cpuCores.findIndex((value) => value !== null);
      const gap = cpuCores.slice(first).filter((value) => value === null).length;
      assert.ok(gap >= 9 && gap <= 11, cpuCores.join());
      assert.deepEqual(new Set(known(cpuCores)), new Set([0.5]));
    });

    test('a restart keeps the history', async () => {
      await using database = await kind.open();
      const host = play(database);
      const before = host.open();
      await host.run(before, 90);
      await before.write();
      host.pass(20 * MINUTE);
      const after = host.open();
      await host.run(after, 20);
      await after.write();
      await after.write();
      const day = await after.ofVm('vm', 'day', somebody);
      assert.deepEqual([day.pitchSeconds, day.cpuCores.length], [300, 288]);
      const values = known(day.cpuCores);
      assert.ok(values.length >= 18 && values.length <= 22, day.cpuCores.join());
      assert.ok(values.every((value) => Math.abs(value - 0.5) < 0.001));
      // What this run did not see itself comes from before it.
      const hour = await after.ofVm('vm', 'hour', somebody);
      assert.ok(known(hour.cpuCores).length > 30, hour.cpuCores.join());
      const elsewhere = host.open();
      assert.equal((await elsewhere.latest(['vm'])).get('vm')?.memoryBytes, 2 ** 20);
    });

    test('what another control plane has is had from it while somebody looks', async () => {
      await using database = await kind.open();
      const host = play(database);
      const holder = host.open(true);
      const other = host.open(true);
      await host.run(holder, 10);
      const look = async () => known((await other.ofVm('vm', 'hour', somebody)).cpuCores);
      assert.deepEqual(await look(), []);
      await holder.tellPeers();
      assert.deepEqual((await look()).slice(0, 9), Array(9).fill(0.5));
      const own = known((await holder.ofVm('vm', 'hour', somebody)).cpuCores);
      assert.deepEqual(await look(), own);
      const live = await other.ofVm('vm', 'live', somebody);
      assert.ok(known(live.cpuCores).length > 0);
      holder.stop();
      other.stop();
    });

    test('what is older than a day goes', async () => {
      await using database = await kind.open();
      const host = play(database);
      const service = host.open();
      await host.run(service, 10);
      await service.write();
      const rows = async () =>
        (await database.db.selectFrom('statistics').select('starts_at').execute()).length;
      assert.equal(await rows(), 2, 'of a VM and a host');
      host.pass(23 * 60 * MINUTE);
      await service.prune();
      assert.equal(await rows(), 2);
      host.pass(4 * 60 * MINUTE);
      await service.prune();
      assert.equal(await rows(), 0);
    });

    test('what could not be written is written the next time', async () => {
      await using database = await kind.open();
      let isAway = true;
      const transact: Database['transact'] = (work) =>
        isAway ? Promise.reject(new Error('away')) : database.transact(work);
      const host = play({ ...database, transact });
      const service = host.open();
      await host.run(service, 10);
      await assert.rejects(service.write(), /away/);
      isAway = false;
      await service.write();
      assert.ok((await statisticsStore.read(database.db, 'vm', [START])).has(START));
    });

    test('blocks of many are written together, and put together with what is there', async () => {
      await using database = await kind.open();
      const block = (at: number, value: number) => {
        const made = emptyBlock();
        putIn(
          made,
          at,
          figures.map(() => codeOf(value)),
        );
        return made;
      };
      const ids = Array.from({ length: 200 }, (_, at) => `object-${at}`);
      for (const [at, value] of [
        [0, 1],
        [300_000, 2],
      ] as const)
        await database.transact((tx) =>
          statisticsStore.write(tx, BLOCK_MS, new Map(ids.map((id) => [id, block(at, value)]))),
        );
      const read = await statisticsStore.readMany(database.db, ids, BLOCK_MS);
      assert.equal(read.size, 200);
      assert.deepEqual([read.get('object-7')?.[0], read.get('object-7')?.[1]], [1, 2]);
    });
  });
}

test('a reading that comes late leaves no gap', () => {
  const slots: number[] = [];
  const sampler = new HostSampler(
    'host',
    (pace, _id, at) => void (pace === 'live' && slots.push(slotAt(at, pace))),
  );
  for (const at of [0, 5000, 9990, 15_010, 22_000, 25_000])
    sampler.take({ readAtMs: at, cpuNs: at, memoryBytes: 1, domains: new Map() }, at, new Set());
  assert.deepEqual([...new Set(slots)], [0, 1, 2, 3, 4]);
});

test('figures are read every few seconds while somebody looks, and no longer', async (t) => {
  const [sqlite] = testDatabases;
  assert.ok(sqlite);
  await using database = await sqlite.open();
  t.mock.timers.enable({ apis: ['setInterval'] });
  const host = play(database);
  const service = host.open();
  await host.run(service, 1);
  const before = host.asked();
  for (let second = 0; second < 60; second += 5) {
    if (second <= 20) await service.ofVm('vm', 'live', somebody);
    host.pass(5000);
    t.mock.timers.tick(5000);
    await new Promise(setImmediate);
  }
  const asked = host.asked() - before;
  assert.ok(asked >= 6 && asked <= 9, `${asked}`);
  service.stop();
});
