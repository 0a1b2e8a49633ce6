/** A scenario is data: hosts with VMs, what goes wrong with them in which order, and what has to be so meanwhile. */
import type { ErrorCode, Event, HostHealth, OperationState, StateCause, VmState } from '@loucloud/api';
import type { AnyProcedureName } from '@loucloud/libvirt';
import type { Fault } from './faults.ts';

/** Which hosts: `half` is the first half, `rest` the other. */
export type Group = 'all' | 'half' | 'rest' | 'first' | 'second';

/** What is done to VMs behind LouCloud's back, by somebody on the host. */
export type Drift = 'undefine' | 'power off' | 'start' | 'suspend' | 'define a foreign domain';

export type Verb = 'vmStart' | 'vmShutdown' | 'vmPowerOff' | 'vmSuspend' | 'vmResume' | 'vmPurge';

export type Step =
  | { readonly do: 'inject'; readonly fault: Fault; readonly on: Group }
  /** Every fault of the hosts ends. */
  | { readonly do: 'lift'; readonly on: Group }
  /** As when libvirtd is restarted: the connections end, and can be made again at once. */
  | { readonly do: 'restart libvirtd'; readonly on: Group }
  | { readonly do: 'reinstall'; readonly on: Group }
  | { readonly do: 'drift'; readonly change: Drift; readonly on: Group }
  /** Asks for VMs, one after the other on each of the hosts, and does not wait. */
  | { readonly do: 'create'; readonly name: string; readonly perHost: number; readonly on: Group }
  /** What has been created by that name. `refused`: by the request itself. */
  | {
      readonly do: 'created';
      readonly name: string;
      readonly on?: Group;
      readonly state: OperationState | 'refused';
      readonly error?: ErrorCode;
    }
  /** Asks it of each VM there, and waits for the ends of all. */
  | {
      readonly do: 'act';
      readonly verb: Verb;
      readonly on: Group;
      readonly state?: OperationState | 'refused';
      readonly error?: ErrorCode;
    }
  /** What is on a host and not on pages' lists is refused at once where the host does not answer. */
  | { readonly do: 'asks in vain'; readonly on: Group }
  /** The operations by that name say which server they wait for. */
  | { readonly do: 'waits'; readonly name: string }
  /** A host has been asked for it since the scenario began. */
  | { readonly do: 'called'; readonly procedure: AnyProcedureName; readonly on: Group }
  | { readonly do: 'health'; readonly health: HostHealth; readonly reason?: RegExp; readonly on: Group }
  | { readonly do: 'vms'; readonly state: VmState; readonly cause?: StateCause; readonly on: Group }
  /** Every list and every page is answered, and no host is asked for it. */
  | { readonly do: 'pages' }
  /** All hosts are healthy, no operation is under way, and every VM is what its host says: within a minute. */
  | { readonly do: 'truth' }
  /** The event log has these since the scenario began, in this order. */
  | { readonly do: 'events'; readonly has: readonly ExpectedEvent[] };

export interface ExpectedEvent {
  readonly type: Event['type'];
  readonly details?: Event['details'];
}

export interface Scenario {
  readonly name: string;
  /** Four unless told. */
  readonly hosts?: number;
  /** Running when it begins. */
  readonly vmsPerHost: number;
  readonly steps: readonly Step[];
}
