/** Looks at a file on a host through libvirt, and refuses what must not become an image. Nothing is changed there. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { posix } from 'node:path';
import {
  LibvirtError,
  type PoolRef,
  type VolumeRef,
  VolumeTransferFlag,
  VolumeType,
} from '@loucloud/libvirt';
import type { ImageFormat } from '@loucloud/api';
import { UserError } from '../../platform/errors.ts';
import type { ImageFacts } from '../../platform/hypervisor.ts';
import { volumeIn } from './disks.ts';
import type { FolderPools } from './folder-pools.ts';
import type { Calls } from './host-link.ts';
import { END_BYTES, START_BYTES, imageFormatOf } from './image-format.ts';
import { refuseForbiddenPath, refuseLinks } from './image-path.ts';
import { refreshPool } from './pools.ts';
import { readQcow2Header } from './qcow2-header.ts';

/** virStorageVolInfoFlags: the file's length instead of the blocks it takes. */
const GET_PHYSICAL = 1;
const ZEROS = Buffer.alloc(1_048_576);
/** No byte for so long: the host's disk hangs. */
const STALL_MS = 60_000;

export interface ImageReader {
  readonly host: Calls;
  readonly folders: FolderPools;
  /** The host is this machine, so its files can be looked at directly. */
  readonly isLocal: boolean;
}

export async function inspectImage(
  reader: ImageReader,
  path: string,
  expected: ImageFormat | undefined,
): Promise<ImageFacts> {
  return withVolume(reader, path, async (volume, sizeBytes) => {
    const { host } = reader;
    const start = await readBytes(host, volume, 0, Math.min(START_BYTES, sizeBytes));
    const endLength = Math.min(END_BYTES, sizeBytes);
    const end = await readBytes(host, volume, sizeBytes - endLength, endLength);
    const format = imageFormatOf(start, end, sizeBytes);
    const virtualSizeBytes =
      format === 'qcow2' ? readQcow2Header(start, sizeBytes).virtualSizeBytes : sizeBytes;
    if (expected !== undefined && expected !== format)
      throw new UserError('image_format_mismatch', { expected, found: format });
    return { format, sizeBytes, virtualSizeBytes };
  });
}

/** sha256 of the whole file, in hexadecimal. */
export async function hashImage(
  reader: ImageReader,
  path: string,
  { onProgress, signal }: { onProgress: (fraction: number) => void; signal: AbortSignal },
): Promise<string> {
  return withVolume(reader, path, async (volume, sizeBytes) => {
    const asked = { volume, offset: 0, length: 0, flags: VolumeTransferFlag.sparse };
    return reader.host.withStream('storageVolDownload', asked, async (stream) => {
      const onAbort = () => stream.destroy(signal.reason as Error);
      const stalled = setTimeout(() => stream.destroy(new UserError('deadline_exceeded', {})), STALL_MS);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        signal.throwIfAborted();
        return await sha256Of(stream.segments(), (doneBytes) => {
          stalled.refresh();
          onProgress(Math.min(1, doneBytes / Math.max(1, sizeBytes)));
        });
      } finally {
        clearTimeout(stalled);
        signal.removeEventListener('abort', onAbort);
      }
    });
  });
}

async function sha256Of(
  segments: AsyncIterable<{ data: Buffer } | { hole: number }>,
  onBytes: (doneBytes: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  let doneBytes = 0;
  for await (const segment of segments) {
    if ('data' in segment) {
      hash.update(segment.data);
      doneBytes += segment.data.length;
    } else {
      for (let left = segment.hole; left > 0; left -= ZEROS.length) {
        hash.update(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
        // A disk may be one hole of a terabyte, and others want the processor too.
        await setImmediate();
        onBytes(doneBytes + segment.hole - left);
      }
      doneBytes += segment.hole;
    }
    onBytes(doneBytes);
  }
  return hash.digest('hex');
}

/** Finds the file as a volume of its folder, whether or not a pool is there. */
async function withVolume<T>(
  { host, folders, isLocal }: ImageReader,
  path: string,
  use: (volume: VolumeRef, sizeBytes: number) => Promise<T>,
): Promise<T> {
  refuseForbiddenPath(path);
  if (isLocal) await refuseLinks(path);
  const look = async (pool: PoolRef) => {
    const volume = await find(host, pool, posix.basename(path));
    const { type, allocation } = await host.call('storageVolGetInfoFlags', { volume, flags: GET_PHYSICAL });
    if (type === VolumeType.directory) throw new UserError('path_is_directory', {}, { hint: path });
    if (type !== VolumeType.file) throw new UserError('path_not_regular', {}, { hint: path });
    return use(volume, allocation);
  };
  try {
    return await folders.use(host, posix.dirname(path), look);
  } catch (error) {
    if (error instanceof LibvirtError && /No such file or directory|Not a directory/.test(error.message))
      throw new UserError('path_not_found', {}, { cause: error, hint: error.message });
    throw error;
  }
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

async function readBytes(host: Calls, volume: VolumeRef, offset: number, length: number): Promise<Buffer> {
  // A length of 0 would mean "to the end".
  if (length === 0) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  await host.withStream('storageVolDownload', { volume, offset, length, flags: 0 }, async (stream) => {
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  });
  return Buffer.concat(chunks).subarray(0, length);
}
