import type { Language } from '@loucloud/api';

type Environment = Readonly<Record<string, string | undefined>>;

/** LOUCLOUD_LANG before the system's own: LC_ALL, LC_MESSAGES, LANG, in POSIX's order. The first one that is set decides. */
export function languageOf(environment: Environment): Language {
  const set = ['LOUCLOUD_LANG', 'LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => environment[name]?.trim());
  const chosen = set.find((value) => value !== undefined && value !== '') ?? '';
  return /^zh/i.test(chosen) ? 'zh-CN' : 'en';
}
