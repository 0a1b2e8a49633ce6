/** Makes a domain ours, or foreign again, by its metadata alone: it is neither redefined nor restarted. */
import { ErrorNumber, Impact, MetadataType, domainRef } from '@loucloud/libvirt';
import type { DomainOwner } from '../../platform/hypervisor.ts';
import { METADATA_NAMESPACE, METADATA_PREFIX, plainMetadataXml } from './domain-metadata.ts';
import { domainState, isActiveState } from './domain-status.ts';
import { isLibvirtError, unless } from './errors.ts';
import type { Calls } from './host-link.ts';

export const label = (host: Calls, domainId: string, owner: DomainOwner): Promise<void> =>
  setElement(host, domainId, plainMetadataXml({ vmId: domainId, ...owner }).text);

export const unlabel = (host: Calls, domainId: string): Promise<void> =>
  unless([ErrorNumber.noDomain, ErrorNumber.noMetadata], setElement(host, domainId, null));

/** In what it will be started from, and in what runs, so that both say the same. */
async function setElement(host: Calls, domainId: string, metadata: string | null): Promise<void> {
  const change = {
    domain: domainRef(domainId),
    type: MetadataType.element,
    metadata,
    key: metadata === null ? null : METADATA_PREFIX,
    uri: METADATA_NAMESPACE,
  };
  const now = await domainState(host, domainId);
  await host.call('domainSetMetadata', { ...change, flags: Impact.config });
  if (!now || !isActiveState(now.state)) return;
  try {
    await host.call('domainSetMetadata', { ...change, flags: Impact.live });
  } catch (error) {
    // It has stopped meanwhile: there is nothing live any more.
    if (!isLibvirtError(error, ErrorNumber.operationInvalid)) throw error;
  }
}
