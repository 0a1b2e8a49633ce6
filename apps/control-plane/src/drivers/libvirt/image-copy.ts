/**
 * Carries an image's file from one host to another: a download of the one, an upload of the other, each on a connection of
 * its own. Neither runs ahead of the slower; holes stay holes; the sha256 is computed on the way.
 */
import { type LibvirtStream, type VolumeRef, VolumeTransferFlag } from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import type { ImageCopySpec } from '../../platform/hypervisor.ts';
import { toUserError } from './errors.ts';
import type { Calls } from './host-link.ts';
import { deleteCopy, makeCopyFile } from './image-copy-file.ts';
import { SegmentHash } from './image-hash.ts';
import { inspectImage } from './image-inspection.ts';
import { type ImageReader, type ImageSource, type Segment, withImage } from './image-source.ts';

const CALL_MS = 30_000;
/** Those who wait are told of a failure soon, even where the host does not answer any more. */
const CLEAN_UP_MS = 5000;
/** Nothing got through for so long: the host that is written to hangs. The one that is read from has a limit like it. */
const STALL_MS = 60_000;

/** What it needs of either host. */
export interface HostFiles {
  readonly hostFor: (timeoutMs: number) => Calls;
  readonly reader: (timeoutMs: number, signal?: AbortSignal) => ImageReader;
}

interface Watch {
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

export async function copyImage(
  { from, to }: { from: HostFiles; to: HostFiles },
  spec: ImageCopySpec,
  watch: Watch,
): Promise<string> {
  const { poolName, volumeName } = spec.to;
  const { sizeBytes } = spec;
  try {
    const volume = await makeCopyFile(to.hostFor, { poolName, volumeName, sizeBytes });
    const reader = from.reader(CALL_MS, watch.signal);
    await withImage(reader, spec.from.path, (source) => carry(source, to.hostFor, volume, spec, watch));
    const { path } = await to.hostFor(CALL_MS).call('storageVolGetPath', { volume });
    await refuseOther(to.reader(CALL_MS), path, spec);
    return path;
  } catch (error) {
    // If it cannot be deleted now, whoever asks for this copy next does it, and so does whoever removes it.
    const soon = (timeoutMs: number) => to.hostFor(Math.min(timeoutMs, CLEAN_UP_MS));
    await deleteCopy(soon, poolName, volumeName).catch(() => undefined);
    watch.signal.throwIfAborted();
    throw error;
  }
}

async function carry(
  source: ImageSource,
  hostFor: (timeoutMs: number) => Calls,
  volume: VolumeRef,
  spec: ImageCopySpec,
  watch: Watch,
): Promise<void> {
  if (source.sizeBytes !== spec.sizeBytes)
    throw mismatch(`${source.sizeBytes} bytes instead of ${spec.sizeBytes}`);
  const asked = { volume, offset: 0, length: 0, flags: VolumeTransferFlag.sparse };
  try {
    await hostFor(CALL_MS).withStream('storageVolUpload', asked, (upload) =>
      pour(source, upload, spec, watch),
    );
  } catch (error) {
    // To whoever reads the source, what the other host refuses must not look like a refusal of its own.
    throw toUserError(error);
  }
}

/** Throws before the upload is finished if it is not what was to come. */
async function pour(
  source: ImageSource,
  upload: LibvirtStream,
  spec: ImageCopySpec,
  { onProgress, signal }: Watch,
): Promise<void> {
  const hash = new SegmentHash((piece) => writeSoon(upload, piece));
  const onAbort = () => upload.destroy(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const tell = (): undefined => {
      onProgress(Math.min(1, hash.bytes / Math.max(1, spec.sizeBytes)));
    };
    await source.eachSegment((segment) => {
      const added = hash.add(segment, signal);
      return added ? added.then(tell) : tell();
    }, signal);
    if (hash.bytes !== spec.sizeBytes) throw mismatch(`${hash.bytes} bytes instead of ${spec.sizeBytes}`);
    await refuseOtherSum(hash, spec);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function refuseOtherSum(hash: SegmentHash, spec: ImageCopySpec): Promise<void> {
  const found = await hash.digest();
  if (found !== spec.sha256) throw mismatch(`sha256 ${found} instead of ${spec.sha256}`);
}

async function writeSoon(upload: LibvirtStream, segment: Segment): Promise<void> {
  const stalled = setTimeout(() => upload.destroy(new UserError('deadline_exceeded', {})), STALL_MS);
  try {
    await upload.sendSegment(segment);
  } finally {
    clearTimeout(stalled);
  }
}

/** What libvirt now sees there: the rest of the file, and its format, were decided once and for all. */
async function refuseOther(reader: ImageReader, path: string, spec: ImageCopySpec): Promise<void> {
  const facts = await inspectImage(reader, path, spec.format);
  if (facts.sizeBytes !== spec.sizeBytes)
    throw mismatch(`${facts.sizeBytes} bytes instead of ${spec.sizeBytes}`);
}

const mismatch = (hint: string): UserError => new UserError('image_copy_mismatch', {}, { hint });
