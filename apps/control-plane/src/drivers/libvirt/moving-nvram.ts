/** The firmware's variables of a VM that is off: a file of its host, beside no pool. A running guest's go with its memory. */
import { posix } from 'node:path';
import { ErrorNumber, type PoolRef, XmlFlag, domainRef } from '@loucloud/libvirt';
import type { MoveOptions } from '../../platform/vm-moves.ts';
import { copyVolume, removeFrom, stampOf } from './disk-copy.ts';
import { volumeIn } from './disks.ts';
import { isLibvirtError } from './errors.ts';
import type { FolderPools } from './folder-pools.ts';
import type { Calls } from './host-link.ts';
import { attributeOf, find, parseXml, textIn } from './xml-tree.ts';

export interface NvramSide {
  readonly host: Calls;
  readonly folders: FolderPools;
}

/** Where a system libvirtd keeps it for a domain that leaves the choice of firmware to libvirt. */
const NVRAM_FOLDER = '/var/lib/libvirt/qemu/nvram';

/** null: BIOS. */
function nvramPath(xml: string): string | null {
  const domain = parseXml(xml);
  const told = textIn(find(domain, 'os', 'nvram'));
  if (told !== '') return told;
  if (attributeOf(find(domain, 'os'), 'firmware') !== 'efi') return null;
  return `${NVRAM_FOLDER}/${textIn(find(domain, 'name'))}_VARS.fd`;
}

/** To the same path. One that has never been started has none yet. */
export async function copyNvram(
  source: NvramSide,
  destination: NvramSide,
  xml: string,
  { signal }: Pick<MoveOptions, 'signal'>,
): Promise<void> {
  await withBoth(source, destination, xml, (from, to, name) =>
    copyVolume(
      {
        source: { host: source.host, pool: from },
        destination: { host: destination.host, pool: to },
        name,
        backingPath: null,
      },
      // Too small to be told of.
      { onProgress: () => {}, signal },
    ),
  );
}

/** What a move that was undone has copied, before a domain there had it. */
export async function removeNvram(source: NvramSide, destination: NvramSide, vmId: string): Promise<void> {
  let xml: string;
  try {
    const asked = { domain: domainRef(vmId), flags: XmlFlag.inactive | XmlFlag.secure };
    ({ xml } = await source.host.call('domainGetXmlDesc', asked));
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noDomain)) return;
    throw error;
  }
  await withBoth(source, destination, xml, (_, to, name) => removeFrom(destination.host, to, name));
}

/** Where the source has such a file, and the destination not the very same one: folders may be shared too. */
async function withBoth(
  source: NvramSide,
  destination: NvramSide,
  xml: string,
  work: (from: PoolRef, to: PoolRef, name: string) => Promise<void>,
): Promise<void> {
  const path = nvramPath(xml);
  if (path === null) return;
  const [folder, name] = [posix.dirname(path), posix.basename(path)];
  await source.folders.use(source.host, folder, async (from) => {
    const file = await volumeIn(source.host, from, name);
    if (!file) return;
    const { writtenAt } = await stampOf(source.host, file);
    await destination.folders.use(destination.host, folder, async (to) => {
      const there = await volumeIn(destination.host, to, name);
      if (there && (await stampOf(destination.host, there)).writtenAt === writtenAt) return;
      await work(from, to, name);
    });
  });
}
