import type { ErrorDetails, HostCheck, HostHealth, Overview } from '@loucloud/api';
import type { Db } from '../../platform/database/database.ts';
import { memoryCapacityMib } from '../../platform/reservations/host-capacity.ts';

/** What the numbers on the first page are counted from. */
export const overviewStore = {
  async hosts(db: Db): Promise<Omit<Overview['hosts'][number], 'use'>[]> {
    const rows = await db
      .selectFrom('host')
      .leftJoin('vm', (join) => join.onRef('vm.host_id', '=', 'host.id').on('vm.bin_key', '=', ''))
      .selectAll('host')
      .select((e) => [
        e.fn.count<number>('vm.id').as('vm_count'),
        e.fn.sum<number | string | null>('vm.is_active').as('running_vm_count'),
      ])
      .groupBy('host.id')
      .orderBy('host.name')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      isEnabled: row.is_enabled === 1,
      isInMaintenance: row.is_in_maintenance === 1,
      health: row.health,
      healthReason: row.health_reason,
      healthDetails: JSON.parse(row.health_details) as ErrorDetails,
      vcpus: { reserved: row.reserved_vcpus, capacity: Math.floor(row.physical_vcpus * row.vcpu_overcommit) },
      memoryMib: {
        reserved: row.reserved_memory_mib,
        capacity: memoryCapacityMib(row),
      },
      disk: {
        reserved: row.reserved_disk_bytes,
        capacity: row.pool_capacity_bytes,
        available: row.pool_available_bytes,
      },
      physical: { vcpus: row.physical_vcpus, memoryBytes: row.physical_memory_mib * 2 ** 20 },
      vmCount: row.vm_count,
      // MySQL sums to a decimal, which it sends as text.
      runningVmCount: Number(row.running_vm_count ?? 0),
      warnings: (JSON.parse(row.checks) as HostCheck[]).filter(({ outcome }) => outcome === 'warning').length,
    }));
  },

  async vmsByState(db: Db): Promise<Record<string, number>> {
    const rows = await db
      .selectFrom('vm')
      .select((e) => ['state', e.fn.countAll<number>().as('many')])
      .where('bin_key', '=', '')
      .groupBy('state')
      .execute();
    return Object.fromEntries(rows.map(({ state, many }) => [state, many]));
  },

  /** By the last sweep. */
  async findings(db: Db): Promise<Pick<Overview, 'leftoverCount' | 'missingPartCount'>> {
    const rows = await db
      .selectFrom('finding')
      .innerJoin('host', 'host.id', 'finding.host_id')
      .select((e) => ['finding.kind', e.fn.countAll<number>().as('many')])
      .groupBy('finding.kind')
      .execute();
    const sum = (...kinds: string[]) =>
      rows.reduce((total, { kind, many }) => total + (kinds.includes(kind) ? many : 0), 0);
    return {
      leftoverCount: sum('disk', 'domain'),
      missingPartCount: sum('missingDisk', 'missingDomain'),
    };
  },

  async controlPlanes(db: Db): Promise<Overview['controlPlanes']> {
    const planes = await db.selectFrom('control_plane').selectAll().orderBy('name').execute();
    if (planes.length === 0) return [];
    const held = await db
      .selectFrom('claim')
      .innerJoin('host', 'host.id', 'claim.name')
      .select(['claim.holder_id', 'host.id', 'host.name'])
      .orderBy('host.name')
      .execute();
    return planes.map(({ id, name, version, started_at }) => ({
      id,
      name,
      version,
      startedAt: new Date(started_at).toISOString(),
      hosts: held.filter((row) => row.holder_id === id).map((row) => ({ id: row.id, name: row.name })),
    }));
  },

  async recycleBin(db: Db): Promise<Overview['recycleBin']> {
    const row = await db
      .selectFrom('vm')
      .select((e) => [
        e.fn.countAll<number>().as('many'),
        e.fn.sum<number | string | null>('disk_bytes').as('disk_bytes'),
      ])
      .where('bin_key', '!=', '')
      .executeTakeFirstOrThrow();
    return { vmCount: row.many, diskBytes: Number(row.disk_bytes ?? 0) };
  },

  async hostsByHealth(db: Db): Promise<Partial<Record<HostHealth, number>>> {
    const rows = await db
      .selectFrom('host')
      .select((e) => ['health', e.fn.countAll<number>().as('many')])
      .groupBy('health')
      .execute();
    return Object.fromEntries(rows.map(({ health, many }) => [health, many]));
  },

  async count(db: Db, table: 'user' | 'image' | 'template'): Promise<number> {
    const { many } = await db
      .selectFrom(table)
      .select((e) => e.fn.countAll<number>().as('many'))
      .executeTakeFirstOrThrow();
    return many;
  },
};
