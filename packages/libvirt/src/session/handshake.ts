/** The calls that open a connection, in libvirt's order: authentication, keepalive, then the driver. */
import {
  CallTimeoutError,
  ConnectError,
  ConnectionLostError,
  type ConnectReason,
  LibvirtError,
  ProtocolError,
  isRefusal,
} from '../errors.ts';
import { ErrorNumber } from '../protocol/error-numbers.ts';
import type { Connection } from './connection.ts';

export interface Hello {
  readonly uri: string;
  readonly readOnly: boolean;
  /** Starts the server's own pings, which must then be answered. */
  readonly wantsPings: boolean;
  readonly timeoutMs: number;
}

const Auth = { none: 0, sasl: 1, polkit: 2 } as const;
const KEEPALIVE_FEATURE = 10;
const READ_ONLY = 1;

export async function handshake(connection: Connection, hello: Hello, signal: AbortSignal): Promise<void> {
  const options = { timeoutMs: hello.timeoutMs, signal };
  // Asked even where no answer is needed: it is what lets root in on a polkit socket.
  const { types } = await connection.call('authList', {}, options);
  if (types.includes(Auth.polkit)) await connection.call('authPolkit', {}, options);
  else if (types.length > 0 && !types.includes(Auth.none)) {
    throw new ConnectError(
      `the server wants authentication ${types.join(', ')}, which this client does not have`,
      { reason: 'libvirt_authentication_unsupported' },
    );
  }
  if (hello.wantsPings)
    await connection.call('connectSupportsFeature', { feature: KEEPALIVE_FEATURE }, options);
  await connection.call('connectOpen', { uri: hello.uri, flags: hello.readOnly ? READ_ONLY : 0 }, options);
}

/** What it means that one of the opening calls has failed. */
export function handshakeReason(error: unknown, signal: AbortSignal): ConnectReason {
  if (error instanceof LibvirtError)
    return isRefusal(error, ...PERMISSION_NUMBERS) ? 'libvirt_permission_denied' : 'libvirt_refused';
  if (error instanceof CallTimeoutError) return 'libvirt_no_answer';
  if (error instanceof ProtocolError) return 'libvirt_protocol';
  if (error instanceof ConnectionLostError) return 'connection_lost';
  const { reason } = signal as { reason: unknown };
  return reason instanceof Error && reason.name === 'TimeoutError' ? 'libvirt_no_answer' : 'aborted';
}

const PERMISSION_NUMBERS = [
  ErrorNumber.authFailed,
  ErrorNumber.authCancelled,
  ErrorNumber.authUnavailable,
  ErrorNumber.accessDenied,
  ErrorNumber.operationDenied,
];
