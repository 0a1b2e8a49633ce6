/** The checks of this machine in words, for the terminal of a first set-up, which speaks English. */
import { type CheckCode, type CheckName, type ErrorDetails, type HostCheck, fixCommand } from '@loucloud/api';

const names: Readonly<Partial<Record<CheckName, string>>> = {
  libvirt: 'libvirt',
  version: 'Versions',
  pool: 'Storage pool',
  space: 'Free space',
  network: 'VM network',
  accelerator: 'Acceleration',
};

/** Slots are the check's details. What another way to a server may end in has no words here. */
const sentences: Readonly<Partial<Record<CheckCode, string>>> = {
  connection_lost: 'the connection was lost on the way',
  libvirt_ok: 'libvirt answers',
  libvirt_not_running: 'libvirt does not run here',
  libvirt_permission_denied: 'libvirt runs, but {user} may not use it',
  libvirt_authentication_unsupported:
    'libvirt asks for a password of its own (SASL), which LouCloud does not have',
  libvirt_no_answer: 'libvirt takes connections, and does not answer',
  libvirt_refused: 'libvirt refuses: {reason}',
  libvirt_protocol: 'what answers there is not libvirt',
  version_ok: 'libvirt {libvirt}, QEMU {qemu}',
  version_too_old: 'libvirt {libvirt} or QEMU {qemu} is too old; needed are {libvirtNeeded} and {qemuNeeded}',
  pool_ok: '{pool} is ready',
  pool_will_be_made: 'does not exist yet; it will be made',
  pool_unusable: '{pool} cannot be used: {reason}',
  space_ok: 'enough: {availableBytes} of {capacityBytes}',
  space_low: 'little: {availableBytes} of {capacityBytes}',
  space_none: 'too little: {availableBytes} of {capacityBytes}',
  network_ok: 'up',
  network_started: '{network} was off and has been started',
  network_missing: '{network} does not exist',
  network_cannot_start: '{network} cannot be started: {reason}',
  kvm_works: 'KVM works: VMs run at full speed',
  kvm_advertised_but_hangs:
    'KVM is advertised, but a test guest did not run under it; VMs are emulated, slow',
  kvm_absent: 'there is no KVM; VMs are emulated, slow',
  no_accelerator: 'QEMU can run no guest here: {reason}',
  not_run: 'not run, because an earlier check did not pass',
};

const marks = { ok: '✓', warning: '!', failed: '✗', not_run: '·' } as const;

/** One line; a second one where there is a command that helps. */
export function checkLines({ name, outcome, code, details }: HostCheck): readonly string[] {
  const line = `${marks[outcome]} ${names[name] ?? name}: ${filled(sentences[code] ?? code, details)}`;
  const command = outcome === 'failed' ? fixCommand(code, 'local', details) : null;
  return command === null ? [line] : [line, `  To look into it: ${command}`];
}

const filled = (sentence: string, details: ErrorDetails): string =>
  sentence.replace(/\{(\w+)\}/g, (_, slot: string) => valueText(slot, details[slot]));

function valueText(slot: string, value: ErrorDetails[string] | undefined): string {
  if (typeof value === 'number' && slot.endsWith('Bytes')) return `${(value / 2 ** 30).toFixed(1)} GiB`;
  return Array.isArray(value) ? value.join(', ') : String(value ?? '–');
}
