import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { after, before, test } from 'node:test';
import { Connection, ErrorNumber, isRefusal } from './index.ts';
import { PrivateLibvirtd } from './testing/private-libvirtd.ts';

let libvirtd: PrivateLibvirtd;
let connection: Connection;

before(async () => {
  libvirtd = await PrivateLibvirtd.start();
  connection = await Connection.open({ uri: libvirtd.uri() });
});

after(async () => {
  await connection.close();
  await libvirtd.stop();
});

test('the node tells its memory and its processors', async () => {
  const node = await connection.call('nodeGetInfo', {});
  assert.match(node.model, /^[\w-]+$/);
  assert.ok(node.cpus >= 1);
  const { paramCount } = await connection.call('nodeGetMemoryStats', { paramCount: 0, cell: -1, flags: 0 });
  const memory = await connection.call('nodeGetMemoryStats', { paramCount, cell: -1, flags: 0 });
  assert.equal(memory.params.find(({ field }) => field === 'total')?.value, Math.floor(totalmem() / 1024));
  const count = await connection.call('nodeGetCpuStats', { cpu: -1, paramCount: 0, flags: 0 });
  const cpu = await connection.call('nodeGetCpuStats', { cpu: -1, paramCount: count.paramCount, flags: 0 });
  assert.ok(cpu.params.some(({ field, value }) => field === 'idle' && value > 0));
  assert.ok((await connection.call('nodeGetFreeMemory', {})).freeMemory > 0);
  const map = await connection.call('nodeGetCpuMap', { needMap: 1, needOnline: 1, flags: 0 });
  assert.ok(map.online >= 1 && map.cpuMap.length > 0);
});

test('the hypervisor tells its version and what it can do', async () => {
  assert.ok((await connection.call('connectGetVersion', {})).version >= 7_000_000);
  assert.match((await connection.call('connectGetCapabilities', {})).capabilities, /<capabilities>/);
  const { capabilities } = await connection.call('connectGetDomainCapabilities', {
    emulator: null,
    arch: 'x86_64',
    machine: 'pc',
    virtType: 'qemu',
    flags: 0,
  });
  assert.match(capabilities, /<domainCapabilities>/);
  const { models, count } = await connection.call('connectGetCpuModelNames', {
    arch: 'x86_64',
    needResults: 1,
    flags: 0,
  });
  assert.equal(models.length, count);
  assert.ok((await connection.call('connectGetMaxVcpus', { type: 'qemu' })).maxVcpus > 0);
});

test('a secret is kept and given back', async () => {
  const uuid = 'a2b4c6d8-0e1f-4a3b-8c5d-7e9f1a2b3c4d';
  const xml = `<secret><uuid>${uuid}</uuid><usage type='volume'><volume>/some/disk</volume></usage></secret>`;
  const { secret } = await connection.call('secretDefineXml', { xml, flags: 0 });
  assert.deepEqual(secret, { uuid, usageType: 1, usageId: '/some/disk' });
  await connection.call('secretSetValue', { secret, value: Buffer.from('öffne dich'), flags: 0 });
  const { value } = await connection.call('secretGetValue', { secret, flags: 0 });
  assert.equal(Buffer.from(value).toString(), 'öffne dich');
  assert.deepEqual(await connection.call('secretLookupByUsage', { usageType: 1, usageId: '/some/disk' }), {
    secret,
  });
  await connection.call('secretUndefine', { secret });
  await assert.rejects(connection.call('secretLookupByUuid', { uuid }), (e) =>
    isRefusal(e, ErrorNumber.noSecret),
  );
});

test('the lists of every kind of object can be read', async () => {
  const list = { needResults: 1, flags: 0 };
  for (const name of [
    'connectListAllDomains',
    'connectListAllStoragePools',
    'connectListAllNetworks',
    'connectListAllNwfilters',
    'connectListAllNwfilterBindings',
    'connectListAllInterfaces',
    'connectListAllNodeDevices',
    'connectListAllSecrets',
  ] as const) {
    await connection.call(name, list).catch((error: unknown) => {
      // Not every libvirt is built with every driver.
      if (!isRefusal(error, ErrorNumber.noSupport)) throw error;
    });
  }
});
