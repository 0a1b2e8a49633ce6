/** What can be done to a VM in which state: the one place that says so. The server sends the verdicts with each VM. */
import { type Static } from 'typebox';
import type { OperationType } from './operations.ts';
import { oneOf } from './schemas.ts';
import type { AdoptionLimit } from './vm-outside.ts';

export const vmStates = [
  'stopped',
  'running',
  'paused',
  'saved',
  'crashed',
  'failed',
  'missing',
  'unknown',
  /** In the recycle bin, and off. */
  'deleted',
] as const;
export const VmState = oneOf(vmStates);
export type VmState = Static<typeof VmState>;

interface ActionRule {
  readonly states: readonly VmState[];
  /** States in which what it asks for is so already: asking again is no error, and no button. */
  readonly already?: readonly VmState[];
  readonly isAdminOnly?: true;
  /** Allowed although this operation holds the VM: it is superseded. */
  readonly supersedes?: readonly OperationType[];
  /** Needs no hold on the VM, so it does not mind that an operation runs. */
  readonly isFree?: true;
  /** Begins a run, which a disabled host does not get, nor a VM that runs on another. */
  readonly isStart?: true;
  /** Also allowed in any other state of an adopted VM. */
  readonly isForAdopted?: true;
  /** Only while the VM differs from its record. */
  readonly needsDifference?: true;
  /** It needs a disk and an image that LouCloud knows. */
  readonly isNotForAdopted?: true;
  /** Also for what lies in the recycle bin; everything else is not. */
  readonly isForDeleted?: true;
  /** Only for what lies there. */
  readonly needsDeleted?: true;
  /** Not while the VM is protected against deletion. */
  readonly isProtectable?: true;
  /** What an adopted VM may lack for it. */
  readonly unlessLimit?: AdoptionLimit;
}

/** States without a process on the host. */
const off = ['stopped', 'crashed', 'failed', 'saved'] as const satisfies readonly VmState[];

export const vmActions = {
  start: { states: ['stopped', 'crashed', 'failed'], already: ['running'], isStart: true },
  shutdown: { states: ['running'], already: off },
  powerOff: {
    states: ['running', 'paused'],
    already: off,
    supersedes: ['vm.shutdown', 'vm.reboot'],
    isForDeleted: true,
  },
  reboot: { states: ['running'] },
  reset: { states: ['running', 'paused'], supersedes: ['vm.shutdown', 'vm.reboot'] },
  /** Its disk made anew from its image: nothing of what is on it stays. */
  remake: {
    states: ['running', 'paused', ...off],
    supersedes: ['vm.shutdown', 'vm.reboot'],
    isNotForAdopted: true,
    isProtectable: true,
  },
  suspend: { states: ['running'], already: ['paused'] },
  resume: { states: ['paused'], already: ['running'] },
  save: { states: ['running', 'paused'] },
  restore: { states: ['saved'], isStart: true },
  dumpCore: { states: ['running', 'paused'], isAdminOnly: true },
  /** Not with a saved memory: it lies on the server that it was saved on. */
  migrate: {
    states: ['running', 'paused', 'stopped', 'crashed', 'failed', 'deleted'],
    isForDeleted: true,
    isAdminOnly: true,
    isNotForAdopted: true,
  },
  /** On another server, after the admin has said that its own is off. */
  startElsewhere: { states: ['unknown'], isAdminOnly: true, isNotForAdopted: true },
  rename: { states: ['running', 'paused', ...off] },
  resize: { states: ['stopped', 'crashed', 'failed'] },
  showXml: {
    states: ['running', 'paused', ...off, 'deleted'],
    isAdminOnly: true,
    isFree: true,
    isForDeleted: true,
  },
  openDesktop: { states: ['running', 'paused'], isFree: true, unlessLimit: 'no_vnc_socket' },
  openSerialConsole: { states: ['running', 'paused'], isFree: true, unlessLimit: 'no_serial' },
  acceptDifferences: { states: ['running', 'paused', ...off], needsDifference: true },
  revertDifferences: { states: ['running', 'paused', ...off], needsDifference: true },
  defineAgain: { states: ['missing'] },
  forget: { states: ['missing', 'unknown'], isAdminOnly: true, isForAdopted: true },
  protect: { states: vmStates },
  /** Into the recycle bin, if that keeps anything. */
  delete: { states: vmStates, supersedes: ['vm.shutdown', 'vm.reboot'], isProtectable: true },
  /** Out of the recycle bin. */
  undelete: { states: vmStates, isForDeleted: true, needsDeleted: true },
  /** For good, from the recycle bin or past it. */
  purge: {
    states: vmStates,
    supersedes: ['vm.shutdown', 'vm.reboot'],
    isForDeleted: true,
    isProtectable: true,
  },
} as const satisfies Record<string, ActionRule>;

