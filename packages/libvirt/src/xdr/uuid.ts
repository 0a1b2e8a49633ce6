/** `opaque[16]` as the canonical text of a UUID: 36 characters, lower case. */
import { ArgumentError } from '../errors.ts';
import type { Codec } from './codecs.ts';

/** Where each byte's first digit stands in the text. */
const POSITIONS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const DIGITS = Buffer.from('0123456789abcdef');
/** One call into the string decoder instead of one for each part. */
const scratch = Buffer.alloc(36, '-');

const DIGIT = new Uint8Array(128);
for (const [value, digit] of Array.from('0123456789abcdef').entries()) {
  DIGIT[digit.charCodeAt(0)] = value;
  DIGIT[digit.toUpperCase().charCodeAt(0)] = value;
}

export const uuid: Codec<string> = {
  minSize: 16,
  read: (from) => {
    const at = from.advance(16);
    for (let i = 0; i < 16; i++) {
      const byte = from.bytes[at + i]!; // advance() has checked the bounds
      const position = POSITIONS[i]!;
      scratch[position] = DIGITS[byte >> 4]!;
      scratch[position + 1] = DIGITS[byte & 15]!;
    }
    return scratch.toString('latin1', 0, 36);
  },
  write: (to, value) => {
    if (!CANONICAL.test(value)) throw new ArgumentError(`"${value}" is not a UUID`);
    for (let word = 0; word < 16; word += 4) {
      to.int(
        (byteAt(value, word) << 24) |
          (byteAt(value, word + 1) << 16) |
          (byteAt(value, word + 2) << 8) |
          byteAt(value, word + 3),
      );
    }
  },
};

/** The text has passed CANONICAL, so both digits are there. */
function byteAt(text: string, index: number): number {
  const position = POSITIONS[index]!;
  return (DIGIT[text.charCodeAt(position)]! << 4) | DIGIT[text.charCodeAt(position + 1)]!;
}
