/** What is left of users' quotas, for who asks beforehand: nothing is reserved by it. */
import type { Quota } from '@loucloud/api';
import type { Db, Tx } from '../../platform/database/database.ts';
import { quotaOf, usageOf } from '../../platform/reservations/quota.ts';

export interface QuotaRoom {
  readonly limit: Quota;
  readonly used: Quota;
}

export const quotaRoomStore = {
  async of(
    sql: Db | Tx['sql'],
    userIds: readonly string[],
    byDefault: Quota,
  ): Promise<Map<string, QuotaRoom>> {
    if (userIds.length === 0) return new Map();
    const rows = await sql.selectFrom('user').selectAll().where('id', 'in', userIds).execute();
    return new Map(rows.map((row) => [row.id, { limit: quotaOf(row, byDefault), used: usageOf(row) }]));
  },
};
