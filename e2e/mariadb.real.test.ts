/** The whole product over a real MariaDB: users, quotas, VMs, deleting a user with VMs both ways, and a restart. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { createConnection } from 'mysql2/promise';
import { type MariaDb, startMariaDb } from '../tools/mariadb.ts';
import { type Login, World, createVm, finished, waitFor } from './world.ts';

const PASSWORD = 'a long password';

/** Where a backslash escapes nothing, what LouCloud escapes with one would end its text. */
async function useUnusualMode(url: string): Promise<void> {
  const connection = await createConnection(url);
  await connection.query("set global sql_mode = 'NO_BACKSLASH_ESCAPES'");
  await connection.end();
}

describe('LouCloud on MariaDB', () => {
  let mariaDb: MariaDb;
  let world: World;
  let admin: Login;

  before(async () => {
    mariaDb = await startMariaDb();
    await useUnusualMode(mariaDb.url);
    world = await World.open({ databaseUrl: await mariaDb.createDatabase('loucloud') });
    admin = await world.login();
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await mariaDb[Symbol.asyncDispose]();
  });

  const addUser = async (name: string) => {
    const user = await admin.call('userCreate', {
      body: { name, displayName: `${name} 林`, password: PASSWORD },
    });
    return { user, login: await world.login(name, PASSWORD) };
  };

  test('a member creates VMs up to the quota, and the refusal says what and how much', async () => {
    const { user, login } = await addUser('lin');
    await admin.call('userUpdate', {
      params: { userId: user.id },
      body: { ownQuota: { vms: 2, runningVms: 1 } },
    });
    const vm = await createVm(login.call, 'web-1');
    assert.equal(vm.state, 'running');
    const { templateId } = vm;
    const body = { name: 'web-2', templateId: templateId ?? '' };
    await assert.rejects(login.call('vmCreate', { body }), {
      code: 'quota_exceeded',
      details: { resource: 'runningVms', limit: 1, used: 1, asked: 1 },
    });
    const { items } = await login.call('vmCreate', { body: { ...body, start: false } });
    await finished(login.call, items[0]?.operationId ?? '');
    const { user: me } = await login.call('meGet');
    assert.deepEqual([me.usage.vms, me.usage.runningVms, me.quota.vms], [2, 1, 2]);
  });

  test('a restart of the control plane loses nothing', async () => {
    const before = (await admin.call('vmList', { query: {} })).items.map(({ id, state }) => [id, state]);
    assert.equal(await world.stop(), 0);
    await world.start();
    await waitFor('every VM is known again', async () => {
      const now = (await admin.call('vmList', { query: {} })).items.map(({ id, state }) => [id, state]);
      return JSON.stringify(now) === JSON.stringify(before);
    });
  });

  test('deleting a user with VMs needs a word on them; transferred, they belong to the other, also on the host', async () => {
    const { items } = await admin.call('userList', { query: { search: 'lin' } });
    const lin = items[0];
    assert.ok(lin);
    const { user: wang } = await addUser('wang');
    const plan = await admin.call('userDeletionPlan', { params: { userId: lin.id } });
    assert.deepEqual(
      plan.vms.map(({ name }) => name),
      ['web-1', 'web-2'],
    );
    await assert.rejects(admin.call('userDelete', { params: { userId: lin.id }, query: {} }), {
      code: 'user_has_vms',
    });
    const { operationId } = await admin.call('userDelete', {
      params: { userId: lin.id },
      query: { transferTo: wang.id },
    });
    await finished(admin.call, operationId);
    const theirs = await admin.call('vmList', { query: { ownerId: wang.id } });
    assert.deepEqual(
      theirs.items.map(({ name }) => name),
      ['web-1', 'web-2'],
    );
    await waitFor('the domains say so', async () => {
      const domains = theirs.items.map(({ domainName }) =>
        execFileSync('virsh', ['dumpxml', domainName ?? ''], { encoding: 'utf8' }),
      );
      return domains.every((xml) => xml.includes(wang.id) && !xml.includes(lin.id));
    });
    await assert.rejects(world.login('lin', PASSWORD), { status: 401 });
  });

  test('deleted with the user, VMs leave nothing', async () => {
    const { items } = await admin.call('userList', { query: { search: 'wang' } });
    const userId = items[0]?.id ?? '';
    const { operationId } = await admin.call('userDelete', {
      params: { userId },
      query: { deleteVms: true },
    });
    await finished(admin.call, operationId);
    assert.equal((await admin.call('vmList', { query: {} })).total, 0);
    assert.equal(execFileSync('virsh', ['-q', 'list', '--all', '--name'], { encoding: 'utf8' }).trim(), '');
    const [host] = (await admin.call('hostList', { query: {} })).items;
    assert.deepEqual(host?.reserved, { vcpus: 0, memoryMib: 0, diskBytes: 0 });
  });

  test('any Unicode in any text comes back as it was', async () => {
    const text = '云 🦊 <b>&amp;"\' \\ % _ ؀ ñ';
    const name = 'uni';
    const user = await admin.call('userCreate', { body: { name, displayName: text, password: PASSWORD } });
    assert.equal((await admin.call('userGet', { params: { userId: user.id } })).displayName, text);
    const [template] = (await admin.call('templateList', { query: {} })).items;
    assert.ok(template);
    const changed = await admin.call('templateUpdate', {
      params: { templateId: template.id },
      body: { name: text, description: text },
    });
    assert.deepEqual([changed.name, changed.description], [text, text]);
  });
});
