/** The addresses that a running guest has, from its network's DHCP leases, else from its agent. */
import { AddressSource, LibvirtError, type ReplyOf, domainRef } from '@loucloud/libvirt';
import { hasAgentConnected } from './domain-reader.ts';
import type { Calls } from './host-link.ts';
import { parseXml } from './xml-tree.ts';

export interface Found {
  readonly addresses: string[];
  /** Its agent was not connected; libvirt's event says when it is. */
  readonly hasNoAgent: boolean;
}

/** `hasNoAgent`: that was found before, and has not changed. */
export async function readAddresses(host: Calls, vmId: string, hasNoAgent = false): Promise<Found> {
  const leased = await ask(host, vmId, AddressSource.lease);
  if (leased.length > 0) return { addresses: leased, hasNoAgent };
  // libvirt waits seconds for an agent that is not there.
  if (hasNoAgent || !(await isAgentConnected(host, vmId))) return { addresses: [], hasNoAgent: true };
  return { addresses: await ask(host, vmId, AddressSource.agent), hasNoAgent: false };
}

/** Most guests have none, and reading all of the XML takes a while. */
async function isAgentConnected(host: Calls, vmId: string): Promise<boolean> {
  const { xml } = await host.call('domainGetXmlDesc', { domain: domainRef(vmId), flags: 0 });
  return xml.includes(CONNECTED) && hasAgentConnected(parseXml(xml));
}

/** As libvirt writes it of a channel. */
const CONNECTED = "state='connected'";

/** A guest that is off, or an agent that does not answer, has no addresses. */
async function ask(host: Calls, vmId: string, source: number): Promise<string[]> {
  try {
    return usable(await host.call('domainInterfaceAddresses', { domain: domainRef(vmId), source, flags: 0 }));
  } catch (error) {
    if (error instanceof LibvirtError) return [];
    throw error;
  }
}

/** IPv4 first, each address once; not the guest's loopback, nor what only its own link can use. */
function usable({ interfaces }: ReplyOf<'domainInterfaceAddresses'>): string[] {
  const addresses = interfaces
    .filter(({ name }) => name !== 'lo')
    .flatMap((i) => i.addresses)
    .filter(({ address }) => !/^(127\.|169\.254\.|fe80:|::1$)/i.test(address))
    .toSorted((a, b) => a.type - b.type)
    .map(({ address }) => address);
  return [...new Set(addresses)];
}
