/** What becomes of a user's VMs when the user is deleted: they are given to another user, or deleted. */
import type { DeletionPlan, Settings } from '@loucloud/api';
import { type Actor, inNameOf } from '../../platform/caller.ts';
import type { Database, Db, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import type { StepContext } from '../../platform/operations/operation.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import { recipeStore } from './recipe-store.ts';
import type { VmBinService } from './vm-bin-service.ts';
import type { VmService } from './vm-service.ts';
import { vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

interface Deps {
  readonly database: Database;
  readonly engine: OperationEngine;
  readonly events: EventLog;
  readonly vms: VmService;
  readonly bin: VmBinService;
  readonly settings: { read(sql?: Db | Tx['sql']): Promise<Settings> };
}

export function vmsOfUser({ database, engine, events, vms, bin, settings }: Deps) {
  return {
    async list(userId: string): Promise<DeletionPlan['vms']> {
      const owned = await vmStore.listByOwner(database.db, userId);
      return owned.map(({ id, name, state, diskBytes, isProtected }) => ({
        id,
        name,
        state,
        diskBytes,
        isProtected,
      }));
    },

    async transfer(tx: Tx, fromUserId: string, toUserId: string, actor: Actor): Promise<void> {
      const { defaultQuota } = await settings.read(tx.sql);
      const limit = await recipeStore.limitOf(tx.sql, toUserId, defaultQuota);
      for (const { id } of await vmStore.listByOwner(tx.sql, fromUserId)) {
        const vm = await vmStore.findLocked(tx, id);
        if (vm?.ownerId !== fromUserId) continue;
        if (vm.operationType !== null) {
          throw new UserError('operation_in_progress', { operation: vm.operationType, name: vm.name });
        }
        const taken = vm.isDeleted ? [] : await vmStore.namesOf(tx.sql, toUserId, [vm.name]);
        if (taken.length > 0) throw new UserError('name_taken', { name: vm.name });
        await vmUsage.transfer(tx, vm, toUserId, limit);
        await vmStore.change(tx, id, { ownerId: toUserId });
        await events.record(tx, {
          type: 'vm.transferred',
          actor,
          object: { kind: 'vm', id, name: vm.name },
          ownerId: toUserId,
          details: { from: fromUserId, to: toUserId },
        });
        // Its domain says whose it is: the host learns it by an operation of its own.
        await vms.relabel(tx, { ...vm, ownerId: toUserId }, inNameOf(actor));
      }
    },

    /** Those in the recycle bin too. `evenProtected`: by their ids. Waits for each: a VM whose host is away keeps its user from being removed, and says so. */
    async deleteAll(
      userId: string,
      evenProtected: readonly string[],
      { signal, progress }: StepContext,
      actor: Actor,
    ): Promise<void> {
      const owned = await vmStore.listByOwner(database.db, userId);
      let deleted = 0;
      for (const { id, operationId, operationType } of owned) {
        if (operationId !== null && operationType !== 'vm.purge') await engine.settled(operationId);
        signal.throwIfAborted();
        const deletion = await bin.purgeIfThere(id, inNameOf(actor), {
          evenProtected: evenProtected.includes(id),
        });
        if (deletion !== null) await engine.settled(deletion);
        const outcome = deletion === null ? null : await operationStore.get(database.db, deletion);
        if (outcome?.error) {
          const { code, details, hint } = outcome.error;
          throw new UserError(code, { ...details }, hint === undefined ? {} : { hint });
        }
        progress(++deleted / owned.length);
      }
    },
  };
}
