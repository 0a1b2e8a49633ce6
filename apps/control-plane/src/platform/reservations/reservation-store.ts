/**
 * What users and hosts have given away: the one place where it changes. Each change is a compare-and-swap in the
 * transaction that makes it true: the limit stands in the WHERE, so two requests cannot both pass it, and nothing is
 * ever added up again afterwards.
 */
import type { Quota, QuotaResource } from '@loucloud/api';
import { sql } from 'kysely';
import { RaceLostError, type Tx } from '../database/database.ts';
import { UserError } from '../errors.ts';

/** What one VM takes, or gives back (negative). */
export interface Amounts {
  readonly vms: number;
  readonly runningVms: number;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskBytes: number;
}

/** vCPUs and memory that a VM takes of its host while it is active; its disk always. */
export interface HostAmounts {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskBytes: number;
}

const columnOf: Record<
  QuotaResource,
  'used_vms' | 'used_running_vms' | 'used_vcpus' | 'used_memory_mib' | 'used_disk_bytes'
> = {
  vms: 'used_vms',
  runningVms: 'used_running_vms',
  vcpus: 'used_vcpus',
  memoryMib: 'used_memory_mib',
  diskBytes: 'used_disk_bytes',
};
const resources = Object.keys(columnOf) as QuotaResource[];

export const reservationStore = {
  /**
   * Adds to a user's usage if that stays within `limit`; throws `quota_exceeded`, naming the first resource that does not fit.
   * Only what grows is held to the limit: who is over it can still give back.
   */
  async reserveUser(tx: Tx, userId: string, amounts: Partial<Amounts>, limit: Quota): Promise<void> {
    if (await changeUser(tx, userId, amounts, limit)) return;
    const user = await tx.sql
      .selectFrom('user')
      .selectAll()
      .where('id', '=', userId)
      .executeTakeFirstOrThrow();
    for (const resource of resources) {
      const asked = amounts[resource] ?? 0;
      const used = user[columnOf[resource]];
      if (asked > 0 && used + asked > limit[resource]) {
        throw new UserError('quota_exceeded', { resource, limit: limit[resource], used, asked });
      }
    }
    throw new RaceLostError('the usage changed between two statements of one transaction');
  },

  /** What the hypervisor did without us, and what is given back: no limit can undo it. */
  async recordUser(tx: Tx, userId: string, amounts: Partial<Amounts>): Promise<void> {
    await changeUser(tx, userId, amounts, null);
  },

  /** False: the host has no room for that. */
  async reserveHost(tx: Tx, hostId: string, amounts: Partial<HostAmounts>): Promise<boolean> {
    return changeHost(tx, hostId, amounts, true);
  },

  async recordHost(tx: Tx, hostId: string, amounts: Partial<HostAmounts>): Promise<void> {
    await changeHost(tx, hostId, amounts, false);
  },
};

async function changeUser(
  tx: Tx,
  userId: string,
  amounts: Partial<Amounts>,
  limit: Quota | null,
): Promise<boolean> {
  let query = tx.sql.updateTable('user').where('id', '=', userId);
  for (const resource of resources) {
    const delta = amounts[resource] ?? 0;
    if (delta === 0) continue;
    const column = columnOf[resource];
    query = query.set(column, sql<number>`${sql.ref(column)} + ${delta}`);
    if (limit && delta > 0)
      query = query.where(sql<boolean>`${sql.ref(column)} + ${delta} <= ${limit[resource]}`);
  }
  if (resources.every((resource) => (amounts[resource] ?? 0) === 0)) return true;
  const { numUpdatedRows } = await query.executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function changeHost(
  tx: Tx,
  hostId: string,
  amounts: Partial<HostAmounts>,
  isHeld: boolean,
): Promise<boolean> {
  const { vcpus = 0, memoryMib = 0, diskBytes = 0 } = amounts;
  if (vcpus === 0 && memoryMib === 0 && diskBytes === 0) return true;
  let query = tx.sql
    .updateTable('host')
    .where('id', '=', hostId)
    .set({
      reserved_vcpus: sql<number>`reserved_vcpus + ${vcpus}`,
      reserved_memory_mib: sql<number>`reserved_memory_mib + ${memoryMib}`,
      reserved_disk_bytes: sql<number>`reserved_disk_bytes + ${diskBytes}`,
    });
  if (isHeld && vcpus > 0)
    query = query.where(sql<boolean>`reserved_vcpus + ${vcpus} <= physical_vcpus * vcpu_overcommit`);
  if (isHeld && memoryMib > 0) {
    query = query.where(
      sql<boolean>`reserved_memory_mib + ${memoryMib} <= (physical_memory_mib - system_memory_mib) * memory_overcommit`,
    );
  }
  if (isHeld && diskBytes > 0) {
    query = query.where(sql<boolean>`reserved_disk_bytes + ${diskBytes} <= pool_capacity_bytes`);
  }
  const { numUpdatedRows } = await query.executeTakeFirst();
  return numUpdatedRows === 1n;
}
