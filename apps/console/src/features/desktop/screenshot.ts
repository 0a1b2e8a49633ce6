/** What the screen shows now, as a file. */
import type { Rfb } from './rfb-screen.ts';

export function saveScreenshot(rfb: Rfb, name: string, at = new Date()): void {
  rfb.toBlob((blob) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = screenshotName(name, at);
    link.click();
    URL.revokeObjectURL(link.href);
  }, 'image/png');
}

/** No character that a file system minds; the time is the reader's own. */
export function screenshotName(name: string, at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('.');
  return `${name.replace(/[\\/:*?"<>|]/g, '_')} ${date} ${time}.png`;
}
