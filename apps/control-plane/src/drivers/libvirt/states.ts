/**
 * libvirt's states, reasons and life cycle events in our words. A cause is what libvirt says happened, by whomever:
 * whether an operation of ours or virsh asked for it is for the caller to know.
 */
import { DomainState, type NamedDomainEvent, PausedReason, ShutoffReason } from '@loucloud/libvirt';
import type { StateCause, VmState } from '@loucloud/api';

export interface Status {
  readonly state: VmState;
  readonly cause: StateCause;
}

const status = (state: VmState, cause: StateCause): Status => ({ state, cause });

/** `isSaved`: libvirt keeps a saved memory image of the domain, with which it would start. */
export function statusOf(state: number, reason: number, isSaved: boolean): Status {
  switch (state) {
    case DomainState.running:
    case DomainState.blocked:
      return status('running', RUNNING_CAUSES[reason] ?? 'found_so');
    // On its way down; its end is still to come.
    case DomainState.shutdown:
      return status('running', 'found_so');
    case DomainState.paused:
      return pausedStatus(reason);
    case DomainState.pmSuspended:
      return status('paused', 'suspended');
    case DomainState.shutoff:
      return isSaved ? status('saved', 'saved') : (SHUTOFF_STATUSES[reason] ?? status('stopped', 'found_so'));
    case DomainState.crashed:
      return status('crashed', 'crashed');
    default:
      return status('unknown', 'found_so');
  }
}

/** By virDomainRunningReason. */
const RUNNING_CAUSES: readonly StateCause[] = [
  'found_so',
  'started',
  'migrated',
  'restored',
  'restored',
  'resumed',
  'resumed',
  'resumed',
  'resumed',
  'started',
  'migrated',
  'migrated',
];

const SHUTOFF_STATUSES: Readonly<Record<number, Status>> = {
  [ShutoffReason.shutdown]: status('stopped', 'shut_down_by_guest'),
  [ShutoffReason.destroyed]: status('stopped', 'powered_off'),
  [ShutoffReason.crashed]: status('crashed', 'crashed'),
  [ShutoffReason.migrated]: status('stopped', 'migrated'),
  // Saved to a file of somebody's own: to libvirt, and to us, it is simply off.
  [ShutoffReason.saved]: status('stopped', 'saved'),
  [ShutoffReason.failed]: status('failed', 'failed_to_start'),
};

function pausedStatus(reason: number): Status {
  switch (reason) {
    case PausedReason.ioError:
      return status('paused', 'io_error');
    case PausedReason.crashed:
      return status('crashed', 'crashed');
    // Its vCPUs have not begun yet, or will not go on.
    case PausedReason.startingUp:
      return status('running', 'started');
    case PausedReason.shuttingDown:
      return status('running', 'found_so');
    default:
      return status('paused', 'suspended');
  }
}

export type LifecycleEvent = Extract<NamedDomainEvent, { type: 'lifecycle' }>;

/** What an event by itself says the domain now is. null: nothing about its state. */
export const statusOfEvent = ({ event, detail }: Pick<LifecycleEvent, 'event' | 'detail'>): Status | null =>
  EVENT_STATUSES[event]?.(detail) ?? null;

const EVENT_STATUSES: { readonly [E in LifecycleEvent['event']]?: (detail: string) => Status } = {
  started: (detail) => status('running', STARTED_CAUSES[detail] ?? 'started'),
  resumed: (detail) => status('running', detail === 'migrated' ? 'migrated' : 'resumed'),
  suspended: (detail) => status('paused', detail === 'ioError' ? 'io_error' : 'suspended'),
  pmSuspended: () => status('paused', 'suspended'),
  stopped: (detail) => STOPPED_STATUSES[detail] ?? status('stopped', 'found_so'),
  crashed: () => status('crashed', 'crashed'),
};

const STARTED_CAUSES: Readonly<Record<string, StateCause>> = {
  migrated: 'migrated',
  restored: 'restored',
  fromSnapshot: 'restored',
  wakeup: 'resumed',
};

const STOPPED_STATUSES: Readonly<Record<string, Status>> = {
  shutdown: status('stopped', 'shut_down_by_guest'),
  destroyed: status('stopped', 'powered_off'),
  crashed: status('crashed', 'crashed'),
  migrated: status('stopped', 'migrated'),
  saved: status('saved', 'saved'),
  // QEMU is gone without a word: to the state's reason, which is the better witness, that is a crash.
  failed: status('crashed', 'crashed'),
};

/**
 * An event is told by what the domain is now, which knows the reason best, unless that has moved on since: then by
 * the event, whose successor will tell the rest.
 */
export function settle(told: Status | null, now: Status): Status {
  if (!told || kindOf(told.state) === kindOf(now.state)) return now;
  return told;
}

function kindOf(state: VmState): 'on' | 'paused' | 'off' {
  if (state === 'running') return 'on';
  return state === 'paused' ? 'paused' : 'off';
}

/** For people: what virsh calls it. */
export const domainStateNames: readonly string[] = [
  'no state',
  'running',
  'idle',
  'paused',
  'in shutdown',
  'shut off',
  'crashed',
  'pmsuspended',
];
