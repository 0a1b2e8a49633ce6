/** What lies on the servers and no record knows. Each server is read when somebody looks; none is waited for long. */
import {
  LEFTOVER_AGE_MS,
  type Leftover,
  type LeftoverHost,
  type ReplyFor,
  type RequestFor,
} from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { HostContents, HostDriver } from '../../platform/hypervisor.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import type { LeftoverOperations } from './leftover-operations.ts';
import { type Found, findingStore } from './finding-store.ts';
import { type LeftoverHostRow, leftoverStore } from './leftover-store.ts';
import { type Unknown, leftoversOf, vmIdOf } from './leftovers-of.ts';

interface Deps {
  readonly database: Database;
  readonly engine: OperationEngine;
  readonly operations: LeftoverOperations;
  readonly host: (hostId: string) => HostDriver;
}

const HOUR_MS = 3_600_000;
/** Local time. */
const SWEEP_HOUR = 3;
/** One night has one sweep; and no two are further apart than this. */
const NIGHT_MS = 12 * HOUR_MS;
const LATEST_MS = 27 * HOUR_MS;

export type LeftoverService = ReturnType<typeof leftoverService>;

export function leftoverService({ database, engine, operations, host: driver }: Deps) {
  async function read(
    host: LeftoverHostRow,
    isSweep = false,
  ): Promise<{ host: LeftoverHost; items: Leftover[] }> {
    const { id: hostId, name: hostName, poolName, isUnreachable } = host;
    try {
      if (isUnreachable) throw new UserError('host_unreachable');
      const settled = await findingStore.settledVms(database.db, hostId);
      // In this order: what is made meanwhile is known before it is there.
      const contents = await driver(hostId).contents(poolName);
      const unknown = leftoversOf(contents, await leftoverStore.known(database.db, hostId));
      if (isSweep) await record(hostId, unknown, await missingOf(hostId, settled, contents));
      return { host: { hostId, hostName, problem: null }, items: await toLeftovers(host, unknown) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { host: { hostId, hostName, problem: error.code }, items: [] };
    }
  }

  /** Those that were settled before the host was read, and still are: what moved meanwhile misses nothing. */
  async function missingOf(
    hostId: string,
    before: ReadonlySet<string>,
    { volumes, domains }: HostContents,
  ): Promise<Found[]> {
    const files = new Set(volumes.map(({ name }) => name));
    const defined = new Set(domains.map(({ vmId }) => vmId));
    const still = await findingStore.settledVms(database.db, hostId);
    return [...before]
      .filter((id) => still.has(id))
      .flatMap((id): Found[] => [
        ...(defined.has(id) ? [] : [{ kind: 'missingDomain' as const, id }]),
        ...(files.has(`${id}.qcow2`) ? [] : [{ kind: 'missingDisk' as const, id }]),
      ]);
  }

  async function record(hostId: string, { volumes, domains }: Unknown, missing: Found[]): Promise<void> {
    const found: Found[] = [
      ...volumes.map(({ name: id }) => ({ kind: 'disk' as const, id })),
      ...domains.map(({ vmId: id }) => ({ kind: 'domain' as const, id })),
      ...missing,
    ];
    await database.transact((tx) => findingStore.replace(tx, hostId, found, Date.now()));
  }

  async function look(hostId: string | undefined, isSweep: boolean): Promise<ReplyFor<'leftoverList'>> {
    const hosts = await leftoverStore.hosts(database.db, hostId);
    const answers = await Promise.all(hosts.map((host) => read(host, isSweep)));
    if (isSweep)
      await database.transact(async (tx) => {
        await findingStore.forgetGone(tx);
        await findingStore.markSwept(tx, Date.now());
      });
    const sweptAt = await findingStore.sweptAt(database.db);
    return {
      items: answers.flatMap(({ items }) => items),
      missing: await findingStore.missing(database.db, hostId),
      hosts: answers.map(({ host }) => host),
      sweptAt: sweptAt === null ? null : new Date(sweptAt).toISOString(),
    };
  }

  async function toLeftovers(host: LeftoverHostRow, { volumes, domains }: Unknown): Promise<Leftover[]> {
    const at = { hostId: host.id, hostName: host.name };
    const ids = volumes.flatMap(({ name }) => vmIdOf(name) ?? []);
    const former = await leftoverStore.formerVms(database.db, ids);
    const recordedOn = await leftoverStore.hostsOfVms(
      database.db,
      domains.map(({ vmId }) => vmId),
    );
    const ownerIds = [...former.values(), ...domains].flatMap(({ ownerId }) => ownerId ?? []);
    const names = await leftoverStore.userNames(database.db, [...new Set(ownerIds)]);
    const seen = await findingStore.firstSeen(database.db, host.id);
    const firstSeen = (kind: 'disk' | 'domain', id: string) => {
      const at = seen(kind, id);
      return at === null ? null : new Date(at).toISOString();
    };
    /** An owner who is gone has a name alone, if that. */
    const ownerOf = (id: string | null, told: string | null) => ({
      ownerId: id !== null && names.has(id) ? id : null,
      ownerName: (id === null ? null : names.get(id)) ?? (told === '' ? null : told),
    });
    return [
      ...domains.map((domain): Leftover => ({
        ...at,
        kind: 'domain',
        id: domain.vmId,
        name: domain.domainName,
        sizeBytes: 0,
        changedAt: null,
        isActive: domain.isActive,
        recordedOn: recordedOn.get(domain.vmId) ?? null,
        vmId: domain.vmId,
        vmName: domain.name === '' ? null : domain.name,
        firstSeenAt: firstSeen('domain', domain.vmId),
        ...ownerOf(domain.ownerId, domain.ownerName),
      })),
      ...volumes.map((volume): Leftover => {
        const vmId = vmIdOf(volume.name);
        const vm = vmId === null ? undefined : former.get(vmId);
        return {
          ...at,
          kind: 'disk',
          id: volume.name,
          name: volume.path,
          sizeBytes: volume.sizeBytes,
          changedAt: volume.changedAt === null ? null : new Date(volume.changedAt).toISOString(),
          isActive: false,
          recordedOn: null,
          vmId,
          vmName: vm?.name ?? null,
          firstSeenAt: firstSeen('disk', volume.name),
          ...ownerOf(vm?.ownerId ?? null, null),
        };
      }),
    ];
  }

  return {
    list: ({ hostId }: RequestFor<'leftoverList'>['query']): Promise<ReplyFor<'leftoverList'>> =>
      look(hostId, false),

    /** Compares all, both ways, and remembers when each thing was first found. Nothing is removed. */
    sweep: (): Promise<ReplyFor<'leftoverList'>> => look(undefined, true),

    /** Whether it is time for the nightly one: in the small hours, or late because nobody served then. */
    async isSweepDue(now = new Date()): Promise<boolean> {
      const last = await findingStore.sweptAt(database.db);
      const sinceMs = now.getTime() - (last ?? 0);
      return sinceMs > LATEST_MS || (sinceMs > NIGHT_MS && now.getHours() === SWEEP_HOUR);
    },

    remove: (wanted: RequestFor<'leftoverRemove'>['body'], caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const [host] = await leftoverStore.hosts(tx.sql, wanted.hostId);
        const { id: hostId, name = '', poolName = '' } = host ?? { id: wanted.hostId };
        const { kind, id, powerOff = false, evenYoung = false } = wanted;
        const seenAt = (await findingStore.firstSeen(tx.sql, hostId))(kind, id);
        const isOld = seenAt !== null && Date.now() - seenAt >= LEFTOVER_AGE_MS;
        if (!isOld && !evenYoung) throw new UserError('leftover_too_young', { name: id });
        return engine.start(tx, operations.remove, {
          input: { hostId, kind, id, powerOff, poolName, actor: caller },
          actor: caller,
          ownerId: null,
          object: { kind: 'host', id: hostId, name },
          hostId,
        });
      }),
  };
}
