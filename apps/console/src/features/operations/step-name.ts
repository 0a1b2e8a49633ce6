import { useT } from '../../app/language.tsx';
import { stepMessages } from '../../words/operations.messages.ts';

/** The contract leaves steps open, so one may be newer than this page: it is shown by its own name. */
export function useStepName(): (step: string) => string {
  const t = useT(stepMessages);
  return (step) => (Object.hasOwn(stepMessages.en, step) ? t(step as keyof typeof stepMessages.en) : step);
}
