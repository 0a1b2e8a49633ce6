/** What a domain carries to say that it is ours, and whose: enough to rebuild the database from the hosts. */
import type { DomainOwner } from '../../platform/hypervisor.ts';
import { type Xml, xml } from './xml.ts';
import { type XmlElement, attributeOf, elementsOf, find, parseXml, textIn } from './xml-tree.ts';

export const METADATA_NAMESPACE = 'https://loucloud.net/xmlns/domain/1';
export const METADATA_PREFIX = 'loucloud';

export interface DomainMetadata {
  readonly vmId: string;
  readonly name: string;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly templateName: string;
}

export const metadataXml = (metadata: DomainMetadata): Xml =>
  xml`<loucloud:vm xmlns:loucloud="${METADATA_NAMESPACE}" id="${metadata.vmId}">
      <loucloud:name>${metadata.name}</loucloud:name>
      <loucloud:owner id="${metadata.ownerId}">${metadata.ownerName}</loucloud:owner>
      <loucloud:template>${metadata.templateName}</loucloud:template>
    </loucloud:vm>`;

/** The same for domainSetMetadata, which puts everything into the namespace itself. */
export const plainMetadataXml = (metadata: DomainMetadata): Xml =>
  xml`<vm id="${metadata.vmId}">
      <name>${metadata.name}</name>
      <owner id="${metadata.ownerId}">${metadata.ownerName}</owner>
      <template>${metadata.templateName}</template>
    </vm>`;

/**
 * Our metadata in a domain's XML. null: the domain is foreign. A domain with another UUID than its metadata says is a
 * copy that somebody made of one of ours, and foreign too.
 */
export function metadataOf(domain: XmlElement): DomainMetadata | null {
  const metadata = find(domain, 'metadata');
  const vm = metadata && ours(metadata, 'vm');
  const vmId = attributeOf(vm, 'id');
  if (!vm || vmId === null || vmId !== textIn(find(domain, 'uuid'))) return null;
  const owner = ours(vm, 'owner');
  return {
    vmId,
    name: textIn(ours(vm, 'name')),
    ownerId: attributeOf(owner, 'id') ?? '',
    ownerName: textIn(owner),
    templateName: textIn(ours(vm, 'template')),
  };
}

/** Whose a domain is by its metadata; null: it carries none of ours. */
export function labelOf(domain: XmlElement): DomainOwner | null {
  const metadata = metadataOf(domain);
  if (!metadata) return null;
  const { vmId: _, ...owner } = metadata;
  return owner;
}

/** The VM that a `<loucloud:vm>` by itself is about, as libvirt hands it out. */
export function vmIdInMetadata(text: string): string | null {
  const vm = parseXml(text);
  return vm.local === 'vm' ? attributeOf(vm, 'id') : null;
}

const ours = (parent: XmlElement, local: string): XmlElement | null =>
  elementsOf(parent).find((child) => child.local === local && child.namespace === METADATA_NAMESPACE) ?? null;
