import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { PictureError, type Pixels } from './pixels.ts';
import { decodePng, encodePng } from './png.ts';
import { decodePpm } from './ppm.ts';
import { THUMBNAIL_WIDTH, scaledDown, thumbnailOf } from './thumbnail.ts';

function picture(width: number, height: number, pixel: (x: number, y: number) => number[]): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set(pixel(x, y), (y * width + x) * 3);
  return { width, height, rgb };
}
const colours = (x: number, y: number) => [(x * 7) % 256, (y * 11) % 256, (x * y) % 256];
const ppmOf = ({ width, height, rgb }: Pixels, comment = '') =>
  Buffer.concat([Buffer.from(`P6\n${comment}${width} ${height}\n255\n`, 'latin1'), rgb]);

test('a PNG that we write is read back pixel by pixel', () => {
  const screen = picture(37, 23, colours);
  assert.deepEqual(decodePng(encodePng(screen)), screen);
});

test('each of PNG’s filters is undone, with alpha and without', () => {
  for (const perPixel of [3, 4]) {
    const [width, height] = [9, 5];
    const screen = picture(width, height, colours);
    const plain = (x: number, y: number, part: number): number => {
      if (x < 0 || y < 0) return 0;
      return part === 3 ? 255 : (screen.rgb[(y * width + x) * 3 + part] ?? 0);
    };
    const rows: number[] = [];
    for (let y = 0; y < height; y++) {
      const filter = y; // row 0 has filter 0, row 4 has filter 4
      rows.push(filter);
      for (let x = 0; x < width; x++)
        for (let part = 0; part < perPixel; part++) {
          const [left, above, corner] = [
            plain(x - 1, y, part),
            plain(x, y - 1, part),
            plain(x - 1, y - 1, part),
          ];
          const paeth = [left, above, corner].toSorted(
            (a, b) => Math.abs(left + above - corner - a) - Math.abs(left + above - corner - b),
          )[0];
          const guess = [0, left, above, (left + above) >> 1, paeth][filter] ?? 0;
          rows.push((plain(x, y, part) - guess) & 0xff);
        }
    }
    assert.deepEqual(decodePng(pngOf({ width, height, colour: perPixel === 3 ? 2 : 6, rows })), screen);
  }
});

test('a grey PNG is read', () => {
  const grey = decodePng(pngOf({ width: 2, height: 1, colour: 0, rows: [0, 7, 200] }));
  assert.deepEqual([...grey.rgb], [7, 7, 7, 200, 200, 200]);
});

test('a PPM is read, with a comment or without; one that is cut off is refused', () => {
  const screen = picture(4, 3, colours);
  assert.deepEqual(Buffer.from(decodePpm(ppmOf(screen)).rgb), Buffer.from(screen.rgb));
  assert.equal(decodePpm(ppmOf(screen, '# by QEMU\n')).width, 4);
  assert.throws(() => decodePpm(ppmOf(screen).subarray(0, -1)), PictureError);
});

test('a large screen is scaled down as it is wide, a small one stays', () => {
  const small = decodePng(thumbnailOf(ppmOf(picture(1280, 800, () => [10, 200, 30]))));
  assert.deepEqual([small.width, small.height], [THUMBNAIL_WIDTH, 200]);
  assert.deepEqual([...small.rgb.subarray(0, 3)], [10, 200, 30]);
  const tiny = picture(80, 25, colours);
  assert.equal(scaledDown(tiny, THUMBNAIL_WIDTH), tiny);
});

test('a pixel is the mean of those it stands for', () => {
  const stripes = picture(640, 2, (x) => (x % 2 === 0 ? [255, 255, 255] : [0, 0, 0]));
  assert.deepEqual([...scaledDown(stripes, 320).rgb.subarray(0, 3)], [127, 127, 127]);
});

test('what is no picture, or none of a believable size, is refused', () => {
  const hostile = [
    Buffer.from('not a picture'),
    Buffer.from('P6\n99999 99999\n255\n'),
    Buffer.from('P6\n0 1\n255\n'),
    encodePng(picture(4, 4, colours)).subarray(0, 40),
    pngOf({ width: 60_000, height: 60_000, colour: 2, rows: [0] }),
    pngOf({ width: 2, height: 2, colour: 3, rows: [0, 0, 0, 0] }),
    pngOf({ width: 2, height: 2, colour: 2, rows: [0, 1, 2] }),
    pngOf({ width: 1, height: 1, colour: 2, rows: [9, 1, 2, 3] }),
    pngOf({ width: 1, height: 1, colour: 2, rows: Array<number>(5000).fill(0) }),
  ];
  for (const bytes of hostile) assert.throws(() => thumbnailOf(bytes));
});

/** With the filters as they stand in the rows. */
function pngOf(parts: { width: number; height: number; colour: number; rows: readonly number[] }): Buffer {
  const whole = encodePng(picture(1, 1, colours));
  const header = Buffer.from(whole.subarray(16, 29));
  header.writeUInt32BE(parts.width, 0);
  header.writeUInt32BE(parts.height, 4);
  header[9] = parts.colour;
  const data = deflateSync(Buffer.from(parts.rows));
  const chunk = (type: string, content: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, Buffer.from(type, 'latin1'), content, Buffer.alloc(4)]);
  };
  return Buffer.concat([
    whole.subarray(0, 8),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
