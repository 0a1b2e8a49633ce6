import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Overview } from '@loucloud/api';
import { claimStore } from '../../platform/claims/claim-store.ts';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { newId } from '../../platform/ids.ts';
import { openTestControlPlane } from '../../test-control-plane.ts';
import { testObjects } from '../../test-objects.ts';

for (const kind of testDatabases) {
  describe(`the overview on ${kind.name}`, () => {
    test('which control planes serve, and which servers each of them has', async () => {
      await using cloud = await openTestControlPlane(kind);
      const { db } = cloud.database;
      const [a, b] = [await testObjects.host(db, 'a'), await testObjects.host(db, 'b')];
      const [first, second] = [newId(), newId()];
      for (const [id, name] of [
        [first, 'rack-1:/data'],
        [second, 'rack-2:/data'],
      ] as const)
        await claimStore.register(db, { id, name, version: '1.2.3', beat: 1, started_at: 0 });
      for (const work of [null, a, b]) await claimStore.take(db, { work, holderId: null, fence: 0 }, first);
      await claimStore.take(db, { work: b, holderId: first, fence: 1 }, second);
      const answer = await cloud.admin.send('GET', '/overview');
      const common = { version: '1.2.3', startedAt: '1970-01-01T00:00:00.000Z' };
      assert.deepEqual(answer.json<Overview>().controlPlanes, [
        { ...common, id: first, name: 'rack-1:/data', hosts: [{ id: a, name: 'a' }] },
        { ...common, id: second, name: 'rack-2:/data', hosts: [{ id: b, name: 'b' }] },
      ]);
    });

    test('of nothing is empty', async () => {
      await using cloud = await openTestControlPlane(kind);
      const answer = await cloud.admin.send('GET', '/overview');
      assert.deepEqual(answer.json(), {
        hosts: [],
        vmsByState: {},
        recycleBin: { vmCount: 0, diskBytes: 0 },
        leftoverCount: 0,
        missingPartCount: 0,
        controlPlanes: [],
        userCount: 1,
        imageCount: 0,
        templateCount: 0,
        runningOperations: [],
        lastFailures: [],
      });
    });

    test('counts each server’s VMs, what is reserved of what, and warnings', async () => {
      await using cloud = await openTestControlPlane(kind);
      const { db } = cloud.database;
      const ann = await cloud.addMember('ann');
      const hostId = await testObjects.host(db, 'alpha');
      await testObjects.host(db, 'beta');
      const parts = {
        ownerId: ann.id,
        hostId,
        imageId: await testObjects.image(db, hostId),
        networkId: await testObjects.network(db),
      };
      await testObjects.template(db, parts);
      for (const state of ['running', 'running', 'stopped'] as const) await testObjects.vm(db, parts, state);
      const checks = [{ outcome: 'ok' }, { outcome: 'warning' }];
      await db
        .updateTable('host')
        .set({ reserved_vcpus: 3, vcpu_overcommit: 1.5, physical_vcpus: 7, checks: JSON.stringify(checks) })
        .where('id', '=', hostId)
        .execute();
      await testObjects.operation(db, ann.id);
      const failed = await testObjects.operation(db, ann.id);
      await db.updateTable('operation').set({ state: 'failed' }).where('id', '=', failed).execute();

      const overview = (await cloud.admin.send('GET', '/overview')).json();
      assert.deepEqual(overview.vmsByState, { running: 2, stopped: 1 });
      assert.deepEqual([overview.userCount, overview.imageCount, overview.templateCount], [2, 1, 1]);
      const [alpha, beta] = overview.hosts;
      assert.deepEqual([alpha.name, alpha.vmCount, alpha.runningVmCount, alpha.warnings], ['alpha', 3, 2, 1]);
      assert.deepEqual(alpha.vcpus, { reserved: 3, capacity: 10 });
      assert.deepEqual(alpha.use, { cpuCores: null, memoryBytes: null });
      assert.equal(alpha.physical.vcpus, 7);
      assert.deepEqual([beta.name, beta.vmCount, beta.runningVmCount], ['beta', 0, 0]);
      assert.deepEqual(
        overview.lastFailures.map(({ id }: { id: string }) => id),
        [failed],
      );
      const { body } = await cloud.app.inject('/metrics');
      assert.match(body, /loucloud_vms\{state="running"\} 2/);
      assert.match(body, /loucloud_hosts\{health="healthy"\} 2/);
    });
  });

  describe(`the audit log on ${kind.name}`, () => {
    test('says who did what, from where, newest first; it is filtered and paged', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      await cloud.admin.send('PATCH', `/users/${ann.id}`, { displayName: 'Ann' });
      await cloud.anonymous.send('POST', '/sessions', { name: 'ann', password: 'wrong horse' });
      const list = async (query: string) => (await cloud.admin.send('GET', `/audit?${query}`)).json();
      const types = async (query: string) =>
        (await list(query)).items.map(({ type }: { type: string }) => type);
      const all = [
        'session.refused',
        'user.updated',
        'session.started',
        'user.created',
        'session.started',
        'user.created',
      ];
      assert.deepEqual(await types(''), all);
      assert.deepEqual(await types('sort=seq&limit=1'), ['user.created']);
      assert.deepEqual(await types(`actorId=${cloud.admin.id}`), ['user.updated', 'session.started']);
      assert.deepEqual(await types(`objectId=${ann.id}&objectKind=user`), [
        'session.refused',
        'user.updated',
        'user.created',
      ]);
      const first = await list('limit=4');
      assert.equal(first.total, 6);
      assert.deepEqual(await types(`limit=4&cursor=${first.nextCursor}`), all.slice(4));
      const [refused] = first.items;
      assert.deepEqual([refused.actorName, refused.address], ['ann', '127.0.0.1']);
    });
  });
}
