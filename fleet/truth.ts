/** Whether LouCloud's database and the hosts agree: about what there is, how it is, and what it holds. */
import { isDeepStrictEqual } from 'node:util';
import { type Client, type Quota, type Vm, type VmState } from '@loucloud/api';
import { DomainState } from '@loucloud/libvirt';
import { waitFor } from '../e2e/world.ts';
import type { Cloud } from './cloud.ts';
import type { FleetHost } from './fleet-host.ts';

const FOREIGN = 'somebodys-';

type Parts = Pick<Cloud, 'fleet' | 'hosts'>;

const TRUE_WITHIN_MS = 60_000;

/** Within a minute nothing is under way, and all is as it is said to be. */
export async function becomesTrue(call: Client, parts: Parts): Promise<void> {
  let untruth: string | null = null;
  const isTrue = async () => {
    untruth = await findUntruth(call, parts);
    return untruth === null;
  };
  await waitFor('everything is true', isTrue, TRUE_WITHIN_MS).catch((error: Error) => {
    throw new Error(`${error.message}: ${untruth}`, { cause: error });
  });
}

/** What is not so, in words; null: everything is true. */
async function findUntruth(call: Client, { fleet, hosts }: Parts): Promise<string | null> {
  const active = await call('operationList', { query: { isActive: true, limit: 1 } });
  if (active.total > 0) return `${active.items[0]?.type} of ${active.items[0]?.objectName} is not over`;
  for (const host of fleet.hosts) {
    const hostId = hosts.get(host.name)?.id ?? '';
    const told = await call('hostGet', { params: { hostId } });
    if (told.health !== 'healthy') return `${host.name} is ${told.health}: ${told.healthReason}`;
    const { items: vms } = await call('vmList', { query: { hostId, limit: 200 } });
    const differing = differenceOf(vms, await domainsOn(host));
    if (differing !== null) return `${host.name}: ${differing}`;
    const held = heldBy(vms);
    if (JSON.stringify(told.reserved) !== JSON.stringify(held))
      return `${host.name} has reserved ${JSON.stringify(told.reserved)}, its VMs hold ${JSON.stringify(held)}`;
  }
  return findMiscount(call);
}

/** What users are said to use, beside what there is. */
async function findMiscount(call: Client): Promise<string | null> {
  const { items: vms } = await call('vmList', { query: { limit: 200 } });
  for (const { id, name, usage } of (await call('userList', { query: { limit: 200 } })).items) {
    const own = vms.filter(({ ownerId }) => ownerId === id);
    const held: Quota = {
      vms: own.length,
      runningVms: own.filter(isActive).length,
      vcpus: sum(own, (vm) => vm.vcpus),
      memoryMib: sum(own, (vm) => vm.memoryMib),
      diskBytes: sum(own, (vm) => vm.diskBytes),
    };
    if (!isDeepStrictEqual(usage, held))
      return `${name} is said to use ${JSON.stringify(usage)}, and has ${JSON.stringify(held)}`;
  }
  return null;
}

async function domainsOn({ behind }: FleetHost): Promise<ReadonlyMap<string, VmState>> {
  const { domains } = await behind.call('connectListAllDomains', { needResults: 1, flags: 0 });
  const states = new Map<string, VmState>();
  for (const domain of domains.filter(({ name }) => !name.startsWith(FOREIGN))) {
    const { state } = await behind.call('domainGetState', { domain, flags: 0 });
    states.set(domain.uuid, STATES[state] ?? 'unknown');
  }
  return states;
}

const STATES: Readonly<Record<number, VmState>> = {
  [DomainState.running]: 'running',
  [DomainState.paused]: 'paused',
  [DomainState.shutoff]: 'stopped',
};

function differenceOf(vms: readonly Vm[], domains: ReadonlyMap<string, VmState>): string | null {
  for (const { id, name, state } of vms) {
    const real = domains.get(id) ?? 'missing';
    if (state !== real) return `${name} is ${real}, and said to be ${state}`;
  }
  const known = new Set(vms.map(({ id }) => id));
  const orphan = [...domains.keys()].find((id) => !known.has(id));
  return orphan === undefined ? null : `the domain ${orphan} is nobody's`;
}

const isActive = ({ state }: Vm): boolean => state === 'running' || state === 'paused';
const sum = (of: readonly Vm[], amount: (vm: Vm) => number): number =>
  of.reduce((all, vm) => all + amount(vm), 0);

function heldBy(vms: readonly Vm[]) {
  const active = vms.filter(isActive);
  return {
    vcpus: sum(active, (vm) => vm.vcpus),
    memoryMib: sum(active, (vm) => vm.memoryMib),
    diskBytes: sum(vms, (vm) => vm.diskBytes),
  };
}
