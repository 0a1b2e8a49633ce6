import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeletionPlan } from '@loucloud/api';
import { loucloud } from '../../testing/command.ts';
import { page, sampleId, sampleOperation, sampleUser } from '../../testing/samples.ts';
import { TableServer } from '../../testing/table-server.ts';

const GIB = 2 ** 30;
const bob = sampleUser({ id: sampleId(91), name: 'bob' });
const plan: DeletionPlan = {
  vms: [{ id: sampleId(1), name: 'web-1', state: 'running', diskBytes: 20 * GIB, isProtected: false }],
  sessions: 1,
  tokens: 2,
};

test('a user is created with a password from the standard input and limits of their own', async () => {
  await using server = await TableServer.start({ userCreate: () => sampleUser() });
  const line = [
    'user',
    'create',
    'ann',
    '--password-stdin',
    '--memory',
    '8G',
    '--vms',
    '0',
    '--disk',
    'default',
  ];
  const { status, stdout } = await loucloud(line, { server, input: 'correct horse\n' });
  assert.deepEqual([status, stdout], [0, 'The user ann has been created\n']);
  assert.deepEqual(server.requests('userCreate')[0]?.body, {
    name: 'ann',
    password: 'correct horse',
    ownQuota: { memoryMib: 8192, vms: 0, diskBytes: null },
  });
});

test('a generated password is printed once, and is the one that was sent', async () => {
  await using server = await TableServer.start({ userCreate: () => sampleUser() });
  const { stdout } = await loucloud(['user', 'create', 'ann', '--generate'], { server });
  const [, printed] = /^Password of ann: ([A-Za-z2-9]{20})$/m.exec(stdout) ?? [];
  assert.equal(server.requests('userCreate')[0]?.body.password, printed);
  const quiet = await loucloud(['user', 'create', 'ann', '--generate', '--quiet'], { server });
  assert.equal(quiet.stdout, `${server.requests('userCreate')[1]?.body.password}\n`);
});

test('a password that is too short is not sent', async () => {
  await using server = await TableServer.start({});
  const { status, stderr } = await loucloud(['user', 'create', 'ann', '--password-stdin'], {
    server,
    input: 'short\n',
  });
  assert.deepEqual([status, stderr], [1, 'The password is too short: at least 8 characters.\n']);
});

test('a password is no argument', async () => {
  const { status, stderr } = await loucloud(['user', 'create', 'ann', '--password', 'correct horse']);
  assert.equal(status, 2);
  assert.match(stderr, /There is no option --password\./);
});

test('deleting a user with VMs shows the plan and asks what becomes of them', async () => {
  await using server = await TableServer.start({
    userList: () => page([sampleUser()]),
    userDeletionPlan: () => plan,
  });
  const { status, stderr } = await loucloud(['user', 'delete', 'ann', '--yes'], { server });
  assert.equal(status, 1);
  assert.match(
    stderr,
    /ann has 1 VM:\nNAME +STATE +DISK\nweb-1 +running +20 GiB\n1 session and 2 API tokens would end\./,
  );
  assert.match(stderr, /--transfer-to USER or --delete-vms/);
});

test('VMs are given to another user, by name', async () => {
  await using server = await TableServer.start({
    userList: () => page([sampleUser(), bob]),
    userDeletionPlan: () => plan,
    userDelete: () => ({ operationId: sampleId(200) }),
    operationGet: () => sampleOperation({ type: 'user.delete' }),
  });
  const { status, stdout } = await loucloud(['user', 'delete', 'ann', '--transfer-to', 'bob', '-y'], {
    server,
  });
  assert.deepEqual([status, stdout], [0, 'The user ann has been deleted\n']);
  assert.deepEqual(server.requests('userDelete')[0], {
    params: { userId: sampleId(90) },
    query: { transferTo: sampleId(91) },
  });
});

test('a user is disabled and let in again', async () => {
  await using server = await TableServer.start({
    userList: () => page([sampleUser()]),
    userUpdate: () => sampleUser(),
  });
  assert.equal((await loucloud(['user', 'disable', 'ann'], { server })).stdout, 'ann has been disabled\n');
  assert.equal((await loucloud(['user', 'enable', 'ann'], { server })).stdout, 'ann may log in again\n');
  assert.deepEqual(
    server.requests('userUpdate').map(({ body }) => body),
    [{ isDisabled: true }, { isDisabled: false }],
  );
});

test('limits are shown with where they come from, and set by their options', async () => {
  const ownQuota = { vms: 3, runningVms: null, vcpus: null, memoryMib: null, diskBytes: null };
  const changed = sampleUser({ ownQuota, quota: { ...sampleUser().quota, vms: 3 } });
  await using server = await TableServer.start({
    userList: () => page([sampleUser()]),
    userUpdate: () => changed,
  });
  const { stdout } = await loucloud(['user', 'quota', 'ann', '--vms', '3'], { server });
  assert.match(stdout, /^VMs +0 +3 +own$/m);
  assert.match(stdout, /^memory +0 B +16 GiB +default$/m);
  assert.deepEqual(server.requests('userUpdate')[0]?.body, { ownQuota: { vms: 3 } });
  await loucloud(['user', 'quota', 'ann'], { server });
  assert.equal(server.requests('userUpdate').length, 1);
});
