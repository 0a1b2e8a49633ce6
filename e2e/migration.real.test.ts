// box: --no-libvirtd
/** VMs move between real servers, through the whole of LouCloud: live, off, cancelled, interrupted, and all of them at once. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Client, DrainedVm, Vm } from '@loucloud/api';
import type { LabHost } from '../tools/lab/lab-host.ts';
import { assertExact as assertExactOn } from './exact.ts';
import { LabWorld } from './lab-world.ts';
import { createVm, finished, openConsole, waitFor } from './world.ts';

const MIB = 2 ** 20;

const byName = (one: { name: string }, other: { name: string }): number => (one.name < other.name ? -1 : 1);

describe('VMs between servers', () => {
  let cloud: LabWorld;
  let here: LabHost;
  let there: LabHost;
  let vm: Vm;
  let call: Client;

  before(async () => {
    cloud = await LabWorld.open({ hosts: ['local', 'ssh'] });
    [here, there] = cloud.lab.hosts as [LabHost, LabHost];
    call = cloud.admin.call;
  });
  after(() => cloud[Symbol.asyncDispose]());

  const read = (vmId: string) => call('vmGet', { params: { vmId } });

  /** What the guest answers on its serial line. Somebody stays logged in there: a guest that has booted asks who it is. */
  async function ask(vmId: string, command: string, answer: RegExp): Promise<void> {
    const line = await openConsole(cloud.admin, 'serial', vmId);
    let heard = '';
    line.addEventListener('message', ({ data }) => {
      heard += Buffer.from(data as ArrayBuffer).toString('latin1');
    });
    const nudge = setInterval(() => line.send(new TextEncoder().encode(command)), 1000);
    try {
      await waitFor(`the guest answers ${answer}`, async () => answer.test(heard), 120_000);
    } catch (error) {
      throw new Error(`it said ${JSON.stringify(heard.slice(-300))}`, { cause: error });
    } finally {
      clearInterval(nudge);
      line.close();
    }
  }
  const logIn = async (vmId: string) => {
    await ask(vmId, '\r', /login:/);
    await ask(vmId, 'guest\r', /\$ /);
    await ask(vmId, 'told=$((6*7))\r', /told=/);
  };
  /** Only the shell that was told knows it. */
  const isTheSame = (vmId: string) => ask(vmId, 'echo is-$told\r', /is-42/);

  const assertExact = () => assertExactOn(cloud, [here, there]);

  async function migrate(vmId: string, to: LabHost): Promise<string> {
    const { id: hostId } = await cloud.stateOf(to);
    return (await call('vmMigrate', { params: { vmId }, body: { hostId } })).operationId;
  }

  /** Its memory and disk at 1 MiB/s: the move takes long enough to be interrupted. */
  const slowDown = (host: LabHost, vmId: string) => host.virsh('migrate-setspeed', vmId, '1');
  const untilUnderWay = (operationId: string) =>
    waitFor(
      'bytes go across',
      async () => {
        const { result } = await call('operationGet', { params: { operationId } });
        return ((result['bytes'] as { doneBytes: number } | undefined)?.doneBytes ?? 0) > MIB;
      },
      60_000,
    );

  test('a running VM goes on running on the other server, and neither page nor log ever says otherwise', async () => {
    vm = await createVm(call, 'web');
    assert.equal(vm.hostName, here.name);
    await logIn(vm.id);
    await isTheSame(vm.id);
    const operationId = await migrate(vm.id, there);
    const { result } = await finished(call, operationId);
    assert.equal(result['leftBehind'], undefined, JSON.stringify(result));
    const after = await read(vm.id);
    assert.deepEqual([after.state, after.hostName, after.lastProblem], ['running', there.name, null]);
    await isTheSame(vm.id);
    const { items } = await call('auditList', { query: { objectId: vm.id, type: 'vm.stateChanged' } });
    assert.ok(
      items.every(({ details }) => details['to'] !== 'missing'),
      JSON.stringify(items),
    );
    await assertExact();
  });

  test('cancelled on the way it stays where it is', async () => {
    await slowDown(there, vm.id);
    const operationId = await migrate(vm.id, here);
    await untilUnderWay(operationId);
    await call('operationCancel', { params: { operationId } });
    await finished(call, operationId, 'cancelled');
    const now = await read(vm.id);
    assert.deepEqual([now.state, now.hostName, now.lastProblem], ['running', there.name, null]);
    await isTheSame(vm.id);
    await assertExact();
  });

  test('LouCloud is killed on the way: the next run looks at both servers and goes on', async () => {
    await slowDown(there, vm.id);
    const operationId = await migrate(vm.id, here);
    await untilUnderWay(operationId);
    await cloud.world.kill();
    // Once libvirt has taken back what nobody drives any more; a running job keeps its speed.
    await waitFor('nothing goes across', async () => /None/.test(await there.virsh('domjobinfo', vm.id)));
    await there.virsh('migrate-setspeed', vm.id, '1000');
    await cloud.world.start();
    await finished(call, operationId);
    assert.deepEqual([(await read(vm.id)).state, (await read(vm.id)).hostName], ['running', here.name]);
    await isTheSame(vm.id);
    await assertExact();
  });

  test('one with a disc in its drive, off, finds the same disc where it goes', async () => {
    const path = '/var/lib/libvirt/images/disc.iso';
    writeFileSync(path, discOf(randomBytes(MIB)));
    const { id: hostId } = await cloud.stateOf(here);
    const body = { name: 'disc', path, hostId };
    const { objectId: imageId } = await finished(call, (await call('imageRegister', { body })).operationId);
    const size = { vcpus: 1, memoryMib: 64, diskBytes: 16 * MIB };
    const { id: templateId } = await call('templateCreate', { body: { name: 'disc', imageId, ...size } });
    const { id: thereId } = await cloud.stateOf(there);
    const keep = (isInMaintenance: boolean) =>
      call('hostUpdate', { params: { hostId: thereId }, body: { isInMaintenance } });
    await keep(true);
    const { items } = await call('vmCreate', { body: { name: 'disc', templateId, start: false } });
    const { vmId = '', operationId = '' } = items[0] ?? {};
    await finished(call, operationId);
    await keep(false);

    await finished(call, await migrate(vmId, there));
    const { copies } = await call('imageGet', { params: { imageId } });
    const copy = copies.find((each) => each.hostId === thereId);
    const xml = await there.virsh('dumpxml', '--inactive', vmId);
    assert.ok(copy?.path && xml.includes(`<source file='${copy.path}'/>`), xml);
    const file = there.libPath(copy.path.replace('/var/lib/libvirt/', ''));
    assert.deepEqual(readFileSync(file), readFileSync(path));
    assert.equal((await read(vmId)).hostName, there.name);
    await assertExact();
    await finished(call, (await call('vmPurge', { params: { vmId } })).operationId);
  });

  test('a server is emptied: what runs moves while it runs, what is off stays where the admin has chosen so', async () => {
    const template = await cloud.starterTemplate();
    // Its image can go anywhere; it is to be made on this one.
    const { id: otherId } = await cloud.stateOf(there);
    await call('hostUpdate', { params: { hostId: otherId }, body: { isInMaintenance: true } });
    const { items } = await call('vmCreate', {
      body: { name: 'off', templateId: template.id, start: false },
    });
    await finished(call, items[0]?.operationId ?? '');
    await call('hostUpdate', { params: { hostId: otherId }, body: { isInMaintenance: false } });
    const { id: hostId } = await cloud.stateOf(here);
    const plan = (await call('hostDrainPlan', { params: { hostId } })).items;
    assert.deepEqual(
      plan.toSorted(byName).map(({ name, way }) => [name, way]),
      [
        ['off', 'offline'],
        ['web', 'live'],
      ],
    );
    const { operationId } = await call('hostDrain', { params: { hostId }, body: { stopped: 'leave' } });
    const { result } = await finished(call, operationId);
    assert.deepEqual(
      (result['vms'] as DrainedVm[]).toSorted(byName).map(({ name, outcome, to }) => [name, outcome, to]),
      [
        ['off', 'left', null],
        ['web', 'moved', there.name],
      ],
    );
    assert.equal((await cloud.stateOf(here)).isInMaintenance, true);
    assert.equal((await read(vm.id)).state, 'running');
    await assertExact();
  });
});

/** What makes a file an ISO 9660 image, and something on it. */
function discOf(content: Buffer): Buffer {
  const descriptors = Buffer.alloc(0x9000);
  descriptors.write('\u0001CD001\u0001', 0x8000, 'latin1');
  descriptors.write('\u00ffCD001\u0001', 0x8800, 'latin1');
  return Buffer.concat([descriptors, content]);
}
