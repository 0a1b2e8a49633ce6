/** Logging in and out. Only hashes of what a browser holds are stored, and nothing at all for those who have not logged in. */
import type { Me, Session } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError, notFound } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { Credential } from '../../platform/http/gate.ts';
import { NIL_ID, hashSecret, newId, newSecret } from '../../platform/ids.ts';
import { isPassword } from '../../platform/passwords.ts';
import type { RightsWatch } from '../../platform/rights-watch.ts';
import type { LoginBackoff } from './login-backoff.ts';
import { type EndedAccess, sessionStore } from './session-store.ts';
import { tokenStore } from './token-store.ts';

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly rights: RightsWatch;
  readonly backoff: LoginBackoff;
  /** Idle time after which a session ends. */
  readonly lifetimeMs: () => Promise<number>;
  readonly meOf: (userId: string, sessionId: string | null) => Promise<Me>;
}

export interface LoginRequest {
  readonly name: string;
  readonly password: string;
  readonly address: string;
  readonly userAgent: string;
  /** The session that the browser had before: it ends. */
  readonly oldSecret: string | null;
}

/** A use is written down at most this often. */
const TOUCH_EVERY_MS = 60_000;

export function sessionService({ database, events, rights, backoff, lifetimeMs, meOf }: Deps) {
  const { db } = database;

  async function end(tx: Tx, session: EndedAccess, actor: Caller | null): Promise<void> {
    await sessionStore.delete(tx.sql, [session.id]);
    await events.record(tx, {
      type: 'session.ended',
      actor,
      object: { kind: 'session', id: session.id, name: session.userName },
      ownerId: session.userId,
    });
    tx.afterCommit(() => rights.sessionEnded(session.id));
  }

  /** A new session has a new id and a new secret, whatever the browser held before. */
  async function begin(user: { id: string; name: string }, { address, userAgent, oldSecret }: LoginRequest) {
    const [id, secret, at] = [newId(), newSecret(), Date.now()];
    const expiresAt = at + (await lifetimeMs());
    const actor = { userId: user.id, userName: user.name, address };
    await database.transact(async (tx) => {
      const old =
        oldSecret === null ? null : await sessionStore.find(tx.sql, { tokenHash: hashSecret(oldSecret) });
      if (old) await end(tx, old, null);
      const tokenHash = hashSecret(secret);
      await sessionStore.insert(tx.sql, {
        id,
        userId: user.id,
        tokenHash,
        at,
        expiresAt,
        address,
        userAgent,
      });
      await events.record(tx, {
        type: 'session.started',
        actor,
        object: { kind: 'session', id, name: user.name },
        ownerId: user.id,
      });
    });
    return { id, secret };
  }

  /** Takes the same way, and as long, whether the name, the password or the user's being enabled is what is wrong. */
  async function refuse(user: { id: string; name: string } | null, address: string): Promise<never> {
    await database.transact((tx) =>
      events.record(tx, {
        type: 'session.refused',
        actor: { userId: user?.id ?? NIL_ID, userName: user?.name ?? '', address },
        // What was typed is not kept: people type passwords into the wrong field.
        object: { kind: 'user', id: user?.id ?? NIL_ID, name: user?.name ?? '' },
        ownerId: user?.id ?? null,
      }),
    );
    throw new UserError('bad_credentials');
  }

  return {
    async login(request: LoginRequest): Promise<{ secret: string; me: Me }> {
      const { password, address } = request;
      // Names are lower case; a phone's keyboard begins with a capital.
      const name = request.name.trim().toLowerCase();
      const login = await sessionStore.loginOf(db, name);
      const isKnownPlace = await sessionStore.isKnownPlace(db, login?.userId ?? NIL_ID, address);
      const attempt = { name, address, isKnownPlace };
      backoff.take(attempt);
      const isRight = await isPassword(password, login?.passwordHash ?? null);
      const user = login && { id: login.userId, name };
      if (!user || !isRight || login.isDisabled) return refuse(user, address);
      backoff.succeeded(attempt);
      const session = await begin(user, request);
      return { secret: session.secret, me: await meOf(user.id, session.id) };
    },

    async logout(caller: Caller): Promise<void> {
      // A token is revoked, not logged out of.
      if (caller.kind === 'token') throw new UserError('forbidden');
      await this.end(caller.sessionId, caller);
    },

    async list(caller: Caller): Promise<Session[]> {
      const sessions = await sessionStore.listLive(db, caller.userId, Date.now());
      return sessions.map((session) => ({ ...session, isCurrent: session.id === caller.sessionId }));
    },

    /** One's own; the admin anybody's. */
    async end(id: string, caller: Caller): Promise<void> {
      await database.transact(async (tx) => {
        const session = await sessionStore.find(tx.sql, {
          id,
          ...(!caller.isAdmin && { userId: caller.userId }),
        });
        if (!session) throw notFound('session', id);
        await end(tx, session, caller);
      });
    },

    authenticate: async (
      { kind, secret }: Credential,
      isUse: boolean,
    ): Promise<Omit<Caller, 'address'> | null> => {
      const now = Date.now();
      const store = kind === 'session' ? sessionStore : tokenStore;
      const access = await store.findLive(db, hashSecret(secret), now);
      if (!access) return null;
      const { id, userId, userName, isAdmin, lastUsedAt } = access;
      if (isUse && (lastUsedAt ?? 0) + TOUCH_EVERY_MS < now) {
        if (kind === 'token') await tokenStore.touch(db, id, now);
        else await sessionStore.touch(db, id, now, now + (await lifetimeMs()));
      }
      return { userId, userName, isAdmin, sessionId: id, kind };
    },

    /** Ends a user's sessions and API tokens, but for one session, in `tx`; streams and desktops close on its commit. */
    endAccess: async (tx: Tx, userId: string, exceptSessionId?: string): Promise<void> => {
      const sessions = await sessionStore.idsOf(tx.sql, userId);
      const ended = sessions.filter((id) => id !== exceptSessionId);
      const tokens = await tokenStore.idsOf(tx.sql, userId);
      await sessionStore.delete(tx.sql, ended);
      await tokenStore.delete(tx.sql, tokens);
      tx.afterCommit(() => [...ended, ...tokens].forEach((id) => rights.sessionEnded(id)));
    },

    countAccess: async (userId: string): Promise<{ sessions: number; tokens: number }> => {
      const sessions = await sessionStore.listLive(db, userId, Date.now());
      return { sessions: sessions.length, tokens: (await tokenStore.idsOf(db, userId)).length };
    },

    /** Forgets expired sessions; what is open with them closes. Called now and then. */
    async purgeExpired(): Promise<void> {
      await database.transact(async (tx) => {
        const ids = await sessionStore.idsExpired(tx.sql, Date.now());
        await sessionStore.delete(tx.sql, ids);
        tx.afterCommit(() => ids.forEach((id) => rights.sessionEnded(id)));
      });
    },
  };
}

export type SessionService = ReturnType<typeof sessionService>;
