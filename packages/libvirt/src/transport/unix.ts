/** libvirtd's unix sockets: the one the URI names, else the usual places of a monolithic, then a modular libvirt. */
import { type Socket, connect } from 'node:net';
import { ConnectError } from '../errors.ts';
import type { Transport } from './transport.ts';
import type { ConnectionUri } from './uri.ts';

export function unixTransport(uri: ConnectionUri, readOnly: boolean): Transport {
  const paths = uri.socketPath === null ? usualPaths(uri, readOnly) : [uri.socketPath];
  return async (signal) => {
    let lastError: unknown;
    for (const path of paths) {
      try {
        return await connectTo(path, signal);
      } catch (error) {
        lastError = error;
        if (signal.aborted || !isAbsent(error)) break;
      }
    }
    throw new ConnectError(`cannot connect to ${paths.join(' or ')}`, { cause: lastError });
  };
}

function usualPaths({ driver, isSession }: ConnectionUri, readOnly: boolean): string[] {
  const suffix = readOnly && !isSession ? '-ro' : '';
  const folder = isSession
    ? `${process.env['XDG_RUNTIME_DIR'] ?? '/run/user/0'}/libvirt`
    : '/var/run/libvirt';
  return [`${folder}/libvirt-sock${suffix}`, `${folder}/virt${driver}d-sock${suffix}`];
}

function connectTo(path: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const abort = () => socket.destroy(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}
