/** A link that leads not only to a list but into the form for its next one. */
import { useLocation } from 'react-router';

export const OPENS = { opensForm: true } as const;

export const useOpensForm = (): boolean =>
  (useLocation().state as Partial<typeof OPENS> | null)?.opensForm === true;
