/** What a host's domains are doing. */
import { DomainState, ErrorNumber, ListDomainsFlag, RunningReason, domainRef } from '@loucloud/libvirt';
import type { DomainStatus, ForeignDomainStatus } from '../../platform/hypervisor.ts';
import { isLibvirtError } from './errors.ts';
import type { Calls } from './host-link.ts';
import type { OwnedDomains } from './owned-domains.ts';
import { domainStateNames, statusOf } from './states.ts';

/**
 * null: there is no such domain. One that does not carry our metadata is missing too: it is not ours to touch.
 * `isUnsaved`: what has just happened to it leaves no saved image, so none is looked for.
 */
export async function readStatus(
  host: Calls,
  owned: OwnedDomains,
  vmId: string,
  { isUnsaved = false } = {},
): Promise<DomainStatus | null> {
  const ownership = await owned.ownershipOf(vmId, host);
  if (ownership === 'none') return null;
  if (ownership === 'foreign') return { vmId, state: 'missing', cause: 'label_removed_outside' };
  const now = await domainState(host, vmId);
  if (!now) return null;
  const maybeSaved = now.state === DomainState.shutoff && !isUnsaved;
  const isSaved = maybeSaved && (await owned.saved.list(host)).has(vmId);
  return { vmId, ...statusOf(now.state, now.reason, isSaved) };
}

/** libvirt's own numbers; null: no such domain. */
export async function domainState(
  host: Calls,
  vmId: string,
): Promise<{ state: number; reason: number } | null> {
  try {
    return await host.call('domainGetState', { domain: domainRef(vmId), flags: 0 });
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noDomain)) return null;
    throw error;
  }
}

export const isActiveState = (state: number): boolean =>
  state !== DomainState.shutoff && state !== DomainState.crashed && state !== DomainState.noState;

/** Not why a domain runs: it would have to be asked about each, and most run all the time. */
export async function readAllStatuses(host: Calls, owned: OwnedDomains): Promise<DomainStatus[]> {
  const ours = (await listDomains(host, owned)).filter(({ isOurs }) => isOurs);
  const saved = await owned.saved.list(host);
  const running = await listRunning(host);
  const statuses = await Promise.all(
    ours.map(async ({ uuid }): Promise<DomainStatus | null> => {
      if (running.has(uuid)) return { vmId: uuid, ...RUNNING };
      const now = await domainState(host, uuid);
      return now && { vmId: uuid, ...statusOf(now.state, now.reason, saved.has(uuid)) };
    }),
  );
  return statuses.filter((status) => status !== null);
}

export async function readForeignDomains(host: Calls, owned: OwnedDomains): Promise<ForeignDomainStatus[]> {
  const foreign = (await listDomains(host, owned)).filter(({ isOurs }) => !isOurs);
  const statuses = await Promise.all(
    foreign.map(async ({ uuid, name }): Promise<ForeignDomainStatus | null> => {
      const now = await domainState(host, uuid);
      return now && { id: uuid, name, state: domainStateNames[now.state] ?? 'no state' };
    }),
  );
  return statuses.filter((status) => status !== null);
}

const RUNNING = statusOf(DomainState.running, RunningReason.unknown, false);

async function listRunning(host: Calls): Promise<ReadonlySet<string>> {
  const flags = ListDomainsFlag.running;
  const { domains } = await host.call('connectListAllDomains', { needResults: 1, flags });
  return new Set(domains.map(({ uuid }) => uuid));
}

async function listDomains(
  host: Calls,
  owned: OwnedDomains,
): Promise<{ uuid: string; name: string; isOurs: boolean }[]> {
  const { domains } = await host.call('connectListAllDomains', { needResults: 1, flags: 0 });
  const listed = await Promise.all(
    domains.map(async ({ uuid, name }) => ({ uuid, name, ownership: await owned.ownershipOf(uuid, host) })),
  );
  return listed
    .filter(({ ownership }) => ownership !== 'none')
    .map(({ uuid, name, ownership }) => ({ uuid, name, isOurs: ownership === 'ours' }));
}
