/** Domains' disks: what they are in the XML, how large they are, and whether their files are there. */
import type { AdoptedDisk } from '@loucloud/api';
import { ErrorNumber, LibvirtError, domainRef, volumeRef } from '@loucloud/libvirt';
import { isLibvirtError } from './errors.ts';
import type { Calls } from './host-link.ts';
import { type XmlElement, attributeOf, childrenOf, find, textIn } from './xml-tree.ts';

/** A pool that VMs' disks lie in. */
export interface DiskPool {
  readonly name: string;
  readonly folder: string;
}

/** Size 0: not measured yet. A disk that is a pool's volume by name has "pool/volume" for a path. */
export const disksOf = (domain: XmlElement, pool: DiskPool | null): AdoptedDisk[] =>
  childrenOf(find(domain, 'devices'), 'disk')
    // A CD-ROM or a floppy holds nothing of the VM's own.
    .filter((disk) => (attributeOf(disk, 'device') ?? 'disk') === 'disk')
    .map((disk) => {
      const path = pathIn(disk, pool);
      return {
        target: attributeOf(find(disk, 'target'), 'dev') ?? '',
        path,
        sizeBytes: 0,
        isInPool: pool !== null && path.startsWith(`${pool.folder}/`),
      };
    });

function pathIn(disk: XmlElement, pool: DiskPool | null): string {
  const source = find(disk, 'source');
  const volume = attributeOf(source, 'volume');
  if (volume === null) return attributeOf(source, 'file') ?? attributeOf(source, 'dev') ?? '';
  const of = attributeOf(source, 'pool') ?? '';
  return of === pool?.name ? `${pool.folder}/${volume}` : `${of}/${volume}`;
}

/** Every file that a domain names: its disks, what they rest on, its firmware's memory, its kernel. */
export function filesIn(domain: XmlElement): string[] {
  const files: string[] = [];
  const look = (element: XmlElement): void => {
    for (const name of ['file', 'dev', 'dir']) {
      const value = attributeOf(element, name);
      if (value?.startsWith('/')) files.push(value);
    }
    const text = ['nvram', 'loader', 'kernel', 'initrd'].includes(element.local)
      ? textIn(element).trim()
      : '';
    if (text.startsWith('/')) files.push(text);
    for (const child of element.children) if (typeof child !== 'string') look(child);
  };
  look(domain);
  return files;
}

export interface MeasuredDisks {
  readonly disks: AdoptedDisk[];
  /** Paths of those whose files are gone. */
  readonly missing: string[];
}

/**
 * By the pool's volumes, at whose files libvirt looks anew each time. `lookAgain` lets libvirt look at the pool before
 * a file counts as gone: it may only not have seen it yet.
 */
export async function measureDisks(
  host: Calls,
  disks: readonly AdoptedDisk[],
  pool: DiskPool | null,
  lookAgain: () => Promise<void>,
): Promise<MeasuredDisks> {
  const measured = await Promise.all(
    disks.map(async (disk): Promise<{ disk: AdoptedDisk; isMissing: boolean }> => {
      if (!disk.isInPool || pool === null) return { disk: { ...disk, sizeBytes: 0 }, isMissing: false };
      let sizeBytes = await volumeSize(host, disk.path, pool);
      if (sizeBytes === 'gone') {
        await lookAgain();
        sizeBytes = await volumeSize(host, disk.path, pool);
      }
      if (sizeBytes === 'gone') return { disk: { ...disk, sizeBytes: 0 }, isMissing: true };
      return { disk: { ...disk, sizeBytes: sizeBytes ?? 0 }, isMissing: false };
    }),
  );
  return {
    disks: measured.map(({ disk }) => disk),
    missing: measured.filter(({ isMissing }) => isMissing).map(({ disk }) => disk.path),
  };
}

/** null: the pool cannot be asked now. */
async function volumeSize(
  host: Calls,
  path: string,
  { name, folder }: DiskPool,
): Promise<number | 'gone' | null> {
  try {
    const volume = volumeRef(name, path.slice(folder.length + 1));
    return (await host.call('storageVolGetInfo', { volume })).capacity;
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noStorageVolume)) return 'gone';
    if (!(error instanceof LibvirtError)) throw error;
    return error.message.includes('No such file or directory') ? 'gone' : null;
  }
}

/** Also of a disk that no pool knows: the domain's own word, for which a running guest may be asked. 0: not known. */
export async function sizeByDomain(host: Calls, domainId: string, target: string): Promise<number> {
  try {
    const asked = { domain: domainRef(domainId), path: target, flags: 0 };
    return (await host.call('domainGetBlockInfo', asked)).capacity;
  } catch (error) {
    if (error instanceof LibvirtError) return 0;
    throw error;
  }
}
