/** For tests of the database side of VMs: a world with one host that takes requests and never answers. */
import { randomUUID } from 'node:crypto';
import type { Quota, Settings } from '@loucloud/api';
import { pino } from 'pino';
import type { Caller } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import type { TestDatabase } from '../../platform/database/test-databases.ts';
import { EventLog } from '../../platform/events/event-log.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import { newId } from '../../platform/ids.ts';
import { OperationEngine } from '../../platform/operations/engine.ts';
import type { ImagesOnHosts } from './images-on-hosts.ts';
import { vmBinService } from './vm-bin-service.ts';
import { vmDifferences } from './vm-differences.ts';
import { vmOperations } from './vm-operations.ts';
import { vmOutsideService } from './vm-outside-service.ts';
import { vmService } from './vm-service.ts';
import { vmStates } from './vm-states.ts';

const MIB = 2 ** 20;
export const plenty: Quota = {
  vms: 1000,
  runningVms: 1000,
  vcpus: 4000,
  memoryMib: 4_000_000,
  diskBytes: 2 ** 50,
};

/** Every call waits for ever, as on a host that has just been cut off. */
export const silentHost = new Proxy({} as HostDriver, { get: () => () => new Promise(() => {}) });

export interface World extends AsyncDisposable {
  readonly database: Database;
  readonly vms: ReturnType<typeof vmService>;
  readonly states: ReturnType<typeof vmStates>;
  readonly differences: ReturnType<typeof vmDifferences>;
  readonly bin: ReturnType<typeof vmBinService>;
  readonly operations: ReturnType<typeof vmOperations>;
  readonly outside: ReturnType<typeof vmOutsideService>;
  readonly engine: OperationEngine;
  readonly hostId: string;
  readonly templateId: string;
  addUser(name: string, quota?: Partial<Quota>): Promise<Caller>;
  usage(userId: string): Promise<Quota>;
  /** Ends a VM's create as if the host had done it. */
  settleCreated(vmId: string): Promise<void>;
}

