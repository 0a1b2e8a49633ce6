/** What the admin asks about a VM whose host is gone: where it could be started, and to start it there. */
import type { ReplyFor, RequestFor } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Db, Tx } from '../../platform/database/database.ts';
import { UserError, notFound } from '../../platform/errors.ts';
import type { OperationType } from '../../platform/operations/operation.ts';
import { reservationStore } from '../../platform/reservations/reservation-store.ts';
import { type MigrationTargets, listOf, only, refused } from './migration-targets.ts';
import { type Candidate, type Refusal, placementOf, rank } from './placement.ts';
import { candidateStore } from './candidate-store.ts';
import { recipeStore } from './recipe-store.ts';
import type { ElsewhereInput } from './vm-elsewhere.ts';
import type { VmService } from './vm-service.ts';
import { type VmRecord, vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

interface Deps {
  readonly database: Database;
  readonly vms: VmService;
  readonly operation: OperationType<ElsewhereInput>;
}

export type VmsElsewhere = ReturnType<typeof vmsElsewhere>;

/** Hosts whose pool is the lost host's own: nobody can look at that any more, so what was tried before holds. */
async function elsewhereTargets(sql: Db | Tx['sql'], vm: VmRecord): Promise<MigrationTargets> {
  const parts = await recipeStore.parts(sql, vm.id);
  const hosts = new Map((await recipeStore.hosts(sql)).map((host) => [host.id, host]));
  const here = hosts.get(vm.hostId);
  if (!here) throw notFound('host', vm.hostId);
  const refusals: Refusal[] = [];
  const others: Candidate[] = [];
  // Nothing is copied: what its disk rests on lies where the disk does, or the operation refuses.
  for (const candidate of await candidateStore.all(sql, { ...parts, imageSizeBytes: 0 })) {
    const { id, name } = candidate;
    const isOneStorage = here.storageId !== null && hosts.get(id)?.storageId === here.storageId;
    if (id === here.id) refusals.push({ name, reason: 'is_here', details: {} });
    else if (!isOneStorage) refusals.push({ name, reason: 'disk_not_there', details: {} });
    else others.push(candidate);
  }
  const { vcpus, memoryMib, diskBytes } = vm;
  const ranking = rank({ vcpus, memoryMib, diskBytes, network: parts.network, isStarting: true }, others);
  return { choices: ranking.choices, refusals: [...refusals, ...ranking.refusals], hosts, parts };
}

export function vmsElsewhere({ database, vms, operation }: Deps) {
  async function reserve(tx: Tx, vm: VmRecord, { choices, refusals: left }: MigrationTargets) {
    const refusals: Refusal[] = [...left];
    for (const [index, choice] of choices.entries()) {
      const { id: hostId, name } = choice.host;
      if (await reservationStore.reserveHost(tx, hostId, vmUsage.shareOf(vm))) {
        await vmStore.setTarget(tx, vm.id, hostId);
        return {
          target: { hostId, name },
          placement: placementOf(choice, { choices: choices.slice(index), refusals }),
        };
      }
      refusals.push({ name, reason: 'just_taken', details: {} });
    }
    throw refused(
      'cannot_start_elsewhere',
      refusals.filter(({ reason }) => reason !== 'is_here'),
    );
  }

  return {
    async targets(vmId: string, caller: Caller): Promise<ReplyFor<'vmStartElsewhereTargets'>> {
      const vm = await vmStore.find(database.db, vmId);
      if (!vm || !caller.isAdmin) throw notFound('vm', vmId);
      return { items: listOf(await elsewhereTargets(database.db, vm)) };
    },

    start: ({ params: { vmId }, body }: RequestFor<'vmStartElsewhere'>, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const vm = await vms.requireVm(tx, 'startElsewhere', vmId, caller);
        const all = await elsewhereTargets(tx.sql, vm);
        const from = { hostId: vm.hostId, name: all.hosts.get(vm.hostId)?.name ?? '' };
        if (!(await recipeStore.isUnreachable(tx.sql, vm.hostId)))
          throw new UserError('host_is_on', { host: from.name });
        if (!body.hostIsOff) throw new UserError('host_off_unconfirmed', { host: from.name });
        const targets = body.hostId === undefined ? all : only(all, body.hostId, 'cannot_start_elsewhere');
        const { target, placement } = await reserve(tx, vm, targets);
        const input = {
          vmId,
          hostId: target.hostId,
          from,
          target,
          wasActive: vm.isActive,
          placement,
        };
        // It waits for the new host's others, not for the one that is gone.
        return vms.begin(tx, operation, { ...vm, hostId: target.hostId }, input, caller);
      }),
  };
}
