// Reads an X11 bitmap font in the PCF format: the glyphs' pictures by code point. Only what Unifont uses of it: no
// compression of its own, one byte of padding unit, every glyph 16 pixels high.
// The format: https://fontforge.org/docs/techref/pcf-format.html

const TABLE = { metrics: 1 << 2, bitmaps: 1 << 3, encodings: 1 << 5 } as const;
const COMPRESSED_METRICS = 0x100;
const BIG_ENDIAN = 1 << 2;
const HIGH_BIT_LEFT = 1 << 3;
const NO_GLYPH = 0xffff;
const HEIGHT = 16;

export interface Glyph {
  /** 8 or 16 pixels. */
  readonly width: number;
  /** 16 rows of width / 8 bytes, the leftmost pixel in the highest bit. */
  readonly rows: Uint8Array;
}

export function readPcfFont(file: Buffer): (codePoint: number) => Glyph | undefined {
  const font = {
    metrics: table(file, TABLE.metrics),
    bitmaps: table(file, TABLE.bitmaps),
    encodings: table(file, TABLE.encodings),
  };
  const { encodings, bitmaps, metrics } = font;
  if ((metrics.format & COMPRESSED_METRICS) === 0)
    throw new Error('a font with uncompressed metrics is not understood');
  if ((bitmaps.format & HIGH_BIT_LEFT) === 0)
    throw new Error('a font with its right pixels first is not understood');
  const firstLow = encodings.u16(0);
  const lastLow = encodings.u16(2);
  const firstHigh = encodings.u16(4);
  const lastHigh = encodings.u16(6);
  const glyphCount = bitmaps.u32(0);
  const picturesAt = 4 + glyphCount * 4 + 16;
  const bytesPerRowUnit = 1 << (bitmaps.format & 3);

  return (codePoint) => {
    const [high, low] = [codePoint >> 8, codePoint & 0xff];
    if (high < firstHigh || high > lastHigh || low < firstLow || low > lastLow) return undefined;
    const index = encodings.u16(10 + 2 * ((high - firstHigh) * (lastLow - firstLow + 1) + low - firstLow));
    if (index === NO_GLYPH) return undefined;
    // left bearing, right bearing, width, ascent, descent: a byte each, offset by 0x80
    const width = metrics.u8(2 + index * 5 + 2) - 0x80;
    const height = metrics.u8(2 + index * 5 + 3) + metrics.u8(2 + index * 5 + 4) - 0x100;
    if ((width !== 8 && width !== 16) || height !== HEIGHT) return undefined;
    const stride = Math.ceil(width / 8 / bytesPerRowUnit) * bytesPerRowUnit;
    const start = picturesAt + bitmaps.u32(4 + index * 4);
    const rows = new Uint8Array((HEIGHT * width) / 8);
    for (let row = 0; row < HEIGHT; row += 1) {
      for (let byte = 0; byte < width / 8; byte += 1)
        rows[(row * width) / 8 + byte] = bitmaps.u8(start + row * stride + byte);
    }
    return { width, rows };
  };
}

interface Table {
  readonly format: number;
  /** At an offset after the table's format. */
  u8(offset: number): number;
  u16(offset: number): number;
  u32(offset: number): number;
}

function table(file: Buffer, type: number): Table {
  if (file.toString('latin1', 0, 4) !== '\u0001fcp') throw new Error('this is no PCF font');
  const count = file.readUInt32LE(4);
  for (let entry = 8; entry < 8 + count * 16; entry += 16) {
    if (file.readUInt32LE(entry) !== type) continue;
    const at = file.readUInt32LE(entry + 12);
    const format = file.readUInt32LE(at);
    const isBig = (format & BIG_ENDIAN) !== 0;
    return {
      format,
      u8: (offset) => file.readUInt8(at + 4 + offset),
      u16: (offset) => (isBig ? file.readUInt16BE(at + 4 + offset) : file.readUInt16LE(at + 4 + offset)),
      u32: (offset) => (isBig ? file.readUInt32BE(at + 4 + offset) : file.readUInt32LE(at + 4 + offset)),
    };
  }
  throw new Error(`the font has no table ${type}`);
}
