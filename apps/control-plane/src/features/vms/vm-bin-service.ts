/** The recycle bin: what is asked about VMs that are deleted, and about those that must not be. */
import type { Vm } from '@loucloud/api';
import { type Caller, inNameOf } from '../../platform/caller.ts';
import type { Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import { recipeStore } from './recipe-store.ts';
import { vmBinStore } from './vm-bin-store.ts';
import type { VmService, VmServiceDeps } from './vm-service.ts';
import type { VmStates } from './vm-states.ts';
import { vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

interface PurgeOptions {
  /** Whoever asks has named it, knowing that it is protected. */
  readonly evenProtected?: boolean;
}

export type VmBinService = ReturnType<typeof vmBinService>;

export function vmBinService(deps: VmServiceDeps & { readonly states: VmStates }, vms: VmService) {
  const { database, events, operations, states } = deps;

  async function purge(
    tx: Tx,
    vmId: string,
    caller: Caller,
    { evenProtected = false }: PurgeOptions,
  ): Promise<string> {
    const existing = await vmStore.requireLocked(tx, vmId, caller);
    if (existing.operationType === 'vm.purge' && existing.operationId !== null) return existing.operationId;
    if (evenProtected) await vmBinStore.protect(tx, vmId, false);
    const vm = await vms.requireVm(tx, 'purge', vmId, caller);
    return vms.begin(tx, operations.purge, vm, { vmId, hostId: vm.hostId }, caller);
  }

  return {
    /** Purging what is being purged answers the same operation. */
    purge: (vmId: string, caller: Caller, options: PurgeOptions = {}): Promise<string> =>
      database.transact((tx) => purge(tx, vmId, caller, options)),

    /** As `purge`; null: there is no such VM any more. */
    async purgeIfThere(vmId: string, caller: Caller, options: PurgeOptions): Promise<string | null> {
      try {
        return await database.transact((tx) => purge(tx, vmId, caller, options));
      } catch (error) {
        if (error instanceof UserError && error.code === 'not_found') return null;
        throw error;
      }
    },

    /** No host is asked: it is there again at once, even one whose host is away. */
    async undelete(vmId: string, wanted: { name?: string | undefined }, caller: Caller): Promise<Vm> {
      const { hostId } = await database.transact(async (tx) => {
        const vm = await vms.requireVm(tx, 'undelete', vmId, caller);
        const name = wanted.name ?? vm.name;
        if ((await vmStore.namesOf(tx.sql, vm.ownerId, [name])).length > 0)
          throw new UserError('undelete_name_taken', { name });
        const { defaultQuota } = await deps.settings.read(tx.sql);
        await vmUsage.outOfBin(tx, vm, await recipeStore.limitOf(tx.sql, vm.ownerId, defaultQuota));
        await vmBinStore.takeOut(tx, vmId, name);
        if (vm.state === 'deleted') await vmStore.changeState(tx, vmId, 'stopped', 'undeleted', Date.now());
        const object = { kind: 'vm', id: vmId, name } as const;
        await events.record(tx, { type: 'vm.undeleted', actor: caller, object, ownerId: vm.ownerId });
        // Its domain has to learn another name.
        if (name !== vm.name) await vms.relabel(tx, { ...vm, name }, caller);
        return vm;
      });
      states.lookAgain(hostId, vmId);
      return vmStore.get(database.db, vmId, caller);
    },

    async protect(vmId: string, isProtected: boolean, caller: Caller): Promise<Vm> {
      await database.transact(async (tx) => {
        const vm = await vms.requireVm(tx, 'protect', vmId, caller);
        if (vm.isProtected === isProtected) return;
        await vmBinStore.protect(tx, vmId, isProtected);
        await events.record(tx, {
          type: 'vm.updated',
          actor: caller,
          object: { kind: 'vm', id: vmId, name: vm.name },
          ownerId: vm.ownerId,
          details: { changed: ['isProtected'] },
        });
      });
      return vmStore.get(database.db, vmId, caller);
    },

    /** Begins to purge what has been in the recycle bin for long enough; answers the operations. */
    async purgeDue(now = Date.now()): Promise<string[]> {
      const begun: string[] = [];
      for (const vmId of await vmBinStore.due(database.db, now)) {
        const operationId = await database.transact(async (tx) => {
          const vm = await vmStore.findLocked(tx, vmId);
          // Meanwhile somebody may have had it back.
          if (!vm?.isDeleted || vm.operationId !== null) return null;
          return purge(tx, vmId, inNameOf(null), {});
        });
        if (operationId !== null) begun.push(operationId);
      }
      return begun;
    },
  };
}
