/**
 * Messages are plain objects per feature. English is the source; Chinese must have the same keys and slots.
 * `{name}` is a slot; `{count:VM|VMs}` picks the word for one or for more by the slot's number.
 */
import type { Language } from '@loucloud/api';

type Slots<S extends string> = S extends `${string}{${infer Slot}}${infer Rest}`
  ? (Slot extends `${infer Name}:${string}` ? Name : Slot) | Slots<Rest>
  : never;
type SlotValues<S extends string> = { readonly [K in Slots<S>]: string | number };
type Messages = Readonly<Record<string, string>>;

/** A translation may reorder slots, but must not invent or drop one: checked by i18n.test.ts. */
export type Translation<En> = { readonly [K in keyof En]: string };

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

/** A slot without a value becomes a dash: a server newer than this page must not break it. */
export function fillSlots(
  message: string,
  slots: Readonly<Record<string, string | number>>,
  language: Language,
): string {
  return message.replace(/\{(\w+)(?::([^}]*))?\}/g, (_, name: string, words: string | undefined) => {
    const value = slots[name];
    if (words !== undefined) return pickWord(words, Number(value), language);
    if (typeof value === 'number') return new Intl.NumberFormat(language).format(value);
    return value ?? '–';
  });
}

function pickWord(words: string, count: number, language: Language): string {
  const [one = '', other = one] = words.split('|');
  return new Intl.PluralRules(language).select(count) === 'one' ? one : other;
}
