/** The database is deleted, and made anew from what the server's domains say; they run on, and nothing of them changes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Host, User, Vm } from '@loucloud/api';
import { PrivateSshd } from '@loucloud/libvirt/testing';
import { startMariaDb } from '../tools/mariadb.ts';
import { type Login, World, createVm, finished, waitFor } from './world.ts';

const PASSWORD = 'a long password';
const virsh = (...argv: readonly string[]): string =>
  execFileSync('virsh', ['-q', ...argv], { encoding: 'utf8', timeout: 60_000 });

/** Everything on the server: every domain's definition, as it runs and as it is kept, and every process. */
const onServer = () => {
  const names = virsh('list', '--all', '--name').trim().split('\n').toSorted();
  return {
    xml: names.map((name) => [virsh('dumpxml', name), virsh('dumpxml', '--inactive', name)]),
    pids: execFileSync('pgrep', ['-f', 'qemu-system.*guest='], { encoding: 'utf8' }),
  };
};

/** What a rebuilt VM is to have of the lost one. */
const kept = (vm: Vm) => ({
  id: vm.id,
  name: vm.name,
  description: vm.description,
  ownerId: vm.ownerId,
  templateName: vm.templateName,
  networkName: vm.networkName,
  hostName: vm.hostName,
  domainName: vm.domainName,
  state: vm.state,
  vcpus: vm.vcpus,
  memoryMib: vm.memoryMib,
  diskBytes: vm.diskBytes,
  firmware: vm.firmware,
  macAddress: vm.macAddress,
  adoption: vm.adoption,
  differences: vm.differences,
});

describe('a lost database', () => {
  let world: World;
  let admin: Login;
  let lost: { vms: Vm[]; users: User[]; host: Host };
  let server: ReturnType<typeof onServer>;

  const look = async () => {
    const [host] = (await admin.call('hostList', { query: {} })).items;
    assert.ok(host);
    return {
      vms: (await admin.call('vmList', { query: {} })).items,
      users: (await admin.call('userList', { query: {} })).items,
      host,
    };
  };

  before(async () => {
    world = await World.open();
    admin = await world.login();
    await admin.call('userCreate', { body: { name: 'lin', displayName: '林', password: PASSWORD } });
    await admin.call('userCreate', { body: { name: 'bo', password: PASSWORD } });
    const [lin, bo] = [await world.login('lin', PASSWORD), await world.login('bo', PASSWORD)];
    const web = await createVm(lin.call, 'web');
    const templateId = web.templateId ?? '';
    const off = await lin.call('vmCreate', {
      body: { name: '数据', description: 'line\n“two”', templateId, start: false },
    });
    await finished(lin.call, off.items[0]?.operationId ?? '');
    const mine = await bo.call('vmCreate', { body: { name: 'web', templateId, start: false } });
    await finished(bo.call, mine.items[0]?.operationId ?? '');
    await createVm(admin.call, 'of the admin');
    lost = await look();
    await world.stop();
    server = onServer();
  });
  after(() => world[Symbol.asyncDispose]());

  test('is made anew from the server: VMs, owners, sizes, usage', async () => {
    for (const file of readdirSync(world.dataDir))
      if (/^loucloud\.db|\.key$/.test(file)) rmSync(join(world.dataDir, file));
    const printed = await world.run('rebuild', '--host', 'this-server=qemu:///system');
    assert.match(printed, /“数据” of “lin” is there again/);
    await world.start();
    admin = await world.login();
    await waitFor('the server is read', async () => {
      const { vms } = await look();
      return vms.every(({ state }, i) => state === lost.vms[i]?.state);
    });
    const now = await look();
    assert.deepEqual(now.vms.map(kept), lost.vms.map(kept));
    assert.deepEqual(now.host.reserved, lost.host.reserved);
    for (const user of lost.users) {
      const again = now.users.find(({ id }) => id === user.id);
      assert.deepEqual([again?.name, again?.usage, again?.role], [user.name, user.usage, user.role]);
      assert.equal(again?.isDisabled, user.role === 'member');
    }
    assert.equal(now.users.length, lost.users.length);
    assert.deepEqual((await admin.call('leftoverList', { query: {} })).items, []);
  });

  test('nothing on the server was changed or stopped', () => assert.deepEqual(onServer(), server));

  test('nobody can log in as an owner until the admin has given them a password', async () => {
    await assert.rejects(world.login('lin', PASSWORD), { status: 401 });
    const lin = lost.users.find(({ name }) => name === 'lin');
    const body = { password: PASSWORD, isDisabled: false };
    await admin.call('userUpdate', { params: { userId: lin?.id ?? '' }, body });
    const login = await world.login('lin', PASSWORD);
    const { items } = await login.call('vmList', { query: {} });
    assert.deepEqual(
      items.map(({ name }) => name),
      lost.vms.filter(({ ownerId }) => ownerId === lin?.id).map(({ name }) => name),
    );
  });

  test('run again it changes nothing', async () => {
    const vms = (await look()).vms.map(kept);
    const { total } = await admin.call('imageList', { query: {} });
    await world.stop();
    await world.run('rebuild', '--host', 'this-server=qemu:///system');
    await world.start();
    admin = await world.login();
    await waitFor('the server is read', async () =>
      (await look()).vms.every(({ state }, i) => state === vms[i]?.state),
    );
    const now = await look();
    assert.deepEqual(now.vms.map(kept), vms);
    assert.deepEqual(now.host.reserved, lost.host.reserved);
    assert.equal((await admin.call('imageList', { query: {} })).total, total);
    assert.deepEqual(onServer(), server);
  });

  test('what was rebuilt is used as ever: started, deleted, and nothing is left', async () => {
    const { vms } = await look();
    const off = vms.find(({ name }) => name === '数据');
    const started = await admin.call('vmStart', { params: { vmId: off?.id ?? '' } });
    await finished(admin.call, started.operationId);
    // For good, at once.
    await admin.call('settingsUpdate', { body: { recycleDays: 0 } });
    for (const { id } of vms) {
      const { operationId } = await admin.call('vmDelete', { params: { vmId: id } });
      await finished(admin.call, operationId);
    }
    assert.deepEqual((await look()).host.reserved, { vcpus: 0, memoryMib: 0, diskBytes: 0 });
    for (const { usage } of (await look()).users)
      assert.deepEqual(usage, { vms: 0, runningVms: 0, vcpus: 0, memoryMib: 0, diskBytes: 0 });
    assert.deepEqual((await admin.call('leftoverList', { query: {} })).items, []);
    assert.equal(virsh('list', '--all', '--name').trim(), '');
  });
});

