/** A VM whose host is gone: who may start it where, and what the database says at every moment, on both databases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorCode } from '@loucloud/api';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { UserError } from '../../platform/errors.ts';
import { EventLog } from '../../platform/events/event-log.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import { staleDomains } from './stale-domains.ts';
import { vmElsewhere } from './vm-elsewhere.ts';
import { vmsElsewhere } from './vm-elsewhere-service.ts';
import { type MovingWorld, openMovingWorld } from './test-moves.ts';
import { plenty } from './test-world.ts';
import { vmStore } from './vm-store.ts';

const hasCode = (code: ErrorCode) => (error: unknown) => error instanceof UserError && error.code === code;

/** A running VM on `here`, which is lost; `there` has the same storage. The new host does as `driver` says. */
async function prepared(world: MovingWorld, driver: Record<string, () => Promise<unknown>> = {}) {
  const { database, engine, vms, states, hostId, thereId } = world;
  const ann = await world.addUser('ann');
  const admin = { ...(await world.addUser('admin')), isAdmin: true };
  const change = (id: string, values: object) =>
    database.db.updateTable('host').set(values).where('id', '=', id).execute();
  await change(thereId, { health: 'unreachable' });
  const { items } = await vms.create({ name: 'web', templateId: world.templateId, start: true }, ann);
  const vmId = items[0]?.vmId ?? '';
  await world.settleCreated(vmId);
  await change(thereId, { health: 'healthy', storage_id: 'one' });
  await change(hostId, { storage_id: 'one' });
  const lose = async () => {
    await change(hostId, { health: 'unreachable' });
    await states.onLost(hostId);
  };
  const trace: string[] = [];
  const disk = { path: '/p/x.qcow2', sizeBytes: 1, allocatedBytes: 1, backing: null };
  const does = (name: string, answer: unknown) => async () => {
    trace.push(name);
    return driver[name] ? driver[name]() : answer;
  };
  const host = () => ({
    disk: async () => disk,
    status: does('status', null),
    define: does('define', undefined),
    undefine: does('undefine', undefined),
    start: does('start', undefined),
    powerOff: does('powerOff', undefined),
  });
  const operation = vmElsewhere({
    database,
    events: new EventLog(),
    states: { ...states, refresh: async () => {}, lookAgain: () => {} },
    host: host as never, // all that it asks of a host
    specOf: async () => ({ cdromPath: null }) as never,
    limitOf: async () => plenty,
  });
  engine.register(operation);
  const elsewhere = vmsElsewhere({ database, vms, operation });
  const start = (body: { hostIsOff: boolean; hostId?: string } = { hostIsOff: true }) =>
    elsewhere.start({ params: { vmId }, body }, admin);
  const finished = async (id: string) => {
    await engine.settled(id);
    return operationStore.get(database.db, id);
  };
  return { vmId, admin, ann, change, lose, elsewhere, start, finished, trace };
}

const record = async (world: MovingWorld, vmId: string) => {
  const vm = await vmStore.find(world.database.db, vmId);
  assert.ok(vm);
  return vm;
};

async function assertExact(world: MovingWorld): Promise<void> {
  for (const [name, [reserved, held]] of Object.entries(await world.shares()))
    assert.equal(reserved, held, `${name} has reserved what its VMs hold`);
}

