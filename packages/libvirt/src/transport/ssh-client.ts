/** ssh2's client over a socket of ours, and what it means when it fails. */
import type { Socket } from 'node:net';
import ssh2, { type AuthMethod, type Client } from 'ssh2';
import { ConnectError, type ConnectReason } from '../errors.ts';
import type { KeepaliveOptions } from '../session/keepalive.ts';
import { systemReason } from './sockets.ts';

export interface SshClientOptions {
  readonly username: string;
  readonly authHandler: AuthMethod[];
  /** Called with the server's key as it goes over the wire. */
  readonly hostVerifier: (key: Buffer) => boolean;
  readonly keepalive?: KeepaliveOptions;
}

/** The caller watches the deadline, and destroys the socket: ssh2 only ends it. */
export function newSshClient(
  sock: Socket,
  { username, authHandler, hostVerifier, keepalive }: SshClientOptions,
): Client {
  const client = new ssh2.Client();
  // Whatever comes after the first error says nothing more; without a listener it would be thrown.
  client.on('error', () => {});
  return client.connect({
    sock,
    username,
    authHandler,
    hostVerifier,
    // Its absence is an error of the channel, which says more.
    strictVendor: false,
    readyTimeout: 0,
    keepaliveInterval: keepalive?.intervalMs ?? 0,
    keepaliveCountMax: keepalive?.count ?? 0,
  });
}

/** `otherwise`: what it means where ssh2 does not say. */
export function sshFailure(what: string, cause: Error, otherwise: ConnectReason): ConnectError {
  const { level } = cause as { level?: string };
  const reason =
    level === 'client-authentication'
      ? 'ssh_authentication_failed'
      : level === 'client-socket'
        ? systemReason(cause)
        : cause.message === 'Connection lost before handshake'
          ? 'connection_lost'
          : otherwise;
  return new ConnectError(`cannot log in to ${what}`, { reason, cause });
}
