/** SQL for VMs. What a VM has reserved is changed by reservation-store, called from vm-usage. */
import {
  type Difference,
  type OperationType,
  type Problem,
  type StateCause,
  type Vm,
  type VmState,
} from '@loucloud/api';
import { type Insertable, type Selectable, sql as raw } from 'kysely';
import type { Caller } from '../../platform/caller.ts';
import type { Db, Tx } from '../../platform/database/database.ts';
import type { VmTable } from '../../platform/database/schema.ts';
import { notFound } from '../../platform/errors.ts';
import type { AdoptionRecord } from './adoption-record.ts';
import { adoptionOf, toVms, vmViews } from './vm-view-store.ts';

type Sql = Db | Tx['sql'];

/** A VM as the services and operations work with it. */
export interface VmRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly ownerId: string;
  readonly hostId: string;
  /** Where it is being moved to, and holds its share as well. */
  readonly targetHostId: string | null;
  readonly domainName: string;
  readonly state: VmState;
  readonly operationId: string | null;
  readonly operationType: OperationType | null;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskBytes: number;
  /** What of it lies in the host's pool. */
  readonly poolDiskBytes: number;
  readonly macAddress: string | null;
  readonly differences: readonly Difference[];
  readonly isDiffering: boolean;
  /** null: LouCloud made it. */
  readonly adoption: AdoptionRecord | null;
  readonly limits: AdoptionRecord['limits'] | null;
  readonly isActive: boolean;
  readonly runId: string | null;
  readonly isHostEnabled: boolean;
  readonly isRunningElsewhere: boolean;
  readonly isProtected: boolean;
  /** It lies in the recycle bin. */
  readonly isDeleted: boolean;
}

/** What is compared with what its host says. */
export type VmStanding = Pick<VmRecord, 'id' | 'state' | 'operationId' | 'isActive' | 'isDeleted'>;

