import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Database } from '../../platform/database/database.ts';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { EventLog } from '../../platform/events/event-log.ts';
import { newId } from '../../platform/ids.ts';
import { testObjects } from '../../test-objects.ts';
import { leftoverStore } from './leftover-store.ts';

async function makeVm(database: Database, hostId: string): Promise<string> {
  const { db } = database;
  const [imageId, networkId] = [await testObjects.image(db, hostId), await testObjects.network(db)];
  return testObjects.vm(db, { ownerId: await testObjects.user(db), hostId, imageId, networkId });
}

for (const kind of testDatabases) {
  describe(`leftovers on ${kind.name}`, () => {
    test('what is recorded on another host is unknown here, unless an operation may be bringing it', async () => {
      await using database = await kind.open();
      const { db } = database;
      const [here, there] = [await testObjects.host(db), await testObjects.host(db)];
      const [own, others, moving] = [
        await makeVm(database, here),
        await makeVm(database, there),
        await makeVm(database, there),
      ];
      const operation_id = newId();
      await db.updateTable('vm').set({ operation_id }).where('id', '=', moving).execute();
      const { vmIds } = await leftoverStore.known(db, here);
      assert.deepEqual(
        [own, others, moving].map((id) => vmIds.has(id)),
        [true, false, true],
      );
    });

    test('images and the disks of adopted VMs are known by their paths', async () => {
      await using database = await kind.open();
      const { db } = database;
      const hostId = await testObjects.host(db);
      const vmId = await makeVm(database, hostId);
      const adoption = { limits: [], disks: [{ target: 'vda', path: '/p/old.img' }] };
      await db
        .updateTable('vm')
        .set({ adoption: JSON.stringify(adoption) })
        .where('id', '=', vmId)
        .execute();
      const image = await db.selectFrom('image').select('path').executeTakeFirstOrThrow();
      const { paths } = await leftoverStore.known(db, hostId);
      assert.ok(paths.has('/p/old.img') && paths.has(image.path));
    });

    test('a VM that is gone is remembered by the last that happened to it', async () => {
      await using database = await kind.open();
      const events = new EventLog();
      const [id, ownerId] = [newId(), newId()];
      for (const name of ['first', 'last']) {
        await database.transact((tx) =>
          events.record(tx, { type: 'vm.updated', actor: null, object: { kind: 'vm', id, name }, ownerId }),
        );
      }
      const former = await leftoverStore.formerVms(database.db, [id, newId()]);
      assert.deepEqual([...former], [[id, { name: 'last', ownerId }]]);
      assert.deepEqual(await leftoverStore.formerVms(database.db, []), new Map());
    });

    test('a host that is not there is not found', async () => {
      await using database = await kind.open();
      await assert.rejects(leftoverStore.hosts(database.db, newId()), { code: 'not_found' });
    });
  });
}
