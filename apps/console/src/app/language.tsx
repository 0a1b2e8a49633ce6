/** Which language the page speaks: the user's choice, else the last choice made in this browser, else the browser's. */
import type { Language } from '@loucloud/api';
import {
  type ReactNode,
  createContext,
  useCallback,
  useContext,
  useLayoutEffect,
  useMemo,
  useState,
} from 'react';
import { type Catalog, type Translate, translator } from './i18n.ts';
import { rememberLocally, rememberedLocally } from './local-choice.ts';

interface LanguageChoice {
  readonly language: Language;
  /** null: as the browser says. */
  readonly choose: (language: Language | null) => void;
}

const LanguageContext = createContext<LanguageChoice | null>(null);

export const languageNames = { 'zh-CN': '简体中文', en: 'English' } as const satisfies Record<
  Language,
  string
>;

export function browserLanguage(languages: readonly string[] = navigator.languages): Language {
  for (const tag of languages) {
    if (/^zh\b/i.test(tag)) return 'zh-CN';
    if (/^en\b/i.test(tag)) return 'en';
  }
  return 'en';
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState<Language | null>(() =>
    rememberedLocally<Language>('language', ['zh-CN', 'en']),
  );
  const language = chosen ?? browserLanguage();
  const choose = useCallback((next: Language | null) => {
    rememberLocally('language', next);
    setChosen(next);
  }, []);
  useLayoutEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(() => ({ language, choose }), [language, choose]);
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): LanguageChoice {
  const choice = useContext(LanguageContext);
  if (!choice) throw new Error('useLanguage outside of LanguageProvider');
  return choice;
}

export function useT<En extends Readonly<Record<string, string>>>(messages: Catalog<En>): Translate<En> {
  const { language } = useLanguage();
  return useMemo(() => translator(messages, language), [messages, language]);
}
