// box: --no-libvirtd
/** Servers that stand still, lose their power or their libvirtd: the rest goes on, and afterwards everything is true again. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Client, Vm } from '@loucloud/api';
import type { LabHost } from '../tools/lab/lab-host.ts';
import { LabWorld } from './lab-world.ts';
import { createVm, finished, waitFor } from './world.ts';

/** Of the product's promise: how long after its return a server is shown as it is. */
const TRUE_WITHIN_MS = 60_000;
/** A page that waited for a host would take seconds; this is far more than one of ours takes on a busy machine. */
const QUICK_MS = 1000;

describe('a pool of which one server fails', () => {
  let world: LabWorld;
  let call: Client;
  let well: LabHost;
  let failing: LabHost;
  /** On the failing server. */
  let vm: Vm;
  /** Another one there, of which something is asked while the server stands still. */
  let asked: Vm;

  before(async () => {
    world = await LabWorld.open({ hosts: ['local', 'ssh'] });
    ({ call } = world.admin);
    [well, failing] = world.lab.hosts as [LabHost, LabHost];
    const templateId = await world.templateOn(failing);
    [vm, asked] = await Promise.all([create('theirs', templateId), create('asked', templateId)]);
    assert.deepEqual([vm.hostName, asked.hostName], [failing.name, failing.name]);
  });
  after(() => world[Symbol.asyncDispose]());

  const create = (name: string, templateId: string): Promise<Vm> => createVm(call, name, templateId);

  const untilState = ({ id, name }: Vm, state: Vm['state']): Promise<Vm> =>
    waitFor(
      `${name} is ${state}`,
      async () => {
        const now = await call('vmGet', { params: { vmId: id } });
        return now.state === state ? now : null;
      },
      TRUE_WITHIN_MS,
    );

  async function untilLost(): Promise<void> {
    await world.untilHealth(failing, 'unreachable');
    assert.equal((await untilState(vm, 'unknown')).stateCause, 'host_unreachable');
  }

  async function untilBack(which: Vm, state: Vm['state']): Promise<Vm> {
    await world.untilHealth(failing, 'healthy', TRUE_WITHIN_MS);
    return untilState(which, state);
  }

  async function assertQuick(): Promise<void> {
    const pages = [
      () => call('overviewGet'),
      () => call('hostList', { query: {} }),
      () => call('vmList', { query: {} }),
      () => call('vmGet', { params: { vmId: vm.id } }),
      () => call('imageList', { query: {} }),
      () => call('operationList', { query: {} }),
    ];
    for (const page of pages) {
      const startedAt = performance.now();
      await page();
      assert.ok(performance.now() - startedAt < QUICK_MS, page.toString());
    }
  }

  async function assertOthersGoOn(): Promise<void> {
    const other = await create('ours', (await world.starterTemplate()).id);
    assert.deepEqual([other.hostName, other.state], [well.name, 'running']);
    await finished(call, (await call('vmDelete', { params: { vmId: other.id } })).operationId);
  }

  test('it stands still: pages are quick, its VM is unknown, creates go on elsewhere; and when it goes on, all is true', async () => {
    await failing.freeze('everything');
    const { operationId } = await call('vmPowerOff', { params: { vmId: asked.id } });
    await assertQuick();
    await untilLost();
    await assertQuick();
    await assertOthersGoOn();
    await failing.thaw();
    assert.equal((await untilBack(vm, 'running')).stateCause, 'host_returned');

    // What was asked of it meanwhile ends. The order may have reached it all the same: what is shown is what is so.
    await waitFor(
      'the operation is over',
      async () => (await call('operationGet', { params: { operationId } })).finishedAt !== null,
      TRUE_WITHIN_MS,
    );
    await waitFor(
      'the VM is shown as it is',
      async () => {
        const isOn = (await failing.virsh('list', '--name')).includes(asked.domainName ?? '');
        const now = await call('vmGet', { params: { vmId: asked.id } });
        return now.state === (isOn ? 'running' : 'stopped') && now.operation === null;
      },
      TRUE_WITHIN_MS,
    );
  });

  test('its libvirtd is down: the VM runs on, which nobody knows until it is up again', async () => {
    await failing.stopDaemon();
    await untilLost();
    await failing.startDaemon();
    await untilBack(vm, 'running');
  });

  test('its power is cut: the VM is unknown, not off; booted, it is off, and starts', async () => {
    await failing.powerCut();
    await untilLost();
    await assertQuick();
    await failing.boot();
    await untilBack(vm, 'stopped');
    await finished(call, (await call('vmStart', { params: { vmId: vm.id } })).operationId);
    assert.match(await failing.virsh('list', '--name'), new RegExp(vm.domainName ?? ''));
  });
});
