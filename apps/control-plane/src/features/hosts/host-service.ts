import type {
  DegradedReason,
  ErrorDetails,
  ForeignDomain,
  Host,
  HostFiles,
  HostKey,
  RequestFor,
  Settings,
} from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Db, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { HostFacts, HostLoss, Hypervisor } from '../../platform/hypervisor.ts';
import { newId } from '../../platform/ids.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import type { Secrets } from '../../platform/secrets/secrets.ts';
import { type HostAccesses, credentialsFor } from './host-access.ts';
import type { HostOperations } from './host-operations.ts';
import { type HostFilter, hostStore } from './host-store.ts';
import { readHostUri } from './host-uri.ts';
import type { OwnSshKey } from './own-ssh-key.ts';

export interface HostServiceDeps {
  readonly database: Database;
  readonly engine: OperationEngine;
  readonly events: EventLog;
  readonly hypervisor: Hypervisor;
  readonly operations: HostOperations;
  readonly secrets: Secrets;
  readonly access: HostAccesses;
  readonly sshKey: OwnSshKey;
  /** A host that is not even tried: its VMs are no better known than an unreachable one's. */
  readonly lose: (hostId: string, loss: HostLoss) => Promise<void>;
  readonly settings: { read(sql?: Db | Tx['sql']): Promise<Settings> };
  readonly allowsTestHosts: boolean;
  /** The copies of images there; what copies them ends. */
  readonly forgetCopies: (tx: Tx, hostId: string) => Promise<void>;
}

type NewHost = RequestFor<'hostAdd'>['body'];
type Candidate = RequestFor<'hostCheck'>['body'];
type Changes = RequestFor<'hostUpdate'>['body'];

const POOL_DEFAULT = 'loucloud';

export type HostService = ReturnType<typeof hostService>;

