import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event, HostCheck, ImageCopy, Settings } from '@loucloud/api';
import { loucloud } from '../testing/command.ts';
import {
  page,
  sampleHost,
  sampleId,
  sampleImage,
  sampleNetwork,
  sampleOperation,
  sampleTemplate,
  sampleUser,
} from '../testing/samples.ts';
import { Refused, TableServer } from '../testing/table-server.ts';

const GIB = 2 ** 30;
const failing: HostCheck[] = [
  { name: 'libvirt', outcome: 'ok', code: 'libvirt_ok', details: {} },
  { name: 'space', outcome: 'failed', code: 'space_none', details: { availableBytes: GIB } },
];

test('a server that fails its checks is told with what to do', async () => {
  const error = { code: 'host_check_failed' as const, details: { checks: ['space'] } };
  await using server = await TableServer.start({
    hostAdd: () => ({ operationId: sampleId(200) }),
    operationGet: () =>
      sampleOperation({
        type: 'host.add',
        objectName: 'beta',
        state: 'failed',
        error,
        result: { checks: failing },
      }),
  });
  const { status, stdout, stderr } = await loucloud(
    ['host', 'add', 'beta', 'qemu:///system', '--pool', 'big'],
    { server },
  );
  assert.equal(status, 1);
  assert.match(stdout, /^free space +failed +There is no free space\. \(free: 1 GiB\)$/m);
  assert.match(stdout, /^To do: Free some space/m);
  assert.equal(stderr, 'beta: The server did not pass its checks. (checks: free space)\n');
  assert.deepEqual(server.requests('hostAdd')[0]?.body, {
    name: 'beta',
    uri: 'qemu:///system',
    poolName: 'big',
  });
});

test('checks can be run by name, or by address before a server is added', async () => {
  await using server = await TableServer.start({
    hostList: () => page([sampleHost()]),
    hostRecheck: () => ({ operationId: sampleId(200) }),
    hostCheck: () => ({ operationId: sampleId(200) }),
    operationGet: () => sampleOperation({ type: 'host.check', result: { checks: failing.slice(0, 1) } }),
  });
  assert.equal((await loucloud(['host', 'check', 'alpha'], { server })).status, 0);
  assert.equal((await loucloud(['host', 'check', 'qemu+unix:///system'], { server })).status, 0);
  assert.deepEqual(server.requests('hostRecheck')[0]?.params, { hostId: sampleId(40) });
  assert.deepEqual(server.requests('hostCheck')[0]?.body, { uri: 'qemu+unix:///system' });
});

test('a server is shown with its checks in the reader’s language', async () => {
  const checks: HostCheck[] = [{ name: 'accelerator', outcome: 'warning', code: 'kvm_absent', details: {} }];
  await using server = await TableServer.start({
    hostList: () => page([sampleHost({ checks, accelerator: 'tcg' })]),
  });
  const { stdout } = await loucloud(['host', 'show', 'alpha'], { server, env: { LOUCLOUD_LANG: 'zh' } });
  assert.match(stdout, /^硬件加速 +警告 +没有 KVM。虚拟机将以软件模拟（TCG）运行，速度较慢。$/m);
  assert.match(stdout, /^解决办法：请在 BIOS 或 UEFI 中开启虚拟化/m);
});

test('a server that has VMs is not removed, and they are listed', async () => {
  await using server = await TableServer.start({
    hostList: () => page([sampleHost()]),
    hostRemove() {
      throw new Refused('host_has_vms', { vms: ['web-1', 'web-2'] });
    },
  });
  const { status, stderr } = await loucloud(['host', 'remove', 'alpha', '--yes'], { server });
  assert.deepEqual(
    [status, stderr],
    [1, 'The server still has VMs. Move them or purge them first. (VMs: web-1, web-2)\n'],
  );
});

test('an image is registered by name and path, on a server by name', async () => {
  await using server = await TableServer.start({
    hostList: () => page([sampleHost()]),
    imageRegister: () => ({ operationId: sampleId(200) }),
    operationGet: () =>
      sampleOperation({ type: 'image.register', objectKind: 'image', objectId: sampleId(50) }),
    imageGet: () => sampleImage(),
  });
  const line = [
    'image',
    'register',
    'debian',
    '/srv/images/debian.qcow2',
    '--host',
    'alpha',
    '--format',
    'qcow2',
  ];
  const { status, stdout } = await loucloud(line, { server });
  assert.deepEqual([status, stdout], [0, 'The image debian has been registered: qcow2, 20 GiB\n']);
  assert.deepEqual(server.requests('imageRegister')[0]?.body, {
    name: 'debian',
    path: '/srv/images/debian.qcow2',
    hostId: sampleId(40),
    format: 'qcow2',
  });
});

