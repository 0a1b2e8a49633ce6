/** A preference takes effect at once, here, and is kept with the account. */
import type { Preferences } from '@loucloud/api';
import { useQueryClient } from '@tanstack/react-query';
import { useToast } from '../ui/Toasts.tsx';
import { query, useAction } from './api.ts';
import { useLanguage } from './language.tsx';
import { useTheme } from './theme.tsx';

export function usePreference(): (change: Partial<Preferences>) => void {
  const queries = useQueryClient();
  const toast = useToast();
  const language = useLanguage();
  const theme = useTheme();
  const { mutate } = useAction('meUpdate', {
    onSuccess: (me) => void queries.setQueryData(query('meGet').queryKey, me),
  });
  return (change) => {
    if (change.language !== undefined) language.choose(change.language);
    if (change.theme !== undefined) theme.choose(change.theme);
    const { queryKey } = query('meGet');
    queries.setQueryData(queryKey, (me) => me && { ...me, preferences: { ...me.preferences, ...change } });
    mutate(
      { body: change },
      {
        onError: (error) => {
          toast.problem(error);
          void queries.invalidateQueries({ queryKey });
        },
      },
    );
  };
}
