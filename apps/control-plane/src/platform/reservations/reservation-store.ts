/**
 * What users and hosts have given away: the one place where it changes. Each change is a compare-and-swap in the
 * transaction that makes it true: the limit stands in the WHERE, so two requests cannot both pass it, and nothing is
 * ever added up again afterwards.
 */
import type { Quota, QuotaResource } from '@loucloud/api';
import { sql } from 'kysely';
import { type Db, RaceLostError, type Tx } from '../database/database.ts';
import { preparedChange } from '../database/prepared.ts';
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

/** Above all that anybody may have: no limit. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

const userChanged = preparedChange((tx, change: { userId: string } & Quota & Limits) =>
  tx
    .updateTable('user')
    .where('id', '=', change.userId)
    .set({
      used_vms: sql<number>`used_vms + ${change.vms}`,
      used_running_vms: sql<number>`used_running_vms + ${change.runningVms}`,
      used_vcpus: sql<number>`used_vcpus + ${change.vcpus}`,
      used_memory_mib: sql<number>`used_memory_mib + ${change.memoryMib}`,
      used_disk_bytes: sql<number>`used_disk_bytes + ${change.diskBytes}`,
    })
    .where(sql<boolean>`used_vms <= ${change.vmsBefore}`)
    .where(sql<boolean>`used_running_vms <= ${change.runningVmsBefore}`)
    .where(sql<boolean>`used_vcpus <= ${change.vcpusBefore}`)
    .where(sql<boolean>`used_memory_mib <= ${change.memoryMibBefore}`)
    .where(sql<boolean>`used_disk_bytes <= ${change.diskBytesBefore}`),
);

/** What may be used before it is added to. */
type Limits = { readonly [Resource in QuotaResource as `${Resource}Before`]: number };

async function changeUser(
  tx: Tx,
  userId: string,
  amounts: Partial<Amounts>,
  limit: Quota | null,
): Promise<boolean> {
  const { vms = 0, runningVms = 0, vcpus = 0, memoryMib = 0, diskBytes = 0 } = amounts;
  const added = { vms, runningVms, vcpus, memoryMib, diskBytes };
  if (resources.every((resource) => added[resource] === 0)) return true;
  const before = (resource: QuotaResource) =>
    limit && added[resource] > 0 ? limit[resource] - added[resource] : UNLIMITED;
  const count = await userChanged(tx.sql, {
    userId,
    ...added,
    vmsBefore: before('vms'),
    runningVmsBefore: before('runningVms'),
    vcpusBefore: before('vcpus'),
    memoryMibBefore: before('memoryMib'),
    diskBytesBefore: before('diskBytes'),
  });
  return count === 1;
}

type HostChange = { readonly hostId: string } & Pick<HostAmounts, keyof HostAmounts>;

const hostRecorded = (tx: Tx['sql'] | Db, { hostId, vcpus, memoryMib, diskBytes }: HostChange) =>
  tx
    .updateTable('host')
    .where('id', '=', hostId)
    .set({
      reserved_vcpus: sql<number>`reserved_vcpus + ${vcpus}`,
      reserved_memory_mib: sql<number>`reserved_memory_mib + ${memoryMib}`,
      reserved_disk_bytes: sql<number>`reserved_disk_bytes + ${diskBytes}`,
    });
const recordedOnHost = preparedChange(hostRecorded);

/** Only what grows is held to what the host has. */
const reservedOnHost = preparedChange(
  (tx, change: HostChange & { growingVcpus: number; growingMemoryMib: number; growingDiskBytes: number }) =>
    hostRecorded(tx, change)
      .where(
        sql<boolean>`(0 = ${change.growingVcpus} or reserved_vcpus + ${change.growingVcpus} <= physical_vcpus * vcpu_overcommit)`,
      )
      .where(
        sql<boolean>`(0 = ${change.growingMemoryMib} or reserved_memory_mib + ${change.growingMemoryMib} <= (physical_memory_mib - system_memory_mib) * memory_overcommit)`,
      )
      .where(
        sql<boolean>`(0 = ${change.growingDiskBytes} or reserved_disk_bytes + ${change.growingDiskBytes} <= pool_capacity_bytes)`,
      ),
);

async function changeHost(
  tx: Tx,
  hostId: string,
  amounts: Partial<HostAmounts>,
  isHeld: boolean,
): Promise<boolean> {
  const { vcpus = 0, memoryMib = 0, diskBytes = 0 } = amounts;
  if (vcpus === 0 && memoryMib === 0 && diskBytes === 0) return true;
  const change = { hostId, vcpus, memoryMib, diskBytes };
  if (!isHeld) return (await recordedOnHost(tx.sql, change)) === 1;
  const growing = {
    growingVcpus: Math.max(0, vcpus),
    growingMemoryMib: Math.max(0, memoryMib),
    growingDiskBytes: Math.max(0, diskBytes),
  };
  return (await reservedOnHost(tx.sql, { ...change, ...growing })) === 1;
}
