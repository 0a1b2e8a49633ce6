import type { ApiToken } from '@loucloud/api';
import type { Selectable } from 'kysely';
import type { Db, Tx } from '../../platform/database/database.ts';
import { prepared } from '../../platform/database/prepared.ts';
import type { ApiTokenTable } from '../../platform/database/schema.ts';
import type { Access } from './session-store.ts';

type Sql = Db | Tx['sql'];

export interface NewToken {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly secretHash: string;
  readonly at: number;
  readonly expiresAt: number | null;
}

const liveToken = prepared((sql, { secretHash, now }: { secretHash: string; now: number }) =>
  sql
    .selectFrom('api_token')
    .innerJoin('user', 'user.id', 'api_token.user_id')
    .select(['api_token.id', 'user_id', 'user.name', 'role', 'last_used_at'])
    .where('secret_hash', '=', secretHash)
    .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', now)]))
    .where('is_disabled', '=', 0),
);

export const tokenStore = {
  async insert(sql: Tx['sql'], token: NewToken): Promise<ApiToken> {
    const row: ApiTokenTable = {
      id: token.id,
      user_id: token.userId,
      name: token.name,
      secret_hash: token.secretHash,
      created_at: token.at,
      last_used_at: null,
      expires_at: token.expiresAt,
    };
    await sql.insertInto('api_token').values(row).execute();
    return toToken(row);
  },

  /** null: no such token, or it has expired, or its user is disabled. */
  async findLive(sql: Sql, secretHash: string, now: number): Promise<Access | null> {
    const [row] = await liveToken(sql, { secretHash, now });
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

  async touch(sql: Sql, id: string, at: number): Promise<void> {
    await sql.updateTable('api_token').set({ last_used_at: at }).where('id', '=', id).execute();
  },

  /** Expired ones too: their owner may want to know. */
  async list(sql: Sql, userId: string): Promise<ApiToken[]> {
    const rows = await sql
      .selectFrom('api_token')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.map(toToken);
  },

  /** `userId`: only if it is theirs. */
  async find(sql: Sql, id: string, userId?: string): Promise<{ userId: string; name: string } | null> {
    let query = sql.selectFrom('api_token').select(['user_id as userId', 'name']).where('id', '=', id);
    if (userId !== undefined) query = query.where('user_id', '=', userId);
    return (await query.executeTakeFirst()) ?? null;
  },

  async idsOf(sql: Sql, userId: string): Promise<string[]> {
    const rows = await sql.selectFrom('api_token').select('id').where('user_id', '=', userId).execute();
    return rows.map(({ id }) => id);
  },

  /** With the unused tickets that they were given. */
  async delete(sql: Tx['sql'], ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await sql.deleteFrom('console_ticket').where('session_id', 'in', ids).execute();
    await sql.deleteFrom('api_token').where('id', 'in', ids).execute();
  },
};

const toToken = (row: Selectable<ApiTokenTable>): ApiToken => ({
  id: row.id,
  name: row.name,
  createdAt: new Date(row.created_at).toISOString(),
  lastUsedAt: toTime(row.last_used_at),
  expiresAt: toTime(row.expires_at),
});

const toTime = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
