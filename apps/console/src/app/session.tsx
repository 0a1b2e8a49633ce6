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

/** Only a path of this console may be gone to after a login: `//evil`, `/\evil` and whole URLs are not. */
export function safeNext(next: string | null, origin: string = location.origin): string {
  if (next === null || !/^\/(?![/\\])/.test(next)) return '/';
  const url = URL.parse(next, origin);
  if (!url || url.origin !== origin || url.pathname.startsWith('//')) return '/';
  return url.pathname + url.search + url.hash;
}
