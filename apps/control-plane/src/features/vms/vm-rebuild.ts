/** VMs that are only known by their domains: recorded as they are found. Nothing on a host is changed. */
import type { Database } from '../../platform/database/database.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { DomainOwner, DomainPortrait, HostDriver } from '../../platform/hypervisor.ts';
import { adoptionStore, imagePathOf } from './adoption-store.ts';
import { recipeStore } from './recipe-store.ts';
import { vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly host: (hostId: string) => HostDriver;
}

/** A domain that carries our metadata, and has no record. */
export interface LostVm extends DomainOwner {
  readonly vmId: string;
  readonly hostId: string;
  readonly isActive: boolean;
}

export type VmRebuild = ReturnType<typeof vmRebuild>;

export function vmRebuild({ database, events, host }: Deps) {
  const { db } = database;

  return {
    async lostOn(hostId: string): Promise<LostVm[]> {
      const poolName = await recipeStore.poolOf(db, hostId);
      const { domains } = await host(hostId).contents(poolName, { waits: true });
      const lost: LostVm[] = [];
      for (const { vmId, name, ownerId, ownerName, templateName, isActive } of domains)
        if (!(await vmStore.find(db, vmId)))
          lost.push({ vmId, hostId, name, ownerId, ownerName, templateName, isActive });
      return lost;
    },

    /** What it is made of; null: it went meanwhile. What is not registered yet is named. */
    async look({ hostId, vmId }: LostVm) {
      const portrait = await host(hostId).portrait(vmId, await recipeStore.poolOf(db, hostId));
      if (!portrait) return null;
      const { networkId, imageId } = await adoptionStore.links(db, hostId, portrait);
      return {
        portrait,
        unknownNetwork: networkId === null ? portrait.network : null,
        unknownImagePath: imageId === null ? imagePathOf(portrait) : null,
      };
    },

    /** Its owner must be there. False: it is recorded already. Limits are not asked: what exists exists. */
    record: ({ vmId, hostId, ownerId, ownerName, name }: LostVm, portrait: DomainPortrait) =>
      database.transact(async (tx) => {
        if (await vmStore.findLocked(tx, vmId)) return false;
        const wanted = name || portrait.domainName;
        const isTaken = (await vmStore.namesOf(tx.sql, ownerId, [wanted])).length > 0;
        const found = { vmId, hostId, ownerId, operationId: null, cause: 'found_so', portrait } as const;
        const given = isTaken ? portrait.domainName : wanted;
        await adoptionStore.insert(tx, { ...found, name: given });
        const vm = await vmStore.find(tx.sql, vmId);
        if (vm) await vmUsage.adopt(tx, vm, null);
        await events.record(tx, {
          type: 'vm.adopted',
          actor: null,
          object: { kind: 'vm', id: vmId, name: given },
          ownerId,
          details: { owner: ownerName },
        });
        return true;
      }),
  };
}
