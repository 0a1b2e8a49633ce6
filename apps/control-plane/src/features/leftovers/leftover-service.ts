/** What lies on the servers and no record knows. Each server is read when somebody looks; none is waited for long. */
import type { Leftover, LeftoverHost, ReplyFor, RequestFor } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import type { LeftoverOperations } from './leftover-operations.ts';
import { type LeftoverHostRow, leftoverStore } from './leftover-store.ts';
import { type Unknown, leftoversOf, vmIdOf } from './leftovers-of.ts';

interface Deps {
  readonly database: Database;
  readonly engine: OperationEngine;
  readonly operations: LeftoverOperations;
  readonly host: (hostId: string) => HostDriver;
}

export type LeftoverService = ReturnType<typeof leftoverService>;

export function leftoverService({ database, engine, operations, host: driver }: Deps) {
  async function read(host: LeftoverHostRow): Promise<{ host: LeftoverHost; items: Leftover[] }> {
    const { id: hostId, name: hostName, poolName, isUnreachable } = host;
    try {
      if (isUnreachable) throw new UserError('host_unreachable');
      // In this order: what is made meanwhile is known before it is there.
      const contents = await driver(hostId).contents(poolName);
      const unknown = leftoversOf(contents, await leftoverStore.known(database.db, hostId));
      return { host: { hostId, hostName, problem: null }, items: await toLeftovers(host, unknown) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { host: { hostId, hostName, problem: error.code }, items: [] };
    }
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
          ...ownerOf(vm?.ownerId ?? null, null),
        };
      }),
    ];
  }

  return {
    async list({ hostId }: RequestFor<'leftoverList'>['query']): Promise<ReplyFor<'leftoverList'>> {
      const answers = await Promise.all((await leftoverStore.hosts(database.db, hostId)).map(read));
      return {
        items: answers.flatMap(({ items }) => items),
        hosts: answers.map(({ host }) => host),
      };
    },

    remove: (wanted: RequestFor<'leftoverRemove'>['body'], caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const [host] = await leftoverStore.hosts(tx.sql, wanted.hostId);
        const { id: hostId, name = '', poolName = '' } = host ?? { id: wanted.hostId };
        const { kind, id, powerOff = false } = wanted;
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
