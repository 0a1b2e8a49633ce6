/** What becomes of a host's VMs when the admin empties it. */
import { setTimeout as delay } from 'node:timers/promises';
import { type DrainPlanItem, type Operation, judgeAction } from '@loucloud/api';
import { type Actor, inNameOf } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import { migrationTargets } from './migration-targets.ts';
import { recipeStore } from './recipe-store.ts';
import type { VmMigrations } from './vm-migration-service.ts';
import type { VmService } from './vm-service.ts';
import { type VmRecord, vmStore } from './vm-store.ts';

interface Deps {
  readonly database: Database;
  readonly engine: OperationEngine;
  readonly vms: VmService;
  readonly migrations: VmMigrations;
}

const LOOK_AGAIN_MS = 500;

export function vmsOfHost({ database, engine, vms, migrations }: Deps) {
  const { db } = database;

  async function planOf(vm: VmRecord): Promise<DrainPlanItem> {
    const { id: vmId, name, state } = vm;
    const { ownerName } = await recipeStore.place(db, vmId);
    const verdict = judgeAction('migrate', vm, true);
    const hasRoom = verdict === 'ok' && (await migrationTargets(db, vm)).choices.length > 0;
    const isOn = state === 'running' || state === 'paused';
    const item = { vmId, name, ownerName, state };
    if (verdict !== 'ok') return { ...item, way: 'none', reason: verdict };
    if (!hasRoom) return { ...item, way: 'none', reason: 'no_room' };
    return { ...item, way: isOn ? 'live' : 'offline', reason: null };
  }

  return {
    async plan(hostId: string): Promise<DrainPlanItem[]> {
      return Promise.all((await vmStore.listByHost(db, hostId)).map(planOf));
    },

    async whenFree(hostId: string, vmId: string, signal: AbortSignal): Promise<DrainPlanItem | null> {
      for (;;) {
        const vm = await vmStore.find(db, vmId);
        if (vm?.hostId !== hostId) return null;
        if (vm.operationId === null) return planOf(vm);
        await delay(LOOK_AGAIN_MS, undefined, { signal });
      }
    },

    async hostOf(vmId: string): Promise<{ id: string; name: string } | null> {
      const vm = await vmStore.find(db, vmId);
      const hosts = vm ? await recipeStore.hosts(db) : [];
      return hosts.find(({ id }) => id === vm?.hostId) ?? null;
    },

    migrate: (vmId: string, actor: Actor): Promise<string> => migrations.migrate(vmId, null, inNameOf(actor)),
    shutDown: (vmId: string, actor: Actor): Promise<string> => vms.act('shutdown', vmId, inNameOf(actor)),

    async settled(operationId: string, actor: Actor, signal: AbortSignal): Promise<Operation> {
      const cancel = () => {
        database
          .transact((tx) => engine.cancel(tx, operationId, actor))
          .catch((error: unknown) => {
            // Too late, or it does not allow it: it is waited for.
            if (!(error instanceof UserError)) throw error;
          });
      };
      if (signal.aborted) cancel();
      signal.addEventListener('abort', cancel, { once: true });
      try {
        await engine.settled(operationId);
        return await operationStore.get(db, operationId);
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };
}
