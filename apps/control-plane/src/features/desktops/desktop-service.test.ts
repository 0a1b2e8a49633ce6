/** Who has a VM's serial line. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { openTestControlPlane } from '../../test-control-plane.ts';
import { testObjects } from '../../test-objects.ts';
import type { ConsoleKind } from './ticket-store.ts';

const PER_VM_MAX = 10;

async function openWorld(database: (typeof testDatabases)[number]) {
  const cloud = await openTestControlPlane(database);
  const { db } = cloud.database;
  const hostId = await testObjects.host(db);
  const owner = await cloud.addMember('owner');
  const parts = {
    hostId,
    imageId: await testObjects.image(db, hostId),
    networkId: await testObjects.network(db),
    ownerId: owner.id,
  };
  const vmIds = [await testObjects.vm(db, parts, 'running'), await testObjects.vm(db, parts, 'running')];
  const sessions = db.selectFrom('session').select('id').where('user_id', '=', owner.id);
  const { id: sessionId } = await sessions.executeTakeFirstOrThrow();
  const caller = {
    kind: 'session',
    userName: 'owner',
    userId: owner.id,
    isAdmin: false,
    address: '127.0.0.1',
    sessionId,
  } as const;
  return {
    vmIds,
    admit: async (kind: ConsoleKind, vmId: string) => {
      const { ticket } = await cloud.desktops.issue(kind, vmId, caller);
      const admission = await cloud.desktops.redeem(kind, ticket);
      assert.ok(admission);
      return { kind, admission };
    },
    /** What it was told of its end. */
    watch: async (admitted: Pick<Parameters<typeof cloud.desktops.watch>[0], 'kind' | 'admission'>) => {
      const ended: string[] = [];
      const end = (reason: string) => void ended.push(reason);
      await cloud.desktops.watch({ ...admitted, end, tell: () => undefined });
      return ended;
    },
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

for (const database of testDatabases) {
  describe(`a serial line, over ${database.name}`, () => {
    test('is of who opened it last: the one before is told, and nobody else', async () => {
      await using world = await openWorld(database);
      const [vmId = '', otherId = ''] = world.vmIds;
      const open = async (kind: ConsoleKind, id: string) => world.watch(await world.admit(kind, id));
      const desktop = await open('desktop', vmId);
      const elsewhere = await open('serial', otherId);
      const first = await open('serial', vmId);
      assert.deepEqual(first, []);
      const second = await open('serial', vmId);
      assert.deepEqual([first, second, desktop, elsewhere], [['taken_over'], [], [], []]);
    });

    test('stays with its reader when there is no room for one more', async () => {
      await using world = await openWorld(database);
      const [vmId = ''] = world.vmIds;
      const late = await world.admit('serial', vmId);
      const reader = await world.watch(await world.admit('serial', vmId));
      for (let open = 1; open < PER_VM_MAX; open += 1) await world.watch(await world.admit('desktop', vmId));
      assert.deepEqual(await world.watch(late), ['too_many_desktops']);
      assert.deepEqual(reader, []);
    });
  });
}
