// box: --no-libvirtd
/** Two servers with one storage: VMs move without their disks, and are started on the one when the other is gone (P-17, P-35). */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ApiError, type Client, type ErrorCode, type Operation, type Vm } from '@loucloud/api';
import type { LabHost } from '../tools/lab/lab-host.ts';
import { LabWorld } from './lab-world.ts';
import { Armed } from './operations/armed.ts';
import { finished, waitFor } from './world.ts';

const POOL = 'shared';
/** Of the product's promise: how long after its return a server is shown as it is. */
const TRUE_WITHIN_MS = 60_000;

describe('two servers with one storage', () => {
  let cloud: LabWorld;
  let call: Client;
  let local: LabHost;
  let one: LabHost;
  let other: LabHost;
  let vm: Vm;
  let disk: string;
  let armed: Armed;

  before(async () => {
    cloud = await LabWorld.open({ hosts: ['local', 'ssh', 'tls'], sharedPool: POOL });
    ({ call } = cloud.admin);
    [local, one, other] = cloud.lab.hosts as [LabHost, LabHost, LabHost];
    [vm] = (await cloud.createOn(other, 'web')) as [Vm];
    disk = join(cloud.lab.sharedPath, POOL, `${vm.id}.qcow2`);
    assert.ok(existsSync(disk));
    await cloud.world.stop();
    armed = new Armed(cloud.world);
    await armed.start();
    for (const host of [local, one, other]) await cloud.untilHealth(host, 'healthy');
  });
  after(() => cloud[Symbol.asyncDispose]());

  const read = () => call('vmGet', { params: { vmId: vm.id } });
  const idOf = async (host: LabHost): Promise<string> => (await cloud.stateOf(host)).id;
  const refusedWith = (code: ErrorCode) => (error: unknown) =>
    error instanceof ApiError && error.code === code;
  const domainsOf = async (host: LabHost): Promise<string[]> =>
    (await host.virsh('list', '--all', '--uuid')).split(/\s+/).filter(Boolean);

  const until = (state: Vm['state']): Promise<Vm> =>
    waitFor(
      `it is ${state}`,
      async () => {
        const now = await read();
        return now.state === state ? now : null;
      },
      TRUE_WITHIN_MS,
    );

  async function startElsewhere(hostIsOff: boolean, host?: LabHost): Promise<string> {
    const body = { hostIsOff, ...(host && { hostId: await idOf(host) }) };
    return (await call('vmStartElsewhere', { params: { vmId: vm.id }, body })).operationId;
  }

  /** Each server has reserved what the VM holds where it is recorded, and nothing else. */
  async function assertExact(): Promise<void> {
    const { hostName, state, vcpus, memoryMib } = await read();
    const isOn = state !== 'stopped';
    for (const host of [one, other]) {
      const { reserved } = await cloud.stateOf(host);
      const expected = host.name === hostName && isOn ? [vcpus, memoryMib] : [0, 0];
      assert.deepEqual([reserved.vcpus, reserved.memoryMib], expected, host.name);
    }
  }

  async function assertRunsOn(host: LabHost): Promise<void> {
    const now = await read();
    assert.deepEqual([now.state, now.hostName, now.lastProblem], ['running', host.name, null]);
    assert.match(await host.virsh('list', '--uuid'), new RegExp(vm.id));
    await assertExact();
  }

  test('a VM that is off moves without a byte being copied, and its disk is one file', async () => {
    const params = { vmId: vm.id };
    await finished(call, (await call('vmPowerOff', { params })).operationId);
    const { operationId } = await call('vmMigrate', { params, body: { hostId: await idOf(one) } });
    const { result } = await finished(call, operationId);
    assert.deepEqual(
      [result['isDiskShared'], result['bytes'], result['leftBehind']],
      [true, undefined, undefined],
    );
    await finished(call, (await call('vmStart', { params })).operationId);
    await assertRunsOn(one);
    assert.deepEqual(await domainsOf(other), []);
    assert.ok(existsSync(disk));
  });

  test('one that runs moves with its memory alone, though libvirt does not know the storage for shared', async () => {
    const body = { hostId: await idOf(other) };
    const { operationId } = await call('vmMigrate', { params: { vmId: vm.id }, body });
    const { result } = await finished(call, operationId);
    assert.deepEqual([result['isDiskShared'], result['leftBehind']], [true, undefined]);
    await assertRunsOn(other);
    assert.deepEqual(await domainsOf(one), []);
    assert.ok(existsSync(disk));
  });

  test('its server loses its power: it starts on the other one, once somebody has said that its own is off', async () => {
    await assert.rejects(startElsewhere(true), refusedWith('wrong_state'));
    // Its connections end at once; that a silent end is found out too, lab-outages shows.
    await other.stopDaemon();
    await other.powerCut();
    await until('unknown');
    await assert.rejects(startElsewhere(false), refusedWith('host_off_unconfirmed'));
    const { items } = await call('vmStartElsewhereTargets', { params: { vmId: vm.id } });
    assert.deepEqual(
      new Map(items.map(({ name, refusal }) => [name, refusal])),
      new Map<string, string | null>([
        [local.name, 'disk_not_there'],
        [one.name, null],
        [other.name, 'is_here'],
      ]),
    );
    await assert.rejects(startElsewhere(true, local), refusedWith('cannot_start_elsewhere'));

    const { steps, result } = await finished(call, await startElsewhere(true));
    assert.deepEqual(
      steps.map(({ name, state }) => [name, state]),
      ['place', 'takeOver', 'define', 'start'].map((name) => [name, 'done']),
    );
    assert.equal((result['placement'] as { chosen: string }).chosen, one.name);
    await assertRunsOn(one);
    const { total } = await call('auditList', { query: { objectId: vm.id, type: 'vm.startedElsewhere' } });
    assert.equal(total, 1);
  });

  test('the lost server comes back: what it has of the VM is shown, off, and its disk is nobody’s leftover', async () => {
    await other.boot();
    await cloud.untilHealth(other, 'healthy', TRUE_WITHIN_MS);
    const hostId = await idOf(other);
    await waitFor('its stale domain is shown', async () => (await read()).staleCopies.length === 1);
    assert.deepEqual((await read()).staleCopies, [{ hostId, hostName: other.name, isRunning: false }]);
    assert.match(await other.virsh('domstate', vm.id), /shut off/);
    const leftovers = (await call('leftoverList', { query: {} })).items;
    assert.deepEqual(
      leftovers.map(({ kind, id, hostName, recordedOn }) => [kind, id, hostName, recordedOn]),
      [['domain', vm.id, other.name, one.name]],
    );
    await assertRunsOn(one);
  });

  test('somebody starts the stale one by hand: that is said aloud, nothing starts beside it, and it goes on request', async () => {
    // While the VM runs QEMU's lock on the disk is in the way.
    await assert.rejects(other.virsh('start', vm.id), /lock/);
    const off = await call('vmPowerOff', { params: { vmId: vm.id } });
    await finished(call, off.operationId);
    await other.virsh('start', vm.id);
    await waitFor('the conflict is shown', async () => (await read()).staleCopies[0]?.isRunning === true);
    assert.equal((await cloud.stateOf(other)).conflictCount, 1);
    const { total } = await call('auditList', { query: { objectId: vm.id, type: 'vm.conflict' } });
    assert.equal(total, 1);
    const now = await read();
    assert.deepEqual([now.state, now.hostName, now.actions.start], ['stopped', one.name, 'runs_elsewhere']);
    await assert.rejects(call('vmStart', { params: { vmId: vm.id } }), refusedWith('runs_elsewhere'));

    const stale = { hostId: await idOf(other), kind: 'domain', id: vm.id } as const;
    const kept = await call('leftoverRemove', { body: { ...stale, evenYoung: true } });
    await finished(call, kept.operationId, 'failed');
    const removed = await call('leftoverRemove', { body: { ...stale, powerOff: true, evenYoung: true } });
    await finished(call, removed.operationId);
    await waitFor('the conflict is over', async () => (await read()).staleCopies.length === 0);
    assert.deepEqual(await domainsOf(other), []);
    assert.ok(existsSync(disk));
    assert.deepEqual((await call('leftoverList', { query: {} })).items, []);
    await finished(call, (await call('vmStart', { params: { vmId: vm.id } })).operationId);
    await assertRunsOn(one);
  });

  test('its server was not off after all: QEMU’s lock refuses a second start, and everything is as before', async () => {
    await one.stopDaemon();
    await until('unknown');
    const { error }: Operation = await finished(call, await startElsewhere(true), 'failed');
    assert.match(error?.hint ?? '', /lock/);
    const now = await read();
    assert.deepEqual([now.state, now.hostName], ['unknown', one.name]);
    assert.deepEqual(await domainsOf(other), []);
    await assertExact();
    await one.startDaemon();
    assert.equal((await until('running')).stateCause, 'host_returned');
    assert.match(await one.virsh('list', '--uuid'), new RegExp(vm.id));
    assert.deepEqual((await read()).staleCopies, []);
    await assertExact();
  });

  const STEPS = ['place', 'takeOver', 'define', 'start'];
  const point = (name: string): string => `vm.startElsewhere.${name}`;

  async function losePower(host: LabHost): Promise<void> {
    await host.stopDaemon();
    await host.powerCut();
    await until('unknown');
  }

  test('LouCloud is killed after each step of starting it elsewhere: it runs there, once', async () => {
    await losePower(one);
    armed.arm(...STEPS.map(point));
    // The answer may get lost with the process.
    await startElsewhere(true).catch(() => undefined);
    for (const _ of STEPS) {
      await cloud.world.ended();
      await armed.start();
    }
    await waitFor('it is over', async () => (await read()).operation === null);
    await until('running');
    await assertRunsOn(other);
  });

  test('starting it elsewhere fails at its end, and every undoing is done twice: it is as before', async () => {
    await one.boot();
    await cloud.untilHealth(one, 'healthy', TRUE_WITHIN_MS);
    await waitFor('its stale domain is shown', async () => (await read()).staleCopies.length === 1);
    const stale = { hostId: await idOf(one), kind: 'domain', id: vm.id, evenYoung: true } as const;
    await finished(call, (await call('leftoverRemove', { body: stale })).operationId);
    await losePower(other);
    const undoings = STEPS.slice(1).map((name) => `${point(name)}.undo=twice`);
    armed.arm(`${point('start')}=error`, ...undoings);
    await finished(call, await startElsewhere(true), 'failed');
    const now = await read();
    assert.deepEqual([now.state, now.hostName, now.operation], ['unknown', other.name, null]);
    assert.deepEqual(await domainsOf(one), []);
    assert.ok(existsSync(disk));
    await assertExact();
  });
});
