/** What the database says of a VM that moves: where it is, and what it holds on both hosts, at every moment. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { UserError } from '../../platform/errors.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import { type MovingWorld, openMovingWorld } from './test-moves.ts';

async function prepared(world: MovingWorld, start: boolean) {
  const ann = await world.addUser('ann');
  const admin = { ...(await world.addUser('admin')), isAdmin: true };
  // Only `here` has room while it is made.
  const setHealth = (health: 'healthy' | 'unreachable') =>
    world.database.db.updateTable('host').set({ health }).where('id', '=', world.thereId).execute();
  await setHealth('unreachable');
  const { items } = await world.vms.create({ name: 'web', templateId: world.templateId, start }, ann);
  const vmId = items[0]?.vmId ?? '';
  await world.settleCreated(vmId);
  await setHealth('healthy');
  return { vmId, admin, ann };
}

const vmRow = (world: MovingWorld, vmId: string) =>
  world.database.db.selectFrom('vm').selectAll().where('id', '=', vmId).executeTakeFirstOrThrow();

async function assertExact(world: MovingWorld): Promise<void> {
  for (const [name, [reserved, held]] of Object.entries(await world.shares()))
    assert.equal(reserved, held, `${name} has reserved what its VMs hold`);
}

for (const kind of testDatabases) {
  describe(`moving a VM, on ${kind.name}`, () => {
    for (const [mode, start] of [
      ['live', true],
      ['offline', false],
    ] as const) {
      test(`${mode}: both hosts hold its share until it has arrived, then the new one alone`, async () => {
        await using world = await openMovingWorld(kind);
        const { vmId, admin } = await prepared(world, start);
        const original = world.moves.sharesPool;
        world.moves.sharesPool = async () => {
          await assertExact(world);
          const vm = await vmRow(world, vmId);
          assert.deepEqual([vm.host_id, vm.target_host_id], [world.hostId, world.thereId]);
          // The hosts' own words meanwhile: neither `missing` nor `stopped` gets onto the page.
          await world.states.onDomain(world.hostId, vmId, null);
          await world.states.onDomain(world.hostId, vmId, { vmId, state: 'stopped', cause: 'migrated' });
          assert.equal((await vmRow(world, vmId)).state, vm.state);
          return original();
        };
        const operationId = await world.migrations.migrate(vmId, null, admin);
        await world.engine.settled(operationId);
        const { state, result } = await operationStore.get(world.database.db, operationId);
        assert.equal(state, 'done');
        assert.equal((result['placement'] as { chosen: string }).chosen, 'there');
        const vm = await vmRow(world, vmId);
        assert.deepEqual([vm.host_id, vm.target_host_id, vm.operation_id], [world.thereId, null, null]);
        await assertExact(world);
        assert.match((await world.shares())['here']?.[0] ?? '', /^0\/0\/0$/);
        assert.deepEqual(world.moves.trace, [mode, 'clearSource']);
      });

      test(`${mode}, failing on the way: it is where it was, and the other host has nothing of it`, async () => {
        await using world = await openMovingWorld(kind);
        const { vmId, admin } = await prepared(world, start);
        const fail = async () => {
          throw new UserError('cpu_incompatible');
        };
        Object.assign(world.moves, { onLive: fail, onOffline: fail });
        const operationId = await world.migrations.migrate(vmId, world.thereId, admin);
        await world.engine.settled(operationId);
        assert.equal(
          (await operationStore.get(world.database.db, operationId)).error?.code,
          'cpu_incompatible',
        );
        const vm = await vmRow(world, vmId);
        assert.deepEqual([vm.host_id, vm.target_host_id], [world.hostId, null]);
        await assertExact(world);
        assert.match((await world.shares())['there']?.[0] ?? '', /^0\/0\/0$/);
        assert.deepEqual(world.moves.trace, [mode, 'clearDestination']);
      });
    }

    test('cancelled on the way it is where it was, with no problem on its page', async () => {
      await using world = await openMovingWorld(kind);
      const { vmId, admin } = await prepared(world, true);
      const underWay = Promise.withResolvers<void>();
      world.moves.onLive = (signal) => {
        underWay.resolve();
        return new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted'))),
        );
      };
      const operationId = await world.migrations.migrate(vmId, null, admin);
      await underWay.promise;
      await world.database.transact((tx) => world.engine.cancel(tx, operationId, admin));
      await world.engine.settled(operationId);
      assert.equal((await operationStore.get(world.database.db, operationId)).state, 'cancelled');
      const vm = await vmRow(world, vmId);
      assert.deepEqual([vm.host_id, vm.target_host_id, vm.last_problem], [world.hostId, null, null]);
      await assertExact(world);
      assert.deepEqual(world.moves.trace, ['live', 'clearDestination']);
    });

    test('a word that was lost at the last moment: where it runs, it is', async () => {
      await using world = await openMovingWorld(kind);
      const { vmId, admin } = await prepared(world, true);
      world.moves.onLive = async () => {
        world.moves.whereabouts = 'destination';
        throw new UserError('host_unreachable');
      };
      const operationId = await world.migrations.migrate(vmId, null, admin);
      await world.engine.settled(operationId);
      assert.equal((await operationStore.get(world.database.db, operationId)).state, 'done');
      assert.equal((await vmRow(world, vmId)).host_id, world.thereId);
      await assertExact(world);
    });

    test('one that runs on both hosts is not touched', async () => {
      await using world = await openMovingWorld(kind);
      const { vmId, admin } = await prepared(world, true);
      world.moves.whereabouts = 'torn';
      const operationId = await world.migrations.migrate(vmId, null, admin);
      await world.engine.settled(operationId);
      assert.equal((await operationStore.get(world.database.db, operationId)).error?.code, 'vm_runs_twice');
      assert.deepEqual(world.moves.trace, []);
      await assertExact(world);
    });

    test('refused before anything is reserved: to its own host, to one in maintenance, with a saved memory, by its owner', async () => {
      await using world = await openMovingWorld(kind);
      const { vmId, admin, ann } = await prepared(world, true);
      const { db } = world.database;
      await assert.rejects(world.migrations.migrate(vmId, world.hostId, admin), {
        code: 'cannot_move_there',
      });
      await db.updateTable('host').set({ is_in_maintenance: 1 }).where('id', '=', world.thereId).execute();
      await assert.rejects(world.migrations.migrate(vmId, world.thereId, admin), {
        code: 'cannot_move_there',
      });
      await assert.rejects(world.migrations.migrate(vmId, null, admin), { code: 'no_capacity' });
      const { items } = await world.migrations.targets(vmId, admin);
      assert.deepEqual(
        items.map(({ name, refusal }) => [name, refusal]),
        [
          ['here', 'is_here'],
          ['there', 'maintenance'],
        ],
      );
      await db.updateTable('vm').set({ state: 'saved' }).execute();
      await assert.rejects(world.migrations.migrate(vmId, null, admin), { code: 'wrong_state' });
      await assert.rejects(world.migrations.migrate(vmId, null, ann), { code: 'forbidden' });
      await assertExact(world);
    });

    test('another accelerator cannot take a guest over', async () => {
      await using world = await openMovingWorld(kind);
      const { vmId, admin } = await prepared(world, true);
      await world.database.db
        .updateTable('host')
        .set({ accelerator: 'kvm' })
        .where('id', '=', world.thereId)
        .execute();
      await assert.rejects(world.migrations.migrate(vmId, world.thereId, admin), {
        code: 'cannot_move_there',
        details: { refusals: ['other_accelerator there'] },
      });
    });
  });
}
