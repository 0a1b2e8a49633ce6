import type { Network, RequestFor, Settings } from '@loucloud/api';
import type { Actor, Caller } from '../../platform/caller.ts';
import type { Database, Db, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { newId } from '../../platform/ids.ts';
import type { ListQuery } from '../../platform/paging.ts';
import { networkStore } from './network-store.ts';

export interface NetworkServiceDeps {
  readonly database: Database;
  readonly events: EventLog;
  readonly settings: {
    read(sql?: Db | Tx['sql']): Promise<Settings>;
    change(tx: Tx, changes: Partial<Settings>, actor: Actor): Promise<void>;
  };
}

export type NetworkService = ReturnType<typeof networkService>;

export function networkService({ database, events, settings }: NetworkServiceDeps) {
  const defaultId = async (sql: Db | Tx['sql']) => (await settings.read(sql)).defaultNetworkId;

  return {
    list: async (filter: ListQuery) => networkStore.list(database.db, filter, await defaultId(database.db)),
    get: async (networkId: string): Promise<Network> =>
      networkStore.get(database.db, networkId, await defaultId(database.db)),

    /** Refused unless a server has it: a VM could not be attached to it anywhere. The first is the default. */
    create: (wanted: RequestFor<'networkCreate'>['body'], actor: Actor): Promise<Network> =>
      database.transact(async (tx) => {
        const { name, kind, source, description = '' } = wanted;
        if (await networkStore.findByName(tx.sql, name)) throw new UserError('name_taken', { name });
        const hosts = await networkStore.networksOfHosts(tx.sql);
        const isThere = hosts.some(({ networks }) =>
          networks.some((n) => n.kind === kind && n.source === source),
        );
        if (!isThere) throw new UserError('network_not_on_host', { kind, source });
        const id = newId();
        await networkStore.insert(tx, { id, name, kind, source, description, created_at: Date.now() });
        await record(tx, 'network.created', { id, name }, actor);
        if ((await defaultId(tx.sql)) === null) await settings.change(tx, { defaultNetworkId: id }, actor);
        return networkStore.get(tx.sql, id, await defaultId(tx.sql));
      }),

    update: (
      networkId: string,
      changes: RequestFor<'networkUpdate'>['body'],
      caller: Caller,
    ): Promise<Network> =>
      database.transact(async (tx) => {
        await networkStore.get(tx.sql, networkId, null);
        const holder =
          changes.name === undefined ? null : await networkStore.findByName(tx.sql, changes.name);
        if (holder !== null && holder !== networkId)
          throw new UserError('name_taken', { name: changes.name ?? '' });
        await networkStore.change(tx, networkId, changes);
        const network = await networkStore.get(tx.sql, networkId, await defaultId(tx.sql));
        await record(tx, 'network.updated', network, caller);
        return network;
      }),

    remove: (networkId: string, caller: Caller): Promise<void> =>
      database.transact(async (tx) => {
        const network = await networkStore.get(tx.sql, networkId, await defaultId(tx.sql));
        const users = await networkStore.users(tx.sql, networkId);
        if (Object.values(users).some((names) => names.length > 0))
          throw new UserError('network_in_use', { ...users });
        if (network.isDefault) throw new UserError('last_network', { name: network.name });
        await networkStore.remove(tx, networkId);
        await record(tx, 'network.removed', network, caller);
      }),
  };

  function record(
    tx: Tx,
    type: 'network.created' | 'network.updated' | 'network.removed',
    { id, name }: { id: string; name: string },
    actor: Actor,
  ): Promise<void> {
    return events.record(tx, { type, actor, object: { kind: 'network', id, name }, ownerId: null });
  }
}
