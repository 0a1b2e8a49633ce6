/** The firmware's variables of a VM that is off: a file of its host, beside no pool. A running guest's go with its memory. */
import { posix } from 'node:path';
import type { MoveOptions } from '../../platform/vm-moves.ts';
import { copyVolume } from './disk-copy.ts';
import { volumeIn } from './disks.ts';
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
  const path = nvramPath(xml);
  if (path === null) return;
  const [folder, name] = [posix.dirname(path), posix.basename(path)];
  await source.folders.use(source.host, folder, async (from) => {
    if (!(await volumeIn(source.host, from, name))) return;
    await destination.folders.use(destination.host, folder, (to) =>
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
  });
}
