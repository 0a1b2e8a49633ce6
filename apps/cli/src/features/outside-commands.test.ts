/** Foreign domains, VMs that differ, and leftovers, at a terminal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ForeignDomainDetails, Leftover } from '@loucloud/api';
import { loucloud } from '../testing/command.ts';
import { page, sampleHost, sampleId, sampleOperation, sampleUser, sampleVm } from '../testing/samples.ts';
import { TableServer } from '../testing/table-server.ts';

const host = sampleHost();
const theirs: ForeignDomainDetails = {
  id: sampleId(7),
  name: 'theirs',
  title: '',
  state: 'running',
  vcpus: 2,
  memoryMib: 512,
  diskBytes: 2 ** 30,
  isTransient: false,
  adoption: {
    limits: ['no_serial', 'disk_outside_pool'],
    disks: [{ target: 'vda', path: '/srv/theirs.img', sizeBytes: 2 ** 30, isInPool: false }],
  },
  ownerId: null,
  ownerName: null,
};

test('a foreign domain is looked at by its name, with what LouCloud could not do for it', async () => {
  await using server = await TableServer.start({
    hostList: () => page([host]),
    hostForeignDomains: () => ({ items: [{ id: theirs.id, name: 'theirs', state: 'running' }] }),
    foreignDomainGet: () => theirs,
  });
  const { status, stdout } = await loucloud(['host', 'foreign', host.name, 'theirs'], { server });
  assert.equal(status, 0);
  assert.match(stdout, /no serial line: no serial console; a disk lies outside the server’s pool/);
  assert.match(stdout, /vda: \/srv\/theirs\.img/);
});

test('a path on a server is looked at before it becomes an image', async () => {
  const image = { format: 'qcow2', sizeBytes: 2 ** 20, virtualSizeBytes: 2 ** 32 } as const;
  const items = [
    { path: '/srv/old/', isFolder: true, sizeBytes: 0 },
    { path: '/srv/debian.qcow2', isFolder: false, sizeBytes: 2 ** 20 },
  ];
  let isFile = false;
  await using server = await TableServer.start({
    hostList: () => page([host]),
    hostFiles: () => ({ items, isMore: false, refusal: null, image: isFile ? image : null }),
  });
  const folder = await loucloud(['host', 'files', host.name, '/srv/'], { server });
  assert.match(folder.stdout, /\/srv\/old\/[^]*debian\.qcow2 +1 MiB/);
  isFile = true;
  const file = await loucloud(['host', 'files', host.name, '/srv/debian.qcow2'], { server });
  assert.match(file.stdout, /qcow2[^]*4 GiB/);
});

test('adopting it names the owner, and says what it is called now', async () => {
  const operation = sampleOperation({ type: 'vm.adopt', objectId: theirs.id });
  await using server = await TableServer.start({
    hostList: () => page([host]),
    userList: () => page([sampleUser({ name: 'lihua' })]),
    hostForeignDomains: () => ({ items: [{ id: theirs.id, name: 'theirs', state: 'running' }] }),
    foreignDomainAdopt: () => ({ operationId: operation.id }),
    operationGet: () => operation,
    vmGet: () => sampleVm({ id: theirs.id, name: 'old' }),
  });
  const command = ['host', 'adopt', host.name, 'theirs', '--owner', 'lihua', '--name', 'old'];
  const { status, stdout } = await loucloud(command, { server });
  assert.deepEqual([status, stdout], [0, 'old is now a VM of lihua\n']);
  assert.deepEqual(server.requests('foreignDomainAdopt')[0]?.body, { ownerId: sampleUser().id, name: 'old' });
});

test('a VM shows where it differs from its record', async () => {
  const differences = [
    { field: 'memoryMib' as const, recorded: 1024, found: 2048 },
    { field: 'disk' as const, recorded: 'a.qcow2', found: '' },
  ];
  await using server = await TableServer.start({ vmList: () => page([sampleVm({ differences })]) });
  const { stdout } = await loucloud(['vm', 'show', 'web-1'], { server });
  assert.match(
    stdout,
    /memory at the next start: 1 GiB recorded, 2 GiB found; disk file: a\.qcow2 recorded, – found/,
  );
});

test('forgetting asks first; without anybody to ask it does nothing', async () => {
  await using server = await TableServer.start({ vmList: () => page([sampleVm({ state: 'missing' })]) });
  const { status } = await loucloud(['vm', 'forget', 'web-1'], { server });
  assert.equal(status, 2);
  assert.deepEqual(server.requests('vmForget'), []);
});

test('leftovers are listed with whose they were; a server that did not answer is named', async () => {
  const leftover: Leftover = {
    kind: 'disk',
    hostId: host.id,
    hostName: 'alpha',
    id: 'a.qcow2',
    name: '/pool/a.qcow2',
    sizeBytes: 2 ** 20,
    changedAt: null,
    isActive: false,
    recordedOn: null,
    vmId: null,
    vmName: 'lost',
    ownerId: null,
    ownerName: 'lihua',
    firstSeenAt: null,
  };
  await using server = await TableServer.start({
    leftoverList: () => ({
      items: [leftover],
      sweptAt: null,
      missing: [
        {
          hostId: host.id,
          hostName: 'alpha',
          vmId: sampleId(1),
          vmName: 'web-1',
          ownerId: sampleId(90),
          ownerName: 'Ann',
          part: 'disk' as const,
          firstSeenAt: '2026-11-22T10:00:00.000Z',
        },
      ],
      hosts: [
        { hostId: host.id, hostName: 'alpha', problem: null },
        { hostId: sampleId(41), hostName: 'beta', problem: 'host_unreachable' },
      ],
    }),
  });
  const { stdout, stderr } = await loucloud(['leftover', 'list'], { server });
  assert.match(stdout, /disk +alpha +\/pool\/a\.qcow2 +1 MiB .*lost +lihua +a\.qcow2/);
  assert.match(stderr, /The disk of web-1 \(Ann\) is missing on alpha/);
  assert.match(stderr, /beta was not read/);
});
