/**
 * Takes over what hosts say about VMs. The hypervisor's power state wins: whatever it says is written down with its
 * cause, and nothing on a host is ever started, stopped or removed because of it.
 */
import type { StateCause, VmState } from '@loucloud/api';
import type { Logger } from 'pino';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { DomainStatus, HostDriver } from '../../platform/hypervisor.ts';
import { Lanes } from '../../platform/operations/lanes.ts';
import { recipeStore } from './recipe-store.ts';
import { type VmRecord, vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly log: Logger;
  readonly host: (hostId: string) => HostDriver;
}

export type VmStates = ReturnType<typeof vmStates>;

const isActiveState = (state: VmState | undefined): boolean => state === 'running' || state === 'paused';

/** In the recycle bin, what is off is `deleted`; everything else is shown as it is. */
const seenAs = <S extends VmState | undefined>(
  { isDeleted }: Pick<VmRecord, 'isDeleted'>,
  state: S,
): S | 'deleted' =>
  isDeleted && (state === 'stopped' || state === 'crashed' || state === 'failed') ? 'deleted' : state;

const unreachable = (vmId: string): DomainStatus => ({ vmId, state: 'unknown', cause: 'host_unreachable' });

/** What a cause is called when none of our operations asked for it. */
const outside: Partial<Record<StateCause, StateCause>> = {
  started: 'started_outside',
  restored: 'started_outside',
  powered_off: 'stopped_outside',
  saved: 'saved_outside',
  suspended: 'suspended_outside',
  resumed: 'resumed_outside',
};

export function vmStates({ database, events, log, host }: Deps) {
  // What is said of one VM is written in the order in which it was said.
  const lanes = new Lanes(1);

  async function apply(tx: Tx, vm: VmRecord, status: DomainStatus | null): Promise<void> {
    // Between two hosts each of them is right about half of it: its operation looks at both, and says when it is over.
    if (vm.operationType === 'vm.migrate') return;
    const isOurs = vm.operationId !== null;
    // While it is being created or deleted a VM may well have no domain; and an operation outlasts a host's short absence.
    if ((!status || status.state === 'unknown') && isOurs) return;
    const state = seenAs(vm, status?.state ?? 'missing');
    const told = status?.cause ?? 'undefined_outside';
    if (state !== vm.state) {
      const cause = causeOf(vm, state, told);
      await vmStore.changeState(tx, vm.id, state, cause, Date.now());
      if (!isActiveState(state)) await vmStore.changeAddresses(tx, vm.id, []);
      await events.record(tx, {
        type: 'vm.stateChanged',
        actor: null,
        object: { kind: 'vm', id: vm.id, name: vm.name },
        ownerId: vm.ownerId,
        details: { from: vm.state, to: state, cause },
      });
    }
    if (!isOurs) await reconcileUsage(tx, vm, state);
  }

  function causeOf(vm: VmRecord, state: VmState, told: StateCause): StateCause {
    if (vm.state === 'unknown') return state === 'missing' ? told : 'host_returned';
    // ACPI's button is asked of the guest, so libvirt says that the guest did it.
    if (vm.operationType === 'vm.shutdown' && told === 'shut_down_by_guest') return 'shut_down';
    if (vm.operationId !== null) return told;
    return outside[told] ?? told;
  }

  /** An unreachable host's VMs keep what they hold: they may well run. */
  async function reconcileUsage(tx: Tx, vm: VmRecord, state: VmState): Promise<void> {
    if (state === 'unknown') return;
    if (isActiveState(state)) await vmUsage.recordActive(tx, vm);
    else await vmUsage.recordInactive(tx, vm);
  }

  /** One VM: `read` is asked once it is this VM's turn. */
  function take(hostId: string, vmId: string, read: () => Promise<DomainStatus | null>): Promise<void> {
    return lanes.run(vmId, async () => {
      const status = await read();
      await database.transact(async (tx) => {
        const vm = await vmStore.findLocked(tx, vmId);
        if (vm?.hostId === hostId) await apply(tx, vm, status);
      });
    });
  }

  const refresh = (hostId: string, vmId: string): Promise<void> =>
    take(hostId, vmId, () => host(hostId).status(vmId));

  return {
    /** Asks the host how the VM is, and writes it down. */
    refresh,

    /** As `refresh`, for nobody who waits: a host that does not answer leaves the VM `unknown`. */
    lookAgain(hostId: string, vmId: string): void {
      refresh(hostId, vmId)
        .catch((error: unknown) => {
          if (!(error instanceof UserError)) throw error;
          return take(hostId, vmId, () => Promise.resolve(unreachable(vmId)));
        })
        .catch((error: unknown) => log.warn({ err: error, vmId }, 'what a VM is could not be written down'));
    },

    /** The host says by itself how the VM is; null: its domain was undefined. */
    onDomain: (hostId: string, vmId: string, status: DomainStatus | null): Promise<void> =>
      take(hostId, vmId, () => Promise.resolve(status)),

    /** All that the host has. VMs that seem to differ are asked for again: the list may be older than the database. */
    async onSnapshot(hostId: string, domains: readonly DomainStatus[]): Promise<void> {
      const told = new Map(domains.map((domain) => [domain.vmId, domain]));
      const vms = await vmStore.standingsOnHost(database.db, hostId);
      const differing = vms.filter((vm) => {
        const state = seenAs(vm, told.get(vm.id)?.state);
        return state !== vm.state || (vm.operationId === null && isActiveState(state) !== vm.isActive);
      });
      for (const vm of differing) await refresh(hostId, vm.id);
    },

    async onAddresses(hostId: string, vmId: string, addresses: readonly string[]): Promise<void> {
      await lanes.run(vmId, () =>
        database.transact(async (tx) => {
          const vm = await vmStore.findLocked(tx, vmId);
          if (vm?.hostId !== hostId || !(await vmStore.changeAddresses(tx, vmId, addresses))) return;
          const object = { kind: 'vm', id: vm.id, name: vm.name } as const;
          await events.record(tx, { type: 'vm.addressesChanged', actor: null, object, ownerId: vm.ownerId });
        }),
      );
    },

    /** What an unreachable host's VMs are is not known; they are not off. */
    async onLost(hostId: string): Promise<void> {
      for (const vm of await vmStore.standingsOnHost(database.db, hostId))
        await take(hostId, vm.id, () => Promise.resolve(unreachable(vm.id)));
    },

    /**
     * At the end of an operation, in its transaction: the VM is nobody's now, so its usage follows its state; which is not
     * known any more where the host was lost meanwhile.
     */
    async settle(tx: Tx, vmId: string): Promise<void> {
      const vm = await vmStore.findLocked(tx, vmId);
      if (vm?.operationId !== null) return;
      if (await recipeStore.isUnreachable(tx.sql, vm.hostId)) await apply(tx, vm, unreachable(vm.id));
      else await reconcileUsage(tx, vm, vm.state);
    },
  };
}