export type VmAction = keyof typeof vmActions;
export const vmActionNames = Object.keys(vmActions) as VmAction[];

export const actionVerdicts = [
  'ok',
  'admin_only',
  'operation_in_progress',
  'host_unreachable',
  'host_disabled',
  'runs_elsewhere',
  'vm_is_stopped',
  'vm_is_running',
  'vm_is_paused',
  'vm_is_saved',
  'vm_is_crashed',
  'vm_is_failed',
  'vm_is_missing',
  'vm_is_deleted',
  'vm_is_not_deleted',
  'vm_is_protected',
  'vm_is_adopted',
  'nothing_differs',
  'no_desktop',
  'no_serial_line',
] as const;
export const ActionVerdict = oneOf(actionVerdicts);
/** `ok`, or why not. */
export type ActionVerdict = (typeof actionVerdicts)[number];

export interface ActionSubject {
  readonly state: VmState;
  /** The operation that holds the VM, if any. */
  readonly operationType: OperationType | null;
  readonly isHostEnabled: boolean;
  /** A domain of it runs on a server that is not its own. */
  readonly isRunningElsewhere?: boolean;
  /** What an adopted VM cannot do; absent or null: LouCloud made it. */
  readonly limits?: readonly AdoptionLimit[] | null;
  readonly isDiffering?: boolean;
  /** It lies in the recycle bin, whatever state it is in there. */
  readonly isDeleted?: boolean;
  readonly isProtected?: boolean;
}

const verdictOfLimit: Partial<Record<AdoptionLimit, ActionVerdict>> = {
  no_vnc_socket: 'no_desktop',
  no_serial: 'no_serial_line',
};

export function judgeAction(action: VmAction, vm: ActionSubject, isAdmin: boolean): ActionVerdict {
  const rule: ActionRule = vmActions[action];
  if (rule.isAdminOnly && !isAdmin) return 'admin_only';
  if (vm.operationType !== null && !rule.isFree && !rule.supersedes?.includes(vm.operationType)) {
    return 'operation_in_progress';
  }
  if (vm.isDeleted && !rule.isForDeleted) return 'vm_is_deleted';
  if (rule.needsDeleted && !vm.isDeleted) return 'vm_is_not_deleted';
  if (rule.isProtectable && vm.isProtected) return 'vm_is_protected';
  if (rule.unlessLimit && vm.limits?.includes(rule.unlessLimit))
    return verdictOfLimit[rule.unlessLimit] ?? 'admin_only';
  if (rule.isNotForAdopted && vm.limits) return 'vm_is_adopted';
  const isAllowed = rule.states.includes(vm.state) || (rule.isForAdopted === true && Boolean(vm.limits));
  if (isAllowed && rule.isStart && !vm.isHostEnabled) return 'host_disabled';
  if (isAllowed && rule.isStart && vm.isRunningElsewhere) return 'runs_elsewhere';
  if (isAllowed) return rule.needsDifference && !vm.isDiffering ? 'nothing_differs' : 'ok';
  return vm.state === 'unknown' ? 'host_unreachable' : `vm_is_${vm.state}`;
}

/** The VM is as the action would make it. */
export function isAlready(action: VmAction, state: VmState): boolean {
  const rule: ActionRule = vmActions[action];
  return rule.already?.includes(state) ?? false;
}

export function judgeActions(vm: ActionSubject, isAdmin: boolean): Record<VmAction, ActionVerdict> {
  const verdicts = vmActionNames.map((action) => [action, judgeAction(action, vm, isAdmin)] as const);
  // fromEntries forgets the keys' type; vmActionNames has every one.
  return Object.fromEntries(verdicts) as Record<VmAction, ActionVerdict>;
}
