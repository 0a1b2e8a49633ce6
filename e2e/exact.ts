/** What servers have beside what LouCloud's record says that they have. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import type { LabHost } from '../tools/lab/lab-host.ts';
import type { LabWorld } from './lab-world.ts';

const POOL = 'loucloud';

/** Every server has reserved what the database's VMs hold, and has their domains and disks and no other. */
export async function assertExact(cloud: LabWorld, hosts: readonly LabHost[]): Promise<void> {
  const vms = (await cloud.admin.call('vmList', { query: {} })).items;
  for (const host of hosts) {
    const { id, reserved } = await cloud.stateOf(host);
    const own = vms.filter(({ hostId }) => hostId === id);
    const on = own.filter(({ state }) => state === 'running' || state === 'paused');
    assert.deepEqual(
      [reserved.vcpus, reserved.memoryMib],
      [on.reduce((sum, { vcpus }) => sum + vcpus, 0), on.reduce((sum, { memoryMib }) => sum + memoryMib, 0)],
      host.name,
    );
    const domains = (await host.virsh('list', '--all', '--uuid')).split(/\s+/).filter(Boolean);
    assert.deepEqual(domains.sort(), own.map((item) => item.id).sort(), host.name);
    const folder = host.libPath(POOL);
    const disks = existsSync(folder)
      ? readdirSync(folder).filter((name) => vms.some((item) => name.startsWith(item.id)))
      : [];
    assert.deepEqual(disks.sort(), own.map((item) => `${item.id}.qcow2`).sort(), host.name);
  }
}
