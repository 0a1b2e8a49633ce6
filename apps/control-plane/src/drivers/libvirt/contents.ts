/** What lies on a host: its pool's files, which of them any domain uses, and the domains that carry our metadata. */
import { ErrorNumber, LibvirtError, type PoolRef, XmlFlag, domainRef } from '@loucloud/libvirt';
import type { HostContents, PoolVolume } from '../../platform/hypervisor.ts';
import { filesIn } from './domain-disks.ts';
import { labelOf } from './domain-metadata.ts';
import { domainState, isActiveState } from './domain-status.ts';
import { volumeIn } from './disks.ts';
import { isLibvirtError, unless } from './errors.ts';
import type { Calls } from './host-link.ts';
import { activePool, refreshPool } from './pools.ts';
import { find, parseXml, textIn } from './xml-tree.ts';

export async function readContents(host: Calls, poolName: string): Promise<HostContents> {
  const usedPaths = new Set<string>();
  const domains: HostContents['domains'][number][] = [];
  const listed = await host.call('connectListAllDomains', { needResults: 1, flags: 0 });
  for (const { uuid, name } of listed.domains) {
    const texts = await definitionsOf(host, uuid);
    for (const text of texts) for (const path of filesIn(parseXml(text))) usedPaths.add(path);
    const label = texts[0] === undefined ? null : labelOf(parseXml(texts[0]));
    const now = label && (await domainState(host, uuid));
    if (label && now)
      domains.push({ ...label, vmId: uuid, domainName: name, isActive: isActiveState(now.state) });
  }
  const volumes = await readVolumes(host, poolName);
  return { volumes, usedPaths, domains };
}

/** As defined, and as it runs: what was attached to the running one alone is used too. */
async function definitionsOf(host: Calls, domainId: string): Promise<string[]> {
  const domain = domainRef(domainId);
  try {
    return await Promise.all(
      [XmlFlag.inactive, 0].map(
        async (flags) => (await host.call('domainGetXmlDesc', { domain, flags })).xml,
      ),
    );
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noDomain)) return [];
    throw error;
  }
}

async function readVolumes(host: Calls, poolName: string): Promise<PoolVolume[]> {
  let pool: PoolRef;
  try {
    pool = await activePool(host, poolName);
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noStoragePool)) return [];
    throw error;
  }
  await refreshPool(host, pool);
  const { volumes } = await host.call('storagePoolListAllVolumes', { pool, needResults: 1, flags: 0 });
  const read = await Promise.all(
    volumes.map(async (volume): Promise<PoolVolume | null> => {
      try {
        const text = (await host.call('storageVolGetXmlDesc', { volume, flags: 0 })).xml;
        return volumeFrom(volume.name, text);
      } catch (error) {
        if (error instanceof LibvirtError) return null; // gone meanwhile
        throw error;
      }
    }),
  );
  return read.filter((volume) => volume !== null);
}

function volumeFrom(name: string, text: string): PoolVolume {
  const volume = parseXml(text);
  const seconds = Number(textIn(find(volume, 'target', 'timestamps', 'mtime')));
  return {
    name,
    path: textIn(find(volume, 'target', 'path')),
    // libvirt writes bytes.
    sizeBytes: Number(textIn(find(volume, 'allocation'))),
    changedAt: seconds > 0 ? Math.round(seconds * 1000) : null,
    backingPath: textIn(find(volume, 'backingStore', 'path')) || null,
  };
}

export async function deleteVolume(host: Calls, name: string, poolName: string): Promise<void> {
  const volume = await volumeIn(host, await activePool(host, poolName), name);
  if (volume)
    await unless([ErrorNumber.noStorageVolume], host.call('storageVolDelete', { volume, flags: 0 }));
}

/** Of any pool that runs; answers those that none knows. */
export async function deleteFiles(host: Calls, paths: readonly string[]): Promise<string[]> {
  const kept: string[] = [];
  for (const path of paths) {
    try {
      const { volume } = await host.call('storageVolLookupByPath', { path });
      await host.call('storageVolDelete', { volume, flags: 0 });
    } catch (error) {
      if (!isLibvirtError(error, ErrorNumber.noStorageVolume)) throw error;
      kept.push(path);
    }
  }
  return kept;
}
