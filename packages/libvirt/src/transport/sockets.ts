/** Sockets of the system, opened with a signal, and what their failures mean. */
import { type NetConnectOpts, type Socket, connect } from 'node:net';
import { ConnectError, type ConnectReason } from '../errors.ts';
import { abortedError } from './aborting.ts';

/** Rejects with a ConnectError. */
export function openSocket(to: NetConnectOpts, what: string, signal: AbortSignal): Promise<Socket> {
  return opened(() => connect(to), what, signal);
}

/**
 * Where all silent sockets read: the system writes into it just before the bytes are told, so no two need it at a time.
 * Else Node makes 64 KiB for each read, however little comes, which is a seventh of what a short call takes.
 */
const room = Buffer.allocUnsafeSlow(262_144);

/**
 * A socket whose other side never speaks first: what would come before somebody listens to `data` is lost. That event and
 * `end` are all it tells: it cannot be piped or iterated. Rejects with a ConnectError.
 */
export function openSilentSocket(path: string, signal: AbortSignal): Promise<Socket> {
  const make = () => {
    // A copy just as large as what came: it may be kept.
    const callback = (length: number): boolean => socket.emit('data', Buffer.from(room.subarray(0, length)));
    const socket: Socket = connect({ path, onread: { buffer: room, callback } });
    return socket;
  };
  return opened(make, path, signal);
}

function opened(make: () => Socket, what: string, signal: AbortSignal): Promise<Socket> {
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
  return openSocket({ host, port, noDelay: true }, addressText(host, port), signal);
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
