/** What a path leads to on a host, while it is typed: as libvirt lists its folders. Nothing is changed there. */
import { posix } from 'node:path';
import { LibvirtError, ListPoolsFlag, type PoolRef, VolumeType } from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import type { PathEntry, PathSight } from '../../platform/hypervisor.ts';
import type { Calls } from './host-link.ts';
import { inspectImage } from './image-inspection.ts';
import { refuseForbiddenPath, refuseLinks } from './image-path.ts';
import type { ImageReader } from './image-source.ts';
import { poolPath, refreshPool } from './pools.ts';

/** As many as somebody reads; whoever looks for another types on. */
const ENTRIES_MOST = 50;

/** An empty path leads to the folders of the host's pools. */
export async function lookAtPath(reader: ImageReader, path: string): Promise<PathSight> {
  if (path === '')
    return { entries: await poolFolders(reader.host), isMore: false, image: null, refusal: null };
  const isFolder = path.endsWith('/');
  const { entries, isMore } = await entriesAt(reader, path);
  if (isFolder) return { entries, isMore, image: null, refusal: null };
  try {
    return { entries, isMore, image: await inspectImage(reader, path, undefined), refusal: null };
  } catch (error) {
    // libvirt's own refusals are no verdict on the path.
    if (error instanceof UserError && /^(?:path|image)_/.test(error.code))
      return { entries, isMore, image: null, refusal: error.code };
    throw error;
  }
}

async function poolFolders(host: Calls): Promise<PathEntry[]> {
  const { pools } = await host.call('connectListAllStoragePools', {
    needResults: 1,
    flags: ListPoolsFlag.active,
  });
  const paths = await Promise.all(pools.map((pool) => poolPath(host, pool)));
  return [...new Set(paths)]
    .filter((path) => path.startsWith('/') && !path.startsWith('/dev/'))
    .toSorted()
    .map((path) => ({ path: `${path}/`, isFolder: true, sizeBytes: 0 }));
}

/** Those of the path's folder whose names begin as it ends; none where it cannot be looked into. */
async function entriesAt(reader: ImageReader, path: string): Promise<Pick<PathSight, 'entries' | 'isMore'>> {
  const { host, folders, isLocal } = reader;
  const folder = path.endsWith('/') ? path.slice(0, -1) : posix.dirname(path);
  const beginning = path.endsWith('/') ? '' : posix.basename(path).toLowerCase();
  try {
    refuseForbiddenPath(folder);
    if (isLocal) await refuseLinks(folder).catch(passFolder);
    return await folders.use(host, folder, (pool) => list(host, pool, folder, beginning));
  } catch (error) {
    if (error instanceof LibvirtError || (error instanceof UserError && error.code.startsWith('path_')))
      return { entries: [], isMore: false };
    throw error;
  }
}

async function list(host: Calls, pool: PoolRef, folder: string, beginning: string) {
  await refreshPool(host, pool);
  const { volumes } = await host.call('storagePoolListAllVolumes', { pool, needResults: 1, flags: 0 });
  const fitting = volumes
    .filter(({ name }) => name.toLowerCase().startsWith(beginning))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  const read = await Promise.all(
    fitting.slice(0, ENTRIES_MOST).map(async (volume): Promise<PathEntry | null> => {
      try {
        const { type, allocation } = await host.call('storageVolGetInfo', { volume });
        const isFolder = type === VolumeType.directory;
        const path = `${folder}/${volume.name}${isFolder ? '/' : ''}`;
        return { path, isFolder, sizeBytes: isFolder ? 0 : allocation };
      } catch (error) {
        if (error instanceof LibvirtError) return null; // gone meanwhile
        throw error;
      }
    }),
  );
  const entries = read.filter((entry) => entry !== null);
  return {
    entries: [...entries.filter(({ isFolder }) => isFolder), ...entries.filter(({ isFolder }) => !isFolder)],
    isMore: fitting.length > ENTRIES_MOST,
  };
}

/** A folder is what is wanted here. */
function passFolder(error: unknown): void {
  if (!(error instanceof UserError) || error.code !== 'path_is_directory') throw error;
}
