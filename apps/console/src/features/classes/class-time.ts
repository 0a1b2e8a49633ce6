import type { Format } from '../../app/format-for.ts';
import type { FieldProblem } from '../../app/validate.ts';
import { isDay } from '../../ui/days.ts';

/** A class expires at the end of a day, where the reader is. What is no day stays as it is, and is refused so. */
export const endOfDay = (day: string): string =>
  isDay(day) ? new Date(`${day}T23:59:59`).toISOString() : day;

/** Of a form’s day, where there may be none. */
export const checkDay = ({ expiresAt }: { expiresAt: string }): Readonly<Record<string, FieldProblem>> =>
  expiresAt === '' || isDay(expiresAt) ? {} : { expiresAt: { rule: 'notADay' } };

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
