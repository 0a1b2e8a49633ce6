/** A new name, description or owner for a domain: in what runs, and in what it will be started from. */
import { ErrorNumber, Impact, MetadataType, XmlFlag, domainRef } from '@loucloud/libvirt';
import {
  type DomainMetadata,
  METADATA_NAMESPACE,
  METADATA_PREFIX,
  metadataOf,
  metadataXml,
  plainMetadataXml,
} from './domain-metadata.ts';
import type { DomainLabel } from '../../platform/hypervisor.ts';
import { FW_CFG_HOSTNAME, FW_CFG_NAME } from './domain-xml.ts';
import { unless } from './errors.ts';
import { guestHostname } from './guest-hostname.ts';
import type { Calls } from './host-link.ts';
import { type XmlElement, attributeOf, childrenOf, find, parseXml, writeXml } from './xml-tree.ts';
import { type Xml, xml } from './xml.ts';

export async function relabel(host: Calls, vmId: string, label: DomainLabel): Promise<void> {
  const { description, ...named } = label;
  const domain = domainRef(vmId);
  const asked = { domain, flags: XmlFlag.inactive | XmlFlag.secure };
  const persistent = parseXml((await host.call('domainGetXmlDesc', asked)).xml);
  const metadata = metadataOf(persistent);
  if (!metadata) return;
  const renamed = { ...metadata, ...named };
  if (tellsGuest(persistent)) {
    setNames(persistent, renamed, description);
    await host.call('domainDefineXmlFlags', { xml: writeXml(persistent).text, flags: 0 });
  } else {
    // A domain that LouCloud did not make is not redefined for a name.
    await setNamesAlone(host, renamed, description, Impact.config);
  }
  // A domain that does not run has nothing live.
  await unless([ErrorNumber.operationInvalid], setNamesAlone(host, renamed, description, Impact.live));
}

async function setNamesAlone(
  host: Calls,
  renamed: DomainMetadata,
  description: string,
  flags: number,
): Promise<void> {
  const live = { domain: domainRef(renamed.vmId), key: null, uri: null, flags };
  const { title, description: descriptionType, element } = MetadataType;
  await host.call('domainSetMetadata', { ...live, type: title, metadata: renamed.name || null });
  await host.call('domainSetMetadata', { ...live, type: descriptionType, metadata: description || null });
  await host.call('domainSetMetadata', {
    ...live,
    type: element,
    metadata: plainMetadataXml(renamed).text,
    key: METADATA_PREFIX,
    uri: METADATA_NAMESPACE,
  });
}

/** Everything else in the definition stays as it is, also what was added by hand. */
function setNames(domain: XmlElement, metadata: DomainMetadata, description: string): void {
  replaceChild(domain, (child) => child.name === 'title', xml`<title>${metadata.name}</title>`);
  replaceChild(
    domain,
    (child) => child.name === 'description',
    xml`<description>${description}</description>`,
  );
  const all = find(domain, 'metadata');
  if (all) replaceChild(all, (child) => child.namespace === METADATA_NAMESPACE, metadataXml(metadata));
  const told = new Map([
    [FW_CFG_NAME, metadata.name],
    [FW_CFG_HOSTNAME, guestHostname(metadata.name, metadata.vmId)],
  ]);
  for (const sysinfo of childrenOf(domain, 'sysinfo')) {
    for (const entry of childrenOf(sysinfo, 'entry')) {
      const text = told.get(attributeOf(entry, 'name') ?? '');
      if (text !== undefined) entry.children.splice(0, entry.children.length, text);
    }
  }
}

/** The names in its definition that its guest reads are ours. */
const tellsGuest = (domain: XmlElement): boolean =>
  childrenOf(domain, 'sysinfo').some((sysinfo) =>
    childrenOf(sysinfo, 'entry').some((entry) => attributeOf(entry, 'name') === FW_CFG_NAME),
  );

function replaceChild(parent: XmlElement, isOld: (child: XmlElement) => boolean, replacement: Xml): void {
  const others = parent.children.filter((child) => typeof child === 'string' || !isOld(child));
  parent.children.splice(0, parent.children.length, ...others, parseXml(replacement.text));
}
