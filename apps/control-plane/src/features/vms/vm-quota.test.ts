/** Quotas are never wrong, whoever asks for what at the same time (P-30, P-31; CVE-2025-69233's class). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ErrorCode, Quota } from '@loucloud/api';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { UserError } from '../../platform/errors.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import { type World, openWorld, plenty, silentHost } from './test-world.ts';

const refused = (code: ErrorCode, details?: object) => (error: unknown) => {
  assert.ok(error instanceof UserError, String(error));
  assert.equal(error.code, code);
  if (details) assert.deepEqual(error.details, details);
  return true;
};

/** What the VMs that exist add up to, beside what is recorded as used. */
async function assertExact(world: World, userId: string): Promise<Quota> {
  const rows = await world.database.db.selectFrom('vm').selectAll().where('owner_id', '=', userId).execute();
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
  const usage = await world.usage(userId);
  assert.deepEqual(usage, {
    vms: rows.length,
    runningVms: sum((row) => row.is_active),
    vcpus: sum((row) => row.vcpus),
    memoryMib: sum((row) => row.memory_mib),
    diskBytes: sum((row) => row.disk_bytes),
  });
  const all = await world.database.db.selectFrom('vm').selectAll().execute();
  const active = all.filter((row) => row.is_active === 1);
  const host = await world.database.db.selectFrom('host').selectAll().executeTakeFirstOrThrow();
  assert.deepEqual(
    [host.reserved_vcpus, host.reserved_memory_mib, host.reserved_disk_bytes],
    [
      active.reduce((total, row) => total + row.vcpus, 0),
      active.reduce((total, row) => total + row.memory_mib, 0),
      all.reduce((total, row) => total + row.disk_bytes, 0),
    ],
  );
  return usage;
}

