/** A page that is looked at. */
import type { Language } from '@loucloud/api';
import type { Page } from 'playwright-core';
import type { BelievablePool } from './believable-servers.ts';

export interface Shot {
  readonly name: string;
  readonly who: 'anybody' | 'admin' | 'member';
  readonly path: (things: BelievablePool) => string;
  /** What must be seen, in English and in Chinese, before anything else happens. */
  readonly title: readonly [string | RegExp, string | RegExp];
  readonly width?: number;
  /** The whole page, however long; a dialog is shown in its window. */
  readonly isWhole?: boolean;
  /** On the one screen that all who look at the page share. */
  readonly typesInGuest?: true;
  readonly prepare?: (page: Page, language: Language, things: BelievablePool) => Promise<unknown>;
}

export const PHONE_PX = 375;
export const WIDE_PX = 2560;

export const byLanguage = (language: Language, english: string, chinese: string): string =>
  language === 'en' ? english : chinese;
/** The button of that name. */
export const press = (english: string, chinese: string) => (page: Page, language: Language) =>
  page
    .getByRole('button', { name: byLanguage(language, english, chinese), exact: true })
    .first()
    .click();
