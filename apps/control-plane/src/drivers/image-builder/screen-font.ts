// A text console shows 512 shapes at most, and no Chinese. These are the parts from which the starter guest makes a
// font for itself: an alphabet, and the characters of its own VM's name, each as a left and a right half.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { CpioEntry } from './cpio-archive.ts';
import { readPcfFont } from './pcf-font.ts';

/** In the package xfonts-unifont. */
const FONT_PATH = 'usr/share/fonts/X11/misc/unifont.pcf.gz';

type Range = readonly [first: number, last: number];

const GLYPH_BYTES = 16;
const SHAPES = 512;
/** Shapes 0 to 319: what a shell and Western names need. The guest fills the rest. */
const ALPHABET_SHAPES = 320;
/** Latin-1 at its own numbers: an empty cell is shape 32, whatever the table says. Other Latin in the gaps. */
const OWN_NUMBERS: readonly Range[] = [
  [0x20, 0x7e],
  [0xa0, 0xff],
];
const OTHERS: Range = [0x100, 0x17f];
/** Kana and CJK punctuation, ideographs, Hangul, full-width forms. */
const WIDE: readonly Range[] = [
  [0x3000, 0x30ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xff00, 0xffef],
];

/** Files under /lib/font, for /etc/init.d/font. */
export async function screenFontEntries(packagesDir: string): Promise<CpioEntry[]> {
  const glyphOf = readPcfFont(await promisify(gunzip)(await readFile(join(packagesDir, FONT_PATH))));
  const others = range(OTHERS);
  const alphabet = range([0, ALPHABET_SHAPES - 1]).map((shape) =>
    OWN_NUMBERS.some(([first, last]) => shape >= first && shape <= last) ? shape : others.shift(),
  );

  // PSF 1: magic, mode (1: 512 shapes, 2: with a table of code points), height; then the shapes
  const shapes = Buffer.alloc(4 + ALPHABET_SHAPES * GLYPH_BYTES);
  shapes.set([0x36, 0x04, 0x03, GLYPH_BYTES]);
  // and for each shape the code points that it shows, ended by ffff
  const codePoints: number[] = [];
  for (let shape = 0; shape < SHAPES; shape += 1) {
    const codePoint = alphabet[shape];
    const glyph = codePoint === undefined ? undefined : glyphOf(codePoint);
    if (codePoint !== undefined && glyph?.width === 8) {
      shapes.set(glyph.rows, 4 + shape * GLYPH_BYTES);
      codePoints.push(codePoint);
    }
    codePoints.push(0xffff);
  }

  const wide: Buffer[] = [];
  const ranges: string[] = [];
  let index = 0;
  for (const [first, last] of WIDE) {
    ranges.push(`${first} ${last} ${index}`);
    for (const codePoint of range([first, last])) wide.push(halves(glyphOf(codePoint)?.rows));
    index += last - first + 1;
  }
  const file = (name: string, content: Buffer): CpioEntry => ({
    kind: 'file',
    path: `lib/font/${name}`,
    mode: 0o644,
    content,
  });
  return [
    { kind: 'folder', path: 'lib/font', mode: 0o755 },
    file('alphabet', shapes),
    file('codepoints', Buffer.from(Uint16Array.from(codePoints).buffer)), // little endian, as PSF and amd64 are
    file('wide', Buffer.concat(wide)),
    file('ranges', Buffer.from(`${ranges.join('\n')}\n`)),
  ];
}

/** Two shapes of 8 pixels; empty where the font has no wide glyph. */
function halves(rows: Uint8Array | undefined): Buffer {
  const both = Buffer.alloc(2 * GLYPH_BYTES);
  if (rows?.length !== 2 * GLYPH_BYTES) return both;
  for (let row = 0; row < GLYPH_BYTES; row += 1) {
    both[row] = rows[2 * row] ?? 0;
    both[GLYPH_BYTES + row] = rows[2 * row + 1] ?? 0;
  }
  return both;
}

function range([first, last]: Range): number[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}
