/** Whether the database and the box's libvirtd agree to the last one: domains, disks, states, usage, reservations. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import type { Vm } from '@loucloud/api';
import { type Login, waitFor } from './world.ts';

export const POOL = '/var/lib/libvirt/loucloud';
const SETTLED_WITHIN_MS = 60_000;

export const virsh = (...argv: readonly string[]): string =>
  execFileSync('virsh', ['-q', ...argv], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const lines = (text: string): string[] => text.split(/\s+/).filter(Boolean).sort();

/**
 * Within a minute nothing is under way and the server is healthy; then all agree. Answers all VMs. `foreign`: domains
 * that somebody else made.
 */
export async function assertSettled(admin: Login, foreign: ReadonlySet<string> = new Set()): Promise<Vm[]> {
  await waitFor(
    'nothing is under way',
    async () => (await admin.call('operationList', { query: { isActive: true } })).total === 0,
    SETTLED_WITHIN_MS,
  );
  let last: unknown;
  return waitFor(
    'database and server agree',
    async () => {
      try {
        return await assertAgreement(admin, foreign);
      } catch (error) {
        last = error;
        return null;
      }
    },
    SETTLED_WITHIN_MS,
  ).catch((cause: unknown) => {
    throw last ?? cause;
  });
}

async function assertAgreement(admin: Login, foreign: ReadonlySet<string>): Promise<Vm[]> {
  const hosts = (await admin.call('hostList', { query: {} })).items;
  const host = hosts.find(({ uri }) => uri === 'qemu:///system');
  assert.equal(host?.health, 'healthy');
  const live = (await admin.call('vmList', { query: { limit: 200 } })).items;
  const binned = (await admin.call('vmList', { query: { limit: 200, isDeleted: true } })).items;
  const vms = [...live, ...binned];
  // What is missing has no domain, and a deletion that failed has perhaps no disk any more.
  const isThere = ({ state }: Vm) => state !== 'missing';
  const ids = vms
    .filter(isThere)
    .map((vm) => vm.id)
    .sort();
  // What somebody else made has its disks outside the pool.
  const inPool = vms.filter(({ id }) => !foreign.has(id));
  const isOurs = (id: string) => !foreign.has(id) || ids.includes(id);
  assert.deepEqual(lines(virsh('list', '--all', '--uuid')).filter(isOurs), ids, 'domains are VMs');
  const files = existsSync(POOL) ? readdirSync(POOL) : [];
  const diskOf = ({ id }: Vm) => `${id}.qcow2`;
  // Beside its disk what was dumped of its memory.
  const mayBeThere = inPool.flatMap((vm) => [diskOf(vm), `${vm.id}.core`]);
  for (const file of files) assert.ok(mayBeThere.includes(file), `${file} is a VM's`);
  for (const vm of inPool.filter(isThere)) assert.ok(files.includes(diskOf(vm)), `${vm.name} has its disk`);
  const running = vms.filter(({ state }) => state === 'running' || state === 'paused');
  assert.deepEqual(lines(virsh('list', '--uuid')), running.map((vm) => vm.id).sort(), 'what runs is said to');
  for (const vm of vms) assert.equal(vm.operation, null, `${vm.name} is nobody's`);

  const sum = (of: readonly Vm[], amount: (vm: Vm) => number) => of.reduce((all, vm) => all + amount(vm), 0);
  const diskBytes = sum(inPool, (vm) => vm.diskBytes);
  assert.deepEqual(
    host.reserved,
    {
      vcpus: sum(running, (vm) => vm.vcpus),
      memoryMib: sum(running, (vm) => vm.memoryMib),
      diskBytes,
    },
    'the server has reserved what its VMs hold',
  );
  const users = (await admin.call('userList', { query: { limit: 200 } })).items;
  for (const { id, name, usage } of users) {
    const own = live.filter((vm) => vm.ownerId === id);
    const kept = vms.filter((vm) => vm.ownerId === id);
    const held = {
      vms: own.length,
      runningVms: running.filter((vm) => vm.ownerId === id).length,
      vcpus: sum(own, (vm) => vm.vcpus),
      memoryMib: sum(own, (vm) => vm.memoryMib),
      diskBytes: sum(kept, (vm) => vm.diskBytes),
    };
    assert.deepEqual(usage, held, `${name} uses what exists`);
  }
  return vms;
}
