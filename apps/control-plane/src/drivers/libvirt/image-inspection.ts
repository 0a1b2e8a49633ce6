/** Looks at a file on a host, and refuses what must not become an image. Nothing is changed there. */
import type { ImageFormat } from '@loucloud/api';
import { UserError } from '../../platform/errors.ts';
import type { ImageFacts } from '../../platform/hypervisor.ts';
import { END_BYTES, START_BYTES, imageFormatOf } from './image-format.ts';
import { SegmentHash } from './image-hash.ts';
import { type ImageReader, withImage } from './image-source.ts';
import { readQcow2Header } from './qcow2-header.ts';

export async function inspectImage(
  reader: ImageReader,
  path: string,
  expected: ImageFormat | undefined,
): Promise<ImageFacts> {
  return withImage(reader, path, async ({ sizeBytes, read }) => {
    const start = await read(0, Math.min(START_BYTES, sizeBytes));
    const endLength = Math.min(END_BYTES, sizeBytes);
    const end = await read(sizeBytes - endLength, endLength);
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
  return withImage(reader, path, async ({ sizeBytes, eachSegment }) => {
    using hash = new SegmentHash();
    await eachSegment(async (segment) => {
      await hash.add(segment, signal);
      onProgress(Math.min(1, hash.bytes / Math.max(1, sizeBytes)));
    }, signal);
    return await hash.digest();
  });
}
