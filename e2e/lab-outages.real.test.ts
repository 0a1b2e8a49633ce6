// box: --no-libvirtd
/** Servers that stand still, are cut off, are slow, lose their power or their libvirtd: the rest goes on, and afterwards everything is true again. */
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

describe('a pool of which two servers of three fail', () => {
  let world: LabWorld;
  let call: Client;
  let well: LabHost;
  /** By SSH, with two VMs: one of them is asked for something at a bad time. */
  let one: LabHost;
  let vmOfOne: Vm;
  let asked: Vm;
  /** By TLS. */
  let other: LabHost;
  let vmOfOther: Vm;

  before(async () => {
    world = await LabWorld.open({ hosts: ['local', 'ssh', 'tls'] });
    ({ call } = world.admin);
    [well, one, other] = world.lab.hosts as [LabHost, LabHost, LabHost];
    [vmOfOne, asked] = (await world.createOn(one, 'of one', 'asked')) as [Vm, Vm];
    [vmOfOther] = (await world.createOn(other, 'of the other')) as [Vm];
    const hosts = [vmOfOne, asked, vmOfOther].map(({ hostName }) => hostName);
    assert.deepEqual(hosts, [one.name, one.name, other.name]);
  });
  after(() => world[Symbol.asyncDispose]());

  const get = ({ id }: Vm): Promise<Vm> => call('vmGet', { params: { vmId: id } });

  const act = async (verb: 'vmStart' | 'vmPowerOff' | 'vmPurge', { id }: Vm): Promise<void> => {
    await finished(call, (await call(verb, { params: { vmId: id } })).operationId);
  };

  const isOn = async (host: LabHost, { domainName }: Vm): Promise<boolean> =>
    (await host.virsh('list', '--name')).split('\n').includes(domainName ?? '');

  const untilState = (vm: Vm, state: Vm['state']): Promise<Vm> =>
    waitFor(
      `${vm.name} is ${state}`,
      async () => {
        const now = await get(vm);
        return now.state === state ? now : null;
      },
      TRUE_WITHIN_MS,
    );

  async function untilLost(host: LabHost, vm: Vm): Promise<void> {
    await world.untilHealth(host, 'unreachable');
    assert.equal((await untilState(vm, 'unknown')).stateCause, 'host_unreachable');
  }

  async function untilBack(host: LabHost, vm: Vm, state: Vm['state']): Promise<Vm> {
    await world.untilHealth(host, 'healthy', TRUE_WITHIN_MS);
    return untilState(vm, state);
  }

  async function assertQuick(): Promise<void> {
    const pages = [
      () => call('overviewGet'),
      () => call('hostList', { query: {} }),
      () => call('vmList', { query: {} }),
      () => get(vmOfOne),
      () => call('imageList', { query: {} }),
      () => call('operationList', { query: {} }),
    ];
    for (const page of pages) {
      const startedAt = performance.now();
      await page();
      assert.ok(performance.now() - startedAt < QUICK_MS, page.toString());
    }
  }

  async function assertTheRestGoesOn(): Promise<void> {
    const vm = await createVm(call, 'elsewhere', (await world.starterTemplate()).id);
    assert.deepEqual([vm.hostName, vm.state], [well.name, 'running']);
    await act('vmPurge', vm);
  }

  test('one stands still, one is cut off: pages are quick, their VMs unknown, creates go elsewhere; and back, all is true', async () => {
    await Promise.all([one.freeze('everything'), other.cut()]);
    const { operationId } = await call('vmPowerOff', { params: { vmId: asked.id } });
    await assertQuick();
    await Promise.all([untilLost(one, vmOfOne), untilLost(other, vmOfOther)]);
    await assertQuick();
    await assertTheRestGoesOn();
    await other.virsh('destroy', vmOfOther.domainName ?? '');

    await Promise.all([one.thaw(), other.heal()]);
    assert.equal((await untilBack(one, vmOfOne, 'running')).stateCause, 'host_returned');
    await untilBack(other, vmOfOther, 'stopped');
    // What was asked meanwhile ends. The order may have got through all the same: what is shown is what is so.
    await waitFor(
      'the operation is over',
      async () => (await call('operationGet', { params: { operationId } })).finishedAt !== null,
      TRUE_WITHIN_MS,
    );
    await waitFor(
      'the VM is shown as it is',
      async () => {
        const { state, operation } = await get(asked);
        return operation === null && state === ((await isOn(one, asked)) ? 'running' : 'stopped');
      },
      TRUE_WITHIN_MS,
    );
    await act('vmStart', vmOfOther);
  });

  test('one is slow, one has no power: the slow one works, the other’s VM is unknown, not off; booted, it is off', async () => {
    await Promise.all([one.delay(500), other.powerCut()]);
    const { id: hostId } = await world.stateOf(one);
    const ask = () => call('hostForeignDomains', { params: { hostId } });
    const answers = async (): Promise<boolean> => ask().then(Boolean, () => false);
    // What was connected is broken off by that; what connects now has the slow way.
    await waitFor('it answers again', answers, TRUE_WITHIN_MS);
    const startedAt = performance.now();
    await ask();
    assert.ok(performance.now() - startedAt > 500);
    await untilBack(one, vmOfOne, 'running');
    const { operationId } = await call('vmPowerOff', { params: { vmId: vmOfOne.id } });
    await assertQuick();
    await finished(call, operationId);
    await untilLost(other, vmOfOther);
    // Its disk is there alone: nobody can start it elsewhere, sure or not.
    const elsewhere = { params: { vmId: vmOfOther.id }, body: { hostIsOff: true } };
    await assert.rejects(call('vmStartElsewhere', elsewhere), { code: 'cannot_start_elsewhere' });
    await Promise.all([one.delay(0), other.boot()]);
    await untilBack(other, vmOfOther, 'stopped');
    await act('vmStart', vmOfOther);
    assert.ok(await isOn(other, vmOfOther));
    await untilBack(one, vmOfOne, 'stopped');
  });

  test('a libvirtd is down: the VM runs on, which nobody knows until it is up again', async () => {
    await other.stopDaemon();
    await untilLost(other, vmOfOther);
    await other.startDaemon();
    await untilBack(other, vmOfOther, 'running');
  });
});
