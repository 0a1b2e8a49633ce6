import type {
  Accelerator,
  CredentialKind,
  ErrorDetails,
  Host,
  HostAvailability,
  HostCheck,
  HostHealth,
  HostKey,
  HostTransport,
} from '@loucloud/api';
import { type Expression, type Selectable, type SqlBool, expressionBuilder, sql as raw } from 'kysely';
import type { Db, Tx } from '../../platform/database/database.ts';
import type { HostTable, Schema } from '../../platform/database/schema.ts';
import { notFound } from '../../platform/errors.ts';
import type { HostFacts, NetworkSource } from '../../platform/hypervisor.ts';
import { memoryCapacityMib } from '../../platform/reservations/host-capacity.ts';
import { type ListQuery, contains, selectPage } from '../../platform/paging.ts';
import { type VmNames, vmNamesOf } from '../../platform/vm-names.ts';

type Sql = Db | Tx['sql'];

export interface NewHost {
  readonly id: string;
  readonly name: string;
  readonly uri: string;
  readonly transport: HostTransport;
  readonly credentialKind: CredentialKind | null;
  readonly poolName: string;
  readonly vcpuOvercommit: number;
  readonly memoryOvercommit: number;
  readonly systemMemoryMib: number;
}

/** What its checks told about it. */
export interface Identity {
  readonly hostKey: HostKey | null;
  readonly hostUuid: string | null;
}

export interface HostChanges {
  readonly name?: string | undefined;
  readonly isEnabled?: boolean | undefined;
  readonly isInMaintenance?: boolean | undefined;
  readonly credentialKind?: CredentialKind | undefined;
  readonly hostKey?: HostKey | undefined;
  readonly poolName?: string | undefined;
  readonly vcpuOvercommit?: number | undefined;
  readonly memoryOvercommit?: number | undefined;
  readonly systemMemoryMib?: number | undefined;
}

export interface HostFilter extends ListQuery {
  readonly health?: HostHealth | undefined;
  readonly availability?: HostAvailability | undefined;
}

const views = (sql: Sql) =>
  sql
    .selectFrom('host')
    .selectAll('host')
    .select((e) => [
      e
        .selectFrom('vm')
        .select(raw<number>`count(*)`.as('count'))
        .whereRef('vm.host_id', '=', 'host.id')
        .where('vm.bin_key', '=', '')
        .as('vm_count'),
      e
        .selectFrom('vm')
        .select(raw<number>`count(*)`.as('count'))
        .whereRef('vm.host_id', '=', 'host.id')
        .where('vm.is_active', '=', 1)
        .as('running_vm_count'),
      e
        .selectFrom('stale_domain')
        .innerJoin('vm', 'vm.id', 'stale_domain.vm_id')
        .select(raw<number>`count(*)`.as('count'))
        .whereRef('stale_domain.host_id', '=', 'host.id')
        .whereRef('vm.host_id', '!=', 'host.id')
        .where('stale_domain.is_running', '=', 1)
        .as('conflict_count'),
    ]);

