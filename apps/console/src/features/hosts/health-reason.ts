/** Why a server is not healthy: a reason's, an error's or a check's code as a sentence. */
import { errorText } from '../../app/error-sentence.ts';
import { translator } from '../../app/i18n.ts';
import { useLanguage } from '../../app/language.tsx';
import { errorMessages } from '../../words/errors.messages.ts';
import { checkMessages } from '../../words/checks.messages.ts';
import { degradedMessages } from '../../words/hosts.messages.ts';
import { hostsMessages } from './hosts.messages.ts';

export function useHealthReason(): (reason: string | null) => string | null {
  const { language } = useLanguage();
  return (reason) => {
    if (reason === null) return null;
    // The general sentence speaks of the VM that could not be reached.
    if (reason === 'host_unreachable') return translator(hostsMessages, language)('unreachableReason');
    if (Object.hasOwn(degradedMessages.en, reason)) {
      return translator(degradedMessages, language)(reason as keyof typeof degradedMessages.en);
    }
    if (Object.hasOwn(checkMessages.en, reason)) {
      return translator(checkMessages, language)(reason as keyof typeof checkMessages.en);
    }
    return Object.hasOwn(errorMessages.en, reason)
      ? errorText({ code: reason, details: {} }, language)
      : reason;
  };
}
