/** Where an image's bytes come from: its host's libvirt, or, where that cannot look, the file itself. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { posix } from 'node:path';
import { LibvirtError, type PoolRef, type VolumeRef, VolumeTransferFlag } from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import type { FileStamp } from '../../platform/hypervisor.ts';
import { volumeIn } from './disks.ts';
import type { FolderPools } from './folder-pools.ts';
import type { Calls } from './host-link.ts';
import { refuseForbiddenPath, refuseLinks } from './image-path.ts';
import { refreshPool } from './pools.ts';
import { attributeOf, find as findElement, parseXml, textIn } from './xml-tree.ts';

/** virStorageVolInfoFlags: the file's length instead of the blocks it takes. */
const GET_PHYSICAL = 1;
const CHUNK = 1_048_576;
/** No byte for so long: the host's disk hangs. */
const STALL_MS = 60_000;

export interface ImageReader {
  readonly host: Calls;
  readonly folders: FolderPools;
  /** The host is this machine, so its files can be looked at directly. */
  readonly isLocal: boolean;
}

export interface ImageSource {
  readonly sizeBytes: number;
  /** Another one once the file has been written to, or another put in its place; null where that cannot be told. */
  readonly stamp: Stamp | null;
  readonly read: (offset: number, length: number) => Promise<Buffer>;
  /** The whole file, with its holes as far as they are known. */
  readonly eachSegment: (use: UseSegment, signal: AbortSignal) => Promise<void>;
}

/** Has the data until it returns. With a promise it gets no more until that is settled. */
export type UseSegment = (segment: Segment) => Promise<void> | undefined;

export interface Stamp {
  readonly text: string;
  /** When the file was last changed. */
  readonly changedAtMs: number;
}

export type Segment = { readonly data: Buffer } | { readonly hole: number };

export async function withImage<T>(
  { host, folders, isLocal }: ImageReader,
  path: string,
  use: (source: ImageSource) => Promise<T>,
): Promise<T> {
  refuseForbiddenPath(path);
  if (isLocal) await refuseLinks(path);
  const look = async (pool: PoolRef) => use(await volumeSource(host, pool, path));
  try {
    return await folders.use(host, posix.dirname(path), look);
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    if (/No such file or directory|Not a directory/.test(error.message))
      throw new UserError('path_not_found', {}, { cause: error, hint: error.message });
    // One damaged file makes libvirt refuse the whole folder that it is in.
    if (isLocal) return withFile(path, use);
    throw error;
  }
}

/** What the file looks like from outside; null: there is no regular file at that path. */
export async function stampFile(
  { host, folders, isLocal }: ImageReader,
  path: string,
): Promise<FileStamp | null> {
  try {
    refuseForbiddenPath(path);
    if (isLocal) await refuseLinks(path);
    return await folders.use(host, posix.dirname(path), async (pool) => {
      const volume = await find(host, pool, posix.basename(path));
      const { kind, sizeBytes, timestamps } = await lookAt(host, volume);
      if (kind !== 'file') return null;
      const modifiedAt = textIn(findElement(timestamps, 'mtime'));
      return modifiedAt === '' ? null : { sizeBytes, modifiedAt };
    });
  } catch (error) {
    // No such folder, no such file, or nothing that may be an image.
    if (error instanceof LibvirtError || (error instanceof UserError && error.code.startsWith('path_')))
      return null;
    throw error;
  }
}

async function volumeSource(host: Calls, pool: PoolRef, path: string): Promise<ImageSource> {
  const volume = await find(host, pool, posix.basename(path));
  const { kind, sizeBytes, timestamps } = await lookAt(host, volume);
  if (kind === 'dir') throw new UserError('path_is_directory', {}, { hint: path });
  // The one format that libvirt takes for a kind of volume of its own.
  if (kind === 'ploop') throw new UserError('image_format_unsupported', { format: 'parallels' });
  if (kind !== 'file') throw new UserError('path_not_regular', {}, { hint: path });
  return {
    sizeBytes,
    stamp: stampOf(
      sizeBytes,
      textIn(findElement(timestamps, 'mtime')),
      textIn(findElement(timestamps, 'ctime')),
    ),
    read: (offset, length) => readVolume(host, volume, offset, length),
    eachSegment: (use, signal) => eachSegmentOf(host, volume, use, signal),
  };
}

