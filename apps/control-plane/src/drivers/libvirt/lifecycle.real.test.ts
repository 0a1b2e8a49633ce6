/** A real libvirtd and a real, emulated guest, through every call of a VM's life. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { access, stat } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { waitUntil } from '@loucloud/libvirt/testing';
import { UserError } from '../../platform/errors.ts';
import { readDomainSpec } from './domain-reader.ts';
import { domainXml } from './domain-xml.ts';
import { type TestHost, TEST_POOL, joinThisHost } from './test-host.ts';
import { TEST_GUEST_GREETING } from './test-guest.ts';
import { validateDomainXml, virsh, virshWithXml } from './test-virsh.ts';

let host: TestHost;
before(async () => {
  host = await joinThisHost();
});
after(() => host.close());

const inTenSeconds = () => ({ timeoutMs: 10_000, signal: new AbortController().signal });
const hasCode = (code: string) => (error: unknown) => error instanceof UserError && error.code === code;

/** The test VMs' owner, as some-spec.ts has them, may change as the name may. */
const label = { ownerId: randomUUID(), ownerName: 'wang' };

async function startedVm(changes: Parameters<TestHost['makeVm']>[0] = {}) {
  const vm = await host.makeVm(changes);
  await host.driver.start(vm.vmId);
  const serial = await host.driver.openSerialConsole(vm.vmId);
  let heard = '';
  serial.on('error', () => {}); // it may end with the guest, or with its host
  serial.setEncoding('utf8').on('data', (text: string) => (heard += text));
  const waitToHear = (text: string) =>
    waitUntil(() => heard.includes(text), { what: `the guest says ${text}`, timeoutMs: 20_000 });
  return { vm, serial, waitToHear };
}

test('a VM is made, started, shut down by the power button, and deleted with everything of it', async () => {
  const { vm, waitToHear } = await startedVm();
  await waitToHear(TEST_GUEST_GREETING);
  assert.deepEqual(await host.driver.status(vm.vmId), {
    vmId: vm.vmId,
    state: 'running',
    cause: 'started',
  });
  const waiting = host.driver.waitUntilOff(vm.vmId, inTenSeconds());
  await host.driver.requestShutdown(vm.vmId);
  assert.equal(await waiting, true);
  await host.waitForTold(vm.vmId, 'stopped/shut_down_by_guest');
  await host.driver.requestShutdown(vm.vmId); // as after a restart in the middle

  await host.driver.undefine(vm.vmId);
  await host.driver.deleteDisk(vm.vmId, TEST_POOL);
  await host.waitForTold(vm.vmId, 'gone');
  assert.equal(await host.driver.status(vm.vmId), null);
  await assert.rejects(access(vm.diskPath));
});

test('every step of a life may be repeated', async () => {
  const vm = await host.makeVm();
  const { driver } = host;
  const disk = {
    vmId: vm.vmId,
    poolName: TEST_POOL,
    sizeBytes: 8 * 2 ** 20,
    backing: { path: await backingOf(vm.diskPath), format: 'raw' as const },
  };
  const before = await stat(vm.diskPath);
  assert.equal(await driver.createDisk(disk), vm.diskPath);
  assert.equal((await stat(vm.diskPath)).ino, before.ino, 'the disk was made anew');
  await driver.define(vm);
  await driver.start(vm.vmId);
  await driver.start(vm.vmId);
  await driver.suspend(vm.vmId);
  await driver.suspend(vm.vmId);
  assert.equal((await driver.status(vm.vmId))?.state, 'paused');
  await driver.resume(vm.vmId);
  await driver.resume(vm.vmId);
  assert.equal((await driver.status(vm.vmId))?.state, 'running');
  for (const isShared of [true, true, false, true]) await driver.shareClipboard(vm.vmId, isShared);
  assert.equal(await driver.clipboard(vm.vmId), 'no_agent');
  await driver.save(vm.vmId);
  await driver.save(vm.vmId);
  assert.equal(await driver.clipboard(vm.vmId), 'none');
  assert.deepEqual(await driver.status(vm.vmId), { vmId: vm.vmId, state: 'saved', cause: 'saved' });
  await driver.start(vm.vmId);
  assert.deepEqual(await driver.status(vm.vmId), { vmId: vm.vmId, state: 'running', cause: 'restored' });
  await driver.powerOff(vm.vmId);
  await driver.powerOff(vm.vmId);
  assert.equal(await driver.waitUntilOff(vm.vmId, inTenSeconds()), true);
  for (let i = 0; i < 2; i++) {
    await driver.undefine(vm.vmId);
    await driver.deleteDisk(vm.vmId, TEST_POOL);
    await driver.powerOff(vm.vmId);
  }
  assert.equal(await driver.waitUntilOff(vm.vmId, inTenSeconds()), true, 'a domain that is gone is off');
});

async function backingOf(diskPath: string): Promise<string> {
  const { stdout } = await virsh('vol-dumpxml', diskPath);
  return /<backingStore>\s*<path>(.*)<\/path>/u.exec(stdout)?.[1] ?? '';
}

