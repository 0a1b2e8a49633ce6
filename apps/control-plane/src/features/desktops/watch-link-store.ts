/** Links by which others watch. Only their secrets' hashes are kept; one is good until it expires, or until its VM or its maker changes. */
import type { WatchLink } from '@loucloud/api';
import type { Db, Tx } from '../../platform/database/database.ts';
import type { WatchLinkTable } from '../../platform/database/schema.ts';

type Sql = Db | Tx['sql'];

/** What a link that is good leads to. */
export interface LinkTarget {
  readonly linkId: string;
  readonly vmId: string;
  readonly vmOwnerId: string;
  readonly expiresAt: number;
}

export const watchLinkStore = {
  async insert(tx: Tx, link: WatchLinkTable, now: number): Promise<void> {
    await tx.sql.deleteFrom('watch_link').where('expires_at', '<', now).execute();
    await tx.sql.insertInto('watch_link').values(link).execute();
  },

  async list(sql: Sql, vmId: string, now: number): Promise<WatchLink[]> {
    const rows = await goodLinks(sql, now)
      .where('watch_link.vm_id', '=', vmId)
      .orderBy('watch_link.created_at', 'desc')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      createdByName: row.creator_name,
      createdAt: new Date(row.created_at).toISOString(),
      expiresAt: new Date(row.expires_at).toISOString(),
    }));
  },

  async findBySecret(sql: Sql, hash: string, now: number): Promise<LinkTarget | null> {
    return targetOf(await goodLinks(sql, now).where('watch_link.secret_hash', '=', hash).executeTakeFirst());
  },

  async find(sql: Sql, id: string, now: number): Promise<LinkTarget | null> {
    return targetOf(await goodLinks(sql, now).where('watch_link.id', '=', id).executeTakeFirst());
  },

  /** False: there was none. */
  async delete(tx: Tx, vmId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await tx.sql
      .deleteFrom('watch_link')
      .where('id', '=', id)
      .where('vm_id', '=', vmId)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  },
};

/** A VM that has another owner now is not watched by what the one before gave away. */
const goodLinks = (sql: Sql, now: number) =>
  sql
    .selectFrom('watch_link')
    .innerJoin('vm', (join) =>
      join.onRef('vm.id', '=', 'watch_link.vm_id').onRef('vm.owner_id', '=', 'watch_link.vm_owner_id'),
    )
    .innerJoin('user', 'user.id', 'watch_link.created_by')
    .selectAll('watch_link')
    .select('user.name as creator_name')
    .where('watch_link.expires_at', '>', now)
    .where('user.is_disabled', '=', 0);

const targetOf = (row: WatchLinkTable | undefined): LinkTarget | null =>
  row ? { linkId: row.id, vmId: row.vm_id, vmOwnerId: row.vm_owner_id, expiresAt: row.expires_at } : null;