for (const kind of testDatabases) {
  describe(`quota on ${kind.name}`, () => {
    test('who has no quota of their own has the one that the settings say', async () => {
      await using world = await openWorld(kind);
      const user = await world.addUser('lin');
      const { templateId } = world;
      const value = JSON.stringify({ ...plenty, vms: 1 });
      await world.database.db.insertInto('setting').values({ name: 'defaultQuota', value }).execute();
      await world.vms.create({ name: 'web', templateId }, user);
      const another = world.vms.create({ name: 'db', templateId }, user);
      await assert.rejects(
        another,
        refused('quota_exceeded', { resource: 'vms', limit: 1, used: 1, asked: 1 }),
      );
    });

    test('20 parallel creates under one name give one VM', async () => {
      await using world = await openWorld(kind);
      const user = await world.addUser('lin', { vms: 10 });
      const { templateId } = world;
      const tries = await Promise.allSettled(
        Array.from({ length: 20 }, () => world.vms.create({ name: 'web', templateId }, user)),
      );
      const failures = tries.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      );
      assert.equal(failures.length, 19);
      for (const failure of failures) refused('name_taken', { name: 'web' })(failure);
      assert.equal((await assertExact(world, user.userId)).vms, 1);
    });

    test('200 parallel creates against a quota of 10 give exactly 10', async () => {
      await using world = await openWorld(kind);
      const user = await world.addUser('lin', { vms: 10 });
      const { templateId } = world;
      const tries = await Promise.allSettled(
        Array.from({ length: 200 }, (_, i) => world.vms.create({ name: `web-${i}`, templateId }, user)),
      );
      const failures = tries.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      );
      assert.equal(tries.length - failures.length, 10);
      for (const failure of failures)
        refused('quota_exceeded', { resource: 'vms', limit: 10, used: 10, asked: 1 })(failure);
      assert.equal((await assertExact(world, user.userId)).vms, 10);
    });

    test('200 parallel starts against a quota of 10 running VMs give exactly 10', async () => {
      await using world = await openWorld(kind);
      const user = await world.addUser('lin', { runningVms: 10 });
      const { templateId } = world;
      const { items } = await world.vms.create({ name: 'web-{1..40}', templateId, start: false }, user);
      for (const { vmId } of items) await world.settleCreated(vmId);
      const starts = items.flatMap(({ vmId }) => Array.from({ length: 5 }, () => vmId));
      const tries = await Promise.allSettled(starts.map((vmId) => world.vms.act('start', vmId, user)));
      assert.equal(tries.filter((result) => result.status === 'fulfilled').length, 10);
      assert.equal((await assertExact(world, user.userId)).runningVms, 10);
    });

    test('a host holds no more than it has, however many ask at once', async () => {
      await using world = await openWorld(kind, { vcpus: 20 });
      const user = await world.addUser('lin');
      const { templateId } = world;
      const tries = await Promise.allSettled(
        Array.from({ length: 50 }, (_, i) => world.vms.create({ name: `web-${i}`, templateId }, user)),
      );
      const failures = tries.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      );
      assert.equal(tries.length - failures.length, 10);
      for (const failure of failures) refused('no_capacity')(failure);
      await assertExact(world, user.userId);
    });

    for (const resource of Object.keys(plenty) as (keyof Quota)[]) {
      test(`a quota of 0 ${resource} means none`, async () => {
        await using world = await openWorld(kind);
        const user = await world.addUser('lin', { [resource]: 0 });
        const wish = world.vms.create({ name: 'a', templateId: world.templateId }, user);
        await assert.rejects(
          wish,
          (error) => error instanceof UserError && error.details['resource'] === resource,
        );
        await assertExact(world, user.userId);
      });
    }

    test('several in one request are all reserved, or none', async () => {
      await using world = await openWorld(kind);
      const user = await world.addUser('lin', { vcpus: 9 });
      const { templateId } = world;
      await assert.rejects(
        world.vms.create({ name: 'web-{1..5}', templateId }, user),
        refused('quota_exceeded', { resource: 'vcpus', limit: 9, used: 0, asked: 10 }),
      );
      assert.equal((await assertExact(world, user.userId)).vms, 0);
      assert.equal((await world.vms.create({ name: 'web-{1..4}', templateId }, user)).items.length, 4);
      assert.equal((await assertExact(world, user.userId)).vms, 4);
    });

    test('growing a VM is held to the quota, and a failed change gives it back', async () => {
      await using world = await openWorld(kind);
      const user = await world.addUser('lin', { vcpus: 4 });
      const { templateId } = world;
      const [vm] = (await world.vms.create({ name: 'a', templateId, start: false }, user)).items;
      assert.ok(vm);
      await world.settleCreated(vm.vmId);
      await assert.rejects(
        world.vms.update(vm.vmId, { vcpus: 5 }, user),
        refused('quota_exceeded', { resource: 'vcpus', limit: 4, used: 2, asked: 3 }),
      );
      const operationId = await world.vms.update(vm.vmId, { vcpus: 4 }, user);
      assert.equal((await assertExact(world, user.userId)).vcpus, 4);
      await world.database.transact((tx) => world.engine.supersede(tx, operationId));
      assert.equal((await assertExact(world, user.userId)).vcpus, 2);
    });

    test('what virsh starts is counted though it is over the quota, and given back when it stops', async () => {
      await using world = await openWorld(kind);
      const user = await world.addUser('lin', { runningVms: 0 });
      const { templateId, hostId } = world;
      const [vm] = (await world.vms.create({ name: 'a', templateId, start: false }, user)).items;
      assert.ok(vm);
      const { vmId } = vm;
      await world.settleCreated(vmId);
      await world.states.onDomain(hostId, vmId, { vmId, state: 'running', cause: 'started' });
      assert.equal((await assertExact(world, user.userId)).runningVms, 1);
      assert.equal((await world.vms.get(vmId, user)).stateCause, 'started_outside');
      await world.states.onDomain(hostId, vmId, { vmId, state: 'stopped', cause: 'powered_off' });
      assert.equal((await assertExact(world, user.userId)).runningVms, 0);
    });

    test('an unreachable host’s VMs are unknown and keep what they hold (P-17)', async () => {
      await using world = await openWorld(kind);
      const user = await world.addUser('lin');
      const [vm] = (await world.vms.create({ name: 'a', templateId: world.templateId }, user)).items;
      assert.ok(vm);
      await world.settleCreated(vm.vmId);
      await world.states.onLost(world.hostId);
      const lost = await world.vms.get(vm.vmId, user);
      assert.deepEqual([lost.state, lost.actions.start], ['unknown', 'host_unreachable']);
      assert.equal((await assertExact(world, user.userId)).runningVms, 1);
    });

    test('one whose host is lost while an operation has it is unknown once that has failed, and keeps what it holds', async () => {
      const end = Promise.withResolvers<void>();
      const driver: HostDriver = Object.create(silentHost, { suspend: { value: () => end.promise } });
      await using world = await openWorld(kind, { driver });
      const user = await world.addUser('lin');
      const [vm] = (await world.vms.create({ name: 'a', templateId: world.templateId }, user)).items;
      assert.ok(vm);
      const { vmId } = vm;
      await world.settleCreated(vmId);
      const operationId = await world.vms.act('suspend', vmId, user);
      await world.database.db.updateTable('host').set({ health: 'unreachable' }).execute();
      await world.states.onLost(world.hostId);
      assert.equal((await world.vms.get(vmId, user)).state, 'running');
      end.reject(new UserError('libvirt_refused', {}, { hint: 'no more' }));
      await world.engine.settled(operationId);
      const lost = await world.vms.get(vmId, user);
      assert.deepEqual(
        [lost.state, lost.stateCause, lost.operation, lost.lastProblem?.code],
        ['unknown', 'host_unreachable', null, 'libvirt_refused'],
      );
      assert.equal((await assertExact(world, user.userId)).runningVms, 1);
    });

    test('maintenance keeps new VMs away, and a disabled host starts none', async () => {
      await using world = await openWorld(kind);
      const user = await world.addUser('lin');
      const admin = { ...user, isAdmin: true };
      const { templateId } = world;
      const set = (changes: { is_enabled?: 0 | 1; is_in_maintenance?: 0 | 1 }) =>
        world.database.db.updateTable('host').set(changes).execute();
      const [vm] = (await world.vms.create({ name: 'a', templateId, start: false }, user)).items;
      assert.ok(vm);
      await world.settleCreated(vm.vmId);

      await set({ is_in_maintenance: 1 });
      const create = () => world.vms.create({ name: 'b', templateId }, user);
      await assert.rejects(create(), refused('no_capacity', {}));
      await assert.rejects(
        world.vms.create({ name: 'b', templateId }, admin),
        refused('no_capacity', { refusals: ['maintenance here'] }),
      );
      assert.equal((await world.vms.get(vm.vmId, user)).actions.start, 'ok');

      await set({ is_enabled: 0 });
      assert.equal((await world.vms.get(vm.vmId, user)).actions.start, 'host_disabled');
      await assert.rejects(world.vms.act('start', vm.vmId, user), refused('host_disabled', {}));
      assert.equal((await assertExact(world, user.userId)).runningVms, 0);

      await set({ is_enabled: 1, is_in_maintenance: 0 });
      await world.vms.act('start', vm.vmId, user);
      assert.equal((await create()).items.length, 1);
    });

    test('the memory that a host keeps for itself cannot be reserved', async () => {
      await using world = await openWorld(kind, { memoryMib: 2048 });
      const user = await world.addUser('lin');
      await world.database.db.updateTable('host').set({ system_memory_mib: 1024 }).execute();
      const { templateId } = world;
      assert.equal((await world.vms.create({ name: 'a-{1..2}', templateId }, user)).items.length, 2);
      await assert.rejects(world.vms.create({ name: 'b', templateId }, user), refused('no_capacity', {}));
      const [vm] = (await world.vms.create({ name: 'c', templateId, start: false }, user)).items;
      await world.settleCreated(vm?.vmId ?? '');
      await assert.rejects(
        world.vms.act('start', vm?.vmId ?? '', user),
        refused('no_capacity', { vcpus: 2, memoryMib: 512 }),
      );
    });

    test('any mixture of parallel requests leaves usage equal to what exists', async () => {
      const step = fc.record({
        verb: fc.constantFrom('create', 'start', 'resize', 'outside', 'lost'),
        which: fc.nat(5),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
          await using world = await openWorld(kind);
          const user = await world.addUser('lin', { vms: 5, runningVms: 3, vcpus: 12 });
          const { templateId, hostId } = world;
          const first = await world.vms.create({ name: 'x-{1..2}', templateId, start: false }, user);
          const ids = first.items.map((item) => item.vmId);
          for (const id of ids) await world.settleCreated(id);
          await Promise.allSettled(
            steps.map(({ verb, which }, i) => {
              const vmId = ids[which % ids.length] ?? '';
              if (verb === 'create') return world.vms.create({ name: `y-${i}`, templateId }, user);
              if (verb === 'start') return world.vms.act('start', vmId, user);
              if (verb === 'resize') return world.vms.update(vmId, { vcpus: which + 1 }, user);
              const state = which % 2 === 0 ? 'running' : 'stopped';
              if (verb === 'outside')
                return world.states.onDomain(hostId, vmId, { vmId, state, cause: 'found_so' });
              return world.states.onLost(hostId);
            }),
          );
          await assertExact(world, user.userId);
        }),
        { numRuns: kind.name === 'sqlite' ? 40 : 8 },
      );
    });
  });
}
