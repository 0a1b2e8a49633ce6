/** What users see and change of themselves. */
import type { Me, Preferences, Quota } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Db, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { hashPassword, isPassword } from '../../platform/passwords.ts';
import type { EndAccess } from './user-operations.ts';
import { effectiveQuota, userStore } from './user-store.ts';

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly defaultQuota: (sql?: Db | Tx['sql']) => Promise<Quota>;
  readonly recycleDays: () => Promise<number>;
  /** How many classes that user leads. */
  readonly countClasses: (userId: string) => Promise<number>;
  readonly endAccess: EndAccess;
  /** Slows down guessing at the current password. */
  readonly backoff: { take(attempt: Attempt): void; succeeded(attempt: Attempt): void };
}

interface Attempt {
  readonly name: string;
  readonly address: string;
  readonly isKnownPlace: boolean;
}

export interface MeChanges extends Partial<Preferences> {
  readonly displayName?: string | undefined;
}

export function meService({ database, events, defaultQuota, endAccess, backoff, ...deps }: Deps) {
  const get = async (userId: string, sessionId: string | null): Promise<Me> => {
    const { preferences, ...user } = await userStore.get(database.db, userId);
    const quota = effectiveQuota(user.ownQuota, await defaultQuota());
    const recycleDays = await deps.recycleDays();
    const classes = await deps.countClasses(userId);
    return { user: { ...user, quota }, preferences, sessionId, recycleDays, classes };
  };

  return {
    get,

    async update({ displayName, ...changes }: MeChanges, caller: Caller): Promise<Me> {
      await database.transact(async (tx) => {
        const { preferences, name } = await userStore.get(tx.sql, caller.userId);
        await userStore.update(tx.sql, caller.userId, {
          displayName,
          preferences: { ...preferences, ...changes },
        });
        const changed = [...(displayName === undefined ? [] : ['displayName']), ...Object.keys(changes)];
        await events.record(tx, {
          type: 'user.updated',
          actor: caller,
          object: { kind: 'user', id: caller.userId, name },
          ownerId: caller.userId,
          details: { changed },
        });
      });
      return get(caller.userId, sessionIdOf(caller));
    },

    /** Every other session and every token ends. */
    async changePassword(
      { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
      caller: Caller,
    ): Promise<void> {
      if (caller.kind === 'token') throw new UserError('forbidden');
      // A session is open from there.
      const attempt = { name: caller.userName, address: caller.address, isKnownPlace: true };
      backoff.take(attempt);
      const stored = await userStore.passwordHashOf(database.db, caller.userId);
      if (!(await isPassword(currentPassword, stored))) throw new UserError('wrong_password');
      backoff.succeeded(attempt);
      const passwordHash = await hashPassword(newPassword);
      await database.transact(async (tx) => {
        await userStore.update(tx.sql, caller.userId, { passwordHash });
        await endAccess(tx, caller.userId, caller.sessionId);
        await events.record(tx, {
          type: 'user.passwordChanged',
          actor: caller,
          object: { kind: 'user', id: caller.userId, name: caller.userName },
          ownerId: caller.userId,
        });
      });
    },
  };
}

export const sessionIdOf = (caller: Caller): string | null =>
  caller.kind === 'session' ? caller.sessionId : null;

export type MeService = ReturnType<typeof meService>;
