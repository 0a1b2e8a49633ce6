/** An event's details in the reader's language: states, causes, fields, operations, settings. */
import type { Event, SettingKey } from '@loucloud/api';
import { readableDetails } from '../../app/error-sentence.ts';
import { useFormat } from '../../app/format.ts';
import type { Catalog } from '../../app/i18n.ts';
import { useLanguage } from '../../app/language.tsx';
import { healthMessages } from '../../words/hosts.messages.ts';
import { operationMessages, operationStateMessages } from '../../words/operations.messages.ts';
import { causeMessages, stateMessages } from '../../words/vms.messages.ts';
import { useHealthReason } from '../hosts/health-reason.ts';
import { copyStateMessages, imagesMessages } from '../images/images.messages.ts';
import { changeLines } from '../settings/setting-text.ts';
import { useSettingWords } from '../settings/use-setting-words.ts';
import { fieldMessages } from './audit.messages.ts';

type Words = Readonly<Record<string, string>>;

export function useDetailText(): (event: Event, slot: string) => string {
  const { language } = useLanguage();
  const format = useFormat();
  const settingWords = useSettingWords();
  const healthReason = useHealthReason();
  const wordsOf = ({ en, zh }: Catalog<Words>): Words => (language === 'zh-CN' ? zh : en);
  return (event, slot) => {
    const { type, details } = event;
    const detail = details[slot];
    if (type === 'setting.changed' && slot === 'change') {
      const [before, after] = [parse(details['before']), parse(details['after'])];
      return format.list(changeLines(event.objectName as SettingKey, before, after, settingWords));
    }
    if (type === 'host.healthChanged' && slot === 'because') return healthReason(reasonIn(details)) ?? '';
    if (slot === 'changed' || slot === 'fields') {
      const names = Array.isArray(detail) ? detail : [];
      return names.length > 0 ? format.list(names.map((name) => wordsOf(fieldMessages)[name] ?? name)) : '–';
    }
    const words = wordsFor(type, slot);
    const text = readableDetails(details, language)[slot];
    if (text === undefined) return '–';
    return words ? (wordsOf(words)[String(text)] ?? String(text)) : String(text);
  };
}

/** Which words a detail is one of. */
function wordsFor(type: Event['type'], slot: string): Catalog<Words> | null {
  if (type === 'vm.stateChanged') return slot === 'cause' ? causeMessages : stateMessages;
  if (type === 'host.healthChanged') return healthMessages;
  if (type === 'image.stateChanged') return imagesMessages;
  if (type === 'image.copyChanged') return slot === 'state' ? copyStateMessages : null;
  if (slot === 'operation') return operationMessages;
  return slot === 'state' ? operationStateMessages : null;
}

const reasonIn = ({ reason }: Event['details']): string | null =>
  typeof reason === 'string' ? reason : null;

/** The log keeps a setting's values as JSON. */
function parse(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}