export const hostStore = {
  async get(sql: Sql, id: string): Promise<Host> {
    const host = await hostStore.find(sql, id);
    if (!host) throw notFound('host', id);
    return host;
  },

  async find(sql: Sql, id: string): Promise<Host | null> {
    const row = await views(sql).where('host.id', '=', id).executeTakeFirst();
    return row ? toHost(row) : null;
  },

  async list(sql: Db, filter: HostFilter) {
    let query = views(sql);
    if (filter.health !== undefined) query = query.where('host.health', '=', filter.health);
    if (filter.availability !== undefined) query = query.where(isAvailable(filter.availability));
    if (filter.search !== undefined) query = query.where(contains('host.name', filter.search));
    const columns = { name: 'host.name', createdAt: 'host.created_at' };
    const options = { query: filter, columns, defaultSort: 'name', idColumn: 'host.id' };
    const { rows, ...page } = await selectPage(query, options);
    return { ...page, items: rows.map(toHost) };
  },

  async all(sql: Sql): Promise<Host[]> {
    return (await views(sql).execute()).map(toHost);
  },

  async findBy(
    sql: Sql,
    column: 'name' | 'uri' | 'host_uuid',
    value: string,
  ): Promise<{ id: string; name: string; uri: string } | null> {
    const query = sql.selectFrom('host').select(['id', 'name', 'uri']).where(column, '=', value);
    return (await query.executeTakeFirst()) ?? null;
  },

  /** A step may run again: what is there already stays. */
  async insertOnce(tx: Tx, host: NewHost, identity: Identity, at: number): Promise<boolean> {
    const existing = await tx.sql
      .selectFrom('host')
      .select('id')
      .where('id', '=', host.id)
      .executeTakeFirst();
    if (existing) return false;
    await tx.sql
      .insertInto('host')
      .values({
        id: host.id,
        name: host.name,
        uri: host.uri,
        transport: host.transport,
        credential_kind: host.credentialKind,
        host_key: identity.hostKey && JSON.stringify(identity.hostKey),
        host_uuid: identity.hostUuid,
        pool_name: host.poolName,
        pool_path: '',
        is_enabled: 1,
        is_in_maintenance: 0,
        accelerator: 'tcg',
        vcpu_overcommit: host.vcpuOvercommit,
        memory_overcommit: host.memoryOvercommit,
        system_memory_mib: host.systemMemoryMib,
        health: 'connecting',
        health_reason: null,
        health_details: '{}',
        hostname: '',
        libvirt_version: '',
        qemu_version: '',
        cpu_model: '',
        arch: '',
        physical_vcpus: 0,
        physical_memory_mib: 0,
        pool_capacity_bytes: 0,
        pool_available_bytes: 0,
        reserved_vcpus: 0,
        reserved_memory_mib: 0,
        reserved_disk_bytes: 0,
        checks: '[]',
        networks: '[]',
        created_at: at,
      })
      .execute();
    return true;
  },

  /** Writes nothing where nothing is new: it is called for each host twice a minute. */
  async setFacts(tx: Tx, id: string, facts: HostFacts): Promise<void> {
    const changes = {
      hostname: facts.hostname,
      libvirt_version: facts.libvirtVersion,
      qemu_version: facts.qemuVersion,
      cpu_model: facts.cpuModel,
      arch: facts.arch,
      physical_vcpus: facts.vcpus,
      physical_memory_mib: facts.memoryMib,
      pool_path: facts.pool.path,
      pool_capacity_bytes: facts.pool.capacityBytes,
      pool_available_bytes: facts.pool.availableBytes,
      networks: JSON.stringify(facts.networks),
    };
    const columns = Object.keys(changes) as (keyof typeof changes)[];
    const known = await tx.sql.selectFrom('host').select(columns).where('id', '=', id).executeTakeFirst();
    if (known && columns.every((column) => known[column] === changes[column])) return;
    await tx.sql.updateTable('host').set(changes).where('id', '=', id).execute();
  },

  /** Of what a page shows, what is other than it was: networks that came or went, a pool that was stopped or grew. */
  async changesIn(tx: Tx, id: string, facts: HostFacts): Promise<{ name: string; fields: string[] } | null> {
    const row = await tx.sql
      .selectFrom('host')
      .select(['name', 'hostname', 'networks', 'pool_path', 'pool_capacity_bytes'])
      .where('id', '=', id)
      .executeTakeFirst();
    // Before it was first read nothing can have changed.
    if (!row || row.hostname === '') return row ? { name: row.name, fields: [] } : null;
    const isOtherPool =
      row.pool_path !== facts.pool.path || row.pool_capacity_bytes !== facts.pool.capacityBytes;
    const isOtherNetworks = row.networks !== JSON.stringify(facts.networks);
    const fields = [...(isOtherNetworks ? ['networks'] : []), ...(isOtherPool ? ['pool'] : [])];
    return { name: row.name, fields };
  },

  async setChecks(tx: Tx, id: string, checks: readonly HostCheck[], accelerator: Accelerator): Promise<void> {
    const changes = { checks: JSON.stringify(checks), accelerator };
    await tx.sql.updateTable('host').set(changes).where('id', '=', id).execute();
  },

  async healthOf(tx: Tx, id: string): Promise<HostHealth | null> {
    const row = await tx.sql.selectFrom('host').select('health').where('id', '=', id).executeTakeFirst();
    return row?.health ?? null;
  },

  /** null: the host is gone, or it was so already, for the same reason. */
  async setHealth(
    tx: Tx,
    id: string,
    health: HostHealth,
    reason: { code: string; details: ErrorDetails } | null,
  ): Promise<{ name: string } | null> {
    const row = await tx.sql
      .selectFrom('host')
      .select(['name', 'health', 'health_reason', 'health_details'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) return null;
    const health_reason = reason?.code ?? null;
    const health_details = JSON.stringify(reason?.details ?? {});
    const isSame = row.health === health && row.health_reason === health_reason;
    if (isSame && row.health_details === health_details) return null;
    const changes = { health, health_reason, health_details };
    await tx.sql.updateTable('host').set(changes).where('id', '=', id).execute();
    return isSame ? null : { name: row.name };
  },

  async change(tx: Tx, id: string, changes: HostChanges): Promise<void> {
    await tx.sql
      .updateTable('host')
      .set({
        ...(changes.name !== undefined && { name: changes.name }),
        ...(changes.isEnabled !== undefined && { is_enabled: flag(changes.isEnabled) }),
        ...(changes.isInMaintenance !== undefined && { is_in_maintenance: flag(changes.isInMaintenance) }),
        ...(changes.credentialKind !== undefined && { credential_kind: changes.credentialKind }),
        ...(changes.hostKey !== undefined && { host_key: JSON.stringify(changes.hostKey) }),
        ...(changes.poolName !== undefined && { pool_name: changes.poolName }),
        ...(changes.vcpuOvercommit !== undefined && { vcpu_overcommit: changes.vcpuOvercommit }),
        ...(changes.memoryOvercommit !== undefined && { memory_overcommit: changes.memoryOvercommit }),
        ...(changes.systemMemoryMib !== undefined && { system_memory_mib: changes.systemMemoryMib }),
      })
      .where('id', '=', id)
      .execute();
  },

  async vmNames(sql: Sql, id: string): Promise<VmNames> {
    const rows = await sql
      .selectFrom('vm')
      .select(['name', 'bin_key'])
      // Those on their way here too: their place is reserved.
      .where((e) => e.or([e('host_id', '=', id), e('target_host_id', '=', id)]))
      .orderBy('name')
      .execute();
    return vmNamesOf(rows);
  },

  /** Templates whose image is registered there. */
  async templateNames(sql: Sql, id: string): Promise<string[]> {
    const rows = await sql
      .selectFrom('template')
      .innerJoin('image', 'image.id', 'template.image_id')
      .select('template.name')
      .where('image.host_id', '=', id)
      .orderBy('template.name')
      .execute();
    return rows.map((row) => row.name);
  },

  /** VMs on other hosts whose disks rest on copies of images that are registered there. */
  async vmNamesOfImages(sql: Sql, id: string): Promise<VmNames> {
    const rows = await sql
      .selectFrom('vm')
      .innerJoin('image', 'image.id', 'vm.image_id')
      .select(['vm.name', 'vm.bin_key'])
      .where('image.host_id', '=', id)
      .orderBy('vm.name')
      .execute();
    return vmNamesOf(rows);
  },

  /** The host and the records of its images. */
  async remove(tx: Tx, id: string): Promise<void> {
    await tx.sql.deleteFrom('image').where('host_id', '=', id).execute();
    await tx.sql.deleteFrom('stale_domain').where('host_id', '=', id).execute();
    await tx.sql.deleteFrom('host').where('id', '=', id).execute();
  },

  /** What new VMs may ask to be attached to. */
  async registeredNetworks(sql: Sql): Promise<NetworkSource[]> {
    return sql.selectFrom('network').select(['kind', 'source']).execute();
  },
};

const flag = (value: boolean): 0 | 1 => (value ? 1 : 0);

const isAvailable = (wanted: HostAvailability): Expression<SqlBool> => {
  const { eb } = expressionBuilder<Schema, 'host'>();
  if (wanted === 'disabled') return eb('host.is_enabled', '=', 0);
  return eb.and([
    eb('host.is_enabled', '=', 1),
    eb('host.is_in_maintenance', '=', flag(wanted === 'maintenance')),
  ]);
};

type HostRow = Selectable<HostTable> & {
  vm_count: number | null;
  running_vm_count: number | null;
  conflict_count: number | null;
};

function toHost(row: HostRow): Host {
  return {
    id: row.id,
    name: row.name,
    uri: row.uri,
    transport: row.transport,
    credentialKind: row.credential_kind,
    hostKey: row.host_key === null ? null : (JSON.parse(row.host_key) as HostKey),
    isEnabled: row.is_enabled === 1,
    isInMaintenance: row.is_in_maintenance === 1,
    health: row.health,
    healthReason: row.health_reason,
    healthDetails: JSON.parse(row.health_details) as ErrorDetails,
    accelerator: row.accelerator,
    poolName: row.pool_name,
    vcpuOvercommit: row.vcpu_overcommit,
    memoryOvercommit: row.memory_overcommit,
    systemMemoryMib: row.system_memory_mib,
    hostname: row.hostname,
    libvirtVersion: row.libvirt_version,
    qemuVersion: row.qemu_version,
    cpuModel: row.cpu_model,
    arch: row.arch,
    physical: {
      vcpus: row.physical_vcpus,
      memoryMib: row.physical_memory_mib,
      diskBytes: row.pool_capacity_bytes,
    },
    capacity: {
      vcpus: Math.floor(row.physical_vcpus * row.vcpu_overcommit),
      memoryMib: memoryCapacityMib(row),
      diskBytes: row.pool_capacity_bytes,
    },
    reserved: {
      vcpus: row.reserved_vcpus,
      memoryMib: row.reserved_memory_mib,
      diskBytes: row.reserved_disk_bytes,
    },
    poolAvailableBytes: row.pool_available_bytes,
    vmCount: row.vm_count ?? 0,
    runningVmCount: row.running_vm_count ?? 0,
    conflictCount: row.conflict_count ?? 0,
    checks: JSON.parse(row.checks) as HostCheck[],
    createdAt: new Date(row.created_at).toISOString(),
  };
}
