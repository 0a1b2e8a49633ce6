/** Looks at a file on a host, and refuses what must not become an image. Nothing is changed there. */
import type { ImageFormat } from '@loucloud/api';
import { UserError } from '../../platform/errors.ts';
import type { ImageFacts } from '../../platform/hypervisor.ts';
import { END_BYTES, START_BYTES, imageFormatOf } from './image-format.ts';
import { SegmentHash } from './image-hash.ts';
import { type ImageReader, type ImageSource, withImage } from './image-source.ts';
import type { InspectedImages } from './inspected-images.ts';
import { readQcow2Header } from './qcow2-header.ts';

export async function inspectImage(
  reader: ImageReader & { readonly inspected?: InspectedImages },
  path: string,
  expected: ImageFormat | undefined,
): Promise<ImageFacts> {
  const { inspected } = reader;
  const facts = await withImage(reader, path, async (source) => {
    const known = inspected?.factsOf(path, source.stamp);
    if (known) return known;
    const found = await readFacts(source);
    inspected?.remember(path, source.stamp, found);
    return found;
  });
  if (expected !== undefined && expected !== facts.format)
    throw new UserError('image_format_mismatch', { expected, found: facts.format });
  return facts;
}

async function readFacts({ sizeBytes, read }: ImageSource): Promise<ImageFacts> {
  const start = await read(0, Math.min(START_BYTES, sizeBytes));
  const endLength = Math.min(END_BYTES, sizeBytes);
  const end = await read(sizeBytes - endLength, endLength);
  const format = imageFormatOf(start, end, sizeBytes);
  const virtualSizeBytes =
    format === 'qcow2' ? readQcow2Header(start, sizeBytes).virtualSizeBytes : sizeBytes;
  return { format, sizeBytes, virtualSizeBytes };
}

/** sha256 of the whole file, in hexadecimal. */
export async function hashImage(
  reader: ImageReader,
  path: string,
  { onProgress, signal }: { onProgress: (fraction: number) => void; signal: AbortSignal },
): Promise<string> {
  return withImage(reader, path, async ({ sizeBytes, eachSegment }) => {
    const hash = new SegmentHash();
    const tell = (): undefined => {
      onProgress(Math.min(1, hash.bytes / Math.max(1, sizeBytes)));
    };
    await eachSegment((segment) => {
      const added = hash.add(segment, signal);
      return added ? added.then(tell) : tell();
    }, signal);
    return await hash.digest();
  });
}
