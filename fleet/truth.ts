/** Whether LouCloud's database and the hosts agree: about what there is, how it is, and what it holds. */
import { type Client, type Vm, type VmState } from '@loucloud/api';
import { DomainState } from '@loucloud/libvirt';
import type { Cloud } from './cloud.ts';
import type { FleetHost } from './fleet-host.ts';

const FOREIGN = 'somebodys-';

/** What is not so, in words; null: everything is true. */
export async function findUntruth(call: Client, { fleet, hosts }: Cloud): Promise<string | null> {
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

function heldBy(vms: readonly Vm[]) {
  const active = vms.filter(({ state }) => state === 'running' || state === 'paused');
  const sum = (of: readonly Vm[], amount: (vm: Vm) => number) => of.reduce((all, vm) => all + amount(vm), 0);
  return {
    vcpus: sum(active, (vm) => vm.vcpus),
    memoryMib: sum(active, (vm) => vm.memoryMib),
    diskBytes: sum(vms, (vm) => vm.diskBytes),
  };
}