for (const kind of testDatabases) {
  describe(`starting a VM elsewhere, on ${kind.name}`, () => {
    test('only for the admin, only when its host is lost, only if that is said to be off, only where its disk is', async () => {
      await using world = await openMovingWorld(kind);
      const { vmId, ann, change, lose, elsewhere, start } = await prepared(world);
      await assert.rejects(start(), hasCode('wrong_state'));
      await lose();
      await change(world.hostId, { health: 'degraded' });
      await assert.rejects(start(), hasCode('host_is_on'));
      await change(world.hostId, { health: 'unreachable' });
      await assert.rejects(start({ hostIsOff: false }), hasCode('host_off_unconfirmed'));
      const asAnn = elsewhere.start({ params: { vmId }, body: { hostIsOff: true } }, ann);
      await assert.rejects(asAnn, hasCode('forbidden'));
      for (const storageId of ['another', null]) {
        await change(world.thereId, { storage_id: storageId });
        await assert.rejects(start(), (error) => {
          assert.ok(hasCode('cannot_start_elsewhere')(error));
          assert.deepEqual((error as UserError).details['refusals'], ['disk_not_there there']);
          return true;
        });
      }
      await assertExact(world);
      const vm = await record(world, vmId);
      assert.deepEqual([vm.hostId, vm.targetHostId, vm.operationId], [world.hostId, null, null]);
    });

    test('it is the new host’s from then on, with its share; what the old one says is of a stale domain', async () => {
      await using world = await openMovingWorld(kind);
      const { vmId, lose, start, finished, trace } = await prepared(world);
      await lose();
      const { state, result } = await finished(await start());
      assert.deepEqual([state, trace], ['done', ['status', 'define', 'start']]);
      assert.equal((result['placement'] as { chosen: string }).chosen, 'there');
      const vm = await record(world, vmId);
      assert.deepEqual([vm.hostId, vm.targetHostId, vm.operationId], [world.thereId, null, null]);
      await assertExact(world);
      assert.equal((await world.shares())['here']?.[0], '0/0/0');

      const { database, hostId, states } = world;
      await states.onDomain(world.thereId, vmId, { vmId, state: 'stopped', cause: 'powered_off' });
      const stale = staleDomains({ database, events: new EventLog() });
      const told = (running: boolean) =>
        ({ vmId, state: running ? 'running' : 'stopped', cause: 'found_so' }) as const;
      await stale.onSnapshot(hostId, [told(false)]);
      assert.equal((await record(world, vmId)).isRunningElsewhere, false);
      await stale.onDomain(hostId, vmId, told(true));
      await states.onDomain(hostId, vmId, told(true));
      const now = await record(world, vmId);
      assert.deepEqual([now.state, now.isRunningElsewhere], ['stopped', true]);
      await stale.onDomain(world.thereId, vmId, told(true));
      await stale.onSnapshot(hostId, []);
      assert.equal((await record(world, vmId)).isRunningElsewhere, false);
      const events = await database.db.selectFrom('event').select('type').orderBy('seq').execute();
      const types = events.map(({ type }) => type).filter((type) => /startedElsewhere|conflict/.test(type));
      assert.deepEqual(types, ['vm.startedElsewhere', 'vm.conflict', 'vm.conflictEnded']);
    });

    for (const step of ['define', 'start']) {
      test(`where "${step}" fails it is the lost host’s again, unknown, and nothing of it stays there`, async () => {
        await using world = await openMovingWorld(kind);
        const fail = () => Promise.reject(new UserError('libvirt_refused', {}, { hint: 'write lock' }));
        const { vmId, lose, start, finished, trace } = await prepared(world, { [step]: fail });
        await lose();
        const { state, error } = await finished(await start());
        assert.deepEqual([state, error?.code], ['failed', 'libvirt_refused']);
        assert.equal(trace.at(-1), 'undefine');
        const vm = await record(world, vmId);
        assert.deepEqual([vm.hostId, vm.targetHostId, vm.state], [world.hostId, null, 'unknown']);
        await assertExact(world);
      });
    }

    test('its host comes back in between: it stays there', async () => {
      await using world = await openMovingWorld(kind);
      const { vmId, change, lose, start, finished } = await prepared(world, {
        status: async () => change(world.hostId, { health: 'healthy' }).then(() => null),
      });
      await lose();
      const { error } = await finished(await start());
      assert.equal(error?.code, 'host_is_on');
      assert.equal((await record(world, vmId)).hostId, world.hostId);
      await assertExact(world);
    });
  });
}