export async function openWorld(
  kind: TestDatabase,
  host: Partial<{ vcpus: number; memoryMib: number; driver: HostDriver; recycleDays: number }> = {},
): Promise<World> {
  const opened = await kind.open();
  const database: Database = opened;
  const ids = { host: newId(), image: newId(), network: newId(), template: newId() };
  const common = { description: '', created_at: 0 };
  await database.db
    .insertInto('host')
    .values({
      id: ids.host,
      name: 'here',
      uri: 'qemu:///system',
      transport: 'local',
      credential_kind: null,
      host_key: null,
      host_uuid: null,
      is_enabled: 1,
      is_in_maintenance: 0,
      pool_name: 'loucloud',
      pool_path: '/p',
      accelerator: 'tcg',
      vcpu_overcommit: 1,
      memory_overcommit: 1,
      system_memory_mib: 0,
      health: 'healthy',
      health_reason: null,
      health_details: '{}',
      hostname: 'here',
      libvirt_version: '9.0.0',
      qemu_version: '7.2.0',
      cpu_model: '',
      arch: 'x86_64',
      physical_vcpus: host.vcpus ?? 10_000,
      physical_memory_mib: host.memoryMib ?? 10_000_000,
      pool_capacity_bytes: 2 ** 50,
      pool_available_bytes: 2 ** 50,
      reserved_vcpus: 0,
      reserved_memory_mib: 0,
      reserved_disk_bytes: 0,
      checks: '[]',
      networks: JSON.stringify([{ kind: 'libvirt', source: 'default' }]),
      created_at: 0,
    })
    .execute();
  await database.db
    .insertInto('image')
    .values({
      ...common,
      id: ids.image,
      name: 'starter',
      host_id: ids.host,
      path: '/i.qcow2',
      format: 'qcow2',
      state: 'ready',
      size_bytes: MIB,
      virtual_size_bytes: MIB,
      sha256: null,
    })
    .execute();
  await database.db
    .insertInto('network')
    .values({ ...common, id: ids.network, name: 'default', kind: 'libvirt', source: 'default' })
    .execute();
  await database.db
    .insertInto('template')
    .values({
      ...common,
      id: ids.template,
      name: 'small',
      vcpus: 2,
      memory_mib: 512,
      disk_bytes: 1024 * MIB,
      image_id: ids.image,
      network_id: ids.network,
      firmware: 'bios',
      visibility: 'all',
    })
    .execute();

  const events = new EventLog();
  const log = pino({ level: 'silent' });
  const engine = new OperationEngine({ database, events, log, undoBackoff: { minMs: 1, maxMs: 1 } });
  const settings = {
    read: () =>
      Promise.resolve({
        defaultQuota: plenty,
        shutdownTimeoutSeconds: 10,
        recycleDays: host.recycleDays ?? 7,
      } as Settings), // all that VMs read of it
    defaultQuotaOf: (stored: string | null) => (stored === null ? plenty : (JSON.parse(stored) as Quota)),
  };
  const hostOf = () => host.driver ?? silentHost;
  const imagesThere: ImagesOnHosts = {
    claim: () => Promise.resolve('claimed' as const),
    whenThere: () => Promise.resolve(),
    giveUpUnwanted: () => Promise.resolve(),
    markChanged: () => Promise.resolve(),
  };
  const states = vmStates({ database, events, log, host: hostOf });
  const differences = vmDifferences({ database, events, host: hostOf });
  const operations = vmOperations({
    database,
    events,
    states,
    differences,
    images: imagesThere,
    host: hostOf,
    settings,
  });
  engine.register(...Object.values(operations));
  const parts = { database, engine, events, operations, images: imagesThere, host: hostOf, settings };
  const vms = vmService(parts);
  const bin = vmBinService({ ...parts, states }, vms);
  const outside = vmOutsideService(parts, vms);

  return {
    database,
    vms,
    states,
    differences,
    bin,
    operations,
    outside,
    engine,
    hostId: ids.host,
    templateId: ids.template,

    async addUser(name, quota = {}) {
      const id = newId();
      await database.db
        .insertInto('user')
        .values({
          id,
          name,
          display_name: name,
          role: 'member',
          password_hash: '',
          is_disabled: 0,
          quota_vms: quota.vms ?? null,
          quota_running_vms: quota.runningVms ?? null,
          quota_vcpus: quota.vcpus ?? null,
          quota_memory_mib: quota.memoryMib ?? null,
          quota_disk_bytes: quota.diskBytes ?? null,
          used_vms: 0,
          used_running_vms: 0,
          used_vcpus: 0,
          used_memory_mib: 0,
          used_disk_bytes: 0,
          preferences: '{}',
          created_at: 0,
          last_login_at: null,
        })
        .execute();
      return {
        userId: id,
        userName: name,
        isAdmin: false,
        sessionId: randomUUID(),
        kind: 'session',
        address: '',
      };
    },

    async usage(userId) {
      const row = await database.db
        .selectFrom('user')
        .selectAll()
        .where('id', '=', userId)
        .executeTakeFirstOrThrow();
      return {
        vms: row.used_vms,
        runningVms: row.used_running_vms,
        vcpus: row.used_vcpus,
        memoryMib: row.used_memory_mib,
        diskBytes: row.used_disk_bytes,
      };
    },

    async settleCreated(vmId) {
      await database.transact(async (tx) => {
        const vm = await tx.sql.selectFrom('vm').selectAll().where('id', '=', vmId).executeTakeFirstOrThrow();
        const state = vm.is_active === 1 ? 'running' : 'stopped';
        await tx.sql.updateTable('vm').set({ state, operation_id: null }).where('id', '=', vmId).execute();
        if (vm.operation_id !== null) await engine.supersede(tx, vm.operation_id);
      });
    },

    async [Symbol.asyncDispose]() {
      await engine.stop();
      await opened[Symbol.asyncDispose]();
    },
  };
}
