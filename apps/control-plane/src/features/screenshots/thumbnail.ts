/** A small picture of a screen, whatever it was told in. */
import { type Pixels, PictureError } from './pixels.ts';
import { decodePng, encodePng, isPng } from './png.ts';
import { decodePpm, isPpm } from './ppm.ts';

/** As wide as a tile of the wall. Smaller screens stay as they are. */
export const THUMBNAIL_WIDTH = 320;

/** PNG. Throws a PictureError, or zlib's error, for what is no picture. */
export function thumbnailOf(screen: Buffer): Buffer {
  return encodePng(scaledDown(pixelsIn(screen), THUMBNAIL_WIDTH));
}

function pixelsIn(screen: Buffer): Pixels {
  if (isPng(screen)) return decodePng(screen);
  if (isPpm(screen)) return decodePpm(screen);
  throw new PictureError('neither PNG nor PPM');
}

/** Each pixel is the mean of those that it stands for, so that thin lines and letters stay. */
export function scaledDown(picture: Pixels, widthMax: number): Pixels {
  if (picture.width <= widthMax) return picture;
  const width = widthMax;
  const height = Math.max(1, Math.round((picture.height * width) / picture.width));
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = span(y, height, picture.height);
    for (let x = 0; x < width; x++) {
      const [left, right] = span(x, width, picture.width);
      putMean(picture, { top, bottom, left, right }, rgb, (y * width + x) * 3);
    }
  }
  return { width, height, rgb };
}

/** At least one of what is there. */
function span(place: number, places: number, all: number): [number, number] {
  const from = Math.floor((place * all) / places);
  return [from, Math.max(from + 1, Math.floor(((place + 1) * all) / places))];
}

interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

function putMean(
  { width, rgb }: Pixels,
  { top, bottom, left, right }: Box,
  into: Uint8Array,
  at: number,
): void {
  let [red, green, blue] = [0, 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let from = (y * width + left) * 3; from < (y * width + right) * 3; from += 3) {
      red += rgb[from]!; // a box lies within the picture
      green += rgb[from + 1]!;
      blue += rgb[from + 2]!;
    }
  }
  const count = (bottom - top) * (right - left);
  into[at] = red / count;
  into[at + 1] = green / count;
  into[at + 2] = blue / count;
}
