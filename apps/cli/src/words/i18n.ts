/**
 * Messages are plain objects. English is the source; Chinese has the same keys (the compiler sees to it) and the same
 * slots (catalogues.test.ts). `{name}` is a slot; `{count:VM|VMs}` picks the word for one or for more by a number.
 */
import type { Language } from '@loucloud/api';

type Slots<S extends string> = S extends `${string}{${infer Slot}}${infer Rest}`
  ? SlotName<Slot> | Slots<Rest>
  : never;
/** `web-{1..5}` is meant as it stands. */
type SlotName<S extends string> = S extends `${string}..${string}`
  ? never
  : S extends `${infer Name}:${string}`
    ? Name
    : S;
type SlotValues<S extends string> = { readonly [K in Slots<S>]: string | number };
type Messages = Readonly<Record<string, string>>;

/** A translation may reorder slots, but not invent or drop one. */
type Translation<En> = { readonly [K in keyof En]: string };

export interface Catalog<En extends Messages> {
  readonly en: En;
  readonly zh: Translation<En>;
}

export const catalog = <const En extends Messages>(en: En, zh: Translation<NoInfer<En>>): Catalog<En> => ({
  en,
  zh,
});

export type Translate<En extends Messages> = <K extends keyof En & string>(
  key: K,
  ...slots: [Slots<En[K]>] extends [never] ? [] : [SlotValues<En[K]>]
) => string;

export function translator<En extends Messages>(messages: Catalog<En>, language: Language): Translate<En> {
  const texts: Messages = language === 'zh-CN' ? messages.zh : messages.en;
  return (key, ...[slots]) => fillSlots(texts[key] ?? key, slots ?? {}, language);
}

/** The word for something that the server named; what this version does not know is shown as it came. */
export function word(messages: Catalog<Messages>, key: string, language: Language): string {
  const texts: Messages = language === 'zh-CN' ? messages.zh : messages.en;
  return Object.hasOwn(texts, key) ? (texts[key] ?? key) : key;
}

/** A slot without a value becomes a dash: a server newer than this command must not break it. */
export function fillSlots(
  message: string,
  slots: Readonly<Record<string, string | number>>,
  language: Language,
): string {
  return message.replace(/\{(\w+)(?::([^}]*))?\}/g, (_, name: string, words: string | undefined) => {
    const value = slots[name];
    if (words !== undefined) return pickWord(words, Number(value), language);
    return value === undefined ? '–' : String(value);
  });
}

/** The names of a message's slots. */
export const slotsOf = (message: string): string[] =>
  [...message.matchAll(/\{(\w+)(?::[^}]*)?\}/g)].map(([, name = '']) => name);

function pickWord(words: string, count: number, language: Language): string {
  const [one = '', other = one] = words.split('|');
  return new Intl.PluralRules(language).select(count) === 'one' ? one : other;
}
