import { ApiError } from '@loucloud/api';
import { useCallback } from 'react';
import { type Problematic, errorText } from './error-sentence.ts';
import { useLanguage } from './language.tsx';

export function useErrorText(): (error: Problematic | Error) => string {
  const { language } = useLanguage();
  return useCallback(
    (error) =>
      errorText(
        error instanceof ApiError || !(error instanceof Error) ? error : { code: 'internal', details: {} },
        language,
      ),
    [language],
  );
}
