/** vCPUs and memory at the next start. Everything else in the definition stays, also what was added by hand. */
import { XmlFlag, domainRef } from '@loucloud/libvirt';
import type { DomainSpec } from '../../platform/hypervisor.ts';
import type { Calls } from './host-link.ts';
import { type XmlElement, childrenOf, find, parseXml, writeXml } from './xml-tree.ts';

export async function resize(
  host: Calls,
  vmId: string,
  { vcpus, memoryMib }: Pick<DomainSpec, 'vcpus' | 'memoryMib'>,
): Promise<void> {
  const asked = { domain: domainRef(vmId), flags: XmlFlag.inactive | XmlFlag.secure };
  const domain = parseXml((await host.call('domainGetXmlDesc', asked)).xml);
  for (const name of ['memory', 'currentMemory']) setAmount(domain, name, memoryMib, 'MiB');
  setAmount(domain, 'vcpu', vcpus, null);
  // Which of the vCPUs are plugged in, and how they make up sockets and cores, was for their former number.
  drop(domain, 'vcpus');
  const cpu = find(domain, 'cpu');
  if (cpu) drop(cpu, 'topology');
  await host.call('domainDefineXmlFlags', { xml: writeXml(domain).text, flags: 0 });
}

function setAmount(domain: XmlElement, name: string, amount: number, unit: string | null): void {
  const element = find(domain, name);
  if (!element) return;
  element.children.splice(0, element.children.length, String(amount));
  element.attributes.delete('current');
  if (unit !== null) element.attributes.set('unit', unit);
}

function drop(parent: XmlElement, name: string): void {
  const dropped = new Set<unknown>(childrenOf(parent, name));
  const kept = parent.children.filter((child) => !dropped.has(child));
  parent.children.splice(0, parent.children.length, ...kept);
}
