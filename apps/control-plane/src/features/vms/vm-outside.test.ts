/** Domains that LouCloud did not make, and VMs that differ from their record: what is recorded and reserved, on both databases. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { DifferenceField, ErrorCode } from '@loucloud/api';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { UserError } from '../../platform/errors.ts';
import type { DomainHardware, DomainPortrait } from '../../platform/hypervisor.ts';
import { newId } from '../../platform/ids.ts';
import { adoptionStore } from './adoption-store.ts';
import { type World, openWorld, plenty } from './test-world.ts';
import { vmStore } from './vm-store.ts';

const MIB = 2 ** 20;
const settings = { read: () => Promise.resolve({ defaultQuota: plenty } as never) }; // all that it reads of them

const hasCode = (code: ErrorCode) => (error: unknown) => error instanceof UserError && error.code === code;

function portraitOf(vmId: string, changes: Partial<DomainPortrait> = {}): DomainPortrait {
  return {
    vmId,
    domainName: 'theirs',
    title: '',
    description: '',
    vcpus: 3,
    memoryMib: 128,
    runningVcpus: null,
    runningMemoryMib: null,
    disks: [
      { target: 'vda', path: '/p/theirs.img', sizeBytes: 10 * MIB, isInPool: true },
      { target: 'vdb', path: '/elsewhere/data.img', sizeBytes: 5 * MIB, isInPool: false },
    ],
    missingDisks: [],
    cdromPath: null,
    macAddresses: ['52:54:00:01:02:03'],
    label: null,
    definition: '<domain/>',
    state: 'running',
    firmware: 'bios',
    isTransient: false,
    network: { kind: 'libvirt', source: 'default' },
    backingPath: null,
    limits: ['several_disks', 'disk_outside_pool'],
    ...changes,
  };
}

async function adopt(world: World, ownerId: string, portrait: DomainPortrait, name = 'theirs') {
  const operationId = newId();
  const wanted = { vmId: portrait.vmId, hostId: world.hostId, ownerId, name, operationId, portrait };
  await world.database.transact((tx) => adoptionStore.insertOnce(tx, wanted, settings));
  return {
    ...wanted,
    again: () => world.database.transact((tx) => adoptionStore.insertOnce(tx, wanted, settings)),
  };
}

async function reserved(world: World) {
  const row = await world.database.db.selectFrom('host').selectAll().executeTakeFirstOrThrow();
  return [row.reserved_vcpus, row.reserved_memory_mib, row.reserved_disk_bytes];
}

/** What a stopped VM of LouCloud's own make is defined as. */
const hardwareOf = (vmId: string, changes: Partial<DomainHardware> = {}): DomainHardware => ({
  ...portraitOf(vmId),
  title: 'a',
  vcpus: 2,
  memoryMib: 512,
  disks: [{ target: 'vda', path: `/p/${vmId}.qcow2`, sizeBytes: 1024 * MIB, isInPool: true }],
  ...changes,
});

