/** What a browser's desktop page shows, by the pixels of its canvas. */
import type { Page } from 'playwright-core';
import { waitFor } from './world.ts';

/** Its size, then a hexadecimal digit for four pixels, lit or not; empty as long as there is none. */
export type Picture = string;

/** More than a blinking cursor changes, and less than one typed line. */
const NEWS_DIGITS = 40;
const READINGS_AT_REST = 20;

export function readPicture(page: Page): Promise<Picture> {
  return page.locator('.screen-target canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    if (width === 0) return '';
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    const isLit = (pixel: number) => (pixels[pixel * 4 + 1] ?? 0) > 64;
    let digits = '';
    for (let at = 0; at < width * height; at += 4)
      digits += [0, 1, 2, 3].reduce((sum, next) => sum * 2 + Number(isLit(at + next)), 0).toString(16);
    return `${width}x${height}:${digits}`;
  });
}

/** Until something is drawn. */
export function pictureOf(page: Page): Promise<Picture> {
  return waitFor('the desktop shows something', async () => {
    const picture = await readPicture(page);
    return /:.*[^0]/.test(picture) && picture;
  });
}

/** Until the screen is clearly another one than before. */
export function pictureAfter(page: Page, before: Picture, timeoutMs = 60_000): Promise<Picture> {
  return waitFor(
    'the screen changes',
    async () => {
      const now = await readPicture(page);
      return differenceOf(before, now) > NEWS_DIGITS && now;
    },
    timeoutMs,
  );
}

/** Until nothing has changed for a while. */
export async function pictureAtRest(page: Page, before: Picture): Promise<void> {
  let last = before;
  let equal = 0;
  await waitFor('the screen comes to rest', async () => {
    const now = await readPicture(page);
    equal = differenceOf(last, now) > NEWS_DIGITS ? 0 : equal + 1;
    last = now;
    return equal === READINGS_AT_REST;
  });
}

function differenceOf(one: Picture, other: Picture): number {
  if (one.length !== other.length) return Infinity;
  let count = 0;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) count += 1;
  return count;
}
