/** libvirtd's unix sockets: the one the URI names, else the usual places of a monolithic, then a modular libvirt. */
import { isAbsolute } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { ArgumentError, ConnectError, type ConnectReason } from '../errors.ts';
import { connectLending } from './lent-reads.ts';
import { openSocket, openTcp } from './sockets.ts';
import type { ForwardTarget, Transport } from './transport.ts';
import type { ConnectionUri } from './uri.ts';

export function unixTransport(uri: ConnectionUri, readOnly: boolean): Transport {
  const folder = uri.isSession ? `${process.env['XDG_RUNTIME_DIR'] ?? '/run/user/0'}/libvirt` : SYSTEM_FOLDER;
  const paths = daemonSockets(uri, readOnly, folder);
  return {
    async open(signal) {
      let last: unknown;
      for (const path of paths) {
        try {
          return await openPath(path, signal);
        } catch (error) {
          last = error;
          if (signal.aborted || !isAbsent(error)) break;
        }
      }
      throw connectError(paths.join(' or '), last, {
        absent: 'libvirt_not_running',
        denied: 'libvirt_permission_denied',
      });
    },
    forward: async (target, signal) => {
      checkTarget(target);
      try {
        return await ('path' in target
          ? openPath(target.path, signal)
          : openTcp('127.0.0.1', target.port, signal));
      } catch (error) {
        throw connectError(targetText(target), error, {
          absent: 'forward_not_listening',
          denied: 'forward_permission_denied',
        });
      }
    },
    close: () => Promise.resolve(),
  };
}

const QUEUE_FULL_MS = 20;
export const SYSTEM_FOLDER = '/var/run/libvirt';

export function daemonSockets(
  { driver, isSession, socketPath }: ConnectionUri,
  readOnly: boolean,
  folder: string,
): string[] {
  if (socketPath !== null) return [socketPath];
  const suffix = readOnly && !isSession ? '-ro' : '';
  return [`${folder}/libvirt-sock${suffix}`, `${folder}/virt${driver}d-sock${suffix}`];
}

export const targetText = (target: ForwardTarget): string =>
  'path' in target ? target.path : `port ${target.port}`;

export function checkTarget(target: ForwardTarget): void {
  const isValid =
    'path' in target
      ? isAbsolute(target.path) && !target.path.includes('\0')
      : Number.isInteger(target.port) && target.port > 0 && target.port < 65_536;
  if (!isValid) throw new ArgumentError(`nothing can listen on ${targetText(target)}`);
}

/** A listener whose queue is full refuses at once (QEMU's screens have a queue of one): it has room in a moment. */
async function openPath(path: string, signal: AbortSignal): Promise<Duplex> {
  for (;;) {
    try {
      return await openSocket(() => connectLending(path), path, signal);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN' || signal.aborted) throw error;
    }
    await setTimeout(QUEUE_FULL_MS);
  }
}

const codeOf = (error: unknown): string | undefined =>
  ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;

function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}

function connectError(
  what: string,
  error: unknown,
  { absent, denied }: Record<'absent' | 'denied', ConnectReason>,
): ConnectError {
  const isDenied = codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM';
  if (!isAbsent(error) && !isDenied) return error as ConnectError; // openSocket throws nothing else
  return new ConnectError(`cannot connect to ${what}`, {
    reason: isDenied ? denied : absent,
    cause: (error as Error).cause,
  });
}
