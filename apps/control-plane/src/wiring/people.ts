/** Who uses it, and how they get in. */
import { type Quota } from '@loucloud/api';
import { classStore } from '../features/classes/class-store.ts';
import { LoginBackoff } from '../features/sessions/login-backoff.ts';
import { sessionService } from '../features/sessions/session-service.ts';
import { tokenService } from '../features/sessions/token-service.ts';
import { meService } from '../features/users/me-service.ts';
import { userDeletion } from '../features/users/user-operations.ts';
import { userService } from '../features/users/user-service.ts';
import { vmsOfUser } from '../features/vms/vms-of-user.ts';
import type { Db, Tx } from '../platform/database/database.ts';
import type { Ground } from './ground.ts';
import type { Machines } from './machines.ts';
const MINUTE_MS = 60_000;

export function peopleOf(
  { database, events, rights, engine, settings }: Ground,
  { vms, bin }: Pick<Machines, 'vms' | 'bin'>,
) {
  const backoff = new LoginBackoff();
  const defaultQuota = async (sql?: Db | Tx['sql']): Promise<Quota> =>
    (await settings.read(sql)).defaultQuota;
  const sessions = sessionService({
    database,
    events,
    rights,
    backoff,
    lifetimeMs: async () => (await settings.read()).sessionLifetimeMinutes * MINUTE_MS,
    meOf: (userId, sessionId) => me.get(userId, sessionId),
  });
  const { endAccess, countAccess } = sessions;
  const tokens = tokenService({ database, events, rights });
  const recycleDays = async () => (await settings.read()).recycleDays;
  const countClasses = (userId: string) => classStore.countOwned(database.db, userId);
  const me = meService({ database, events, backoff, defaultQuota, recycleDays, countClasses, endAccess });
  const ownedVms = vmsOfUser({ database, engine, events, vms, bin, settings });
  const deletion = userDeletion({ database, events, endAccess, vms: ownedVms });
  const users = userService({
    database,
    events,
    engine,
    deletion,
    defaultQuota,
    endAccess,
    countAccess,
    vms: ownedVms,
  });

  return { sessions, tokens, me, users, work: [deletion] };
}
