/** A setting's value as people write it: amounts with units, times in the largest unit that fits. */
import type { Quota, SettingKey } from '@loucloud/api';
import type { Translate } from '../../app/i18n.ts';
import type { quotaMessages } from '../../words/nouns.messages.ts';
import type { settingsMessages } from './settings.messages.ts';

interface Words {
  readonly t: Translate<(typeof settingsMessages)['en']>;
  readonly resources: Translate<(typeof quotaMessages)['en']>;
  readonly number: (value: number) => string;
  /** With the unit that the resource is counted in. */
  readonly amount: (resource: keyof Quota, value: number) => string;
  /** A network's name by its id. */
  readonly networkName: (id: string) => string;
}

const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 1440;

export function minutesText(minutes: number, t: Words['t']): string {
  if (minutes % MINUTES_PER_DAY === 0) return t('daysText', { count: minutes / MINUTES_PER_DAY });
  if (minutes % MINUTES_PER_HOUR === 0) return t('hoursText', { count: minutes / MINUTES_PER_HOUR });
  return t('minutesText', { count: minutes });
}

/** `value` is as the history keeps it; one of an unknown shape is shown as it is. */
export function settingText(key: SettingKey, value: unknown, words: Words): string {
  const { t, number, networkName } = words;
  if (key === 'defaultNetworkId') return typeof value === 'string' ? networkName(value) : t('noNetwork');
  if (typeof value !== 'number') return JSON.stringify(value);
  if (key === 'sessionLifetimeMinutes') return minutesText(value, t);
  if (key === 'shutdownTimeoutSeconds') return t('secondsText', { count: value });
  if (key === 'systemMemoryMib') return words.amount('memoryMib', value);
  if (key === 'recycleDays' || key === 'imageCopyDays') return t('daysText', { count: value });
  return number(value);
}

/** One line for each limit that differs. */
export function quotaChanges(before: unknown, after: unknown, words: Words): string[] {
  const { t, resources } = words;
  const [was, is] = [before, after].map((quota) => quota as Partial<Quota> | null);
  const amount = (resource: keyof Quota, value: number | undefined) =>
    value === undefined ? '–' : words.amount(resource, value);
  return Object.keys(is ?? {})
    .map((key) => key as keyof Quota)
    .filter((key) => was?.[key] !== is?.[key])
    .map(
      (key) =>
        `${resources(key)}: ${t('change', { before: amount(key, was?.[key]), after: amount(key, is?.[key]) })}`,
    );
}

/** What a change comes to, a line for each part. */
export function changeLines(key: SettingKey, before: unknown, after: unknown, words: Words): string[] {
  if (key === 'defaultQuota') return quotaChanges(before, after, words);
  const text = (value: unknown) => settingText(key, value, words);
  return [words.t('change', { before: text(before), after: text(after) })];
}
