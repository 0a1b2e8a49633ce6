/** qemu_protocol.x: a QEMU guest's monitor and agent. Using the monitor taints the domain. */
import { int, optional, uint } from '../xdr/codecs.ts';
import { domain, optionalString, string } from './objects.ts';
import { nothing, qemu } from './rows.ts';

export const qemuProcedures = {
  /** Flags: 0 QMP (JSON), 1 the human monitor. */
  qemuDomainMonitorCommand: qemu(1, { domain, command: string, flags: uint }, { result: string }),
  qemuDomainAttach: qemu(2, { pid: uint, flags: uint }, { domain }),
  /** Timeout in seconds; -1 the default, -2 for ever, 0 none. */
  qemuDomainAgentCommand: qemu(
    3,
    { domain, command: string, timeoutSeconds: int, flags: uint },
    { result: optionalString },
  ),
  qemuConnectDomainMonitorEventRegister: qemu(
    4,
    { domain: optional(domain), event: optionalString, flags: uint },
    { callbackId: int },
  ),
  qemuConnectDomainMonitorEventDeregister: qemu(5, { callbackId: int }, nothing),
};
