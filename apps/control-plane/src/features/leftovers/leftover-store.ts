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
    const one = await sql.selectFrom('host').select('storage_id').where('id', '=', hostId).executeTakeFirst();
    const storageId = one?.storage_id ?? null;
    // What is not known to be two may be one: a file too few is listed, rather than one too many.
    const mayShare = (row: { host_id: string; storage_id: string | null }) =>
      row.host_id === hostId || storageId === null || row.storage_id === null || row.storage_id === storageId;
    const all = await sql
      .selectFrom('vm')
      .innerJoin('host', 'host.id', 'vm.host_id')
      .select(['vm.id', 'vm.host_id', 'vm.operation_id', 'vm.adoption', 'host.storage_id'])
      .execute();
    const vms = all.filter((vm) => vm.host_id === hostId || vm.operation_id !== null);
    const sharing = all.filter(mayShare);
    const images = (
      await sql
        .selectFrom('image')
        .innerJoin('host', 'host.id', 'image.host_id')
        .select(['image.path', 'image.host_id', 'host.storage_id'])
        .execute()
    ).filter(mayShare);
    const copies = await sql.selectFrom('image_copy').select('volume_name').execute();
    const adopted = [...vms, ...sharing].flatMap(({ adoption }) =>
      adoption === null ? [] : (JSON.parse(adoption) as { disks: { path: string }[] }).disks,
    );
    return {
      vmIds: new Set(vms.map((vm) => vm.id)),
      diskVmIds: new Set([...vms, ...sharing].map((vm) => vm.id)),
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

  /** By VM: the host that it is on by its record. */
  async hostsOfVms(sql: Sql, vmIds: readonly string[]): Promise<Map<string, string>> {
    if (vmIds.length === 0) return new Map();
    const rows = await sql
      .selectFrom('vm')
      .innerJoin('host', 'host.id', 'vm.host_id')
      .select(['vm.id', 'host.name'])
      .where('vm.id', 'in', vmIds)
      .execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  },

  async userNames(sql: Sql, userIds: readonly string[]): Promise<Map<string, string>> {
    if (userIds.length === 0) return new Map();
    const rows = await sql.selectFrom('user').select(['id', 'name']).where('id', 'in', userIds).execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
};
