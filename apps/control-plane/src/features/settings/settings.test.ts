import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { codeOf, openTestControlPlane } from '../../test-control-plane.ts';

for (const kind of testDatabases) {
  describe(`settings on ${kind.name}`, () => {
    test('every setting has a value from the start', async () => {
      await using cloud = await openTestControlPlane(kind);
      const { settings, changes } = (await cloud.admin.send('GET', '/settings')).json();
      assert.equal(settings.sessionLifetimeMinutes, 720);
      assert.equal(settings.defaultNetworkId, null);
      assert.deepEqual(changes, []);
    });

    test('a change is kept with who made it, what was and what is; the rest stays', async () => {
      await using cloud = await openTestControlPlane(kind);
      const before = await cloud.settings.read();
      const answer = await cloud.admin.send('PATCH', '/settings', { recycleDays: 30, vcpuOvercommit: 2.5 });
      assert.equal(answer.statusCode, 200);
      const { settings, changes } = answer.json();
      assert.deepEqual(settings, { ...before, recycleDays: 30, vcpuOvercommit: 2.5 });
      const [last, first] = changes;
      assert.deepEqual([first.key, first.before, first.after], ['recycleDays', 7, 30]);
      assert.deepEqual(
        [last.key, last.before, last.after, last.actorName],
        ['vcpuOvercommit', 4, 2.5, 'admin'],
      );
    });

    test('the default quota is read of its stored text as it is by itself', async () => {
      await using cloud = await openTestControlPlane(kind);
      const { defaultQuota } = await cloud.settings.read();
      assert.deepEqual(cloud.settings.defaultQuotaOf(null), defaultQuota);
      await cloud.admin.send('PATCH', '/settings', { defaultQuota: { ...defaultQuota, vms: 3 } });
      const stored = await cloud.database.db
        .selectFrom('setting')
        .select('value')
        .where('name', '=', 'defaultQuota')
        .executeTakeFirstOrThrow();
      assert.deepEqual(cloud.settings.defaultQuotaOf(stored.value), { ...defaultQuota, vms: 3 });
    });

    test('a value that stays is no change', async () => {
      await using cloud = await openTestControlPlane(kind);
      const { recycleDays } = await cloud.settings.read();
      const { changes } = (await cloud.admin.send('PATCH', '/settings', { recycleDays })).json();
      assert.deepEqual(changes, []);
    });

    test('a wrong value is refused, and nothing of its request is kept', async () => {
      await using cloud = await openTestControlPlane(kind);
      const before = await cloud.settings.read();
      const quota = { vms: 1, runningVms: 1, vcpus: 1, memoryMib: 1, diskBytes: 1 };
      const wrong: [body: unknown, field: string][] = [
        [{ recycleDays: 9, sessionLifetimeMinutes: 4 }, 'sessionLifetimeMinutes'],
        [{ recycleDays: '9' }, 'recycleDays'],
        [{ recycleDays: 9, colour: 'red' }, 'colour'],
        [{ defaultQuota: { ...quota, vms: -1 } }, 'defaultQuota.vms'],
        [{ defaultQuota: { vms: 1 } }, 'defaultQuota.runningVms'],
        [{ defaultNetworkId: 'default' }, 'defaultNetworkId'],
        [{}, 'body'],
      ];
      for (const [body, field] of wrong) {
        const answer = await cloud.admin.send('PATCH', '/settings', body);
        assert.deepEqual([codeOf(answer), answer.json().details.field], ['invalid_request', field]);
      }
      const missing = { recycleDays: 9, defaultNetworkId: '01a202ee-500a-7d5e-b228-9ebd82d6a129' };
      assert.equal(codeOf(await cloud.admin.send('PATCH', '/settings', missing)), 'not_found');
      assert.deepEqual(await cloud.settings.read(), before);
    });

    test('the session lifetime holds for sessions from now on', async () => {
      await using cloud = await openTestControlPlane(kind);
      await cloud.admin.send('PATCH', '/settings', { sessionLifetimeMinutes: 5 });
      const { send } = await cloud.addMember('ann');
      const [session] = (await send('GET', '/sessions')).json().items;
      assert.equal(Date.parse(session.expiresAt) - Date.parse(session.createdAt), 5 * 60_000);
    });
  });
}