export const vmStore = {
  async insert(tx: Tx, row: Insertable<VmTable>): Promise<void> {
    await tx.sql.insertInto('vm').values(row).execute();
  },

  /** As `insert`, where nothing in the transaction looks for the VM afterwards. */
  async insertLast(tx: Tx, row: Insertable<VmTable>): Promise<void> {
    await tx.insertLast('vm', row);
  },

  /** Others' VMs do not exist for a member. */
  async get(sql: Sql, id: string, caller: Caller): Promise<Vm> {
    let query = vmViews(sql).where('vm.id', '=', id);
    if (!caller.isAdmin) query = query.where('vm.owner_id', '=', caller.userId);
    const row = await query.executeTakeFirst();
    if (!row) throw notFound('vm', id);
    const [vm] = await toVms(sql, [row], caller);
    if (!vm) throw notFound('vm', id);
    return vm;
  },

  async find(sql: Sql, id: string): Promise<VmRecord | null> {
    const row = await records(sql).where('vm.id', '=', id).executeTakeFirst();
    return row ? toRecord(row) : null;
  },

  /**
   * As `find`, for a transaction that will change the VM or count it: nobody else changes it before the commit.
   */
  async findLocked(tx: Tx, id: string): Promise<VmRecord | null> {
    if (tx.hasOthers) await tx.sql.selectFrom('vm').select('id').where('id', '=', id).forUpdate().execute();
    return vmStore.find(tx.sql, id);
  },

  /** As `findLocked`, and only if the caller may: a member's view of others' VMs is that there are none. */
  async requireLocked(tx: Tx, id: string, caller: Caller): Promise<VmRecord> {
    const vm = await vmStore.findLocked(tx, id);
    if (!vm || (!caller.isAdmin && vm.ownerId !== caller.userId)) throw notFound('vm', id);
    return vm;
  },

  async listByOwner(sql: Sql, ownerId: string): Promise<VmRecord[]> {
    return listWhere(sql, 'owner_id', ownerId);
  },

  async listByHost(sql: Sql, hostId: string): Promise<VmRecord[]> {
    return listWhere(sql, 'host_id', hostId);
  },

  /** As `listByHost`, which reads ten times as much. */
  async standingsOnHost(sql: Sql, hostId: string): Promise<VmStanding[]> {
    const rows = await sql
      .selectFrom('vm')
      .select(['id', 'state', 'operation_id', 'is_active', 'deleted_at'])
      .where('host_id', '=', hostId)
      .execute();
    return rows.map(({ id, state, operation_id: operationId, is_active, deleted_at }) => ({
      id,
      state,
      operationId,
      isActive: is_active === 1,
      isDeleted: deleted_at !== null,
    }));
  },

  /** Gives the VM to an operation, if `expected` holds it now. */
  async hold(tx: Tx, id: string, operationId: string, expected: string | null): Promise<boolean> {
    const { numUpdatedRows } = await tx.sql
      .updateTable('vm')
      .set({ operation_id: operationId })
      .where('id', '=', id)
      .where('operation_id', expected === null ? 'is' : '=', expected)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  },

  async release(tx: Tx, id: string, operationId: string): Promise<void> {
    await tx.sql
      .updateTable('vm')
      .set({ operation_id: null })
      .where('id', '=', id)
      .where('operation_id', '=', operationId)
      .execute();
  },

  async setTarget(tx: Tx, id: string, hostId: string): Promise<void> {
    await tx.sql.updateTable('vm').set({ target_host_id: hostId }).where('id', '=', id).execute();
  },

  async endMove(tx: Tx, id: string, hostId: string): Promise<void> {
    const changes = { host_id: hostId, target_host_id: null };
    await tx.sql.updateTable('vm').set(changes).where('id', '=', id).execute();
  },

  async changeState(tx: Tx, id: string, state: VmState, cause: StateCause, at: number): Promise<void> {
    await tx.sql
      .updateTable('vm')
      .set({ state, state_cause: cause, state_changed_at: at })
      .where('id', '=', id)
      .execute();
  },

  /** True if it was not so before: whoever gets true changes the usage. */
  async markActive(tx: Tx, id: string, runId: string): Promise<boolean> {
    return mark(tx, id, { is_active: 1, run_id: runId });
  },

  async markInactive(tx: Tx, id: string): Promise<boolean> {
    return mark(tx, id, { is_active: 0, run_id: null });
  },

  async changeAddresses(tx: Tx, id: string, addresses: readonly string[]): Promise<boolean> {
    const { numUpdatedRows } = await tx.sql
      .updateTable('vm')
      .set({ ip_addresses: JSON.stringify(addresses) })
      .where('id', '=', id)
      .where('ip_addresses', '!=', JSON.stringify(addresses))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  },

  async setProblem(tx: Tx, id: string, problem: Problem | null): Promise<void> {
    const last_problem = problem === null ? null : JSON.stringify(problem);
    await tx.sql.updateTable('vm').set({ last_problem }).where('id', '=', id).execute();
  },

  async change(tx: Tx, id: string, changes: VmChanges): Promise<void> {
    await tx.sql
      .updateTable('vm')
      .set({
        ...(changes.name !== undefined && { name: changes.name }),
        ...(changes.description !== undefined && { description: changes.description }),
        ...(changes.vcpus !== undefined && { vcpus: changes.vcpus }),
        ...(changes.memoryMib !== undefined && { memory_mib: changes.memoryMib }),
        // It was made for its owner: no class's any more.
        ...(changes.ownerId !== undefined && { owner_id: changes.ownerId, class_id: null }),
        ...(changes.domainName !== undefined && { domain_name: changes.domainName }),
        ...(changes.definition !== undefined && { definition: changes.definition }),
        ...(changes.differences !== undefined && { differences: JSON.stringify(changes.differences) }),
        ...(changes.diskBytes !== undefined && { disk_bytes: changes.diskBytes }),
        ...(changes.poolDiskBytes !== undefined && { pool_disk_bytes: changes.poolDiskBytes }),
      })
      .where('id', '=', id)
      .execute();
  },

  /** True if it was there: whoever gets true gives back what it had reserved. */
  async remove(tx: Tx, id: string): Promise<boolean> {
    await tx.sql.deleteFrom('stale_domain').where('vm_id', '=', id).execute();
    const { numDeletedRows } = await tx.sql.deleteFrom('vm').where('id', '=', id).executeTakeFirst();
    return numDeletedRows === 1n;
  },

  async namesOf(sql: Sql, ownerId: string, names: readonly string[]): Promise<string[]> {
    if (names.length === 0) return [];
    const query = sql
      .selectFrom('vm')
      .select('name')
      .where('owner_id', '=', ownerId)
      .where('name', 'in', names)
      .where('bin_key', '=', '');
    return (await query.execute()).map((row) => row.name);
  },

  async macAddressesAmong(sql: Sql, candidates: readonly string[]): Promise<string[]> {
    const query = sql.selectFrom('vm').select('mac_address').where('mac_address', 'in', candidates);
    return (await query.execute()).flatMap((row) => row.mac_address ?? []);
  },
};

