/** Domains as LouCloud made one, by the thousand: defined and started on the hosts themselves, past LouCloud. */
import { domainRef } from '@loucloud/libvirt';
import { inParallel } from '../tools/test/runner.ts';
import type { FleetHost } from './fleet-host.ts';
import { FLEET_POOL } from './node-xml.ts';

export interface Copies {
  /** The host's name, and the VM that LouCloud made there. */
  readonly model: { readonly hostName: string; readonly vmId: string };
  readonly domains: readonly Copy[];
}

export interface Copy {
  readonly hostName: string;
  readonly vmId: string;
  readonly name: string;
  readonly domainName: string;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly macAddress: string;
  readonly isRunning: boolean;
}

type Amendment = readonly [pattern: RegExp, replacement: string];

const HOSTS_AT_ONCE = 16;
/** VIR_DOMAIN_XML_INACTIVE */
const INACTIVE = 2;

/** Answers how many there are now. */
export async function copyDomains(hosts: readonly FleetHost[], copies: Copies): Promise<number> {
  const { domainXml, volumeXml } = await readModel(hosts, copies.model);
  await inParallel(hosts, HOSTS_AT_ONCE, async ({ name, behind }) => {
    const { pool } = await behind.call('storagePoolLookupByName', { name: FLEET_POOL });
    for (const copy of copies.domains.filter(({ hostName }) => hostName === name)) {
      const disk = volumeXml.replaceAll(copies.model.vmId, copy.vmId);
      await behind.call('storageVolCreateXml', { pool, xml: disk, flags: 0 });
      const xml = amended(domainXml.replaceAll(copies.model.vmId, copy.vmId), copy);
      await behind.call('domainDefineXmlFlags', { xml, flags: 0 });
      if (!copy.isRunning) continue;
      await behind.call('domainCreateWithFlags', { domain: domainRef(copy.vmId), flags: 0 });
    }
  });
  return copies.domains.length;
}

async function readModel(hosts: readonly FleetHost[], { hostName, vmId }: Copies['model']) {
  const host = hosts.find(({ name }) => name === hostName);
  if (!host) throw new Error(`no host is “${hostName}”`);
  const { behind } = host;
  const asked = { domain: domainRef(vmId), flags: INACTIVE };
  const { xml: domainXml } = await behind.call('domainGetXmlDesc', asked);
  const { pool } = await behind.call('storagePoolLookupByName', { name: FLEET_POOL });
  const { volume } = await behind.call('storageVolLookupByName', { pool, name: `${vmId}.qcow2` });
  const { xml: volumeXml } = await behind.call('storageVolGetXmlDesc', { volume, flags: 0 });
  return { domainXml, volumeXml };
}

/** What is the copy's own, beside its id. */
function amended(xml: string, { name, domainName, ownerId, ownerName, macAddress }: Copy): string {
  const amendments: readonly Amendment[] = [
    [/(<title>)[^<]*/, `$1${name}`],
    [/(<name>)[^<]*/, `$1${domainName}`],
    [/(<loucloud:name>)[^<]*/, `$1${name}`],
    [/(<loucloud:owner id=["'])[^"']*(["']>)[^<]*/, `$1${ownerId}$2${ownerName}`],
    [/(<mac address=["'])[^"']*/, `$1${macAddress}`],
    [/(<entry name=["']opt\/net\.loucloud\/(?:host)?name["']>)[^<]*/g, `$1${name}`],
  ];
  return amendments.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), xml);
}
