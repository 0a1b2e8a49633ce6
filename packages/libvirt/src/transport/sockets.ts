/** Sockets of the system, opened with a signal, and what their failures mean. */
import { type Socket, connect } from 'node:net';
import { ConnectError, type ConnectReason } from '../errors.ts';
import { abortedError } from './aborting.ts';

/** Rejects with a ConnectError. */
export function openSocket(make: () => Socket, what: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortedError(what, signal));
    const socket = make();
    const abort = () => {
      socket.destroy();
      reject(abortedError(what, signal));
    };
    const fail = (cause: Error) => {
      signal.removeEventListener('abort', abort);
      reject(new ConnectError(`cannot connect to ${what}`, { reason: systemReason(cause), cause }));
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      socket.removeListener('error', fail);
      resolve(socket);
    });
  });
}

export function openTcp(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return openSocket(() => connect({ host, port, noDelay: true }), addressText(host, port), signal);
}

export const addressText = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** For what a socket, or the search for a name, fails with. */
export function systemReason(error: unknown): ConnectReason {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? (code.startsWith('EAI_') ? 'name_not_found' : 'connection_lost');
}

const REASONS: Readonly<Record<string, ConnectReason>> = {
  ENOTFOUND: 'name_not_found',
  ECONNREFUSED: 'connection_refused',
  EHOSTUNREACH: 'host_unreachable',
  EHOSTDOWN: 'host_unreachable',
  ENETUNREACH: 'host_unreachable',
  ENETDOWN: 'host_unreachable',
  EADDRNOTAVAIL: 'host_unreachable',
  // A firewall of this machine's own.
  EPERM: 'host_unreachable',
  EACCES: 'host_unreachable',
  ETIMEDOUT: 'connect_timeout',
};
