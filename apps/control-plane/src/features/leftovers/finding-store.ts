/** SQL for what sweeps found, and when first. */
import type { MissingPart } from '@loucloud/api';
import type { Db, Tx } from '../../platform/database/database.ts';
import type { FindingTable } from '../../platform/database/schema.ts';

type Sql = Db | Tx['sql'];
export type FindingKind = FindingTable['kind'];

export interface Found {
  readonly kind: FindingKind;
  readonly id: string;
}

const SWEPT_AT = 'sweptAt';
const keyOf = (kind: string, id: string): string => `${kind} ${id}`;

export const findingStore = {
  /** What is there no more is forgotten; what is new gets its time. */
  async replace(tx: Tx, hostId: string, found: readonly Found[], at: number): Promise<void> {
    const known = await tx.sql.selectFrom('finding').selectAll().where('host_id', '=', hostId).execute();
    const now = new Set(found.map(({ kind, id }) => keyOf(kind, id)));
    const before = new Set(known.map(({ kind, item_id }) => keyOf(kind, item_id)));
    for (const { kind, item_id } of known) {
      if (now.has(keyOf(kind, item_id))) continue;
      await tx.sql
        .deleteFrom('finding')
        .where('host_id', '=', hostId)
        .where('kind', '=', kind)
        .where('item_id', '=', item_id)
        .execute();
    }
    for (const { kind, id } of found)
      if (!before.has(keyOf(kind, id)))
        await tx.sql
          .insertInto('finding')
          .values({ host_id: hostId, kind, item_id: id, first_seen_at: at })
          .execute();
  },

  /** Those of hosts that are not there any more. */
  async forgetGone(tx: Tx): Promise<void> {
    const hosts = tx.sql.selectFrom('host').select('id');
    await tx.sql.deleteFrom('finding').where('host_id', 'not in', hosts).execute();
  },

  async firstSeen(sql: Sql, hostId: string): Promise<(kind: FindingKind, id: string) => number | null> {
    const rows = await sql.selectFrom('finding').selectAll().where('host_id', '=', hostId).execute();
    const times = new Map(rows.map((row) => [keyOf(row.kind, row.item_id), row.first_seen_at]));
    return (kind, id) => times.get(keyOf(kind, id)) ?? null;
  },

  /** As the last sweep left them; VMs that are gone since are not. */
  async missing(sql: Sql, hostId: string | undefined): Promise<MissingPart[]> {
    let query = sql
      .selectFrom('finding')
      .innerJoin('vm', (join) =>
        join.onRef('vm.id', '=', 'finding.item_id').onRef('vm.host_id', '=', 'finding.host_id'),
      )
      .innerJoin('host', 'host.id', 'vm.host_id')
      .innerJoin('user', 'user.id', 'vm.owner_id')
      .select([
        'host.id as host_id',
        'host.name as host_name',
        'vm.id as vm_id',
        'vm.name as vm_name',
        'user.id as user_id',
        'user.display_name',
        'finding.kind',
        'finding.first_seen_at',
      ])
      .where('finding.kind', 'in', ['missingDisk', 'missingDomain'])
      .orderBy('finding.first_seen_at');
    if (hostId !== undefined) query = query.where('host.id', '=', hostId);
    return (await query.execute()).map((row) => ({
      hostId: row.host_id,
      hostName: row.host_name,
      vmId: row.vm_id,
      vmName: row.vm_name,
      ownerId: row.user_id,
      ownerName: row.display_name,
      part: row.kind === 'missingDisk' ? 'disk' : 'domain',
      firstSeenAt: new Date(row.first_seen_at).toISOString(),
    }));
  },

  /** VMs on a host that LouCloud made and that nothing is being done to. */
  async settledVms(sql: Sql, hostId: string): Promise<Set<string>> {
    const rows = await sql
      .selectFrom('vm')
      .select('id')
      .where('host_id', '=', hostId)
      .where('operation_id', 'is', null)
      .where('adoption', 'is', null)
      .execute();
    return new Set(rows.map(({ id }) => id));
  },

  /** Beside the settings. */
  async sweptAt(sql: Sql): Promise<number | null> {
    const row = await sql
      .selectFrom('setting')
      .select('value')
      .where('name', '=', SWEPT_AT)
      .executeTakeFirst();
    return row ? Number(row.value) : null;
  },

  async markSwept(tx: Tx, at: number): Promise<void> {
    await tx.sql.deleteFrom('setting').where('name', '=', SWEPT_AT).execute();
    await tx.sql
      .insertInto('setting')
      .values({ name: SWEPT_AT, value: String(at) })
      .execute();
  },
};
