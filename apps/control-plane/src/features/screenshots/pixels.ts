/** A picture as rows of pixels. What a host sends is not believed: sizes are checked before memory is taken. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Three bytes each, row by row. */
  readonly rgb: Uint8Array;
}

/** What came is no picture, or none that we read. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

/** More than any screen has. */
const SIDE_MAX = 8192;
const PIXELS_MAX = 40_000_000;

export function assertSize(width: number, height: number): void {
  const isSane = (side: number) => Number.isInteger(side) && side >= 1 && side <= SIDE_MAX;
  if (!isSane(width) || !isSane(height) || width * height > PIXELS_MAX)
    throw new PictureError(`a picture of ${width} × ${height}`);
}
