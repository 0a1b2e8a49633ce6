/** VMs through their whole life, wherever they go. */
import { hostDrain } from '../features/hosts/host-drain.ts';
import { hostDrains } from '../features/hosts/host-drain-service.ts';
import { staleDomains } from '../features/vms/stale-domains.ts';
import { vmBinService } from '../features/vms/vm-bin-service.ts';
import { vmDifferences } from '../features/vms/vm-differences.ts';
import { vmsElsewhere } from '../features/vms/vm-elsewhere-service.ts';
import { type ImagesForMoves, vmMigration } from '../features/vms/vm-migration.ts';
import { vmMigrations } from '../features/vms/vm-migration-service.ts';
import { vmOperations } from '../features/vms/vm-operations.ts';
import { vmOutsideService } from '../features/vms/vm-outside-service.ts';
import { vmRebuild } from '../features/vms/vm-rebuild.ts';
import { vmService } from '../features/vms/vm-service.ts';
import { vmStates } from '../features/vms/vm-states.ts';
import { vmsOfHost } from '../features/vms/vms-of-host.ts';
import type { Ground } from './ground.ts';
import type { Pool } from './pool.ts';
export function machinesOf(
  { database, log, events, engine, hypervisor, host, settings }: Ground,
  { copies }: Pick<Pool, 'copies'>,
) {
  const states = vmStates({ database, events, log, host });
  const stale = staleDomains({ database, events });
  const differences = vmDifferences({ database, events, host });
  const vmWork = vmOperations({ database, events, states, differences, images: copies, host, settings });
  const vmParts = { database, engine, events, operations: vmWork, images: copies, host, settings };
  const vms = vmService(vmParts);
  const bin = vmBinService({ ...vmParts, states }, vms);
  const outside = vmOutsideService(vmParts, vms);
  const rebuilding = vmRebuild({ database, events, host });
  const imagesForMoves: ImagesForMoves = {
    claim: async (tx, key, actor) => (await copies.claim(tx, key, actor)) === 'claimed',
    whenThere: (key, watch) => copies.whenThere(key, watch),
    giveUpUnwanted: (tx, hostId) => copies.giveUpUnwanted(tx, hostId),
  };
  const migration = vmMigration({
    database,
    events,
    states,
    moves: hypervisor.moves,
    images: imagesForMoves,
    host,
  });
  const migrations = vmMigrations({ database, vms, operation: migration, images: imagesForMoves });
  const elsewhere = vmsElsewhere({ database, vms, operation: vmWork.startElsewhere });
  const drainedVms = vmsOfHost({ database, engine, vms, migrations });
  const drain = hostDrain(drainedVms);
  const drains = hostDrains({ database, engine, events, vms: drainedVms, operation: drain });
  const work = [...Object.values(vmWork), migration, drain];
  return { states, stale, differences, vms, bin, outside, rebuilding, migrations, elsewhere, drains, work };
}

export type Machines = ReturnType<typeof machinesOf>;
