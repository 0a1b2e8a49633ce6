/**
 * Memory for bytes on their way to a browser, used again when they have gone. What is made anew for each read of a screen
 * makes V8 collect its whole heap again and again.
 */

/** As much as is read at once. */
const SIZE = 262_144;
/** Less is cheap: Node makes it of larger pieces. */
const WORTHWHILE = 4096;
const SPARE_MAX = 8;

const spare: Buffer[] = [];

export interface Copy {
  readonly bytes: Buffer;
  /** They have gone, and are not read any more. */
  giveBack(): void;
}

/** To be given back soon: as long as it lasts it holds 256 KiB. */
export function shortCopy(bytes: Buffer): Copy {
  if (bytes.length < WORTHWHILE || bytes.length > SIZE) return lastingCopy(bytes);
  const memory = spare.pop() ?? Buffer.allocUnsafeSlow(SIZE);
  bytes.copy(memory);
  return {
    bytes: memory.subarray(0, bytes.length),
    giveBack: () => {
      if (spare.length < SPARE_MAX) spare.push(memory);
    },
  };
}

/** Holds no more than it is long. */
export const lastingCopy = (bytes: Buffer): Copy => ({
  bytes: Buffer.from(bytes),
  giveBack: () => undefined,
});
