/** Numbers, sizes and times in the reader's language. */
import type { Language } from '@loucloud/api';

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const RELATIVE_UNITS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

export interface Format {
  readonly number: (value: number) => string;
  /** 0.42 → 42%. */
  readonly percent: (ratio: number) => string;
  readonly bytes: (bytes: number) => string;
  readonly mib: (mib: number) => string;
  readonly date: (iso: string) => string;
  readonly dateTime: (iso: string) => string;
  /** "3 minutes ago", "in 7 days"; the seconds are left out, so that it need not tick. */
  readonly ago: (iso: string, now?: number) => string;
  /** 83 → 1:23. */
  readonly countdown: (seconds: number) => string;
  readonly list: (items: readonly string[]) => string;
}

export function formatFor(language: Language): Format {
  const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  const isChinese = language === 'zh-CN';
  // As the messages do, it keeps figures apart from the words.
  const spaced = (text: string) => (isChinese ? text.replace(/(?<=\d)(?=\p{Script=Han})/u, '\u00a0') : text);
  const bytes = (value: number) => {
    const power = value < 1 ? 0 : Math.min(Math.floor(Math.log2(value) / 10), BYTE_UNITS.length - 1);
    return `${decimal.format(value / 1024 ** power)}\u00a0${BYTE_UNITS[power]}`;
  };
  return {
    number: (value) => decimal.format(value),
    percent: (ratio) => percent.format(ratio),
    bytes,
    mib: (mib) => bytes(mib * 1_048_576),
    date: (iso) => date.format(new Date(iso)),
    dateTime: (iso) => dateTime.format(new Date(iso)),
    ago: (iso, now = Date.now()) => {
      const seconds = (new Date(iso).getTime() - now) / 1000;
      for (const [unit, length] of RELATIVE_UNITS) {
        if (Math.abs(seconds) < length) continue;
        const count = seconds / length;
        // A moment after it was said that there are seven days, there are seven days.
        return spaced(relative.format(count < 0 ? Math.trunc(count) : Math.round(count), unit));
      }
      return isChinese && seconds <= 0 ? '刚刚' : relative.format(0, 'second');
    },
    countdown: (seconds) => {
      const whole = Math.max(0, Math.ceil(seconds));
      return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
    },
    // “和” would touch what is not Chinese: “vCPU和内存”.
    list: (items) => (isChinese ? items.join('、') : list.format(items)),
  };
}
