/** What a host tells by itself: real libvirtd, real guests, and somebody else's virsh. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PrivateLibvirtd, waitUntil } from '@loucloud/libvirt/testing';
import { UserError } from '../../platform/errors.ts';
import { type TestHost, TEST_POOL, joinThisHost } from './test-host.ts';
import { virshAt } from './test-virsh.ts';

let libvirtd: PrivateLibvirtd;
let host: TestHost;
let virsh: ReturnType<typeof virshAt>;
before(async () => {
  libvirtd = await PrivateLibvirtd.start();
  host = await joinThisHost({ uri: libvirtd.uri(), rereadMs: 5000 });
  virsh = virshAt(libvirtd.uri());
});
after(async () => {
  await host.close();
  await libvirtd.stop();
});

const lastSnapshotOf = (vmId: string) => host.told.snapshots.at(-1)?.domains.find((d) => d.vmId === vmId);

test('the first snapshot has the host’s facts', () => {
  const facts = host.told.snapshots[0]?.facts;
  assert.ok(facts);
  assert.equal(facts.arch, 'x86_64');
  assert.match(facts.libvirtVersion, /^\d+\.\d+\.\d+$/);
  assert.match(facts.qemuVersion, /^\d+\.\d+\.\d+$/);
  assert.ok(facts.memoryMib > 1024 && facts.vcpus > 0);
  assert.equal(facts.pool.name, TEST_POOL);
  assert.ok(facts.pool.availableBytes > 0 && facts.pool.availableBytes < facts.pool.capacityBytes);
  assert.deepEqual(facts.networks, [{ kind: 'libvirt', source: 'default' }]);
});

test('what virsh does is told in order, with libvirt’s reason, within two seconds', async () => {
  const { vmId } = await host.makeVm();
  const steps = [
    [['start'], 'running/started'],
    [['suspend'], 'paused/suspended'],
    [['resume'], 'running/resumed'],
    [['managedsave'], 'saved/saved'],
    [['start'], 'running/restored'],
    [['reset'], null],
    [['destroy'], 'stopped/powered_off'],
    [['undefine', '--nvram', '--managed-save'], 'gone'],
  ] as const;
  for (const [[command, ...options], news] of steps) {
    const before = host.toldOf(vmId).length;
    await virsh(command, vmId, ...options);
    if (news === null) continue;
    await waitUntil(() => host.toldOf(vmId).slice(before).includes(news), {
      what: `${command} is told as ${news}, not ${host.toldOf(vmId).join()}`,
      timeoutMs: 2000,
    });
  }
  assert.equal(host.toldOf(vmId).at(-1), 'gone');
});

test('a QEMU that is killed is a crash; one that is asked to end by the host is a power cut', async () => {
  for (const [signal, news] of [
    ['SIGKILL', 'crashed/crashed'],
    ['SIGTERM', 'stopped/powered_off'],
  ] as const) {
    const { vmId, domainName } = await host.makeVm();
    await host.driver.start(vmId);
    await libvirtd.signalGuest(domainName, signal);
    await host.waitForTold(vmId, news);
  }
});

test('after a loss everything is read anew, and what happened meanwhile is in it', async () => {
  const { vmId } = await host.makeVm();
  await host.driver.start(vmId);
  const stopping = await host.makeVm();
  await host.driver.start(stopping.vmId);
  const snapshots = host.told.snapshots.length;
  await libvirtd.killAndHold();
  await waitUntil(() => host.told.lost.length > 0, { what: 'the loss is told' });
  await libvirtd.signalGuest(stopping.domainName, 'SIGKILL');
  // Asked while nobody is there, answered once somebody is.
  const status = host.driver.status(vmId);
  await libvirtd.release();
  assert.equal((await status)?.state, 'running');
  await waitUntil(() => host.told.snapshots.length > snapshots, {
    what: 'a new snapshot',
    timeoutMs: 30_000,
  });
  assert.equal(lastSnapshotOf(vmId)?.state, 'running');
  assert.notEqual(lastSnapshotOf(stopping.vmId)?.state, 'running');
  const { lost } = host.told;
  assert.equal(lost[0], 'connection_lost');
  assert.equal(new Set(lost).size, lost.length, `told once for each reason: ${lost.join()}`);
  await host.driver.powerOff(vmId);
  await host.waitForTold(vmId, 'stopped/powered_off');
});

test('a host that stays away fails a call at its deadline, one that has not joined at once', async () => {
  await libvirtd.killAndHold();
  const waiting = host.driver.waitUntilOff('1b9a4e5c-0000-4000-8000-000000000000', {
    timeoutMs: 500,
    signal: new AbortController().signal,
  });
  assert.equal(await waiting, false, 'unreachable is not off');
  const refused = (error: unknown) => error instanceof UserError && error.code === 'host_unreachable';
  await assert.rejects(host.hypervisor.host('nobody').status('x'), refused);
  await libvirtd.release();
  const snapshots = host.told.snapshots.length;
  await waitUntil(() => host.told.snapshots.length > snapshots, {
    what: 'a new snapshot',
    timeoutMs: 30_000,
  });
});

test('what is asked of a host whose first connection is being made waits for that', async () => {
  const { hypervisor } = host;
  hypervisor.join({ hostId: 'new', uri: libvirtd.uri(), poolName: TEST_POOL });
  hypervisor.watch('new');
  try {
    assert.ok(Array.isArray(await hypervisor.host('new').foreignDomains()));
  } finally {
    await hypervisor.leave('new');
  }
});

test('a slow call keeps no quick one waiting', async () => {
  const vms = await Promise.all(Array.from({ length: 3 }, () => host.makeVm()));
  const starting = Promise.all(vms.map(({ vmId }) => host.driver.start(vmId)));
  let slowestMs = 0;
  const progress = { isDone: false };
  void starting.then(() => (progress.isDone = true));
  const [first] = vms;
  assert.ok(first);
  const idle = await host.makeVm();
  while (!progress.isDone) {
    const beganAt = performance.now();
    await host.driver.status(idle.vmId);
    slowestMs = Math.max(slowestMs, performance.now() - beganAt);
  }
  await starting;
  assert.ok(slowestMs < 1000, `${slowestMs} ms`);
  await Promise.all(vms.map(({ vmId }) => host.driver.powerOff(vmId)));
});

test('a guest that hangs holds up nobody else: not its neighbours, not the news of them', async () => {
  const hanging = await host.makeVm();
  const healthy = await host.makeVm();
  await host.driver.start(hanging.vmId);
  await host.driver.start(healthy.vmId);
  await libvirtd.signalGuest(hanging.domainName, 'SIGSTOP');
  const hung = Array.from({ length: 6 }, () => host.driver.reset(hanging.vmId).catch(() => 'gave up'));
  const snapshots = host.told.snapshots.length;
  await host.driver.suspend(healthy.vmId);
  await waitUntil(() => host.toldOf(healthy.vmId).includes('paused/suspended'), {
    what: 'the neighbour’s news',
    timeoutMs: 2000,
  });
  assert.equal((await host.driver.status(hanging.vmId))?.state, 'running');
  await waitUntil(() => host.told.snapshots.length > snapshots, {
    what: 'a snapshot of the host all the same',
    timeoutMs: 20_000,
  });
  await host.driver.powerOff(hanging.vmId);
  assert.equal((await host.driver.status(hanging.vmId))?.state, 'stopped');
  await Promise.all(hung);
  await host.driver.powerOff(healthy.vmId);
});

test('a domain that loses our metadata is gone for us, and comes back with them', async () => {
  const { vmId } = await host.makeVm();
  const uri = 'https://loucloud.net/xmlns/domain/1';
  await host.waitForTold(vmId, 'stopped/found_so');
  const { stdout: metadata } = await virsh('metadata', vmId, uri);
  await virsh('metadata', vmId, uri, '--remove');
  await host.waitForTold(vmId, 'missing/label_removed_outside');
  await assert.rejects(
    host.driver.start(vmId),
    (e) => e instanceof UserError && e.code === 'libvirt_refused',
  );
  await virsh('metadata', vmId, uri, '--key', 'loucloud', '--set', metadata.trim());
  await waitUntil(() => host.toldOf(vmId).at(-1)?.startsWith('stopped') === true, {
    what: 'it is ours again',
  });
  await host.driver.undefine(vmId);
});

test('a host whose pool has gone still tells of its VMs', async () => {
  const { vmId } = await host.makeVm();
  await virsh('pool-destroy', TEST_POOL);
  await virsh('pool-undefine', TEST_POOL);
  const facts = await host.driver.readFacts(TEST_POOL);
  assert.deepEqual(facts.pool, { name: TEST_POOL, path: '', capacityBytes: 0, availableBytes: 0 });
  await host.driver.undefine(vmId);
  await host.driver.deleteDisk(vmId, TEST_POOL);
  await host.waitForTold(vmId, 'gone');
});

test('nothing went wrong behind the tests’ backs', () => {
  assert.deepEqual(host.told.errors, []);
});
