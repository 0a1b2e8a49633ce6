/** Why a host cannot be reached, in the words of the API. */
import { userInfo } from 'node:os';
import type { CheckName, ConnectionProblem } from '@loucloud/api';
import { ConnectError, type ConnectReason, parseUri } from '@loucloud/libvirt';
import type { HostLoss } from '../../platform/hypervisor.ts';
import { reasonOf } from './errors.ts';
import { type Way, transportKind } from './host-transport.ts';

export interface ConnectionLoss extends HostLoss {
  readonly code: ConnectionProblem;
}

export function lossOf(error: Error, { uri, access }: Way): ConnectionLoss {
  const refusal = connectErrorIn(error);
  const { hostname, username } = parseUri(uri);
  const isLocal = transportKind(uri) === 'local';
  const user = isLocal ? userInfo().username : username;
  const seen = refusal?.hostKey;
  return {
    // It was connected, or what it said was not libvirt's language.
    code: refusal ? problemOf(refusal.reason) : 'connection_lost',
    details: {
      reason: reasonOf(error),
      ...(isLocal ? {} : { hostname }),
      ...(user === null ? {} : { user }),
      ...(seen && { type: seen.type, fingerprint: seen.fingerprint, expected: access?.hostKey ?? '' }),
    },
  };
}

function connectErrorIn(error: unknown): ConnectError | null {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof ConnectError) return at;
  return null;
}

/** The library's reasons that are called otherwise here, or that no way to a host has. */
const RENAMED = {
  host_unreachable: 'no_route',
  aborted: 'connect_timeout',
  tcp_refused: 'connection_refused',
  forward_not_listening: 'connection_lost',
  forward_permission_denied: 'connection_lost',
  forward_unsupported: 'connection_lost',
} as const satisfies Partial<Record<ConnectReason, ConnectionProblem>>;

const isRenamed = (reason: ConnectReason): reason is keyof typeof RENAMED => Object.hasOwn(RENAMED, reason);

const problemOf = (reason: ConnectReason): ConnectionProblem =>
  isRenamed(reason) ? RENAMED[reason] : reason;

/** The check that a problem fails. */
export const checkOf = {
  name_not_found: 'name',
  connection_refused: 'connect',
  no_route: 'connect',
  connect_timeout: 'connect',
  connection_lost: 'connect',
  ssh_protocol: 'connect',
  tls_protocol: 'connect',
  host_key_changed: 'hostKey',
  ssh_authentication_failed: 'login',
  ssh_key_unreadable: 'login',
  tls_untrusted_ca: 'certificate',
  tls_expired: 'certificate',
  tls_not_yet_valid: 'certificate',
  tls_wrong_name: 'certificate',
  tls_certificate_missing: 'certificate',
  tls_refused_our_certificate: 'certificate',
  tls_our_certificate_expired: 'certificate',
  tls_certificate_unreadable: 'certificate',
  ssh_forwarding_denied: 'libvirt',
  ssh_socket_refused: 'libvirt',
  libvirt_not_running: 'libvirt',
  libvirt_permission_denied: 'libvirt',
  libvirt_authentication_unsupported: 'libvirt',
  libvirt_no_answer: 'libvirt',
  libvirt_refused: 'libvirt',
  libvirt_protocol: 'libvirt',
} as const satisfies Record<ConnectionProblem, CheckName>;
