/** The recycle bin: what lies in it, what that holds, and every way in and out, on both databases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorCode, VmState } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { UserError } from '../../platform/errors.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import { inNameOf } from '../../platform/caller.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import { type World, openWorld, plenty } from './test-world.ts';
import { vmStore } from './vm-store.ts';
import { vmsOfUser } from './vms-of-user.ts';

const MIB = 2 ** 20;
const GIB = 1024 * MIB;
const DAY_MS = 86_400_000;
const nothing = { vms: 0, runningVms: 0, vcpus: 0, memoryMib: 0, diskBytes: 0 };
const diskAlone = { ...nothing, diskBytes: GIB };
const one = { vms: 1, runningVms: 0, vcpus: 2, memoryMib: 512, diskBytes: GIB };

const hasCode = (code: ErrorCode, details?: object) => (error: unknown) => {
  assert.ok(error instanceof UserError, String(error));
  assert.equal(error.code, code);
  if (details) assert.deepEqual(error.details, details);
  return true;
};

/** A host that does what it is asked; the test says whether it is there, and what a VM on it is. */
class QuickHost {
  isAway = false;
  state: VmState | null = 'stopped';
  readonly asked: string[] = [];
  readonly driver: HostDriver = new Proxy({} as HostDriver, {
    get: (_, name) => async (vmId: string) => {
      if (this.isAway) throw new UserError('host_unreachable');
      this.asked.push(String(name));
      if (name === 'powerOff' && (this.state === 'running' || this.state === 'paused'))
        this.state = 'stopped';
      if (name === 'inspectImage') return { format: 'qcow2', sizeBytes: MIB, virtualSizeBytes: MIB };
      return name === 'status' && this.state && { vmId, state: this.state, cause: 'powered_off' };
    },
  });
}

