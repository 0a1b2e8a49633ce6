/** Who is logged in; pages below SessionRoot may take it for granted. */
import type { Me } from '@loucloud/api';
import { createContext, useContext } from 'react';

export const MeContext = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe outside of SessionRoot');
  return me;
}

export const useIsAdmin = (): boolean => useMe().user.role === 'admin';