/** libvirt looks at the file anew for it. */
async function lookAt(host: Calls, volume: VolumeRef) {
  const found = parseXml((await host.call('storageVolGetXmlDesc', { volume, flags: 0 })).xml);
  const physical = textIn(findElement(found, 'physical'));
  return {
    kind: attributeOf(found, 'type'),
    sizeBytes: physical === '' ? await lengthOf(host, volume) : Number(physical),
    timestamps: findElement(found, 'target', 'timestamps'),
  };
}

/** libvirt's XML is silent about a file of no bytes; its test hosts' about any. */
async function lengthOf(host: Calls, volume: VolumeRef): Promise<number> {
  return (await host.call('storageVolGetInfoFlags', { volume, flags: GET_PHYSICAL })).allocation;
}

/** The time of change (ctime) is nobody's to set but the kernel's. In seconds, with nine digits behind the point. */
function stampOf(sizeBytes: number, modifiedAt: string, changedAt: string): Stamp | null {
  if (changedAt === '') return null;
  return { text: `${sizeBytes} ${modifiedAt} ${changedAt}`, changedAtMs: Number(changedAt) * 1000 };
}

/** What libvirt lists of a folder are its files and folders; anything else in it is not there for us. */
async function find(host: Calls, pool: PoolRef, name: string): Promise<VolumeRef> {
  const known = await volumeIn(host, pool, name);
  if (known) return known;
  await refreshPool(host, pool);
  const found = await volumeIn(host, pool, name);
  if (found) return found;
  throw new UserError('path_not_found', {}, { hint: `${name} is not in the folder` });
}

async function readVolume(host: Calls, volume: VolumeRef, offset: number, length: number): Promise<Buffer> {
  // A length of 0 would mean "to the end".
  if (length === 0) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  await host.withStream('storageVolDownload', { volume, offset, length, flags: 0 }, async (stream) => {
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  });
  return Buffer.concat(chunks).subarray(0, length);
}

async function eachSegmentOf(
  host: Calls,
  volume: VolumeRef,
  use: UseSegment,
  signal: AbortSignal,
): Promise<void> {
  const asked = { volume, offset: 0, length: 0, flags: VolumeTransferFlag.sparse };
  await host.withStream('storageVolDownload', asked, async (stream) => {
    const onAbort = () => stream.destroy(signal.reason as Error);
    const stall = () => stream.destroy(new UserError('deadline_exceeded', {}));
    let stalled = setTimeout(stall, STALL_MS);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      await stream.eachSegment((segment) => {
        const used = use(segment);
        if (!used) return void stalled.refresh();
        // How long it takes to be used is no fault of this host.
        clearTimeout(stalled);
        return used.finally(() => (stalled = setTimeout(stall, STALL_MS)));
      });
    } finally {
      clearTimeout(stalled);
      signal.removeEventListener('abort', onAbort);
    }
  });
}

/** Not through a link, and never waiting for a pipe's other end. */
async function withFile<T>(path: string, use: (source: ImageSource) => Promise<T>): Promise<T> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new UserError('path_not_regular', {}, { hint: path });
    return await use({
      sizeBytes: stats.size,
      stamp: null, // a file that libvirt does not read is looked at each time
      read: (offset, length) => readFully(file, offset, length),
      async eachSegment(useSegment, signal) {
        for (let at = 0; at < stats.size; at += CHUNK) {
          signal.throwIfAborted();
          await useSegment({ data: await readFully(file, at, Math.min(CHUNK, stats.size - at)) });
        }
      },
    });
  } finally {
    await file.close();
  }
}

async function readFully(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break; // it has been cut off meanwhile
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