async function open(kind: (typeof testDatabases)[number], recycleDays = 7) {
  const host = new QuickHost();
  const world = await openWorld(kind, { driver: host.driver, recycleDays });
  const user = await world.addUser('lin');
  return {
    ...world,
    host,
    user,
    make: (name: string, isRunning = false) => make(world, user, name, isRunning),
    async done(operationId: string) {
      await world.engine.settled(operationId);
      return operationStore.get(world.database.db, operationId);
    },
    async reservedDisk() {
      const row = await world.database.db.selectFrom('host').selectAll().executeTakeFirstOrThrow();
      return [row.reserved_vcpus, row.reserved_memory_mib, row.reserved_disk_bytes];
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

async function make(world: World, user: Caller, name: string, isRunning: boolean): Promise<string> {
  const wish = { name, templateId: world.templateId, start: isRunning };
  const [vm] = (await world.vms.create(wish, user)).items;
  assert.ok(vm);
  await world.engine.settled(vm.operationId);
  return vm.vmId;
}

for (const kind of testDatabases) {
  describe(`the recycle bin on ${kind.name}`, () => {
    test('a deleted VM is off, holds its disk and nothing else, and is in no list but the bin’s', async () => {
      await using cloud = await open(kind);
      const { vms, user, host } = cloud;
      host.state = 'running';
      const vmId = await cloud.make('a', true);
      assert.deepEqual(await cloud.usage(user.userId), { ...one, runningVms: 1 });
      const before = Date.now();
      assert.equal((await cloud.done(await vms.remove(vmId, user))).state, 'done');
      assert.ok(host.asked.includes('powerOff') && !host.asked.includes('undefine'));
      assert.deepEqual(await cloud.usage(user.userId), diskAlone);
      assert.deepEqual(await cloud.reservedDisk(), [0, 0, GIB]);
      assert.equal((await vms.list({ limit: 10 }, user)).total, 0);
      const [binned] = (await vms.list({ limit: 10, isDeleted: true }, user)).items;
      assert.deepEqual([binned?.id, binned?.state, binned?.stateCause], [vmId, 'deleted', 'deleted']);
      const days = (Date.parse(binned?.deletion?.purgeAt ?? '') - before) / DAY_MS;
      assert.ok(days >= 7 && days < 7.01, `${days} days`);
      const possible = Object.entries(binned?.actions ?? {}).filter(([, verdict]) => verdict === 'ok');
      assert.deepEqual(possible.map(([action]) => action).sort(), ['purge', 'undelete']);
      assert.equal(binned?.actions.start, 'vm_is_deleted');
    });

    test('it is taken out as it was, and holds what it held', async () => {
      await using cloud = await open(kind);
      const { vms, bin, user } = cloud;
      const vmId = await cloud.make('a');
      await cloud.done(await vms.remove(vmId, user));
      await assert.rejects(
        vms.remove(vmId, user),
        hasCode('wrong_state', { action: 'delete', state: 'deleted', name: 'a' }),
      );
      const vm = await bin.undelete(vmId, {}, user);
      assert.deepEqual([vm.name, vm.state, vm.stateCause, vm.deletion], ['a', 'stopped', 'undeleted', null]);
      assert.deepEqual(await cloud.usage(user.userId), one);
      await assert.rejects(bin.undelete(vmId, {}, user), hasCode('wrong_state'));
    });

    test('it is not taken out over the quota', async () => {
      await using cloud = await open(kind);
      const small = await cloud.addUser('ann', { vms: 1 });
      const [vm] = (await cloud.vms.create({ name: 'a', templateId: cloud.templateId, start: false }, small))
        .items;
      await cloud.engine.settled(vm?.operationId ?? '');
      await cloud.done(await cloud.vms.remove(vm?.vmId ?? '', small));
      await make(cloud, small, 'b', false);
      await assert.rejects(
        cloud.bin.undelete(vm?.vmId ?? '', {}, small),
        hasCode('quota_exceeded', { resource: 'vms', limit: 1, used: 1, asked: 1 }),
      );
      assert.deepEqual(await cloud.usage(small.userId), { ...one, diskBytes: 2 * GIB });
    });

    test('its name is free, and its way back under another name leads past the new one', async () => {
      await using cloud = await open(kind);
      const { vms, bin, user } = cloud;
      const first = await cloud.make('a');
      await cloud.done(await vms.remove(first, user));
      const second = await cloud.make('a');
      await cloud.done(await vms.remove(second, user));
      await cloud.make('a');
      await assert.rejects(bin.undelete(first, {}, user), hasCode('undelete_name_taken', { name: 'a' }));
      assert.deepEqual(await cloud.usage(user.userId), { ...one, diskBytes: 3 * GIB });
      assert.equal((await bin.undelete(first, { name: 'a-2' }, user)).name, 'a-2');
      await cloud.engine.quiet();
      assert.ok(cloud.host.asked.includes('relabel'));
    });

    test('purged, by hand or because its time is over, it leaves nothing', async () => {
      await using cloud = await open(kind);
      const { vms, bin, user } = cloud;
      const [byHand, byTime, kept] = [await cloud.make('a'), await cloud.make('b'), await cloud.make('c')];
      for (const vmId of [byHand, byTime]) await cloud.done(await vms.remove(vmId, user));
      await cloud.done(await bin.purge(byHand, user));
      assert.deepEqual(await bin.purgeDue(), []);
      const begun = await bin.purgeDue(Date.now() + 7 * DAY_MS);
      assert.equal(begun.length, 1);
      for (const operationId of begun) assert.equal((await cloud.done(operationId)).actorName, '');
      assert.equal((await vms.list({ limit: 10, isDeleted: true }, user)).total, 0);
      assert.deepEqual(await cloud.usage(user.userId), one);
      assert.deepEqual(await cloud.reservedDisk(), [0, 0, GIB]);
      await cloud.done(await bin.purge(kept, user));
      assert.deepEqual(await cloud.usage(user.userId), nothing);
    });

    test('with no days to keep it, a delete is for good', async () => {
      await using cloud = await open(kind, 0);
      const vmId = await cloud.make('a');
      const { type } = await cloud.done(await cloud.vms.remove(vmId, cloud.user));
      assert.equal(type, 'vm.purge');
      assert.equal(await vmStore.find(cloud.database.db, vmId), null);
      assert.deepEqual(await cloud.usage(cloud.user.userId), nothing);
    });

    test('a host that is away is waited for, which can be cancelled; its owner’s other VMs do not mind', async () => {
      await using cloud = await open(kind);
      const { vms, user, host, engine, database } = cloud;
      const [vmId, other] = [await cloud.make('a'), await cloud.make('b')];
      host.isAway = true;
      const operationId = await vms.remove(vmId, user);
      assert.equal(await vms.remove(vmId, user), operationId);
      const isWaiting = async () =>
        (await operationStore.get(database.db, operationId)).steps[0]?.state === 'running';
      while (!(await isWaiting())) await new Promise((resolve) => setTimeout(resolve, 5));
      await vms.update(other, { description: 'changed' }, user);
      await database.transact((tx) => engine.cancel(tx, operationId, user));
      assert.equal((await cloud.done(operationId)).state, 'cancelled');
      const vm = await vms.get(vmId, user);
      assert.deepEqual([vm.operation, vm.deletion], [null, null]);
      // What lies on a host that is away is not purged by time.
      await database.db.updateTable('host').set({ health: 'unreachable' }).execute();
      await database.db
        .updateTable('vm')
        .set({ purge_at: 1, deleted_at: 1 })
        .where('id', '=', vmId)
        .execute();
      assert.deepEqual(await cloud.bin.purgeDue(), []);
    });

    test('what virsh does to it is shown, counted, and no way out of the bin', async () => {
      await using cloud = await open(kind);
      const { vms, states, user, hostId } = cloud;
      const vmId = await cloud.make('a');
      await cloud.done(await vms.remove(vmId, user));
      await states.onDomain(hostId, vmId, { vmId, state: 'running', cause: 'started' });
      const started = await vms.get(vmId, user);
      assert.deepEqual([started.state, started.stateCause], ['running', 'started_outside']);
      assert.deepEqual([started.actions.powerOff, started.actions.shutdown], ['ok', 'vm_is_deleted']);
      await assert.rejects(vms.act('start', vmId, user), hasCode('wrong_state'));
      assert.deepEqual(await cloud.usage(user.userId), { ...diskAlone, runningVms: 1 });
      await states.onDomain(hostId, vmId, { vmId, state: 'stopped', cause: 'powered_off' });
      assert.equal((await vms.get(vmId, user)).state, 'deleted');
      assert.deepEqual(await cloud.usage(user.userId), diskAlone);
      await states.onDomain(hostId, vmId, null);
      assert.equal((await vms.get(vmId, user)).state, 'missing');
      await cloud.done(await cloud.bin.purge(vmId, user));
      assert.deepEqual(await cloud.usage(user.userId), nothing);
    });

    test('a failed and a missing VM go there too; a missing one comes back as missing', async () => {
      await using cloud = await open(kind);
      const { vms, user, host, database } = cloud;
      const vmId = await cloud.make('a');
      await database.db.updateTable('vm').set({ state: 'missing' }).where('id', '=', vmId).execute();
      host.state = null;
      await cloud.done(await vms.remove(vmId, user));
      const binned = await vms.get(vmId, user);
      assert.deepEqual([binned.state, binned.deletion === null], ['missing', false]);
      assert.equal((await cloud.bin.undelete(vmId, {}, user)).actions.defineAgain, 'ok');
      await database.db.updateTable('vm').set({ state: 'failed' }).where('id', '=', vmId).execute();
      host.state = 'failed';
      await cloud.done(await vms.remove(vmId, user));
      assert.equal((await vms.get(vmId, user)).state, 'deleted');
    });

    test('a protected VM is neither deleted nor purged', async () => {
      await using cloud = await open(kind);
      const { vms, bin, user } = cloud;
      const vmId = await cloud.make('a');
      assert.equal((await bin.protect(vmId, true, user)).actions.delete, 'vm_is_protected');
      await assert.rejects(vms.remove(vmId, user), hasCode('vm_protected', { name: 'a' }));
      await assert.rejects(bin.purge(vmId, user), hasCode('vm_protected'));
      await bin.protect(vmId, false, user);
      await cloud.done(await vms.remove(vmId, user));
      await assert.rejects(bin.protect(vmId, true, user), hasCode('wrong_state'));
    });

    test('with its owner’s VMs it is given to another user, or purged', async () => {
      await using cloud = await open(kind);
      const { vms, bin, database, engine, user } = cloud;
      const settings = { read: () => Promise.resolve({ defaultQuota: plenty } as never) }; // all that it reads
      const events = { record: () => Promise.resolve() } as never;
      const owned = vmsOfUser({ database, engine, events, vms, bin, settings });
      const [binned, kept] = [await cloud.make('a'), await cloud.make('b')];
      await cloud.done(await vms.remove(binned, user));
      await bin.protect(kept, true, user);
      const heir = await cloud.addUser('ann', { vms: 2 });
      await make(cloud, heir, 'a', false);
      await database.transact((tx) => owned.transfer(tx, user.userId, heir.userId, null));
      await engine.quiet();
      assert.deepEqual(await cloud.usage(user.userId), nothing);
      assert.deepEqual(await cloud.usage(heir.userId), {
        vms: 2,
        runningVms: 0,
        vcpus: 4,
        memoryMib: 1024,
        diskBytes: 3 * GIB,
      });
      const context = { signal: new AbortController().signal, progress: () => undefined } as never;
      await assert.rejects(
        owned.deleteAll(heir.userId, [], context, inNameOf(null)),
        hasCode('vm_protected'),
      );
      await owned.deleteAll(heir.userId, [kept], context, inNameOf(null));
      assert.deepEqual(await cloud.usage(heir.userId), nothing);
    });

    for (const type of ['remove', 'purge'] as const) {
      test(`${type}: every step twice is as good as once`, async () => {
        await using cloud = await open(kind);
        const vmId = await cloud.make('a');
        const input = { vmId, hostId: cloud.hostId, days: 7 };
        const context = { signal: new AbortController().signal, report: () => Promise.resolve() } as never;
        for (const step of cloud.operations[type].steps)
          for (const _ of ['once', 'twice']) await step.run(input, context);
        const operation = cloud.operations[type];
        for (const _ of ['once', 'twice'])
          await cloud.database.transact(
            (tx) => operation.finish?.(tx, input, { state: 'done' }, '') ?? Promise.resolve(),
          );
        assert.deepEqual(await cloud.usage(cloud.user.userId), type === 'remove' ? diskAlone : nothing);
      });
    }
  });
}
