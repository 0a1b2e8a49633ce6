/** Everything behind the login: finds out who it is, keeps the pages live, and asks for the password again when the session ends. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { ReloginSheet } from '../features/session/ReloginSheet.tsx';
import { FullPageError } from '../ui/FullPageError.tsx';
import { Splash } from '../ui/Splash.tsx';
import { query } from './api.ts';
import { useLanguage } from './language.tsx';
import { live } from './use-live.ts';
import { sessionGate } from './session-gate.ts';
import { MeContext } from './session.tsx';
import { useTheme } from './theme.tsx';

export function SessionRoot() {
  const { data: me, error, refetch } = useQuery(query('meGet'));
  const hasExpired = useSyncExternalStore(sessionGate.subscribe, sessionGate.hasExpired);
  const location = useLocation();
  const language = useLanguage();
  const theme = useTheme();
  const isIn = me !== undefined;

  useEffect(() => {
    if (!isIn) return;
    sessionGate.loggedIn();
    live.open();
    return () => live.close();
  }, [isIn]);

  useEffect(() => {
    // After a new login there is no need to wait for the next try.
    if (isIn && !hasExpired) live.open();
  }, [isIn, hasExpired]);

  const preferred = me?.preferences;
  useEffect(() => {
    // What the user keeps with the account wins over what this browser remembers.
    if (preferred?.language) language.choose(preferred.language);
    if (preferred?.theme) theme.choose(preferred.theme);
    // Only a change of the account's preference counts, not one of the page's language.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [preferred?.language, preferred?.theme]);

  if (me) {
    return (
      <MeContext value={me}>
        <Outlet />
        {hasExpired && <ReloginSheet name={me.user.name} />}
      </MeContext>
    );
  }
  if (error?.code === 'unauthenticated') {
    const next = location.pathname + location.search;
    return <Navigate replace to={next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`} />;
  }
  if (error) return <FullPageError error={error} onRetry={() => void refetch()} />;
  return <Splash />;
}
