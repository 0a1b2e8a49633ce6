/**
 * Domains of VMs on hosts that are not the VMs' own: what a host had when its VM was started elsewhere, or what a move
 * could not take away. They are shown, and nothing is done about them: above all none is ever started.
 */
import type { Database, Tx } from '../../platform/database/database.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { DomainStatus } from '../../platform/hypervisor.ts';
import { Lanes } from '../../platform/operations/lanes.ts';
import { staleDomainStore } from './stale-domain-store.ts';
import { vmStore } from './vm-store.ts';

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
}

export type StaleDomains = ReturnType<typeof staleDomains>;

export function staleDomains({ database, events }: Deps) {
  // What is said of one host is written in the order in which it was said.
  const lanes = new Lanes(1);

  async function apply(tx: Tx, hostId: string, vmId: string, status: DomainStatus | null): Promise<void> {
    const vm = await vmStore.findLocked(tx, vmId);
    if (!vm) return;
    // Between two hosts it is on both, and its operation looks after that.
    if (vm.operationType === 'vm.migrate') return;
    const isThere = status !== null && status.state !== 'missing' && vm.hostId !== hostId;
    const isRunning = isThere ? status.state === 'running' || status.state === 'paused' : null;
    const before = await staleDomainStore.set(tx, vmId, hostId, isRunning);
    if (before === isRunning) return;
    const about = {
      actor: null,
      object: { kind: 'vm', id: vmId, name: vm.name },
      ownerId: vm.ownerId,
    } as const;
    const details = { host: await staleDomainStore.hostName(tx.sql, hostId) };
    if (isRunning) await events.record(tx, { ...about, type: 'vm.conflict', details });
    else if (before) await events.record(tx, { ...about, type: 'vm.conflictEnded', details });
    else await events.record(tx, { ...about, type: 'vm.updated', details: { changed: ['staleCopies'] } });
  }

  return {
    onDomain: (hostId: string, vmId: string, status: DomainStatus | null): Promise<void> =>
      lanes.run(hostId, async () => {
        const vm = await vmStore.find(database.db, vmId);
        const isKnown = (await staleDomainStore.onHost(database.db, hostId)).has(vmId);
        if (!vm || (vm.hostId === hostId && !isKnown)) return;
        await database.transact((tx) => apply(tx, hostId, vmId, status));
      }),

    /** All that the host has. */
    onSnapshot: (hostId: string, domains: readonly DomainStatus[]): Promise<void> =>
      lanes.run(hostId, async () => {
        const own = new Set((await vmStore.standingsOnHost(database.db, hostId)).map(({ id }) => id));
        const told = new Map(
          domains.filter(({ vmId }) => !own.has(vmId)).map((status) => [status.vmId, status]),
        );
        const known = await staleDomainStore.onHost(database.db, hostId);
        for (const vmId of new Set([...told.keys(), ...known.keys()]))
          await database.transact((tx) => apply(tx, hostId, vmId, told.get(vmId) ?? null));
      }),

    /** What an unreachable host still has is not known. */
    onLost: (hostId: string): Promise<void> =>
      lanes.run(hostId, async () => {
        for (const vmId of (await staleDomainStore.onHost(database.db, hostId)).keys())
          await database.transact((tx) => apply(tx, hostId, vmId, null));
      }),
  };
}
