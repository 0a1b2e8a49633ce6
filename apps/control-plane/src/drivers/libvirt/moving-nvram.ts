/** The firmware's variables of a VM that is off: a file of its host, beside no pool. A running guest's go with its memory. */
import { posix } from 'node:path';
import type { MoveOptions } from '../../platform/vm-moves.ts';
import { copyVolume } from './disk-copy.ts';
import { volumeIn } from './disks.ts';
import type { FolderPools } from './folder-pools.ts';
import type { Calls } from './host-link.ts';
import { find, parseXml, textIn } from './xml-tree.ts';

export interface NvramSide {
  readonly host: Calls;
  readonly folders: FolderPools;
}

/** Where the definition has it; null: BIOS, or a domain that lets libvirt choose at its first start. */
const nvramPath = (xml: string): string | null => textIn(find(parseXml(xml), 'os', 'nvram')) || null;

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
