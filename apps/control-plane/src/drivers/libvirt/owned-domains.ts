/** Which of a host's domains are ours. Nothing is done to any other. */
import { ErrorNumber, type Link, MetadataType, domainRef } from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import { METADATA_NAMESPACE, vmIdInMetadata } from './domain-metadata.ts';
import { isLibvirtError } from './errors.ts';
import type { Calls } from './host-link.ts';
import { SavedDomains } from './saved-domains.ts';
import { XmlError } from './xml-tree.ts';

/** `none`: the host has no such domain. */
type Ownership = 'ours' | 'foreign' | 'none';

export class OwnedDomains {
  readonly saved = new SavedDomains();
  /** By UUID: whether it is ours. */
  readonly #known = new Map<string, boolean>();
  /** By UUID: the last question that no change has overtaken. An answer to any other is of the past, and not kept. */
  readonly #asked = new Map<string, Promise<boolean | null>>();
  readonly #off: readonly (() => void)[];

  constructor(link: Link) {
    this.#off = [
      // What was missed while the link was down may be anything.
      link.on('connected', () => {
        this.#known.clear();
        this.#asked.clear();
      }),
      link.on('domain', (event) => {
        const mayChange =
          event.type === 'metadataChange' ||
          (event.type === 'lifecycle' && (event.event === 'defined' || event.event === 'undefined'));
        if (mayChange) this.forget(event.domain.uuid);
      }),
    ];
  }

  close(): void {
    for (const off of this.#off) off();
  }

  async ownershipOf(vmId: string, host: Calls): Promise<Ownership> {
    const known = this.#known.get(vmId);
    if (known !== undefined) return known ? 'ours' : 'foreign';
    const question = hasOurMetadata(vmId, host);
    this.#asked.set(vmId, question);
    const isLast = (): boolean => this.#asked.get(vmId) === question;
    try {
      const isOurs = await question;
      if (isOurs === null) return 'none';
      if (isLast()) this.#known.set(vmId, isOurs);
      return isOurs ? 'ours' : 'foreign';
    } finally {
      if (isLast()) this.#asked.delete(vmId);
    }
  }

  /** We have just made it. */
  add(vmId: string): void {
    this.forget(vmId);
    this.#known.set(vmId, true);
  }

  /** Asked for again: whose it is has changed. */
  forget(vmId: string): void {
    this.#known.delete(vmId);
    this.#asked.delete(vmId);
  }

  /** Before anything is done to it. A domain that is not there is left to the call itself to find out. */
  async refuseForeign(vmId: string, host: Calls): Promise<void> {
    if ((await this.ownershipOf(vmId, host)) !== 'foreign') return;
    throw new UserError('libvirt_refused', {}, { hint: `domain ${vmId} does not carry LouCloud's metadata` });
  }
}

async function hasOurMetadata(vmId: string, host: Calls): Promise<boolean | null> {
  const asked = { domain: domainRef(vmId), type: MetadataType.element, uri: METADATA_NAMESPACE, flags: 0 };
  try {
    return vmIdInMetadata((await host.call('domainGetMetadata', asked)).metadata) === vmId;
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noDomain)) return null;
    if (isLibvirtError(error, ErrorNumber.noMetadata) || error instanceof XmlError) return false;
    throw error;
  }
}
