/** What is looked at before a host joins, and what can be found; also why a host cannot be reached later. */
import { type Static } from 'typebox';
import { ErrorDetails } from './errors.ts';
import { object, oneOf } from './schemas.ts';

/** How a host is reached: a unix socket of this machine, SSH, or TLS with certificates of both sides. */
export const hostTransports = ['local', 'ssh', 'tls'] as const;
export const HostTransport = oneOf(hostTransports);
export type HostTransport = Static<typeof HostTransport>;

/** The named checks of a server that wants to join, in the order they run. Which of them run depends on the transport. */
export const checkNames = [
  'name',
  'connect',
  'hostKey',
  'login',
  'certificate',
  'libvirt',
  'version',
  'pool',
  'space',
  'network',
  'accelerator',
] as const;
export type CheckName = (typeof checkNames)[number];

const atTheHost = ['libvirt', 'version', 'pool', 'space', 'network', 'accelerator'] as const;
export const checksOver: Readonly<Record<HostTransport, readonly CheckName[]>> = {
  local: atTheHost,
  ssh: ['name', 'connect', 'hostKey', 'login', ...atTheHost],
  tls: ['name', 'connect', 'certificate', ...atTheHost],
};

/** Checks that have run to their end are all there, and tell which way they went. */
export function transportOf(checks: readonly { readonly name: CheckName }[]): HostTransport {
  const has = (name: CheckName) => checks.some((check) => check.name === name);
  return has('hostKey') ? 'ssh' : has('certificate') ? 'tls' : 'local';
}

/** Why a host cannot be reached. */
export const connectionProblems = [
  'name_not_found',
  'connection_refused',
  'no_route',
  'connect_timeout',
  'connection_lost',
  'ssh_protocol',
  /** details: `expected` and `fingerprint`, the pinned one and the one seen, and `type`. */
  'host_key_changed',
  'ssh_authentication_failed',
  'ssh_key_unreadable',
  'ssh_forwarding_denied',
  'ssh_socket_refused',
  'tls_protocol',
  'tls_untrusted_ca',
  'tls_expired',
  'tls_not_yet_valid',
  'tls_wrong_name',
  'tls_certificate_missing',
  'tls_refused_our_certificate',
  'tls_our_certificate_expired',
  'tls_certificate_unreadable',
  'libvirt_not_running',
  'libvirt_permission_denied',
  'libvirt_authentication_unsupported',
  'libvirt_no_answer',
  'libvirt_refused',
  'libvirt_protocol',
] as const;
export type ConnectionProblem = (typeof connectionProblems)[number];

/**
 * What a check found. `code` picks the sentence and the fix line in the reader's language; a `failed` one keeps
 * the server out, a `warning` does not.
 */
export const checkCodes = [
  ...connectionProblems,
  'name_ok',
  'connect_ok',
  'host_key_ok',
  /** Nobody has said yet that it is the server's: the checks end here. details: `type`, `fingerprint`. */
  'host_key_unconfirmed',
  'login_ok',
  'certificate_ok',
  'libvirt_ok',
  'version_ok',
  'version_too_old',
  'pool_ok',
  'pool_will_be_made',
  'pool_unusable',
  'space_ok',
  'space_low',
  'space_none',
  'network_ok',
  'network_started',
  'network_missing',
  'network_cannot_start',
  'kvm_works',
  'kvm_advertised_but_hangs',
  'kvm_absent',
  'no_accelerator',
  'machines_simulated',
  'not_run',
] as const;
export type CheckCode = (typeof checkCodes)[number];

export const HostCheck = object({
  name: oneOf(checkNames),
  outcome: oneOf(['ok', 'warning', 'failed', 'not_run']),
  code: oneOf(checkCodes),
  details: ErrorDetails,
});
export type HostCheck = Static<typeof HostCheck>;
