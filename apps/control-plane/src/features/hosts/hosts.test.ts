import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Host, Overview, Page } from '@loucloud/api';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { openTestControlPlane } from '../../test-control-plane.ts';
import { testObjects } from '../../test-objects.ts';

for (const kind of testDatabases) {
  describe(`hosts on ${kind.name}`, () => {
    test('are found by whether VMs may go there; disabled comes before maintenance', async () => {
      await using cloud = await openTestControlPlane(kind);
      const { admin, database } = cloud;
      const [open, maintained, both] = [
        await testObjects.host(database.db, 'a-open'),
        await testObjects.host(database.db, 'b-maintained'),
        await testObjects.host(database.db, 'c-both'),
      ];
      const change = (id: string, body: object) => admin.send('PATCH', `/hosts/${id}`, body);
      assert.equal((await change(maintained, { isInMaintenance: true })).statusCode, 200);
      await change(both, { isInMaintenance: true, isEnabled: false });
      const found = async (query: string) =>
        (await admin.send('GET', `/hosts?${query}`)).json<Page<Host>>().items.map(({ id }) => id);
      assert.deepEqual(await found('availability=open'), [open]);
      assert.deepEqual(await found('availability=maintenance'), [maintained]);
      assert.deepEqual(await found('availability=disabled'), [both]);
      const { hosts } = (await admin.send('GET', '/overview')).json<Overview>();
      assert.deepEqual(
        hosts.map(({ isEnabled, isInMaintenance }) => [isEnabled, isInMaintenance]),
        [
          [true, false],
          [true, true],
          [false, true],
        ],
      );
    });

    test('the memory kept for the system is no capacity', async () => {
      await using cloud = await openTestControlPlane(kind);
      const id = await testObjects.host(cloud.database.db);
      const body = { systemMemoryMib: 4096, memoryOvercommit: 1.5 };
      const answer = await cloud.admin.send('PATCH', `/hosts/${id}`, body);
      const { capacity, physical } = answer.json<Host>();
      assert.equal(capacity.memoryMib, Math.floor((physical.memoryMib - 4096) * 1.5));
      const all = { systemMemoryMib: physical.memoryMib + 1 };
      const none = await cloud.admin.send('PATCH', `/hosts/${id}`, all);
      assert.equal(none.json<Host>().capacity.memoryMib, 0);
    });
  });
}
