/** What people write on a command line, as the API wants it. A wrong value is a UsageError. */
import type { Translate } from '../words/i18n.ts';
import type { usageMessages } from '../words/usage.messages.ts';
import { UsageError } from './failures.ts';

type Words = Translate<(typeof usageMessages)['en']>;

const SIZE = /^(\d+(?:\.\d+)?) ?([KMGTP])(?:iB)?$/i;
const POWERS = 'KMGTP';

export interface Values {
  readonly count: (text: string, minimum?: number, maximum?: number) => number;
  readonly ratio: (text: string) => number;
  readonly bytes: (text: string) => number;
  readonly mib: (text: string) => number;
  /** `default`: null, so that the default holds. */
  readonly orDefault: <T>(read: (text: string) => T) => (text: string) => T | null;
}

export function valuesFor(t: Words): Values {
  const bytes = (text: string): number => {
    if (text === '0') return 0;
    const [, digits, unit = ''] = SIZE.exec(text) ?? [];
    if (digits === undefined) throw new UsageError(t('badSize', { value: text }));
    const size = Number(digits) * 1024 ** (POWERS.indexOf(unit.toUpperCase()) + 1);
    if (size > Number.MAX_SAFE_INTEGER) throw new UsageError(t('badSize', { value: text }));
    return Math.round(size);
  };
  return {
    count(text, minimum = 0, maximum = 1_000_000) {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= minimum && value <= maximum))
        throw new UsageError(t('badNumber', { value: text, minimum, maximum }));
      return value;
    },
    ratio(text) {
      const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= 0.1 && value <= 64)) throw new UsageError(t('badRatio', { value: text }));
      return value;
    },
    bytes,
    mib(text) {
      const mib = bytes(text) / 2 ** 20;
      if (!Number.isInteger(mib)) throw new UsageError(t('badMemory', { value: text }));
      return mib;
    },
    orDefault: (read) => (text) => (text === 'default' ? null : read(text)),
  };
}
