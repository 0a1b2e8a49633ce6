import type { DegradedReason, ForeignDomain, Host, RequestFor, Settings } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Db, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { HostFacts, Hypervisor } from '../../platform/hypervisor.ts';
import { newId } from '../../platform/ids.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import type { HostOperations } from './host-operations.ts';
import { type HostChanges, type HostFilter, hostStore } from './host-store.ts';

export interface HostServiceDeps {
  readonly database: Database;
  readonly engine: OperationEngine;
  readonly events: EventLog;
  readonly hypervisor: Hypervisor;
  readonly operations: HostOperations;
  readonly settings: { read(sql?: Db | Tx['sql']): Promise<Settings> };
  readonly allowsTestHosts: boolean;
}

type NewHost = RequestFor<'hostAdd'>['body'];

const POOL_DEFAULT = 'loucloud';

export type HostService = ReturnType<typeof hostService>;

export function hostService(deps: HostServiceDeps) {
  const { database, engine, events, hypervisor, operations, settings } = deps;
  const acceptUri = (uri: string): string => accept(uri, deps.allowsTestHosts);
  const record = (
    tx: Tx,
    type: 'host.updated' | 'host.removed',
    host: { id: string; name: string },
    actor: Caller,
  ) =>
    events.record(tx, { type, actor, object: { kind: 'host', id: host.id, name: host.name }, ownerId: null });

  return {
    list: (filter: HostFilter) => hostStore.list(database.db, filter),
    get: (hostId: string): Promise<Host> => hostStore.get(database.db, hostId),

    add: (wanted: NewHost, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const uri = acceptUri(wanted.uri);
        if (await hostStore.findBy(tx.sql, 'name', wanted.name))
          throw new UserError('name_taken', { name: wanted.name });
        if (await hostStore.findBy(tx.sql, 'uri', uri)) throw new UserError('host_already_added', { uri });
        const { vcpuOvercommit, memoryOvercommit, systemMemoryMib } = await settings.read(tx.sql);
        const id = newId();
        const input = {
          id,
          name: wanted.name,
          uri,
          poolName: wanted.poolName ?? POOL_DEFAULT,
          vcpuOvercommit: wanted.vcpuOvercommit ?? vcpuOvercommit,
          memoryOvercommit: wanted.memoryOvercommit ?? memoryOvercommit,
          systemMemoryMib: wanted.systemMemoryMib ?? systemMemoryMib,
        };
        const object = { kind: 'host', id, name: wanted.name } as const;
        return engine.start(tx, operations.add, {
          input,
          actor: caller,
          ownerId: null,
          object,
          hostId: null,
        });
      }),

    /** Looks at a server that may be added. */
    check: (wanted: RequestFor<'hostCheck'>['body'], caller: Caller): Promise<string> =>
      database.transact((tx) => {
        const uri = acceptUri(wanted.uri);
        const input = { uri, poolName: wanted.poolName ?? POOL_DEFAULT, host: null };
        const object = { kind: 'host', id: newId(), name: uri } as const;
        return engine.start(tx, operations.recheck, {
          input,
          actor: caller,
          ownerId: null,
          object,
          hostId: null,
        });
      }),

    recheck: (hostId: string, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const { name, uri, poolName } = await hostStore.get(tx.sql, hostId);
        const object = { kind: 'host', id: hostId, name } as const;
        const input = { uri, poolName, host: { id: hostId, name } };
        return engine.start(tx, operations.recheck, {
          input,
          actor: caller,
          ownerId: null,
          object,
          hostId: null,
        });
      }),

    async update(hostId: string, changes: HostChanges, caller: Caller): Promise<Host> {
      const [before, after] = await database.transact(async (tx) => {
        const host = await hostStore.get(tx.sql, hostId);
        const holder =
          changes.name === undefined ? null : await hostStore.findBy(tx.sql, 'name', changes.name);
        if (holder !== null && holder !== hostId)
          throw new UserError('name_taken', { name: changes.name ?? '' });
        if (changes.poolName !== undefined && changes.poolName !== host.poolName && host.vmCount > 0) {
          throw new UserError('host_has_vms', { vms: await hostStore.vmNames(tx.sql, hostId) });
        }
        await hostStore.change(tx, hostId, changes);
        const changed = await hostStore.get(tx.sql, hostId);
        await record(tx, 'host.updated', changed, caller);
        return [host, changed];
      });
      if (before.poolName !== after.poolName) {
        await hypervisor.leave(hostId);
        hypervisor.join({ hostId, uri: after.uri, poolName: after.poolName });
      }
      return after;
    },

    /** Nothing on the server is touched. */
    async remove(hostId: string, caller: Caller): Promise<void> {
      await database.transact(async (tx) => {
        const host = await hostStore.get(tx.sql, hostId);
        const vms = await hostStore.vmNames(tx.sql, hostId);
        if (vms.length > 0) throw new UserError('host_has_vms', { vms });
        const templates = await hostStore.templateNames(tx.sql, hostId);
        if (templates.length > 0) throw new UserError('image_in_use', { templates });
        await hostStore.remove(tx, hostId);
        await record(tx, 'host.removed', host, caller);
      });
      await hypervisor.leave(hostId);
    },

    async foreignDomains(hostId: string): Promise<{ items: ForeignDomain[] }> {
      await hostStore.get(database.db, hostId);
      return { items: await hypervisor.host(hostId).foreignDomains() };
    },

    /** At the start: connects to every host of the pool. */
    async joinAll(): Promise<void> {
      for (const connection of await hostStore.connections(database.db)) hypervisor.join(connection);
    },

    onFacts: (hostId: string, facts: HostFacts): Promise<void> =>
      database.transact(async (tx) => {
        const changed = await hostStore.changesIn(tx, hostId, facts);
        await hostStore.setFacts(tx, hostId, facts);
        // One that can be read may still be too slow to be given work.
        if ((await hostStore.healthOf(tx, hostId)) !== 'degraded')
          await changeHealth(tx, hostId, 'healthy', null);
        if (!changed || changed.fields.length === 0) return;
        const object = { kind: 'host', id: hostId, name: changed.name } as const;
        const details = { changed: changed.fields };
        await events.record(tx, { type: 'host.updated', actor: null, object, ownerId: null, details });
      }),

    /** Of a host that is connected. */
    onHealth: (hostId: string, reason: DegradedReason | null): Promise<void> =>
      database.transact((tx) => changeHealth(tx, hostId, reason === null ? 'healthy' : 'degraded', reason)),

    onLost: (hostId: string, reason: string): Promise<void> =>
      database.transact((tx) => changeHealth(tx, hostId, 'unreachable', reason)),
  };

  async function changeHealth(
    tx: Tx,
    hostId: string,
    health: 'healthy' | 'degraded' | 'unreachable',
    reason: string | null,
  ) {
    const host = await hostStore.setHealth(tx, hostId, health, reason);
    if (!host) return;
    await events.record(tx, {
      type: 'host.healthChanged',
      actor: null,
      object: { kind: 'host', id: hostId, name: host.name },
      ownerId: null,
      details: reason === null ? { health } : { health, reason },
    });
  }
}

/** Servers on this machine, by their unix sockets. Remote transports have their own rules for who is trusted. */
function accept(text: string, allowsTestHosts: boolean): string {
  const uri = URL.canParse(text) ? new URL(text) : null;
  const isQemu = (uri?.protocol === 'qemu:' || uri?.protocol === 'qemu+unix:') && uri.pathname === '/system';
  const isTest = allowsTestHosts && uri?.protocol === 'test:' && uri.pathname === '/default';
  if (!uri || uri.host !== '' || !(isQemu || isTest)) throw new UserError('uri_not_supported', { uri: text });
  for (const [name, value] of uri.searchParams) {
    if (name !== 'socket' || !value.startsWith('/')) throw new UserError('uri_not_supported', { uri: text });
  }
  return text;
}
