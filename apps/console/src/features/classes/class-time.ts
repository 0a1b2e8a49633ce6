import type { Format } from '../../app/format-for.ts';

/** A class expires at the end of a day, where the reader is. */
export const endOfDay = (day: string): string => new Date(`${day}T23:59:59`).toISOString();

export function dayOf(at: string | null): string {
  if (at === null) return '';
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** A day; with a time where somebody has set one over the API. */
export const expiryText = (at: string, { date, dateTime }: Pick<Format, 'date' | 'dateTime'>): string =>
  endOfDay(dayOf(at)) === at ? date(at) : dateTime(at);

const SOON_MS = 14 * 86_400_000;

export const isSoon = (at: string, now = Date.now()): boolean => Date.parse(at) - now < SOON_MS;