for (const kind of testDatabases) {
  describe(`outside LouCloud, on ${kind.name}`, () => {
    test('an adoption takes its share of the owner’s quota and of the host, once', async () => {
      await using world = await openWorld(kind);
      const { userId } = await world.addUser('lin');
      const { vmId, again } = await adopt(world, userId, portraitOf(randomUUID()));
      await again();
      assert.deepEqual(await world.usage(userId), {
        vms: 1,
        runningVms: 1,
        vcpus: 3,
        memoryMib: 128,
        diskBytes: 15 * MIB,
      });
      assert.deepEqual(await reserved(world), [3, 128, 10 * MIB]);
      const vm = await vmStore.find(world.database.db, vmId);
      assert.deepEqual(vm?.limits, ['several_disks', 'disk_outside_pool']);
    });

    test('one that does not fit the quota leaves nothing', async () => {
      await using world = await openWorld(kind);
      const { userId } = await world.addUser('lin', { vcpus: 2 });
      const vmId = randomUUID();
      await assert.rejects(adopt(world, userId, portraitOf(vmId)), hasCode('quota_exceeded'));
      assert.equal(await vmStore.find(world.database.db, vmId), null);
      assert.equal((await world.usage(userId)).vms, 0);
      assert.deepEqual(await reserved(world), [0, 0, 0]);
    });

    test('a full host does not refuse what is on it already', async () => {
      await using world = await openWorld(kind, { vcpus: 1, memoryMib: 1 });
      const { userId } = await world.addUser('lin');
      await adopt(world, userId, portraitOf(randomUUID()));
      assert.deepEqual(await reserved(world), [3, 128, 10 * MIB]);
    });

    test('a name that the owner has, and a domain that is managed, are refused', async () => {
      await using world = await openWorld(kind);
      const { userId } = await world.addUser('lin');
      const { vmId } = await adopt(world, userId, portraitOf(randomUUID()));
      await assert.rejects(adopt(world, userId, portraitOf(randomUUID())), hasCode('name_taken'));
      await assert.rejects(
        adopt(world, userId, portraitOf(vmId), 'other'),
        hasCode('domain_already_managed'),
      );
    });

    test('of two with one MAC address the second goes without; several may have none', async () => {
      await using world = await openWorld(kind);
      const { userId } = await world.addUser('lin');
      await adopt(world, userId, portraitOf(randomUUID()));
      const second = await adopt(world, userId, portraitOf(randomUUID()), 'second');
      await adopt(world, userId, portraitOf(randomUUID(), { macAddresses: [] }), 'third');
      const vm = await vmStore.find(world.database.db, second.vmId);
      assert.equal(vm?.macAddress, null);
      assert.ok(vm?.limits?.includes('mac_address_taken'));
    });

    test('what LouCloud made whole is taken back as its own', async () => {
      await using world = await openWorld(kind);
      const { userId } = await world.addUser('lin');
      const vmId = randomUUID();
      const disks = [{ target: 'vda', path: `/p/${vmId}.qcow2`, sizeBytes: MIB, isInPool: true }];
      const label = { name: 'web', ownerId: userId, ownerName: 'lin', templateName: 'small' };
      await adopt(world, userId, portraitOf(vmId, { disks, label, limits: [], backingPath: '/i.qcow2' }));
      const { items } = await world.vms.list({}, { ...(await world.addUser('admin')), isAdmin: true });
      assert.deepEqual(
        items.map(({ adoption, imageName, templateName, networkName }) => [
          adoption,
          imageName,
          templateName,
          networkName,
        ]),
        [[null, 'starter', 'small', 'default']],
      );
    });

    test('what rests on the image’s copy there is the image’s, and the copy is in use from then on', async () => {
      await using world = await openWorld(kind);
      const { db } = world.database;
      const { userId } = await world.addUser('lin');
      const { id: imageId } = await db.selectFrom('image').select('id').executeTakeFirstOrThrow();
      await db
        .insertInto('image_copy')
        .values({
          image_id: imageId,
          host_id: world.hostId,
          state: 'ready',
          path: '/p/copy.qcow2',
          pool_name: 'p',
          volume_name: 'copy.qcow2',
          is_shared: 0,
          reserved_bytes: 0,
          problem: null,
          operation_id: null,
          is_prefetched: 0,
          created_at: 0,
          last_used_at: 0,
        })
        .execute();
      const adopted = async (name: string) => {
        const portrait = portraitOf(randomUUID(), { backingPath: '/p/copy.qcow2' });
        const { vmId } = await adopt(world, userId, portrait, name);
        return db.selectFrom('vm').select('image_id').where('id', '=', vmId).executeTakeFirst();
      };
      assert.equal((await adopted('one'))?.image_id, imageId);
      const { last_used_at: usedAt } = await db
        .selectFrom('image_copy')
        .select('last_used_at')
        .executeTakeFirstOrThrow();
      assert.ok(usedAt > 0);
      await db.updateTable('image_copy').set({ state: 'removing' }).execute();
      assert.equal((await adopted('late'))?.image_id, null);
    });

    test('hardware that virsh changed is shown, an event, and not reserved until it is accepted', async () => {
      await using world = await openWorld(kind);
      const user = await world.addUser('lin', { vcpus: 4 });
      const { templateId, hostId } = world;
      const [vm] = (await world.vms.create({ name: 'a', templateId, start: false }, user)).items;
      assert.ok(vm);
      const { vmId } = vm;
      await world.settleCreated(vmId);
      const mac = (await world.vms.get(vmId, user)).macAddress;
      const tell = async (changes: Partial<DomainHardware>) => {
        await world.differences.onHardware(hostId, hardwareOf(vmId, { macAddresses: [mac], ...changes }));
        return (await world.vms.get(vmId, user)).differences.map(({ field }): DifferenceField => field);
      };
      assert.deepEqual(await tell({}), []);
      assert.deepEqual(await tell({ vcpus: 5, title: 'b' }), ['name', 'vcpus']);
      assert.deepEqual(await tell({ vcpus: 5, title: 'b' }), ['name', 'vcpus'], 'and again is no news');
      assert.equal((await world.usage(user.userId)).vcpus, 2);
      await assert.rejects(world.outside.accept(vmId, user), hasCode('quota_exceeded'));
      await tell({ vcpus: 4, title: 'b' });
      const operationId = await world.outside.accept(vmId, user);
      const after = await world.vms.get(vmId, user);
      assert.deepEqual([after.vcpus, after.name], [4, 'b']);
      assert.equal((await world.usage(user.userId)).vcpus, 4);
      await world.database.transact((tx) => world.engine.supersede(tx, operationId));
      assert.equal((await world.usage(user.userId)).vcpus, 4);
      assert.deepEqual(await tell({ vcpus: 4, title: 'b' }), []);
      const events = await world.database.db
        .selectFrom('event')
        .select('type')
        .where('type', 'in', ['vm.differs', 'vm.agrees'])
        .orderBy('seq')
        .execute();
      assert.deepEqual(
        events.map(({ type }) => type),
        ['vm.differs', 'vm.differs', 'vm.agrees'],
      );
    });

    test('a VM whose host is gone for good can be forgotten by the admin alone, and waits for no host', async () => {
      await using world = await openWorld(kind);
      const user = await world.addUser('lin');
      const admin = { ...(await world.addUser('admin')), isAdmin: true };
      const [vm] = (await world.vms.create({ name: 'a', templateId: world.templateId }, user)).items;
      const vmId = vm?.vmId ?? '';
      await world.settleCreated(vmId);
      await assert.rejects(world.outside.forget(vmId, admin), hasCode('wrong_state'));
      await world.states.onLost(world.hostId);
      await assert.rejects(world.outside.forget(vmId, user), hasCode('forbidden'));
      await world.engine.settled(await world.outside.forget(vmId, admin));
      assert.equal(await vmStore.find(world.database.db, vmId), null);
      const nothing = { vms: 0, runningVms: 0, vcpus: 0, memoryMib: 0, diskBytes: 0 };
      assert.deepEqual(await world.usage(user.userId), nothing);
      assert.deepEqual(await reserved(world), [0, 0, 0]);
    });

    test('a lost disk, another disk and a foreign owner are told as that', async () => {
      await using world = await openWorld(kind);
      const user = await world.addUser('lin');
      const { templateId, hostId } = world;
      const [vm] = (await world.vms.create({ name: 'a', templateId, start: false }, user)).items;
      const vmId = vm?.vmId ?? '';
      await world.settleCreated(vmId);
      const { macAddress } = await world.vms.get(vmId, user);
      const path = `/p/${vmId}.qcow2`;
      const disk = { target: 'vda', path, sizeBytes: 1024 * MIB, isInPool: true };
      const of = async (changes: Partial<DomainHardware>) => {
        const hardware = hardwareOf(vmId, { macAddresses: [macAddress], ...changes });
        await world.differences.onHardware(hostId, hardware);
        return (await world.vms.get(vmId, { ...user, isAdmin: true })).differences;
      };
      assert.deepEqual(await of({ disks: [{ ...disk, sizeBytes: 0 }], missingDisks: [path] }), [
        { field: 'disk', recorded: path, found: '' },
      ]);
      assert.deepEqual(await of({ disks: [disk, { ...disk, target: 'vdb', path: '/p/b' }] }), [
        { field: 'disks', recorded: 'vda', found: 'vda, vdb' },
      ]);
      assert.deepEqual(await of({ disks: [{ ...disk, path: '/p/moved.qcow2' }] }), [
        { field: 'disk', recorded: `${vmId}.qcow2`, found: '/p/moved.qcow2' },
      ]);
      const label = { name: 'a', ownerId: newId(), ownerName: 'somebody', templateName: '' };
      assert.deepEqual(await of({ label }), [
        { field: 'owner', recorded: `lin (${user.userId})`, found: `somebody (${label.ownerId})` },
      ]);
      await of({ label, disks: [{ ...disk, path: '/p/moved.qcow2' }] });
      assert.deepEqual(
        (await world.vms.get(vmId, user)).differences,
        [
          { field: 'owner', recorded: 'lin', found: 'somebody' },
          { field: 'disk', recorded: `${vmId}.qcow2`, found: 'moved.qcow2' },
        ],
        'a member is not told where files lie, nor the ids of others',
      );
    });
  });
}
