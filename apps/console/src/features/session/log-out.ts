import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { call } from '../../app/api.ts';
import { sessionGate } from '../../app/session-gate.ts';

/** Ends the session and forgets what was read in it, whatever the server says: it may have ended already. */
export function useLogOut(): () => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    sessionGate.loggedOut();
    await call('sessionDeleteCurrent').catch(() => undefined);
    await navigate('/login', { replace: true });
    queries.clear();
  };
}
