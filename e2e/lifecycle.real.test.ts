// box: --kvm
/** A VM's whole life on a real libvirtd, with a real guest, through the API alone; and nothing left at its end. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Vm } from '@loucloud/api';
import { ApiError } from '@loucloud/api';
import { readScreen } from './rfb.ts';
import { type Login, World, createVm, finished, openConsole, waitFor } from './world.ts';

const POOL = '/var/lib/libvirt/loucloud';
const virsh = (...argv: string[]): string => execFileSync('virsh', ['-q', ...argv], { encoding: 'utf8' });

describe('a VM from its creation to its end', () => {
  let world: World;
  let admin: Login;
  let vm: Vm;

  before(async () => {
    world = await World.open();
    admin = await world.login();
  });
  after(() => world[Symbol.asyncDispose]());

  const refresh = async () => (vm = await admin.call('vmGet', { params: { vmId: vm.id } }));
  const act = async (
    verb:
      | 'vmStart'
      | 'vmShutdown'
      | 'vmPowerOff'
      | 'vmReset'
      | 'vmReboot'
      | 'vmSuspend'
      | 'vmResume'
      | 'vmSave'
      | 'vmRestore',
  ) => {
    const { operationId } = await admin.call(verb, { params: { vmId: vm.id } });
    await finished(admin.call, operationId);
    return refresh();
  };

  test('the host joined as TCG, with the reason: KVM is advertised and does not run', async () => {
    const [host] = (await admin.call('hostList', { query: {} })).items;
    assert.equal(host?.health, 'healthy');
    const accelerator = host.checks.find((check) => check.name === 'accelerator');
    assert.ok(
      host.accelerator === 'kvm' ? accelerator?.code === 'kvm_works' : accelerator?.outcome === 'warning',
    );
  });

  test('it is created from the starter template and runs', async () => {
    vm = await createVm(admin.call, '云 web-1 <&>');
    assert.equal(vm.state, 'running');
    assert.match(virsh('list', '--title'), /web-1-[0-9a-f]{8}\s+running\s+云 web-1 <&>/);
  });

  test('the guest says on its serial line that it is ready, and its name', async () => {
    const socket = await openConsole(admin, 'serial', vm.id);
    let text = '';
    socket.addEventListener('message', ({ data }) => (text += Buffer.from(data as ArrayBuffer).toString()));
    // A guest that is up already prints its prompt again for a return.
    const nudge = setInterval(() => socket.send(new TextEncoder().encode('\r')), 1000);
    await waitFor('the guest speaks', async () => /LOUCLOUD-STARTER READY|login:/.test(text), 120_000);
    clearInterval(nudge);
    socket.close();
  });

  test('it gets an address by DHCP, which the API shows', async () => {
    await waitFor('there is an address', async () => (await refresh()).ipAddresses.length > 0, 120_000);
    assert.match(vm.ipAddresses[0] ?? '', /^192\.168\.122\.\d+$/);
  });

  test('its screen has pixels, and typing changes them', async () => {
    const socket = await openConsole(admin, 'desktop', vm.id);
    const screen = await readScreen(socket);
    const first = await screen.frame();
    assert.ok(new Set(first.pixels).size > 1, 'the screen is of one colour');
    await screen.type('guest\n');
    await waitFor('the screen changes', async () => {
      const next = await screen.frame();
      return Buffer.compare(Buffer.from(next.pixels.buffer), Buffer.from(first.pixels.buffer)) !== 0;
    });
    socket.close();
  });

  test('suspend and resume', async () => {
    assert.equal((await act('vmSuspend')).state, 'paused');
    assert.equal((await act('vmResume')).state, 'running');
  });

  test('save and restore: it goes on where it was', async () => {
    assert.equal((await act('vmSave')).state, 'saved');
    assert.equal(vm.actions.start, 'vm_is_saved');
    assert.equal((await act('vmRestore')).state, 'running');
  });

  test('a shutdown by ACPI ends it', async () => {
    assert.equal((await act('vmShutdown')).state, 'stopped');
    assert.equal(vm.stateCause, 'shut_down');
  });

  test('stopped, it can be renamed and resized', async () => {
    const body = { name: 'web-1b', vcpus: 2, memoryMib: 300 };
    const { operationId } = await admin.call('vmUpdate', { params: { vmId: vm.id }, body });
    await finished(admin.call, operationId);
    await refresh();
    assert.deepEqual([vm.name, vm.vcpus, vm.memoryMib], ['web-1b', 2, 300]);
    const { xml } = await admin.call('vmXml', { params: { vmId: vm.id } });
    assert.match(xml, /<vcpu[^>]*>2<\/vcpu>/);
    assert.match(xml, /<title>web-1b<\/title>/);
  });

  test('start, reset and power off', async () => {
    assert.equal((await act('vmStart')).state, 'running');
    assert.equal((await act('vmReset')).state, 'running');
    assert.equal((await act('vmPowerOff')).state, 'stopped');
    assert.equal(vm.stateCause, 'powered_off');
  });

  test('what virsh does behind our back is known within two seconds, with its cause (P-14)', async () => {
    virsh('start', vm.domainName ?? '');
    await waitFor('it runs', async () => (await refresh()).state === 'running', 2000);
    assert.equal(vm.stateCause, 'started_outside');
    virsh('destroy', vm.domainName ?? '');
    await waitFor('it is off', async () => (await refresh()).state === 'stopped', 2000);
    assert.equal(vm.stateCause, 'stopped_outside');
  });

  test('delete leaves no domain, no file, no reservation, though its disk is missing and it has a saved state (P-12)', async () => {
    await act('vmStart');
    await act('vmSave');
    execFileSync('rm', [`${POOL}/${vm.id}.qcow2`]);
    const { operationId } = await admin.call('vmPurge', { params: { vmId: vm.id } });
    const again = await admin.call('vmPurge', { params: { vmId: vm.id } }).catch((error: unknown) => error);
    assert.ok(
      again instanceof ApiError
        ? again.status === 404
        : (again as { operationId: string }).operationId === operationId,
    );
    await finished(admin.call, operationId);
    assert.equal(virsh('list', '--all', '--name').trim(), '');
    assert.deepEqual(existsSync(POOL) ? readdirSync(POOL) : [], []);
    const { user } = await admin.call('meGet');
    assert.deepEqual(user.usage, { vms: 0, runningVms: 0, vcpus: 0, memoryMib: 0, diskBytes: 0 });
    const [host] = (await admin.call('hostList', { query: {} })).items;
    assert.deepEqual(host?.reserved, { vcpus: 0, memoryMib: 0, diskBytes: 0 });
  });
});
