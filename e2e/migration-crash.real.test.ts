// box: --no-libvirtd
/** LouCloud is killed in the middle of a move, to and from a server by TLS: the VM is in one place, and nothing is left. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DrainedVm, Vm } from '@loucloud/api';
import type { LabHost } from '../tools/lab/lab-host.ts';
import { assertExact } from './exact.ts';
import { LabWorld } from './lab-world.ts';
import { finished, waitFor } from './world.ts';

const SETTLED_WITHIN_MS = 120_000;

describe('a move that is cut off', () => {
  let cloud: LabWorld;
  let hosts: readonly [LabHost, LabHost];
  let vm: Vm;

  before(async () => {
    cloud = await LabWorld.open({ hosts: ['local', 'tls'] });
    hosts = cloud.lab.hosts as unknown as typeof hosts; // the two that were asked for
    [vm] = (await cloud.createOn(hosts[0], 'web')) as [Vm];
  });
  after(() => cloud[Symbol.asyncDispose]());

  const read = () => cloud.admin.call('vmGet', { params: { vmId: vm.id } });
  const otherThan = (name: string | null): LabHost => (name === hosts[0].name ? hosts[1] : hosts[0]);

  async function migrate(to: LabHost): Promise<string> {
    const { id: hostId } = await cloud.stateOf(to);
    return (await cloud.admin.call('vmMigrate', { params: { vmId: vm.id }, body: { hostId } })).operationId;
  }

  /** The next run takes up what the killed one left: the VM arrives, whatever was done already. */
  async function assertSurvives(step: string, state: Vm['state']): Promise<void> {
    const to = otherThan((await read()).hostName);
    await cloud.world.stop();
    await cloud.world.start({ LOUCLOUD_FAULT: `vm.migrate.${step}` });
    await Promise.all(hosts.map((host) => cloud.untilHealth(host, 'healthy')));
    const operationId = await migrate(to);
    await cloud.world.ended();
    await cloud.world.start();
    const { result } = await finished(cloud.admin.call, operationId);
    assert.equal(result['leftBehind'], undefined, JSON.stringify(result));
    const now = await waitFor(
      `it is ${state}`,
      async () => {
        const seen = await read();
        return seen.state === state ? seen : null;
      },
      SETTLED_WITHIN_MS,
    );
    assert.deepEqual([now.hostName, now.operation, now.lastProblem], [to.name, null, null]);
    await assertExact(cloud, hosts);
  }

  for (const step of ['check', 'move', 'cleanUp'])
    test(`while it runs, killed after "${step}"`, () => assertSurvives(step, 'running'));

  test('emptying a server is cancelled midway: the VM stays there, and so does the server’s maintenance', async () => {
    const { call } = cloud.admin;
    const { hostName } = await read();
    const from = hosts.find(({ name }) => name === hostName) ?? hosts[0];
    await from.virsh('migrate-setspeed', vm.id, '1');
    const { id: hostId } = await cloud.stateOf(from);
    const { operationId } = await call('hostDrain', { params: { hostId }, body: {} });
    await waitFor('the VM is on its way', async () => {
      const query = { objectId: vm.id, type: 'vm.migrate', isActive: true } as const;
      const [moving] = (await call('operationList', { query })).items;
      return ((moving?.result['bytes'] as { doneBytes: number } | undefined)?.doneBytes ?? 0) > 0;
    });
    await call('operationCancel', { params: { operationId } });
    const { result } = await finished(call, operationId, 'cancelled');
    assert.deepEqual(
      (result['vms'] as DrainedVm[]).map(({ name, outcome }) => [name, outcome]),
      [['web', 'cancelled']],
    );
    const now = await read();
    assert.deepEqual([now.state, now.hostName, now.operation], ['running', from.name, null]);
    assert.equal((await cloud.stateOf(from)).isInMaintenance, true);
    await call('hostUpdate', { params: { hostId }, body: { isInMaintenance: false } });
    await assertExact(cloud, hosts);
    await finished(call, (await call('vmPowerOff', { params: { vmId: vm.id } })).operationId);
  });

  // The check is the same as while it runs.
  for (const step of ['image', 'move', 'cleanUp'])
    test(`while it is off, killed after "${step}"`, () => assertSurvives(step, 'stopped'));
});
