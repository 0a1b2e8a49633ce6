/** API tokens: for programs, with their user's rights, except that a token can neither make a token nor set a password. */
import type { ApiToken } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import { UserError, notFound } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { hashSecret, newId, newSecret } from '../../platform/ids.ts';
import type { RightsWatch } from '../../platform/rights-watch.ts';
import { tokenStore } from './token-store.ts';

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly rights: RightsWatch;
}

const DAY_MS = 86_400_000;
/** Scanners for leaked secrets go by a prefix. */
const PREFIX = 'loucloud_';

export function tokenService({ database, events, rights }: Deps) {
  return {
    list: (caller: Caller): Promise<ApiToken[]> => tokenStore.list(database.db, caller.userId),

    async create(
      { name, expiresInDays }: { name: string; expiresInDays: number | null },
      caller: Caller,
    ): Promise<{ token: ApiToken; secret: string }> {
      if (caller.kind === 'token') throw new UserError('forbidden');
      const [id, secret, at] = [newId(), PREFIX + newSecret(), Date.now()];
      const token = await database.transact(async (tx) => {
        const token = await tokenStore.insert(tx.sql, {
          id,
          userId: caller.userId,
          name,
          secretHash: hashSecret(secret),
          at,
          expiresAt: expiresInDays === null ? null : at + expiresInDays * DAY_MS,
        });
        await events.record(tx, {
          type: 'token.created',
          actor: caller,
          object: { kind: 'token', id, name },
          ownerId: caller.userId,
        });
        return token;
      });
      return { token, secret };
    },

    /** One's own; the admin anybody's. */
    async revoke(id: string, caller: Caller): Promise<void> {
      await database.transact(async (tx) => {
        const token = await tokenStore.find(tx.sql, id, caller.isAdmin ? undefined : caller.userId);
        if (!token) throw notFound('token', id);
        await tokenStore.delete(tx.sql, [id]);
        await events.record(tx, {
          type: 'token.revoked',
          actor: caller,
          object: { kind: 'token', id, name: token.name },
          ownerId: token.userId,
        });
        tx.afterCommit(() => rights.sessionEnded(id));
      });
    },
  };
}

export type TokenService = ReturnType<typeof tokenService>;
