/** An error's code and details as a sentence in the reader's language. */
import type { ErrorDetails, Language } from '@loucloud/api';
import { errorMessages } from '../words/errors.messages.ts';
import { quotaMessages } from '../words/nouns.messages.ts';
import { shortRefusalMessages } from '../words/placement.messages.ts';
import { type Format, formatFor } from './format-for.ts';
import { fillSlots, translator } from './i18n.ts';

export interface Problematic {
  readonly code: string;
  readonly details: ErrorDetails;
}

export function errorText({ code, details }: Problematic, language: Language): string {
  const texts: Readonly<Record<string, string>> = language === 'zh-CN' ? errorMessages.zh : errorMessages.en;
  const text = texts[code] ?? texts['internal'] ?? code;
  const sentence = fillSlots(text, readableDetails(details, language), language);
  const { refusals } = details;
  return Array.isArray(refusals) ? [sentence, refusalsText(refusals, language)].join(' ') : sentence;
}

/** What was in the way on each server: `reason name`, as the admin is told. */
function refusalsText(refusals: readonly string[], language: Language): string {
  const t = translator(shortRefusalMessages, language);
  const items = refusals.map((refusal) => {
    const [reason = '', ...name] = refusal.split(' ');
    const isKnown = Object.hasOwn(shortRefusalMessages.en, reason);
    return `${name.join(' ')} – ${isKnown ? t(reason as keyof typeof shortRefusalMessages.en) : reason}`;
  });
  return `${items.join(language === 'zh-CN' ? '；' : '; ')}${language === 'zh-CN' ? '。' : '.'}`;
}

/** Amounts get their unit by their name (`diskBytes`, `memoryMib`), or by the resource that the details are about. */
export function readableDetails(details: ErrorDetails, language: Language): Record<string, string | number> {
  const format = formatFor(language);
  const resource = details['resource'];
  const readable = Object.entries(details).map(([key, value]) => {
    if (key === 'resource') return [key, resourceName(String(value), language)] as const;
    if (Array.isArray(value)) return [key, value.length > 0 ? format.list(value) : '–'] as const;
    if (typeof value === 'number')
      return [key, amountText(amountKind(key, resource), value, format)] as const;
    return [key, value] as const;
  });
  return Object.fromEntries(readable);
}

const amountKind = (key: string, resource: unknown): string =>
  typeof resource === 'string' && ['limit', 'used', 'asked', 'left', 'available'].includes(key)
    ? resource
    : key;

export function amountText(kind: string, amount: number, format: Format): string {
  if (amount === 0) return format.number(0);
  if (kind.endsWith('Bytes')) return format.bytes(amount);
  if (kind.endsWith('Mib')) return format.mib(amount);
  return format.number(amount);
}

function resourceName(resource: string, language: Language): string {
  const t = translator(quotaMessages, language);
  return resource in quotaMessages.en ? t(resource as keyof typeof quotaMessages.en) : resource;
}