describe('a database that MariaDB has lost', () => {
  test('is made anew in an empty one, from a server that is reached by SSH now', async () => {
    await using mariaDb = await startMariaDb();
    await using world = await World.open({ databaseUrl: await mariaDb.createDatabase('loucloud') });
    const { call } = await world.login();
    await createVm(call, 'web');
    const before = (await call('vmList', { query: {} })).items;
    await world.stop();
    const server = onServer();
    await mariaDb.createDatabase('loucloud');

    const sshd = await PrivateSshd.start();
    try {
      const { privateKey, port, hostKey } = await sshd.login();
      const credentials = { kind: 'privateKey', privateKey };
      const uri = `qemu+ssh://root@127.0.0.1:${port}/system`;
      const file = join(world.dataDir, 'servers.json');
      writeFileSync(file, JSON.stringify([{ name: 'by-ssh', uri, hostKey, credentials }]));
      assert.match(await world.run('rebuild', file), /“web” of “admin” is there again/);
      await world.start();
      const again = await world.login();
      const now = await waitFor('the server is read', async () => {
        const { items } = await again.call('vmList', { query: {} });
        return items.every(({ state }) => state === 'running') ? items : null;
      });
      const there = before.map((vm) => ({ ...kept(vm), hostName: 'by-ssh' }));
      assert.deepEqual(now.map(kept), there);
      assert.deepEqual(onServer(), server);
      const { operationId } = await again.call('vmPurge', { params: { vmId: now[0]?.id ?? '' } });
      await finished(again.call, operationId);
      assert.equal(virsh('list', '--all', '--name').trim(), '');
    } finally {
      await world.stop();
      await sshd.stop();
    }
  });
});