test('what libvirt keeps of a domain is the model it was made from', async () => {
  const vm = await host.makeVm({
    name: `桌面 "1", <b>&amp;'`,
    description: '  line one\n\tline two 🖥️  ',
    ownerName: 'o"wner',
    templateName: '<t>',
    vcpus: 3,
    memoryMib: 96,
  });
  assert.deepEqual(readDomainSpec(await host.driver.xml(vm.vmId)), vm);
  await host.driver.undefine(vm.vmId);
});

test('our XML is valid by libvirt’s own schema, and libvirt takes it', async () => {
  const vm = await host.makeVm();
  for (const changes of [
    {},
    { firmware: 'uefi' as const },
    { cdromPath: '/var/lib/libvirt/images/cd.iso' },
    { network: { kind: 'bridge' as const, source: 'br0' } },
  ]) {
    const spec = { ...vm, ...changes };
    await validateDomainXml(domainXml(spec));
    await host.driver.define(spec);
    const { stdout } = await virsh('dumpxml', '--inactive', vm.vmId);
    await virshWithXml(stdout, 'define', '--validate');
    await virsh('undefine', '--nvram', vm.vmId);
  }
  // Where there is no KVM libvirt takes it from nobody.
  await validateDomainXml(domainXml({ ...vm, accelerator: 'kvm' }));
  await assert.rejects(validateDomainXml(domainXml(vm).replace('<devices>', '<devices><cat/>')), /devices/);
});

test('a guest that switches itself off, and one that panics, are told apart from a power cut', async () => {
  const first = await startedVm();
  await first.waitToHear(TEST_GUEST_GREETING);
  first.serial.write('q');
  await host.waitForTold(first.vm.vmId, 'stopped/shut_down_by_guest');

  const second = await startedVm();
  await second.waitToHear(TEST_GUEST_GREETING);
  second.serial.write('p');
  await host.waitForTold(second.vm.vmId, 'crashed/crashed');
  assert.equal((await host.driver.status(second.vm.vmId))?.state, 'crashed');
  await host.driver.start(second.vm.vmId);

  await host.driver.powerOff(second.vm.vmId);
  await host.waitForTold(second.vm.vmId, 'stopped/powered_off');
});

test('reset starts the guest again', async () => {
  const { vm, serial, waitToHear } = await startedVm();
  await waitToHear(TEST_GUEST_GREETING);
  serial.write('x');
  await waitToHear(`${TEST_GUEST_GREETING}x`);
  await host.driver.reset(vm.vmId);
  await waitToHear(`${TEST_GUEST_GREETING}x${TEST_GUEST_GREETING}`);
  await host.driver.powerOff(vm.vmId);
});

test('waiting for the end gives up at the deadline, and at once when told to', async () => {
  const { vm } = await startedVm();
  const never = new AbortController();
  const soon = { timeoutMs: 100, signal: never.signal };
  assert.equal(await host.driver.waitUntilOff(vm.vmId, soon), false);
  const waiting = host.driver.waitUntilOff(vm.vmId, { ...inTenSeconds(), signal: never.signal });
  never.abort();
  assert.equal(await waiting, false);
  await host.driver.powerOff(vm.vmId);
});

test('a new name and a new owner reach the running domain and the next start', async () => {
  const { vm } = await startedVm();
  await host.driver.relabel(vm.vmId, { ...label, name: '新 name', description: 'new\ndescription' });
  for (const which of [[], ['--inactive']]) {
    const { stdout } = await virsh('dumpxml', ...which, vm.vmId);
    const spec = readDomainSpec(stdout);
    assert.deepEqual(spec, { ...vm, ...label, name: '新 name', description: 'new\ndescription' });
  }
  const { stdout: next } = await virsh('dumpxml', '--inactive', vm.vmId);
  assert.match(next, /<entry name='opt\/net.loucloud\/name'>新 name</u);
  await host.driver.relabel(vm.vmId, { ...label, name: '新 name', description: '' });
  await host.driver.powerOff(vm.vmId);
  await host.driver.relabel(vm.vmId, { ...label, name: 'off', description: 'and away' });
  assert.equal(readDomainSpec(await host.driver.xml(vm.vmId))?.name, 'off');
});

test('a dump of the guest’s memory lies beside its disk, and goes with it', async () => {
  const { vm } = await startedVm();
  const path = await host.driver.dumpCore(vm.vmId, TEST_POOL);
  assert.ok((await stat(path)).size > 64 * 2 ** 20);
  assert.equal((await host.driver.status(vm.vmId))?.state, 'running');
  await host.driver.powerOff(vm.vmId);
  await host.driver.undefine(vm.vmId);
  await host.driver.deleteDisk(vm.vmId, TEST_POOL);
  await assert.rejects(access(path));
});