test('a template is made from names and sizes, for chosen users', async () => {
  await using server = await TableServer.start({
    imageList: () => page([sampleImage()]),
    networkList: () => page([sampleNetwork()]),
    userList: () => page([sampleUser()]),
    templateCreate: () => sampleTemplate(),
  });
  const sizes = ['--vcpus', '2', '--memory', '2G', '--disk', '20G'];
  const line = [
    'template',
    'create',
    'small',
    '--image',
    'debian',
    ...sizes,
    '--network',
    'default',
    '--visible-to',
    'ann',
  ];
  const { status, stdout } = await loucloud(line, { server });
  assert.deepEqual([status, stdout], [0, 'The template small has been made\n']);
  assert.deepEqual(server.requests('templateCreate')[0]?.body, {
    name: 'small',
    imageId: sampleId(50),
    networkId: sampleId(70),
    vcpus: 2,
    memoryMib: 2048,
    diskBytes: 20 * GIB,
    visibility: 'chosen',
    userIds: [sampleId(90)],
  });
});

const settings: Settings = {
  defaultQuota: { vms: 10, runningVms: 5, vcpus: 10, memoryMib: 16_384, diskBytes: 200 * GIB },
  vcpuOvercommit: 4,
  memoryOvercommit: 1,
  systemMemoryMib: 1024,
  sessionLifetimeMinutes: 720,
  shutdownTimeoutSeconds: 120,
  recycleDays: 7,
  imageCopyDays: 14,
  defaultNetworkId: sampleId(70),
};

test('settings are shown with their meaning, and the network by its name', async () => {
  await using server = await TableServer.start({
    settingsGet: () => ({ settings, changes: [] }),
    networkGet: () => sampleNetwork({ name: 'lab' }),
  });
  const { stdout } = await loucloud(['settings', 'get'], { server });
  assert.match(stdout, /^defaultQuota\.memoryMib +16 GiB +memory, likewise$/m);
  assert.match(stdout, /^defaultNetworkId +lab /m);
  const one = await loucloud(['settings', 'get', 'shutdownTimeoutSeconds'], { server });
  assert.equal(one.stdout, '120\n');
});

test('one limit of the default quota is changed, the others stay', async () => {
  const after = { ...settings, defaultQuota: { ...settings.defaultQuota, memoryMib: 32_768 } };
  await using server = await TableServer.start({
    settingsGet: () => ({ settings, changes: [] }),
    settingsUpdate: () => ({ settings: after, changes: [] }),
  });
  const { stdout } = await loucloud(['settings', 'set', 'defaultQuota.memoryMib', '32G'], { server });
  assert.equal(stdout, 'defaultQuota.memoryMib: 16 GiB → 32 GiB\n');
  assert.deepEqual(server.requests('settingsUpdate')[0]?.body, { defaultQuota: after.defaultQuota });
});

test('the audit log is shown with the latest first', async () => {
  const event: Event = {
    seq: 7,
    type: 'vm.created',
    at: '2026-11-22T10:00:00.000Z',
    actorId: null,
    actorName: null,
    address: null,
    objectKind: 'vm',
    objectId: sampleId(1),
    objectName: 'web-1',
    ownerId: null,
    details: { template: 'small' },
  };
  await using server = await TableServer.start({ auditList: () => page([event]) });
  const { stdout } = await loucloud(['audit', '--type', 'vm.created', '--limit', '1'], { server });
  assert.match(stdout, /the system +– +VM created +web-1 +template=small$/m);
  assert.deepEqual(server.requests('auditList')[0]?.query, { limit: 1, sort: '-seq', type: 'vm.created' });
});

test('an image is copied to servers by name, and its copies are listed', async () => {
  const copy: ImageCopy = {
    hostId: sampleId(40),
    hostName: 'alpha',
    state: 'ready',
    path: '/pool/image.qcow2',
    isShared: false,
    vmCount: 3,
    problem: null,
    operationId: null,
    createdAt: '2026-11-22T08:00:00.000Z',
    lastUsedAt: '2026-11-22T08:00:00.000Z',
  };
  await using server = await TableServer.start({
    hostList: () => page([sampleHost()]),
    imageList: () => page([sampleImage({ copies: [copy] })]),
    imagePrefetch: () => ({
      items: [
        { hostId: sampleId(40), hostName: 'alpha', operationId: sampleId(200) },
        { hostId: sampleId(41), hostName: 'beta', operationId: null },
      ],
    }),
    operationGet: () => sampleOperation({ type: 'image.copy', objectName: 'debian' }),
  });
  const copied = await loucloud(['image', 'prefetch', 'debian', 'alpha'], { server });
  assert.deepEqual([copied.status, copied.stdout], [0, 'The image is on the server alpha\n']);
  assert.deepEqual(server.requests('imagePrefetch')[0]?.body, { hostIds: [sampleId(40)] });
  const listed = await loucloud(['image', 'copies', 'debian'], { server });
  assert.match(listed.stdout, /^alpha +ready +3 .*\/pool\/image\.qcow2$/m);
  assert.equal((await loucloud(['image', 'prefetch', 'debian'], { server })).status, 2);
});
