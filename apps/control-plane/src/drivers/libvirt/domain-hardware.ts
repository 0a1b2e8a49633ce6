/** What a domain is defined as, from libvirt's XML of it: the persistent one, and the live one while it runs. */
import type { AdoptionLimit } from '@loucloud/api';
import { ErrorNumber, XmlFlag, domainRef, volumeRef } from '@loucloud/libvirt';
import type { DomainHardware, DomainPortrait } from '../../platform/hypervisor.ts';
import { type DiskPool, disksOf, measureDisks, sizeByDomain } from './domain-disks.ts';
import { labelOf } from './domain-metadata.ts';
import { diskPathOf, isUefi, mebibytes, networkOf } from './domain-reader.ts';
import { domainState } from './domain-status.ts';
import { isLibvirtError } from './errors.ts';
import type { Calls } from './host-link.ts';
import { activePool, poolPath, refreshPool } from './pools.ts';
import { statusOf } from './states.ts';
import { type XmlElement, attributeOf, childrenOf, find, parseXml, textIn } from './xml-tree.ts';

/** A domain's XML as it is defined, and as it runs; null: it does not run. */
export interface DomainTexts {
  readonly defined: string;
  readonly live: string | null;
}

/** null: there is no such domain. One call for a domain that is off, two for one that runs. */
export async function readTexts(host: Calls, domainId: string): Promise<DomainTexts | null> {
  const domain = domainRef(domainId);
  const read = async (flags: number) => (await host.call('domainGetXmlDesc', { domain, flags })).xml;
  try {
    const now = await read(0);
    // Only what runs has a number.
    if (!/^<domain [^>]*\bid=/.test(now)) return { defined: now, live: null };
    return { defined: await read(XmlFlag.inactive), live: now };
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noDomain)) return null;
    throw error;
  }
}

/** Its disks are not measured yet. */
export function hardwareIn(
  vmId: string,
  { defined, live }: DomainTexts,
  pool: DiskPool | null,
): DomainHardware {
  const domain = parseXml(defined);
  const running = live === null ? null : parseXml(live);
  return {
    vmId,
    domainName: textIn(find(domain, 'name')),
    title: textIn(find(domain, 'title')),
    description: textIn(find(domain, 'description')),
    vcpus: vcpusOf(domain),
    memoryMib: mebibytes(find(domain, 'memory')),
    runningVcpus: running && vcpusOf(running),
    runningMemoryMib: running && mebibytes(find(running, 'currentMemory') ?? find(running, 'memory')),
    disks: disksOf(domain, pool),
    missingDisks: [],
    cdromPath: diskPathOf(running ?? domain, 'cdrom'),
    macAddresses: nicsOf(domain).map((nic) => attributeOf(find(nic, 'mac'), 'address') ?? ''),
    label: labelOf(domain),
    definition: defined,
  };
}

/** Of any domain; null: there is no such. */
export async function readPortrait(
  host: Calls,
  domainId: string,
  poolName: string,
): Promise<DomainPortrait | null> {
  const texts = await readTexts(host, domainId);
  const now = texts && (await domainState(host, domainId));
  if (!now) return null;
  const domain = domainRef(domainId);
  const pool = await diskPool(host, poolName);
  const hardware = await measured(host, hardwareIn(domainId, texts, pool), pool);
  const tree = parseXml(texts.defined);
  const isSaved = (await host.call('domainHasManagedSaveImage', { domain, flags: 0 })).result === 1;
  const [card] = nicsOf(tree);
  return {
    ...hardware,
    state: statusOf(now.state, now.reason, isSaved).state,
    firmware: isUefi(tree) ? 'uefi' : 'bios',
    isTransient: (await host.call('domainIsPersistent', { domain })).persistent === 0,
    network: card ? networkOf(card) : null,
    backingPath: pool && (await backingOf(host, hardware, pool)),
    limits: limitsOf(tree, hardware),
  };
}

async function measured(
  host: Calls,
  hardware: DomainHardware,
  pool: DiskPool | null,
): Promise<DomainHardware> {
  const lookAgain = async () => {
    if (pool) await refreshPool(host, await activePool(host, pool.name));
  };
  const { disks, missing } = await measureDisks(host, hardware.disks, pool, lookAgain);
  const all = disks.map(async (disk) =>
    disk.sizeBytes > 0 ? disk : { ...disk, sizeBytes: await sizeByDomain(host, hardware.vmId, disk.target) },
  );
  return { ...hardware, disks: await Promise.all(all), missingDisks: missing };
}

async function backingOf(
  host: Calls,
  { disks }: DomainHardware,
  { name, folder }: DiskPool,
): Promise<string | null> {
  const [disk] = disks;
  if (!disk?.isInPool || disk.sizeBytes === 0) return null;
  const volume = volumeRef(name, disk.path.slice(folder.length + 1));
  const { xml } = await host.call('storageVolGetXmlDesc', { volume, flags: 0 });
  return textIn(find(parseXml(xml), 'backingStore', 'path')) || null;
}

/** null: the host has no such pool. */
export async function diskPool(host: Calls, name: string): Promise<DiskPool | null> {
  try {
    const { pool } = await host.call('storagePoolLookupByName', { name });
    return { name, folder: await poolPath(host, pool) };
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noStoragePool)) return null;
    throw error;
  }
}

/** What LouCloud cannot do for it, by its definition. What is registered is for the caller to know. */
function limitsOf(domain: XmlElement, { disks, macAddresses }: DomainHardware): AdoptionLimit[] {
  const devices = find(domain, 'devices');
  const has: Partial<Record<AdoptionLimit, boolean>> = {
    no_disk: disks.length === 0,
    several_disks: disks.length > 1,
    disk_outside_pool: disks.some((disk) => !disk.isInPool),
    disk_not_file: disks.some(({ path }) => !path.startsWith('/') || path.startsWith('/dev/')),
    passthrough: ['hostdev', 'redirdev'].some((name) => childrenOf(devices, name).length > 0),
    no_vnc_socket: !hasVncSocket(devices),
    no_serial: ['console', 'serial'].every((name) => childrenOf(devices, name).length === 0),
    no_network_card: macAddresses.length === 0,
    several_network_cards: macAddresses.length > 1,
  };
  // The keys are written just above.
  return (Object.keys(has) as AdoptionLimit[]).filter((limit) => has[limit] === true);
}

const hasVncSocket = (devices: XmlElement | null): boolean =>
  childrenOf(devices, 'graphics').some(
    (graphics) =>
      attributeOf(graphics, 'type') === 'vnc' &&
      childrenOf(graphics, 'listen').some((listen) => attributeOf(listen, 'type') === 'socket'),
  );

const nicsOf = (domain: XmlElement): XmlElement[] => childrenOf(find(domain, 'devices'), 'interface');

/** What it starts with: more may be plugged in later. */
function vcpusOf(domain: XmlElement): number {
  const vcpu = find(domain, 'vcpu');
  return Number(attributeOf(vcpu, 'current') ?? textIn(vcpu));
}