export function hostService(deps: HostServiceDeps) {
  const { database, engine, events, hypervisor, operations, settings, secrets, access, sshKey, lose } = deps;
  const { forgetCopies } = deps;
  const record = (
    tx: Tx,
    type: 'host.updated' | 'host.removed',
    { id, name }: Pick<Host, 'id' | 'name'>,
    actor: Caller,
    details: ErrorDetails = {},
  ) => events.record(tx, { type, actor, object: { kind: 'host', id, name }, ownerId: null, details });

  async function requireEmpty(tx: Tx, hostId: string): Promise<void> {
    const names = await hostStore.vmNames(tx.sql, hostId);
    if (names.vms.length > 0 || names.recycled.length > 0) throw new UserError('host_has_vms', { ...names });
  }

  return {
    list: (filter: HostFilter) => hostStore.list(database.db, filter),
    get: (hostId: string): Promise<Host> => hostStore.get(database.db, hostId),

    async add(wanted: NewHost, caller: Caller): Promise<string> {
      const id = newId();
      const { uri, transport, credentialKind, secret } = await prepare(id, wanted);
      return database.transact(async (tx) => {
        if (await hostStore.findBy(tx.sql, 'name', wanted.name))
          throw new UserError('name_taken', { name: wanted.name });
        await refuseSecond(tx, uri);
        const { vcpuOvercommit, memoryOvercommit, systemMemoryMib } = await settings.read(tx.sql);
        const input = {
          id,
          name: wanted.name,
          uri,
          transport,
          credentialKind,
          hostKey: wanted.hostKey ?? null,
          poolName: wanted.poolName ?? POOL_DEFAULT,
          vcpuOvercommit: wanted.vcpuOvercommit ?? vcpuOvercommit,
          memoryOvercommit: wanted.memoryOvercommit ?? memoryOvercommit,
          systemMemoryMib: wanted.systemMemoryMib ?? systemMemoryMib,
        };
        const object = { kind: 'host', id, name: wanted.name } as const;
        if (secret) await secrets.keep(tx, secret);
        return engine.start(tx, operations.add, { ...byAdmin(caller), input, object });
      });
    },

    /** Looks at a server that may be added. */
    async check(wanted: Candidate, caller: Caller): Promise<string> {
      const id = newId();
      const { uri, transport, secret } = await prepare(id, wanted);
      return database.transact(async (tx) => {
        await refuseSecond(tx, uri);
        const hostKey = wanted.hostKey ?? null;
        const poolName = wanted.poolName ?? POOL_DEFAULT;
        const input = { id, uri, transport, poolName, hostKey, host: null };
        const object = { kind: 'host', id, name: uri } as const;
        if (secret) await secrets.keep(tx, secret);
        return engine.start(tx, operations.recheck, { ...byAdmin(caller), input, object });
      });
    },

    recheck: (hostId: string, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const { name, uri, transport, poolName, hostKey } = await hostStore.get(tx.sql, hostId);
        const object = { kind: 'host', id: hostId, name } as const;
        const host = { id: hostId, name };
        const pin = hostKey?.fingerprint ?? null;
        const input = { id: hostId, uri, transport, poolName, hostKey: pin, host };
        return engine.start(tx, operations.recheck, { ...byAdmin(caller), input, object });
      }),

    async update(hostId: string, changes: Changes, caller: Caller): Promise<Host> {
      const secret = await sealChange(hostId, changes);
      const [before, after] = await database.transact(async (tx) => {
        const host = await hostStore.get(tx.sql, hostId);
        const holder =
          changes.name === undefined ? null : await hostStore.findBy(tx.sql, 'name', changes.name);
        if (holder && holder.id !== hostId) throw new UserError('name_taken', { name: changes.name ?? '' });
        if (changes.poolName !== undefined && changes.poolName !== host.poolName)
          await requireEmpty(tx, hostId);
        const { credentials, hostKey, ...others } = changes;
        await hostStore.change(tx, hostId, {
          ...others,
          credentialKind: credentials?.kind,
          hostKey: hostKey === undefined ? undefined : pinned(host, hostKey),
        });
        if (secret) await secrets.keep(tx, secret);
        const changed = await hostStore.get(tx.sql, hostId);
        await record(tx, 'host.updated', changed, caller, { changed: Object.keys(changes) });
        return [host, changed];
      });
      const isReachedAnew = changes.credentials !== undefined || changes.hostKey !== undefined;
      if (isReachedAnew || before.poolName !== after.poolName) {
        await hypervisor.leave(hostId);
        await join(after);
      }
      return hostStore.get(database.db, hostId);
    },

    /** Nothing on the server is touched. */
    async remove(hostId: string, caller: Caller): Promise<void> {
      await database.transact(async (tx) => {
        const host = await hostStore.get(tx.sql, hostId);
        await requireEmpty(tx, hostId);
        const templates = await hostStore.templateNames(tx.sql, hostId);
        const resting = await hostStore.vmNamesOfImages(tx.sql, hostId);
        if (templates.length > 0 || resting.vms.length > 0 || resting.recycled.length > 0)
          throw new UserError('image_in_use', { templates, ...resting });
        await forgetCopies(tx, hostId);
        await hostStore.remove(tx, hostId);
        await access.forget(tx, hostId);
        await record(tx, 'host.removed', host, caller);
      });
      await hypervisor.leave(hostId);
    },

    async foreignDomains(hostId: string): Promise<{ items: ForeignDomain[] }> {
      await hostStore.get(database.db, hostId);
      return { items: await hypervisor.host(hostId).foreignDomains() };
    },

    async files(hostId: string, path: string): Promise<HostFiles> {
      await hostStore.get(database.db, hostId);
      const { entries, ...sight } = await hypervisor.host(hostId).lookAtPath(path);
      return { ...sight, items: [...entries] };
    },

    sshKey: () => sshKey.show(),

    /** Every host of the pool, as it is reached now. Safe to repeat. */
    async joinAll(): Promise<void> {
      for (const host of await hostStore.all(database.db)) await join(host);
    },

    /** One that has come, or is reached otherwise now, through another control plane; it may be gone already. */
    async joinAgain(hostId: string): Promise<void> {
      const host = await hostStore.find(database.db, hostId);
      if (host) await join(host);
      else await hypervisor.leave(hostId);
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
      database.transact((tx) =>
        changeHealth(
          tx,
          hostId,
          reason === null ? 'healthy' : 'degraded',
          reason === null ? null : { code: reason, details: {} },
        ),
      ),

    onLost: (hostId: string, loss: HostLoss): Promise<void> =>
      database.transact((tx) => changeHealth(tx, hostId, 'unreachable', loss)),
  };

  /** A host whose credentials do not open is as good as unreachable; the others are none the worse for it. */
  async function join({ id, uri, transport, poolName, hostKey }: Host): Promise<void> {
    try {
      const opened = await access.of({ id, transport, hostKey: hostKey?.fingerprint ?? null });
      hypervisor.join({ hostId: id, uri, poolName, access: opened });
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'credentials_unreadable') throw error;
      await lose(id, { code: error.code, details: error.hint === undefined ? {} : { reason: error.hint } });
    }
  }

  /** What of a request may be wrong without a look into the database, and what must be sealed before it. */
  async function prepare(id: string, wanted: Candidate) {
    const { text: uri, transport } = readHostUri(wanted.uri, deps.allowsTestHosts);
    const credentials = credentialsFor(transport, wanted.credentials);
    return {
      uri,
      transport,
      credentialKind: credentials?.kind ?? null,
      secret: credentials && (await access.seal(id, credentials)),
    };
  }

  async function sealChange(hostId: string, { credentials, hostKey }: Changes) {
    if (!credentials && hostKey === undefined) return null;
    const { transport } = await hostStore.get(database.db, hostId);
    if (hostKey !== undefined && transport !== 'ssh')
      throw new UserError('invalid_request', { field: 'hostKey', rule: 'transport' });
    const kept = credentials ? credentialsFor(transport, credentials) : null;
    return kept && access.seal(hostId, kept);
  }

  async function refuseSecond(tx: Tx, uri: string): Promise<void> {
    const other = await hostStore.findBy(tx.sql, 'uri', uri);
    if (other) throw new UserError('host_already_added', { name: other.name, uri });
  }

  async function changeHealth(
    tx: Tx,
    hostId: string,
    health: 'healthy' | 'degraded' | 'unreachable',
    reason: { readonly code: string; readonly details: ErrorDetails } | null,
  ) {
    const host = await hostStore.setHealth(tx, hostId, health, reason);
    if (!host) return;
    await events.record(tx, {
      type: 'host.healthChanged',
      actor: null,
      object: { kind: 'host', id: hostId, name: host.name },
      ownerId: null,
      details: reason === null ? { health } : { health, reason: reason.code },
    });
  }
}

/** On no host's lane: the server may not answer, and its operations wait for none. */
const byAdmin = (caller: Caller) => ({ actor: caller, ownerId: null, hostId: null });

/** Its type is known where it is the one that the host showed when its link was refused. */
function pinned({ healthDetails, hostKey }: Host, fingerprint: string): HostKey {
  const { fingerprint: seen, type } = healthDetails;
  const isSeen = seen === fingerprint && typeof type === 'string';
  return { fingerprint, type: isSeen ? type : (hostKey?.type ?? '') };
}
