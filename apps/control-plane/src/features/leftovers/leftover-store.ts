/** SQL for what the database knows of the hosts' files and domains. */
import { sql as raw } from 'kysely';
import type { Db, Tx } from '../../platform/database/database.ts';
import { notFound } from '../../platform/errors.ts';
import type { Known } from './leftovers-of.ts';

type Sql = Db | Tx['sql'];

export interface LeftoverHostRow {
  readonly id: string;
  readonly name: string;
  readonly poolName: string;
  readonly isUnreachable: boolean;
}

/** What is remembered of a VM that has no row any more. */
export interface FormerVm {
  readonly name: string;
  readonly ownerId: string | null;
}

export const leftoverStore = {
  async hosts(sql: Sql, hostId: string | undefined): Promise<LeftoverHostRow[]> {
    let query = sql.selectFrom('host').select(['id', 'name', 'pool_name', 'health']).orderBy('name');
    if (hostId !== undefined) query = query.where('id', '=', hostId);
    const rows = await query.execute();
    if (hostId !== undefined && rows.length === 0) throw notFound('host', hostId);
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      poolName: row.pool_name,
      isUnreachable: row.health === 'unreachable',
    }));
  },

  async known(sql: Sql, hostId: string): Promise<Known> {
    const vms = await sql
      .selectFrom('vm')
      .select(['id', 'host_id', 'operation_id', 'adoption'])
      .where((e) => e.or([e('host_id', '=', hostId), e('operation_id', 'is not', null)]))
      .execute();
    const images = await sql.selectFrom('image').select('path').where('host_id', '=', hostId).execute();
    const copies = await sql.selectFrom('image_copy').select('volume_name').execute();
    const adopted = vms.flatMap(({ adoption }) =>
      adoption === null ? [] : (JSON.parse(adoption) as { disks: { path: string }[] }).disks,
    );
    return {
      vmIds: new Set(vms.map((vm) => vm.id)),
      paths: new Set([...images, ...adopted].map(({ path }) => path)),
      copyNames: new Set(copies.map((copy) => copy.volume_name)),
    };
  },

  /** By the last thing that happened to each. */
  async formerVms(sql: Sql, vmIds: readonly string[]): Promise<Map<string, FormerVm>> {
    if (vmIds.length === 0) return new Map();
    const last = sql
      .selectFrom('event')
      .select(raw<number>`max(seq)`.as('seq'))
      .where('object_kind', '=', 'vm')
      .where('object_id', 'in', vmIds)
      .groupBy('object_id');
    const rows = await sql
      .selectFrom('event')
      .select(['object_id', 'object_name', 'owner_id'])
      .where('seq', 'in', last)
      .execute();
    return new Map(rows.map((row) => [row.object_id, { name: row.object_name, ownerId: row.owner_id }]));
  },

  async userNames(sql: Sql, userIds: readonly string[]): Promise<Map<string, string>> {
    if (userIds.length === 0) return new Map();
    const rows = await sql.selectFrom('user').select(['id', 'name']).where('id', 'in', userIds).execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
};
