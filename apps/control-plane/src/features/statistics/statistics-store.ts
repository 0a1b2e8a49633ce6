/** SQL for what VMs and hosts used during the last day. */
import type { Db, Tx } from '../../platform/database/database.ts';
import { type Block, merged, packed, unpacked } from './history-block.ts';

export const statisticsStore = {
  /** Blocks of one time: each is put together with what is there of it already. */
  async write(tx: Tx, startsAt: number, blocks: ReadonlyMap<string, Block>): Promise<void> {
    const ids = [...blocks.keys()];
    if (ids.length === 0) return;
    const there = await tx.sql
      .selectFrom('statistics')
      .select(['object_id', 'samples'])
      .where('starts_at', '=', startsAt)
      .where('object_id', 'in', ids)
      .execute();
    const known = new Map(there.map(({ object_id, samples }) => [object_id, unpacked(samples)]));
    if (there.length > 0)
      await tx.sql
        .deleteFrom('statistics')
        .where('starts_at', '=', startsAt)
        .where('object_id', 'in', ids)
        .execute();
    const rows = [...blocks].map(([object_id, block]) => {
      const earlier = known.get(object_id);
      return { starts_at: startsAt, object_id, samples: packed(earlier ? merged(earlier, block) : block) };
    });
    await tx.sql.insertInto('statistics').values(rows).execute();
  },

  /** By the times they start at. */
  async read(db: Db, objectId: string, starts: readonly number[]): Promise<Map<number, Block>> {
    const rows = await db
      .selectFrom('statistics')
      .select(['starts_at', 'samples'])
      .where('starts_at', 'in', starts)
      .where('object_id', '=', objectId)
      .execute();
    return new Map(
      rows.flatMap(({ starts_at, samples }) => {
        const block = unpacked(samples);
        return block ? [[starts_at, block] as const] : [];
      }),
    );
  },

  /** Of several objects, their blocks of one time. */
  async readMany(db: Db, objectIds: readonly string[], startsAt: number): Promise<Map<string, Block>> {
    if (objectIds.length === 0) return new Map();
    const rows = await db
      .selectFrom('statistics')
      .select(['object_id', 'samples'])
      .where('starts_at', '=', startsAt)
      .where('object_id', 'in', objectIds)
      .execute();
    return new Map(
      rows.flatMap(({ object_id, samples }) => {
        const block = unpacked(samples);
        return block ? [[object_id, block] as const] : [];
      }),
    );
  },

  async prune(tx: Tx, before: number): Promise<void> {
    await tx.sql.deleteFrom('statistics').where('starts_at', '<', before).execute();
    await tx.sql.deleteFrom('live_statistics').where('wanted_until', '<', before).execute();
  },

  /** Says that somebody looks at it here; answers what whoever has it has written; null: nothing so far. */
  async want(tx: Tx, objectId: string, until: number): Promise<string | null> {
    const row = await tx.sql
      .selectFrom('live_statistics')
      .select('samples')
      .where('object_id', '=', objectId)
      .executeTakeFirst();
    const wanted = { wanted_until: until };
    if (row)
      await tx.sql.updateTable('live_statistics').set(wanted).where('object_id', '=', objectId).execute();
    else
      await tx.sql
        .insertInto('live_statistics')
        .values({ object_id: objectId, samples: null, ...wanted })
        .execute();
    return row?.samples ?? null;
  },

  async wanted(db: Db, now: number): Promise<string[]> {
    const rows = await db
      .selectFrom('live_statistics')
      .select('object_id')
      .where('wanted_until', '>', now)
      .execute();
    return rows.map(({ object_id }) => object_id);
  },

  async tell(tx: Tx, objectId: string, samples: string): Promise<void> {
    await tx.sql.updateTable('live_statistics').set({ samples }).where('object_id', '=', objectId).execute();
  },
};
