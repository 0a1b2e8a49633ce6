/** PPM (P6), which older QEMUs tell their screens in. */
import { type Pixels, PictureError, assertSize } from './pixels.ts';

const HEADER = /^P6\s+(?:#[^\n]*\n\s*)*(\d{1,5})\s+(\d{1,5})\s+255\s/;
const HEADER_MAX = 512;

export const isPpm = (bytes: Buffer): boolean => bytes.toString('latin1', 0, 2) === 'P6';

export function decodePpm(bytes: Buffer): Pixels {
  const header = HEADER.exec(bytes.toString('latin1', 0, HEADER_MAX));
  if (!header) throw new PictureError('a PPM without a header');
  const [width, height] = [Number(header[1]), Number(header[2])];
  assertSize(width, height);
  const start = header[0].length;
  const size = width * height * 3;
  if (bytes.length < start + size) throw new PictureError('a PPM that is cut off');
  return { width, height, rgb: bytes.subarray(start, start + size) };
}
