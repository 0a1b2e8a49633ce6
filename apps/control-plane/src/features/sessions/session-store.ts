import type { Session } from '@loucloud/api';
import type { Selectable } from 'kysely';
import type { Db, Tx } from '../../platform/database/database.ts';
import { prepared } from '../../platform/database/prepared.ts';
import type { SessionTable } from '../../platform/database/schema.ts';

type Sql = Db | Tx['sql'];

/** Who may log in under a name. */
export interface Login {
  readonly userId: string;
  readonly passwordHash: string;
  readonly isDisabled: boolean;
}

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly tokenHash: string;
  readonly at: number;
  readonly expiresAt: number;
  readonly address: string;
  readonly userAgent: string;
}

/** A live session or API token and its user. */
export interface Access {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly isAdmin: boolean;
  readonly lastUsedAt: number | null;
}

export interface EndedAccess {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
}

const USER_AGENT_MAX = 255;

const liveSession = prepared((sql, { tokenHash, now }: { tokenHash: string; now: number }) =>
  sql
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .select(['session.id', 'user_id', 'user.name', 'role', 'last_used_at'])
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .where('is_disabled', '=', 0),
);

export const sessionStore = {
  async loginOf(sql: Sql, name: string): Promise<Login | null> {
    const row = await sql
      .selectFrom('user')
      .select(['id', 'password_hash', 'is_disabled'])
      .where('name', '=', name)
      .executeTakeFirst();
    return row
      ? { userId: row.id, passwordHash: row.password_hash, isDisabled: row.is_disabled === 1 }
      : null;
  },

  async insert(sql: Tx['sql'], session: NewSession): Promise<void> {
    const row: SessionTable = {
      id: session.id,
      user_id: session.userId,
      token_hash: session.tokenHash,
      created_at: session.at,
      last_used_at: session.at,
      expires_at: session.expiresAt,
      address: session.address,
      user_agent: session.userAgent.slice(0, USER_AGENT_MAX).toWellFormed(),
    };
    await sql.insertInto('session').values(row).execute();
    await sql
      .updateTable('user')
      .set({ last_login_at: session.at })
      .where('id', '=', session.userId)
      .execute();
  },

  /** null: no such session, or it has expired, or its user is disabled. */
  async findLive(sql: Sql, tokenHash: string, now: number): Promise<Access | null> {
    const [row] = await liveSession(sql, { tokenHash, now });
    return row
      ? {
          id: row.id,
          userId: row.user_id,
          userName: row.name,
          isAdmin: row.role === 'admin',
          lastUsedAt: row.last_used_at,
        }
      : null;
  },

  async touch(sql: Sql, id: string, at: number, expiresAt: number): Promise<void> {
    await sql
      .updateTable('session')
      .set({ last_used_at: at, expires_at: expiresAt })
      .where('id', '=', id)
      .execute();
  },

  /** Does this user have a session that was begun at this address? */
  async isKnownPlace(sql: Sql, userId: string, address: string): Promise<boolean> {
    const row = await sql
      .selectFrom('session')
      .select('id')
      .where('user_id', '=', userId)
      .where('address', '=', address)
      .executeTakeFirst();
    return row !== undefined;
  },

  async listLive(sql: Sql, userId: string, now: number): Promise<Omit<Session, 'isCurrent'>[]> {
    const rows = await sql
      .selectFrom('session')
      .selectAll()
      .where('user_id', '=', userId)
      .where('expires_at', '>', now)
      .orderBy('last_used_at', 'desc')
      .execute();
    return rows.map(toSession);
  },

  /** `userId`: only if it is theirs. */
  async find(
    sql: Sql,
    by: { id: string; userId?: string } | { tokenHash: string },
  ): Promise<EndedAccess | null> {
    let query = sql
      .selectFrom('session')
      .innerJoin('user', 'user.id', 'session.user_id')
      .select(['session.id', 'user_id as userId', 'user.name as userName']);
    if ('tokenHash' in by) query = query.where('token_hash', '=', by.tokenHash);
    else {
      query = query.where('session.id', '=', by.id);
      if (by.userId !== undefined) query = query.where('user_id', '=', by.userId);
    }
    return (await query.executeTakeFirst()) ?? null;
  },

  async idsOf(sql: Sql, userId: string): Promise<string[]> {
    const rows = await sql.selectFrom('session').select('id').where('user_id', '=', userId).execute();
    return rows.map(({ id }) => id);
  },

  async idsExpired(sql: Sql, now: number): Promise<string[]> {
    const rows = await sql.selectFrom('session').select('id').where('expires_at', '<=', now).execute();
    return rows.map(({ id }) => id);
  },

  /** With the unused tickets that they were given. */
  async delete(sql: Tx['sql'], ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await sql.deleteFrom('console_ticket').where('session_id', 'in', ids).execute();
    await sql.deleteFrom('session').where('id', 'in', ids).execute();
  },
};

const toSession = (row: Selectable<SessionTable>): Omit<Session, 'isCurrent'> => ({
  id: row.id,
  createdAt: new Date(row.created_at).toISOString(),
  lastUsedAt: new Date(row.last_used_at).toISOString(),
  expiresAt: new Date(row.expires_at).toISOString(),
  address: row.address,
  userAgent: row.user_agent,
});
