// box: --kvm
/** The checks of this machine, in a box of its own. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Link } from '@loucloud/libvirt';
import type { HostCheck } from '@loucloud/api';
import type { NetworkSource } from '../../platform/hypervisor.ts';
import { probeGuestBootSector } from '../image-builder/probe-guest.ts';
import { checkAccelerator } from './accelerator-check.ts';
import { checkHost } from './host-checks.ts';
import { callsWithin } from './host-link.ts';
import { activePool } from './pools.ts';
import { TEST_POOL, TEST_URI } from './test-host.ts';
import { virsh, virshWithXml } from './test-virsh.ts';

const run = promisify(execFile);

async function check(changes: { poolName?: string; networks?: readonly NetworkSource[] } = {}) {
  const target = { uri: TEST_URI, poolName: TEST_POOL, networks: [], ...changes };
  const result = await checkHost(target, () => {}, probeGuestBootSector());
  const found = (name: HostCheck['name']) => result.checks.find((c) => c.name === name);
  return { ...result, found };
}

test('this machine passes: pool and network are made, KVM is advertised and of no use, within seconds', async () => {
  await virsh('net-undefine', 'default');
  const beganAt = performance.now();
  const { checks, found, facts, accelerator } = await check();
  assert.deepEqual(
    checks.filter(({ outcome }) => outcome === 'failed'),
    [],
  );
  assert.equal(found('pool')?.code, 'pool_ok');
  assert.equal(found('network')?.code, 'network_started');
  assert.equal(found('accelerator')?.code, 'kvm_advertised_but_hangs');
  assert.match(String(found('accelerator')?.details['reason']), /^(the guest was stopped|no end within)/);
  assert.equal(found('accelerator')?.outcome, 'warning');
  assert.equal(accelerator, 'tcg');
  assert.equal(facts?.pool.path, `/var/lib/libvirt/${TEST_POOL}`);
  assert.ok(performance.now() - beganAt < 15_000);
  assert.match((await virsh('net-info', 'default')).stdout, /Autostart:\s+yes/);
  assert.match((await virsh('pool-info', TEST_POOL)).stdout, /Autostart:\s+yes/);
});

test('a second look finds it all there, and nothing of the first is left', async () => {
  const { found } = await check();
  assert.equal(found('network')?.code, 'network_ok');
  assert.equal((await virsh('list', '--all', '--name')).stdout.trim(), '');
  assert.equal((await virsh('vol-list', TEST_POOL)).stdout.trim(), '');
});

test('a pool that does not keep files is unusable; the checks that need none go on', async () => {
  await virsh('pool-define-as', 'volumes', 'logical', '--source-name', 'none');
  const { found, facts } = await check({ poolName: 'volumes' });
  assert.equal(found('pool')?.code, 'pool_unusable');
  assert.equal(found('space')?.code, 'not_run');
  assert.equal(found('network')?.code, 'network_ok');
  assert.equal(found('accelerator')?.code, 'not_run');
  assert.equal(facts, null);
});

test('a pool that cannot be made leaves nothing behind', async () => {
  await run('touch', ['/var/lib/libvirt/taken']);
  const { found } = await check({ poolName: 'taken' });
  assert.equal(found('pool')?.code, 'pool_unusable');
  assert.doesNotMatch((await virsh('pool-list', '--all', '--name')).stdout, /taken/);
});

test('a network that was started and never defined will do', async () => {
  await virshWithXml('<network><name>passing</name></network>', 'net-create');
  const passing = { kind: 'libvirt', source: 'passing' } as const;
  assert.equal((await check({ networks: [passing] })).found('network')?.code, 'network_ok');
  await virsh('net-destroy', 'passing');
});

test('networks that were asked for are found, started, or missed', async () => {
  await virshWithXml('<network><name>lab</name></network>', 'net-define');
  const lab = { kind: 'libvirt', source: 'lab' } as const;
  assert.equal((await check({ networks: [lab] })).found('network')?.code, 'network_started');
  assert.equal((await check({ networks: [lab] })).found('network')?.code, 'network_ok');
  const nowhere = await check({ networks: [lab, { kind: 'libvirt', source: 'nowhere' }] });
  assert.deepEqual(nowhere.found('network'), {
    name: 'network',
    outcome: 'failed',
    code: 'network_missing',
    details: { network: 'nowhere' },
  });
  const clash = `<network><name>clash</name><bridge name='virbr7'/>
    <ip address='192.168.122.1' netmask='255.255.255.0'/></network>`;
  await virshWithXml(clash, 'net-define');
  const clashing = await check({ networks: [{ kind: 'libvirt', source: 'clash' }] });
  assert.equal(clashing.found('network')?.code, 'network_cannot_start');
});

test('a bridge of the host is found by its name', async () => {
  const bridge = { kind: 'bridge', source: 'br-test' } as const;
  assert.equal((await check({ networks: [bridge] })).found('network')?.code, 'network_missing');
  await run('ip', ['link', 'add', 'br-test', 'type', 'bridge']);
  await run('ip', ['link', 'set', 'br-test', 'up']);
  const { found, facts } = await check({ networks: [bridge] });
  assert.equal(found('network')?.code, 'network_ok');
  assert.deepEqual(facts?.networks, [
    bridge,
    { kind: 'libvirt', source: 'default' },
    { kind: 'libvirt', source: 'lab' },
  ]);
});

test('a guest that never ends is given up on, and leaves nothing behind', async () => {
  const link = new Link({ uri: TEST_URI });
  link.start();
  const pool = await activePool(callsWithin(link, 10_000), TEST_POOL);
  // cli; hlt
  const hanging = Buffer.alloc(512);
  hanging.set([0xfa, 0xf4]);
  hanging.writeUInt16LE(0xaa55, 510);
  const verdict = await checkAccelerator(link, pool, {
    probeGuest: hanging,
    patience: { kvm: 500, qemu: 3000 },
  });
  assert.deepEqual(verdict, {
    accelerator: null,
    code: 'no_accelerator',
    reason: 'no end within 3000 ms',
  });
  await link.close();
  assert.equal((await virsh('list', '--all', '--name')).stdout.trim(), '');
  assert.equal((await virsh('vol-list', TEST_POOL)).stdout.trim(), '');
});
