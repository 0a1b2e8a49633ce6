/** What the admin of several servers finds after a while: one that shows another key, a machine of somebody else, things left over. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Host } from '@loucloud/api';
import type { Lab } from '../tools/lab/lab.ts';
import type { LabHost } from '../tools/lab/lab-host.ts';
import { poolEntry } from '../tools/lab/pool-entry.ts';
import type { Believable } from './believable.ts';
import { finished, waitFor } from './world.ts';

const POOL = '/var/lib/libvirt/loucloud';
const OLDER = '/var/lib/libvirt/older';
const virsh = (...argv: readonly string[]): string =>
  execFileSync('virsh', ['-q', ...argv], { encoding: 'utf8', timeout: 60_000 });

export interface BelievablePool extends Believable {
  readonly lostHostId: string;
  /** A server that may be added. */
  readonly newAddress: string;
  readonly differingVmId: string;
  readonly missingVmId: string;
  /** On the server that is lost. */
  readonly unknownVmId: string;
}

/** The lab's second server joins the pool and is well; so does the third, and has another key since. The fourth is for who wants to add one. */
export async function addServers(things: Believable, lab: Lab, call: Client): Promise<BelievablePool> {
  const [, well, lost, candidate] = lab.hosts;
  assert.ok(well && lost && candidate);
  await add(call, well, 'hv-02');
  const lostHostId = await add(call, lost, 'hv-03');
  const unknownVmId = await createOn(call, lostHostId, 'backup-node');
  await lost.changeHostKey();
  // The connection that stands is of the old one's time.
  await lost.powerCut();
  await lost.boot();
  await until('another key is seen', call, lostHostId, (host) => host.healthReason === 'host_key_changed');
  defineForeign('mail-2019', 512);
  defineForeign('buildbot', 2048);
  writeFileSync(join(POOL, '0197b3a0-1f0c-7222-8333-4444ab12cd34.qcow2'), Buffer.alloc(2 ** 22));
  return {
    ...things,
    lostHostId,
    newAddress: candidate.name,
    differingVmId: await changeOutside(call, 'mail-relay'),
    missingVmId: await removeOutside(call, 'build-2'),
    unknownVmId,
  };
}

async function add(call: Client, host: LabHost, name: string): Promise<string> {
  await defineLabNetwork(host);
  const { operationId } = await call('hostAdd', { body: { ...poolEntry(host), name } });
  return (await finished(call, operationId)).objectId;
}

/** While no other server takes new VMs. */
async function createOn(call: Client, hostId: string, name: string): Promise<string> {
  const others = (await call('hostList', { query: {} })).items.filter(({ id }) => id !== hostId);
  const keepOut = (isInMaintenance: boolean) =>
    Promise.all(
      others.map(({ id }) => call('hostUpdate', { params: { hostId: id }, body: { isInMaintenance } })),
    );
  await keepOut(true);
  const templates = (await call('templateList', { query: { search: 'starter' } })).items;
  const body = { name, templateId: templates[0]?.id ?? '', start: false };
  const [created] = (await call('vmCreate', { body })).items;
  assert.ok(created);
  await finished(call, created.operationId);
  await keepOut(false);
  return created.vmId;
}

/** A server of the pool has every network of the pool. */
async function defineLabNetwork(host: LabHost): Promise<void> {
  mkdirSync(OLDER, { recursive: true });
  const xml = join(OLDER, 'lab.xml');
  writeFileSync(xml, '<network><name>lab</name><bridge name="virbr7"/></network>');
  await host.virsh('net-define', xml);
}

function until(what: string, call: Client, hostId: string, isSo: (host: Host) => boolean) {
  return waitFor(what, async () => isSo(await call('hostGet', { params: { hostId } })));
}

function defineForeign(name: string, memoryMib: number): void {
  mkdirSync(OLDER, { recursive: true });
  const [disk, xml] = [join(OLDER, `${name}.img`), join(OLDER, `${name}.xml`)];
  writeFileSync(disk, Buffer.alloc(2 ** 20));
  chmodSync(disk, 0o666);
  writeFileSync(
    xml,
    `<domain type='qemu'><name>${name}</name><memory unit='MiB'>${memoryMib}</memory><vcpu>2</vcpu>
      <os><type arch='x86_64'>hvm</type></os><devices><disk type='file' device='disk'>
      <driver name='qemu' type='raw'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>
      <interface type='network'><source network='default'/></interface></devices></domain>`,
  );
  virsh('define', xml);
}

/** More memory and another vCPU than LouCloud knows of. */
async function changeOutside(call: Client, name: string): Promise<string> {
  const vmId = await idOf(call, name);
  virsh('setmaxmem', vmId, '2G', '--config');
  virsh('setmem', vmId, '2G', '--config');
  virsh('setvcpus', vmId, '2', '--config', '--maximum');
  virsh('setvcpus', vmId, '2', '--config');
  await waitFor('it differs', async () => {
    const fields = (await call('vmGet', { params: { vmId } })).differences.map(({ field }) => field);
    return fields.length > 1;
  });
  return vmId;
}

async function removeOutside(call: Client, name: string): Promise<string> {
  const vmId = await idOf(call, name);
  virsh('undefine', vmId, '--nvram');
  await waitFor('it is missing', async () => (await call('vmGet', { params: { vmId } })).state === 'missing');
  return vmId;
}

async function idOf(call: Client, name: string): Promise<string> {
  const { items } = await call('vmList', { query: { search: name } });
  const vm = items.find((item) => item.name === name);
  assert.ok(vm, name);
  return vm.id;
}
