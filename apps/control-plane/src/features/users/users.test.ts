import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Event, User } from '@loucloud/api';
import { testDatabases } from '../../platform/database/test-databases.ts';
import {
  PASSWORD,
  type Person,
  type TestControlPlane,
  codeOf,
  openTestControlPlane,
} from '../../test-control-plane.ts';
import { testObjects } from '../../test-objects.ts';

const noQuota = { vms: null, runningVms: null, vcpus: null, memoryMib: null, diskBytes: null };

/** The audit log's newest lines of one type. */
async function eventsOf({ admin }: TestControlPlane, type: string): Promise<Event[]> {
  const answer = await admin.send('GET', `/audit?type=${type}`);
  return answer.json<{ items: Event[] }>().items;
}

const isAlive = async (person: Person) => (await person.send('GET', '/me')).statusCode === 200;

for (const kind of testDatabases) {
  describe(`users on ${kind.name}`, () => {
    test('the admin creates a member, who has the default quota until it is their own', async () => {
      await using cloud = await openTestControlPlane(kind);
      const created = await cloud.admin.send('POST', '/users', {
        name: 'ann',
        password: PASSWORD,
        ownQuota: { vms: 0 },
      });
      assert.equal(created.statusCode, 201);
      const ann = created.json<User>();
      assert.equal(ann.displayName, 'ann');
      assert.equal(ann.role, 'member');
      assert.deepEqual(ann.ownQuota, { ...noQuota, vms: 0 });
      assert.deepEqual(ann.quota, { ...(await cloud.settings.read()).defaultQuota, vms: 0 });

      const changed = await cloud.admin.send('PATCH', `/users/${ann.id}`, {
        displayName: '安妮 🐱',
        ownQuota: { vms: null, vcpus: 3 },
      });
      assert.equal(changed.json<User>().displayName, '安妮 🐱');
      assert.deepEqual(changed.json<User>().ownQuota, { ...noQuota, vcpus: 3 });

      await cloud.admin.send('PATCH', '/settings', {
        defaultQuota: { vms: 7, runningVms: 6, vcpus: 5, memoryMib: 4, diskBytes: 3 },
      });
      const now = (await cloud.admin.send('GET', `/users/${ann.id}`)).json<User>();
      assert.deepEqual(now.quota, { vms: 7, runningVms: 6, vcpus: 3, memoryMib: 4, diskBytes: 3 });
      const [first, second] = await eventsOf(cloud, 'user.updated');
      assert.equal(second, undefined);
      assert.deepEqual(first?.details, { changed: ['displayName', 'ownQuota'] });
      assert.equal(first.actorName, 'admin');
    });

    test('two users cannot have one name', async () => {
      await using cloud = await openTestControlPlane(kind);
      await cloud.addMember('ann');
      const bob = await cloud.addMember('bob');
      const again = await cloud.admin.send('POST', '/users', { name: 'ann', password: PASSWORD });
      assert.deepEqual([again.statusCode, codeOf(again)], [409, 'name_taken']);
      const renamed = await cloud.admin.send('PATCH', `/users/${bob.id}`, { name: 'ann' });
      assert.equal(codeOf(renamed), 'name_taken');
      const creations = Array.from({ length: 10 }, () =>
        cloud.admin.send('POST', '/users', { name: 'cat', password: PASSWORD }),
      );
      const statuses = (await Promise.all(creations)).map(({ statusCode }) => statusCode);
      assert.deepEqual(
        statuses.sort((a, b) => a - b),
        [201, ...Array<number>(9).fill(409)],
      );
    });

    test('a list is searched, filtered, sorted and paged', async () => {
      await using cloud = await openTestControlPlane(kind);
      for (const name of ['ann', 'anton', 'bob'])
        await cloud.users.create({ name, password: PASSWORD }, null);
      const names = async (query: string) => {
        const answer = await cloud.admin.send('GET', `/users?${query}`);
        const { items, nextCursor, total } = answer.json<{
          items: User[];
          nextCursor: string | null;
          total: number;
        }>();
        return { names: items.map(({ name }) => name), nextCursor, total };
      };
      assert.deepEqual((await names('search=AN')).names, ['ann', 'anton']);
      assert.deepEqual((await names('sort=-name&limit=2')).names, ['bob', 'anton']);
      const { nextCursor, total } = await names('limit=3');
      assert.equal(total, 4);
      assert.deepEqual((await names(`limit=3&cursor=${nextCursor}`)).names, ['bob']);
      assert.deepEqual((await names('isDisabled=true')).names, []);
      assert.equal(codeOf(await cloud.admin.send('GET', '/users?cursor=made-up')), 'invalid_request');
    });

    test('a member sees themselves and no one else', async () => {
      await using cloud = await openTestControlPlane(kind);
      const [ann, bob] = [await cloud.addMember('ann'), await cloud.addMember('bob')];
      assert.equal((await ann.send('GET', `/users/${ann.id}`)).statusCode, 200);
      assert.equal(codeOf(await ann.send('GET', `/users/${bob.id}`)), 'not_found');
      assert.equal(codeOf(await ann.send('GET', '/users')), 'forbidden');
    });

    test('disabling ends sessions and tokens at once; enabling does not bring them back', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const program = await cloud.withToken(ann);
      const ended: string[] = [];
      cloud.rights.onSessionEnded(program.tokenId, () => ended.push('token'));
      await cloud.admin.send('PATCH', `/users/${ann.id}`, { isDisabled: true });
      assert.deepEqual([await isAlive(ann), await isAlive(program), ended], [false, false, ['token']]);
      await cloud.admin.send('PATCH', `/users/${ann.id}`, { isDisabled: false });
      assert.deepEqual([await isAlive(ann), await isAlive(program)], [false, false]);
      assert.ok(await isAlive(await cloud.logIn('ann')));
    });

    test('a new password from the admin ends sessions and tokens, and the old one is no good', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const answer = await cloud.admin.send('PATCH', `/users/${ann.id}`, { password: 'new password' });
      assert.equal(answer.statusCode, 200);
      assert.equal(await isAlive(ann), false);
      await assert.rejects(cloud.logIn('ann'), /bad_credentials/);
      assert.ok(await isAlive(await cloud.logIn('ann', 'new password')));
      assert.equal((await eventsOf(cloud, 'user.passwordChanged')).length, 1);
    });

    test('the one admin is neither disabled nor deleted, and their password needs the old one', async () => {
      await using cloud = await openTestControlPlane(kind);
      const path = `/users/${cloud.admin.id}`;
      for (const body of [{ isDisabled: true }, { password: 'another horse' }])
        assert.equal(codeOf(await cloud.admin.send('PATCH', path, body)), 'not_the_admin');
      assert.equal(codeOf(await cloud.admin.send('DELETE', path)), 'not_the_admin');
      await assert.rejects(cloud.users.createAdmin({ name: 'second', password: PASSWORD }), /already/);
      const renamed = await cloud.admin.send('PATCH', path, { name: 'root', isDisabled: false });
      assert.equal(renamed.statusCode, 200);
      assert.ok(await isAlive(cloud.admin));
    });

    test('resetting the admin’s password from the box ends their sessions', async () => {
      await using cloud = await openTestControlPlane(kind);
      await cloud.users.resetAdminPassword('from the box');
      assert.equal(await isAlive(cloud.admin), false);
      assert.ok(await isAlive(await cloud.logIn('admin', 'from the box')));
    });
  });

  describe(`oneself on ${kind.name}`, () => {
    test('display name and preferences are one’s own to change; the rest stays', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const answer = await ann.send('PATCH', '/me', { displayName: 'Ann', language: 'zh-CN' });
      assert.equal(answer.json().user.displayName, 'Ann');
      assert.deepEqual(answer.json().preferences, {
        language: 'zh-CN',
        theme: null,
        desktopScaling: true,
        pageSize: '20',
        columns: {},
      });
      const columns = { vms: ['state', 'owner'] };
      assert.deepEqual((await ann.send('PATCH', '/me', { columns })).json().preferences.columns, columns);
      for (const body of [
        { name: 'root' },
        { role: 'admin' },
        { ownQuota: { vms: 99 } },
        { isDisabled: false },
      ]) {
        const refused = await ann.send('PATCH', '/me', body);
        assert.equal(codeOf(refused), 'invalid_request');
        assert.equal(refused.json().details.field, Object.keys(body)[0]);
      }
    });

    test('changing one’s password needs the old one and ends every other session and token', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const elsewhere = await cloud.logIn('ann');
      const program = await cloud.withToken(ann);
      const change = (currentPassword: string) =>
        ann.send('POST', '/me/password', { currentPassword, newPassword: 'another horse' });
      const wrong = await change('wrong');
      assert.deepEqual([wrong.statusCode, codeOf(wrong)], [403, 'wrong_password']);
      assert.equal((await change(PASSWORD)).statusCode, 204);
      assert.deepEqual(
        [await isAlive(ann), await isAlive(elsewhere), await isAlive(program)],
        [true, false, false],
      );
      assert.ok(await isAlive(await cloud.logIn('ann', 'another horse')));
    });

    test('the current password cannot be guessed through an open session', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const guess = () =>
        ann.send('POST', '/me/password', { currentPassword: 'guess', newPassword: 'another horse' });
      const codes: string[] = [];
      for (let i = 0; i < 6; i++) codes.push(codeOf(await guess()));
      assert.deepEqual(codes, [...Array<string>(5).fill('wrong_password'), 'too_many_requests']);
    });
  });

  describe(`deleting users on ${kind.name}`, () => {
    const settled = async (cloud: TestControlPlane, answer: { json(): { operationId: string } }) => {
      const { operationId } = answer.json();
      await cloud.engine.settled(operationId);
      return (await cloud.admin.send('GET', `/operations/${operationId}`)).json();
    };

    test('the plan tells what would go', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      await cloud.withToken(ann);
      const plan = await cloud.admin.send('GET', `/users/${ann.id}/deletion-plan`);
      assert.deepEqual(plan.json(), { vms: [], sessions: 1, tokens: 1 });
    });

    test('a deleted user is gone with everything that was theirs, and the audit log remembers', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const program = await cloud.withToken(ann);
      const answer = await cloud.admin.send('DELETE', `/users/${ann.id}`);
      assert.equal(answer.statusCode, 202);
      const operation = await settled(cloud, answer);
      assert.equal(operation.state, 'done');
      assert.deepEqual([await isAlive(ann), await isAlive(program)], [false, false]);
      assert.equal(codeOf(await cloud.admin.send('GET', `/users/${ann.id}`)), 'not_found');
      await assert.rejects(cloud.logIn('ann'), /bad_credentials/);
      const [deleted] = await eventsOf(cloud, 'user.deleted');
      assert.deepEqual([deleted?.objectName, deleted?.actorName], ['ann', 'admin']);
      await cloud.addMember('ann');
    });

    test('what cannot be is refused before anything begins', async () => {
      await using cloud = await openTestControlPlane(kind);
      const [ann, bob] = [await cloud.addMember('ann'), await cloud.addMember('bob')];
      const refused = async (query: string) =>
        codeOf(await cloud.admin.send('DELETE', `/users/${ann.id}?${query}`));
      assert.equal(await refused(`transferTo=${ann.id}`), 'invalid_request');
      assert.equal(await refused(`transferTo=${bob.id}&deleteVms=true`), 'invalid_request');
      assert.equal(await refused('transferTo=01a202ee-500a-7d5e-b228-9ebd82d6a129'), 'not_found');
      assert.equal(await refused('transferTo=bob'), 'invalid_request');
      assert.ok(await isAlive(ann));
    });

    test('a user with VMs is deleted only with a word about what becomes of them', async () => {
      await using cloud = await openTestControlPlane(kind);
      const { db } = cloud.database;
      const [ann, bob] = [await cloud.addMember('ann'), await cloud.addMember('bob')];
      const hostId = await testObjects.host(db);
      const [imageId, networkId] = [await testObjects.image(db, hostId), await testObjects.network(db)];
      const vmId = await testObjects.vm(db, { ownerId: ann.id, hostId, imageId, networkId });
      const usage = { used_vms: 1, used_vcpus: 1, used_memory_mib: 64, used_disk_bytes: 2 ** 20 };
      await db.updateTable('user').set(usage).where('id', '=', ann.id).execute();

      const refused = await cloud.admin.send('DELETE', `/users/${ann.id}`);
      assert.equal(codeOf(refused), 'user_has_vms');
      assert.deepEqual(refused.json().details, { vms: [`vm-${vmId}`] });
      assert.ok(await isAlive(ann));

      await cloud.admin.send('PATCH', `/users/${bob.id}`, { ownQuota: { vms: 0 } });
      const noRoom = await settled(
        cloud,
        await cloud.admin.send('DELETE', `/users/${ann.id}?transferTo=${bob.id}`),
      );
      assert.deepEqual([noRoom.state, noRoom.error.code], ['failed', 'quota_exceeded']);
      assert.ok(await isAlive(await cloud.logIn('ann')), 'ann is as she was');

      await cloud.admin.send('PATCH', `/users/${bob.id}`, { ownQuota: { vms: 1 } });
      const moved = await settled(
        cloud,
        await cloud.admin.send('DELETE', `/users/${ann.id}?transferTo=${bob.id}`),
      );
      assert.equal(moved.state, 'done', JSON.stringify(moved));
      const vm = (await bob.send('GET', `/vms/${vmId}`)).json();
      assert.equal(vm.ownerName, 'bob');
      assert.equal((await bob.send('GET', '/me')).json().user.usage.vms, 1);
    });

    test('deleting one user many times at once is done once', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => cloud.admin.send('DELETE', `/users/${ann.id}`)),
      );
      for (const answer of answers) if (answer.statusCode === 202) await settled(cloud, answer);
      assert.equal((await eventsOf(cloud, 'user.deleted')).length, 1);
    });
  });
}