export interface VmChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly vcpus?: number | undefined;
  readonly memoryMib?: number | undefined;
  readonly ownerId?: string | undefined;
  readonly domainName?: string | undefined;
  readonly definition?: string | null | undefined;
  readonly differences?: readonly Difference[] | undefined;
  readonly diskBytes?: number | undefined;
  readonly poolDiskBytes?: number | undefined;
}

async function listWhere(sql: Sql, column: 'owner_id' | 'host_id', value: string): Promise<VmRecord[]> {
  const rows = await records(sql).where(`vm.${column}`, '=', value).orderBy('vm.name').execute();
  return rows.map(toRecord);
}

async function mark(tx: Tx, id: string, to: { is_active: 0 | 1; run_id: string | null }): Promise<boolean> {
  const { numUpdatedRows } = await tx.sql
    .updateTable('vm')
    .set(to)
    .where('id', '=', id)
    .where('is_active', '=', to.is_active === 1 ? 0 : 1)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

const records = (sql: Sql) =>
  sql
    .selectFrom('vm')
    .innerJoin('host', 'host.id', 'vm.host_id')
    .leftJoin('operation', 'operation.id', 'vm.operation_id')
    .selectAll('vm')
    .select((e) => [
      'operation.type as operation_type',
      'host.is_enabled as host_is_enabled',
      e
        .selectFrom('stale_domain')
        .select(raw<number>`count(*)`.as('count'))
        .whereRef('stale_domain.vm_id', '=', 'vm.id')
        .whereRef('stale_domain.host_id', '!=', 'vm.host_id')
        .where('stale_domain.is_running', '=', 1)
        .as('running_elsewhere'),
    ]);

type RecordRow = Selectable<VmTable> & {
  operation_type: string | null;
  host_is_enabled: 0 | 1;
  running_elsewhere: number | null;
};

function toRecord(row: RecordRow): VmRecord {
  const differences = JSON.parse(row.differences) as Difference[];
  const adoption = adoptionOf(row);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    ownerId: row.owner_id,
    hostId: row.host_id,
    targetHostId: row.target_host_id,
    domainName: row.domain_name,
    state: row.state,
    operationId: row.operation_id,
    operationType: row.operation_type as OperationType | null, // written by the engine
    vcpus: row.vcpus,
    memoryMib: row.memory_mib,
    diskBytes: row.disk_bytes,
    poolDiskBytes: row.pool_disk_bytes,
    macAddress: row.mac_address,
    differences,
    isDiffering: differences.length > 0,
    adoption,
    limits: adoption?.limits ?? null,
    isActive: row.is_active === 1,
    runId: row.run_id,
    isHostEnabled: row.host_is_enabled === 1,
    isRunningElsewhere: Number(row.running_elsewhere) > 0,
    isProtected: row.is_protected === 1,
    isDeleted: row.deleted_at !== null,
  };
}
