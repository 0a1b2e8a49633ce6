/** What the admin asks: which hosts a VM can move to, and to move it. */
import type { ReplyFor } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Tx } from '../../platform/database/database.ts';
import { notFound } from '../../platform/errors.ts';
import type { OperationType } from '../../platform/operations/operation.ts';
import { reservationStore } from '../../platform/reservations/reservation-store.ts';
import { type MigrationTargets, listOf, migrationTargets, only, refused } from './migration-targets.ts';
import { type Refusal, placementOf } from './placement.ts';
import type { ImagesForMoves, MigrateInput } from './vm-migration.ts';
import type { VmService } from './vm-service.ts';
import { type VmRecord, vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

interface Deps {
  readonly database: Database;
  readonly vms: VmService;
  readonly operation: OperationType<MigrateInput>;
  readonly images: ImagesForMoves;
}

export type VmMigrations = ReturnType<typeof vmMigrations>;

export function vmMigrations({ database, vms, operation, images }: Deps) {
  /** Reserves the best place that still has room, for the VM and its image. */
  async function reserve(tx: Tx, vm: VmRecord, targets: MigrationTargets, caller: Caller) {
    const refusals: Refusal[] = [...targets.refusals];
    for (const [index, choice] of targets.choices.entries()) {
      const { id: hostId, name } = choice.host;
      const { imageId } = targets.parts;
      if (!(await reservationStore.reserveHost(tx, hostId, vmUsage.shareOf(vm)))) {
        refusals.push({ name, reason: 'just_taken', details: {} });
        continue;
      }
      if (!(await images.claim(tx, { imageId, hostId }, caller))) {
        await reservationStore.recordHost(tx, hostId, vmUsage.negative(vmUsage.shareOf(vm)));
        refusals.push({ name, reason: 'too_little_disk', details: {} });
        continue;
      }
      await vmStore.setTarget(tx, vm.id, hostId);
      const left = { choices: targets.choices.slice(index), refusals };
      return { target: { hostId, name }, placement: placementOf(choice, left) };
    }
    throw refused('no_capacity', refusals);
  }

  return {
    /** Every host, best first, then those where it cannot go, with the reason. */
    async targets(vmId: string, caller: Caller): Promise<ReplyFor<'vmMigrationTargets'>> {
      const vm = await vmStore.find(database.db, vmId);
      if (!vm || !caller.isAdmin) throw notFound('vm', vmId);
      return { items: listOf(await migrationTargets(database.db, vm)) };
    },

    /** To that host, or to the best one. */
    migrate: (vmId: string, hostId: string | null, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const vm = await vms.requireVm(tx, 'migrate', vmId, caller);
        const all = await migrationTargets(tx.sql, vm);
        const targets = hostId === null ? all : only(all, hostId, 'cannot_move_there');
        const { target, placement } = await reserve(tx, vm, targets, caller);
        const isLive = vm.state === 'running' || vm.state === 'paused';
        const input: MigrateInput = { vmId, hostId: vm.hostId, target, isLive, placement };
        return vms.begin(tx, operation, vm, input, caller);
      }),
  };
}
