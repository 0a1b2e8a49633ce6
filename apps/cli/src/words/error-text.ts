/** An error's code and details as sentences in the reader's language. */
import type { ErrorDetails, Language, Problem } from '@loucloud/api';
import { formatAmount } from '../output/format.ts';
import { commonMessages } from './common.messages.ts';
import { detailMessages } from './details.messages.ts';
import { errorMessages } from './errors.messages.ts';
import { checkNameMessages } from './hosts.messages.ts';
import { fillSlots, slotsOf, translator, word } from './i18n.ts';
import { kindMessages, quotaMessages } from './nouns.messages.ts';
import { operationMessages, stepMessages } from './operations.messages.ts';
import { refusalMessages } from './placement.messages.ts';
import { actionMessages, stateMessages, verdictMessages } from './vms.messages.ts';

interface Problematic {
  readonly code: string;
  readonly details: ErrorDetails;
}

/** The sentence, and in brackets what the details say beyond it. */
export function errorText({ code, details }: Problematic, language: Language): string {
  const special = specialText(code, details, language);
  if (special !== null) return special;
  const texts: Readonly<Record<string, string>> = language === 'zh-CN' ? errorMessages.zh : errorMessages.en;
  const text = Object.hasOwn(texts, code) ? (texts[code] ?? code) : code.replaceAll('_', ' ');
  const readable = readableDetails(details, language);
  const said = new Set(slotsOf(text));
  const rest = Object.fromEntries(Object.entries(readable).filter(([key]) => !said.has(key)));
  return withFacts(fillSlots(text, readable, language), rest, language);
}

/** A sentence, and in brackets what its details say. */
export const withDetails = (sentence: string, details: ErrorDetails, language: Language): string =>
  withFacts(sentence, readableDetails(details, language), language);

function withFacts(sentence: string, facts: Readonly<Record<string, string>>, language: Language): string {
  const texts = Object.entries(facts)
    .filter(([key, value]) => key !== 'id' && value !== '')
    .map(([key, value]) => `${word(detailMessages, key, language)}: ${value}`);
  return texts.length === 0 ? sentence : `${sentence} (${texts.join('; ')})`;
}

/** As `errorText`, with what libvirt said, which the server sends to the admin alone. */
export function problemText(problem: Problem, language: Language): string {
  const text = errorText(problem, language);
  if (problem.hint === undefined || problem.hint === '') return text;
  return `${text}\n${translator(commonMessages, language)('hint', { hint: problem.hint })}`;
}

function specialText(code: string, details: ErrorDetails, language: Language): string | null {
  const t = translator(commonMessages, language);
  const { action, state, name, field, rule } = details;
  if (code === 'wrong_state' && typeof action === 'string' && typeof state === 'string') {
    const reason = `${word(actionMessages, action, language)}: ${word(verdictMessages, `vm_is_${state}`, language)}`;
    return typeof name === 'string' ? t('failed', { name, reason }) : reason;
  }
  if (code === 'invalid_request' && typeof field === 'string') {
    return t('field', { field, rule: typeof rule === 'string' ? rule : '–' });
  }
  return null;
}

function readableDetails(details: ErrorDetails, language: Language): Record<string, string> {
  const resource = details['resource'];
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => {
      const unit = typeof resource === 'string' && AMOUNTS_OF_RESOURCE.has(key) ? resource : key;
      return [key, readable(key, unit, value, language)];
    }),
  );
}

const AMOUNTS_OF_RESOURCE: ReadonlySet<string> = new Set(['limit', 'used', 'asked', 'left', 'available']);

function readable(key: string, unit: string, value: ErrorDetails[string], language: Language): string {
  if (Array.isArray(value)) return value.map((item) => nameOf(key, item, language)).join(', ');
  return typeof value === 'number' ? formatAmount(unit, value) : nameOf(key, value, language);
}

const namesOf: Readonly<Record<string, Parameters<typeof word>[0]>> = {
  resource: quotaMessages,
  kind: kindMessages,
  state: stateMessages,
  action: actionMessages,
  operation: operationMessages,
  step: stepMessages,
  checks: checkNameMessages,
};

function nameOf(key: string, value: string, language: Language): string {
  if (key === 'refusals') {
    const [reason = '', ...host] = value.split(' ');
    return `${host.join(' ')} – ${word(refusalMessages, reason, language)}`;
  }
  const names = namesOf[key];
  return names === undefined ? value : word(names, value, language);
}
