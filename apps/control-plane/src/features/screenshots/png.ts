/** PNG, as far as screens need it: eight bits of grey, or of red, green and blue, with or without alpha; not interlaced. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { type Pixels, PictureError, assertSize } from './pixels.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const RGB = 2;
/** By the kind of colour: how many bytes a pixel has. libvirt's test hosts are grey. */
const BYTES_PER_PIXEL: Readonly<Record<number, number>> = { 0: 1, [RGB]: 3, 6: 4 };
/** Fast: a picture is looked at once. */
const LEVEL = 6;

export const isPng = (bytes: Buffer): boolean => bytes.subarray(0, 8).equals(SIGNATURE);

export function decodePng(bytes: Buffer): Pixels {
  const { header, data } = chunksOf(bytes);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  assertSize(width, height);
  const [depth, colour = -1, interlace] = [header[8], header[9], header[12]];
  const perPixel = BYTES_PER_PIXEL[colour];
  if (depth !== 8 || perPixel === undefined || interlace !== 0)
    throw new PictureError('a PNG of a kind that no screen is told in');
  const rowBytes = width * perPixel;
  const size = (rowBytes + 1) * height;
  const rows = inflateSync(data, { maxOutputLength: size });
  if (rows.length !== size) throw new PictureError('a PNG that is cut off');
  unfilter(rows, { rowBytes, height, perPixel });
  return withoutFilters(rows, { width, height, perPixel });
}

export function encodePng({ width, height, rgb }: Pixels): Buffer {
  const rowBytes = width * 3;
  const rows = Buffer.alloc((rowBytes + 1) * height);
  for (let y = 0; y < height; y++) {
    const at = y * (rowBytes + 1);
    // Differences to the row above: screens repeat themselves downwards.
    rows[at] = y === 0 ? 0 : 2;
    for (let x = 0; x < rowBytes; x++) {
      const above = y === 0 ? 0 : (rgb[(y - 1) * rowBytes + x] ?? 0);
      rows[at + 1 + x] = (rgb[y * rowBytes + x] ?? 0) - above;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, RGB], 8);
  const data = deflateSync(rows, { level: LEVEL });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunksOf(bytes: Buffer): { header: Buffer; data: Buffer } {
  let header: Buffer | null = null;
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const content = bytes.subarray(at + 8, at + 8 + length);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'IHDR' && content.length === 13) header = content;
    if (type === 'IDAT') data.push(content);
    if (type === 'IEND') break;
    at += 12 + length;
  }
  if (header === null || data.length === 0) throw new PictureError('a PNG without a picture');
  return { header, data: Buffer.concat(data) };
}

interface Shape {
  readonly rowBytes: number;
  readonly height: number;
  readonly perPixel: number;
}

/** In place: https://www.w3.org/TR/png-3/#9Filters. */
function unfilter(rows: Buffer, { rowBytes, height, perPixel }: Shape): void {
  for (let y = 0; y < height; y++) {
    const start = y * (rowBytes + 1) + 1;
    const filter = rows[start - 1];
    if (filter === 0) continue;
    for (let x = 0; x < rowBytes; x++) {
      const at = start + x;
      const left = x < perPixel ? 0 : rows[at - perPixel]!; // all within the checked size
      const above = y === 0 ? 0 : rows[at - rowBytes - 1]!;
      const corner = x < perPixel || y === 0 ? 0 : rows[at - rowBytes - 1 - perPixel]!;
      rows[at] = rows[at]! + predicted(filter, left, above, corner);
    }
  }
}

function predicted(filter: number | undefined, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) throw new PictureError('a PNG with a filter that there is not');
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [
    Math.abs(guess - left),
    Math.abs(guess - above),
    Math.abs(guess - corner),
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

function withoutFilters(
  rows: Buffer,
  { width, height, perPixel }: { width: number; height: number; perPixel: number },
): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    let from = y * (width * perPixel + 1) + 1;
    for (let x = 0; x < width; x++, from += perPixel) {
      rgb[to++] = rows[from]!; // within the checked size
      rgb[to++] = rows[perPixel === 1 ? from : from + 1]!;
      rgb[to++] = rows[perPixel === 1 ? from : from + 2]!;
    }
  }
  return { width, height, rgb };
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(content.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