test('deleting works with a saved state, snapshots, UEFI variables, and without a disk', async () => {
  const vm = await host.makeVm({ firmware: 'uefi', memoryMib: 128 });
  await host.driver.start(vm.vmId);
  const nvram = /<nvram[^>]*>(.*)<\/nvram>/u.exec(await host.driver.xml(vm.vmId))?.[1] ?? '';
  await access(nvram);
  await host.driver.save(vm.vmId);
  await host.driver.deleteDisk(vm.vmId, TEST_POOL);
  await host.driver.powerOff(vm.vmId);
  await host.driver.undefine(vm.vmId);
  await assert.rejects(access(nvram));

  const other = await host.makeVm();
  await virsh('snapshot-create', other.vmId);
  await host.driver.undefine(other.vmId);
  await host.driver.deleteDisk(other.vmId, TEST_POOL);
});

test('what is left of a disk that was never finished is replaced', async () => {
  const vm = await host.makeVm();
  await host.driver.undefine(vm.vmId);
  const spec = { vmId: vm.vmId, poolName: TEST_POOL, sizeBytes: 16 * 2 ** 20, backing: null };
  assert.equal(await host.driver.createDisk(spec), vm.diskPath);
  const { stdout } = await virsh('vol-info', '--bytes', vm.diskPath);
  assert.match(stdout, /Capacity:\s+16777216 bytes/);
  await host.driver.deleteDisk(vm.vmId, TEST_POOL);
});

test('a domain without our metadata is listed as foreign and never touched', async () => {
  const uuid = randomUUID();
  const xml = `<domain type='qemu'><name>their-own</name><uuid>${uuid}</uuid><memory unit='MiB'>32</memory>
    <os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`;
  await virshWithXml(xml, 'define');
  await virsh('start', uuid);
  const { driver } = host;
  assert.equal((await driver.status(uuid))?.state, 'missing');
  assert.deepEqual(
    (await driver.foreignDomains()).filter(({ id }) => id === uuid),
    [{ id: uuid, name: 'their-own', state: 'running' }],
  );
  for (const call of [
    () => driver.powerOff(uuid),
    () => driver.undefine(uuid),
    () => driver.start(uuid),
    () => driver.reset(uuid),
    () => driver.suspend(uuid),
    () => driver.save(uuid),
    () => driver.requestShutdown(uuid),
    () => driver.relabel(uuid, { ...label, name: 'ours', description: '' }),
    () => driver.xml(uuid),
    () => driver.openDesktop(uuid),
    () => driver.openSerialConsole(uuid),
    async () => driver.define({ ...(await host.makeVm()), vmId: uuid, domainName: 'their-own' }),
  ]) {
    await assert.rejects(call, hasCode('libvirt_refused'));
  }
  assert.match((await virsh('domstate', uuid)).stdout, /running/);
  await virsh('destroy', uuid);
  await virsh('undefine', uuid);
  assert.deepEqual(host.toldOf(uuid), [], 'nothing is told of it');
});

test('a copy of one of our domains is not taken for it', async () => {
  const vm = await host.makeVm();
  const { stdout } = await virsh('dumpxml', vm.vmId);
  const copy = randomUUID();
  const xml = stdout
    .replace(`<uuid>${vm.vmId}</uuid>`, `<uuid>${copy}</uuid>`)
    .replace(`<name>${vm.domainName}</name>`, '<name>copy</name>');
  await virshWithXml(xml, 'define');
  assert.equal((await host.driver.status(copy))?.state, 'missing');
  assert.ok((await host.driver.foreignDomains()).some(({ id }) => id === copy));
  await virsh('undefine', copy);
  assert.equal((await host.driver.status(vm.vmId))?.state, 'stopped');
});

test('what cannot be done says why', async () => {
  const { driver } = host;
  const nobody = randomUUID();
  await assert.rejects(driver.start(nobody), hasCode('vm_vanished'));
  await assert.rejects(driver.xml(nobody), hasCode('vm_vanished'));
  const vm = await host.makeVm();
  await assert.rejects(driver.suspend(vm.vmId), hasCode('wrong_state'));
  await assert.rejects(driver.openDesktop(vm.vmId), hasCode('wrong_state'));
  await assert.rejects(driver.openSerialConsole(vm.vmId), hasCode('wrong_state'));
  const offline = await host.makeVm({ network: { kind: 'libvirt', source: 'nowhere' } });
  await assert.rejects(driver.start(offline.vmId), hasCode('network_not_on_host'));
  await assert.rejects(
    driver.createDisk({ vmId: nobody, poolName: 'nowhere', sizeBytes: 1_048_576, backing: null }),
    (error) =>
      error instanceof UserError && error.code === 'libvirt_refused' && /nowhere/.test(error.hint ?? ''),
  );
  await assert.rejects(
    driver.relabel(vm.vmId, { ...label, name: 'a\u0000b', description: '' }),
    hasCode('invalid_request'),
  );
});

test('nothing went wrong behind the tests’ backs', () => {
  assert.deepEqual(host.told.errors, []);
});
