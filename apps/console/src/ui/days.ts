/** Days of the calendar, as `2026-11-30`: written and read as people of a language do, wherever they are. */
import type { Language } from '@loucloud/api';

/** Monday is 1. As calendars of the language are printed. */
const firstWeekday: Readonly<Record<Language, number>> = { en: 0, 'zh-CN': 1 };
const WEEK = 7;
const YEARS_MIN = 1000;

const inUtc = (day: string): Date => new Date(`${day}T00:00:00Z`);
const dayOfUtc = (date: Date): string => date.toISOString().slice(0, 10);
const formatted = (day: string, language: Language, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }).format(inUtc(day));

/** `Nov 30, 2026`, `2026年11月30日`. */
export const dayText = (day: string, language: Language): string =>
  formatted(day, language, { dateStyle: 'medium' });
/** With its weekday. */
export const longDayText = (day: string, language: Language): string =>
  formatted(day, language, { dateStyle: 'full' });
export const monthText = (day: string, language: Language): string =>
  formatted(day, language, { year: 'numeric', month: 'long' });

export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(inUtc(text).getTime()) && dayOfUtc(inUtc(text)) === text;

/** Where the reader is. */
export function todayAt(now: Date): string {
  return dayFrom([now.getFullYear(), now.getMonth() + 1, now.getDate()]) ?? '';
}

function dayFrom([year = 0, month = 0, day = 0]: readonly number[]): string | null {
  const [four, two] = [String(year).padStart(4, '0'), (value: number) => String(value).padStart(2, '0')];
  const text = `${four}-${two(month)}-${two(day)}`;
  return isDay(text) ? text : null;
}

/**
 * What somebody has typed: as it is written here, as `2026-11-30`, with slashes or dots; without a year the next such
 * day from today on. null: it is no day.
 */
export function readDay(text: string, language: Language, today: string): string | null {
  const plain = text.normalize('NFKC').toLowerCase();
  const numbers = (plain.match(/\d+/g) ?? []).map(Number);
  const month = monthNamed(plain, language);
  const isYearFirst = (numbers[0] ?? 0) >= YEARS_MIN;
  const year = isYearFirst ? numbers.shift() : numbers.findLast((value) => value >= YEARS_MIN);
  const rest = isYearFirst ? numbers : numbers.filter((value) => value !== year);
  const [first = 0, second = 0] = month === null ? rest : [month, ...rest];
  if (rest.length !== (month === null ? 2 : 1)) return null;
  // The thirtieth month is a day.
  const [monthOf, dayOf] = first > 12 && !isYearFirst ? [second, first] : [first, second];
  if (year !== undefined) return dayFrom([year, monthOf, dayOf]);
  const thisYear = Number(today.slice(0, 4));
  const next = dayFrom([thisYear, monthOf, dayOf]);
  return next !== null && next >= today ? next : dayFrom([thisYear + 1, monthOf, dayOf]);
}

/** By its first three letters at least. */
function monthNamed(text: string, language: Language): number | null {
  const [word] = /[a-z]{3,}/.exec(text) ?? [];
  if (word === undefined || language !== 'en') return null;
  for (let month = 1; month <= 12; month++) {
    const name = formatted(dayFrom([2000, month, 1]) ?? '', language, { month: 'long' }).toLowerCase();
    if (name.startsWith(word)) return month;
  }
  return null;
}

export function addDays(day: string, count: number): string {
  const date = inUtc(day);
  date.setUTCDate(date.getUTCDate() + count);
  return dayOfUtc(date);
}

/** The last of a shorter month where there is no such day. */
export function addMonths(day: string, count: number): string {
  const date = inUtc(day);
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count + 1, 0);
  date.setUTCDate(Math.min(wanted, date.getUTCDate()));
  return dayOfUtc(date);
}

/** How many days of its week come before it. */
export const daysIntoWeek = (day: string, language: Language): number =>
  (inUtc(day).getUTCDay() - firstWeekday[language] + WEEK) % WEEK;

/** The weeks of the day's month, whole: with the days before and after it. */
export function weeksOf(day: string, language: Language): string[][] {
  const first = `${day.slice(0, 8)}01`;
  const next = addMonths(first, 1);
  const weeks: string[][] = [];
  for (let at = addDays(first, -daysIntoWeek(first, language)); at < next; at = addDays(at, WEEK))
    weeks.push(Array.from({ length: WEEK }, (_, index) => addDays(at, index)));
  return weeks;
}

/** In short, and in full. */
export function weekdays(language: Language): { short: string; long: string }[] {
  const [week = []] = weeksOf('2026-11-01', language);
  return week.map((day) => ({
    short: formatted(day, language, { weekday: language === 'en' ? 'short' : 'narrow' }),
    long: formatted(day, language, { weekday: 'long' }),
  }));
}
