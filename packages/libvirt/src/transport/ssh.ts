/** libvirt over SSH: one login for each server, and a channel to its socket for each connection. No agent, no netcat. */
import type { Duplex } from 'node:stream';
import type { AuthMethod } from 'ssh2';
import { ArgumentError, ConnectError, type ConnectReason } from '../errors.ts';
import { unlessAborted } from './aborting.ts';
import { addressText } from './sockets.ts';
import { type SocketState, probeSockets } from './ssh-probe.ts';
import { SSH_PORT, type SshOptions } from './ssh-options.ts';
import { SshSession, loginWith } from './ssh-session.ts';
import type { ForwardTarget, Transport } from './transport.ts';
import { SYSTEM_FOLDER, checkTarget, daemonSockets, targetText } from './unix.ts';
import { parseUri } from './uri.ts';

/** SSH's number for "administratively prohibited". */
const PROHIBITED = 1;

interface Attempt {
  readonly session: Promise<SshSession>;
  readonly given: AbortController;
  /** Those who wait for it. When the last gives up before it is open, so does the attempt. */
  waiting: number;
  isOpen: boolean;
}

/** A server whose key is not the pinned one is refused, always: there is no trust on first use here. */
export function sshTransport(options: SshOptions): Transport {
  if (options.privateKey === undefined && options.password === undefined)
    throw new ArgumentError('a login over SSH takes a private key or a password');
  return new SshTransport(options);
}

class SshTransport implements Transport {
  readonly #options: SshOptions;
  readonly #what: string;
  readonly #sockets: readonly string[];
  #login: AuthMethod[] | undefined;
  #attempt: Attempt | undefined;

  constructor(options: SshOptions) {
    this.#options = options;
    this.#what = addressText(options.host, options.port ?? SSH_PORT);
    const uri = parseUri(options.uri ?? 'qemu:///system');
    if (uri.isSession && uri.socketPath === null)
      throw new ArgumentError('where a session’s socket is on another server must be said: ?socket=/path');
    this.#sockets = daemonSockets(uri, options.readOnly ?? false, SYSTEM_FOLDER);
  }

  async open(signal: AbortSignal): Promise<Duplex> {
    const session = await this.#session(signal);
    let last: unknown;
    for (const path of this.#sockets) {
      try {
        return await session.openPath(path, signal);
      } catch (error) {
        if (error instanceof ConnectError) throw error; // given up, or the login is lost
        last = error;
      }
    }
    const state = await probeSockets(session, this.#sockets, signal);
    throw this.#refused(
      this.#sockets.join(' or '),
      last,
      state === null ? 'ssh_socket_refused' : OPENING[state],
    );
  }

  async forward(target: ForwardTarget, signal: AbortSignal): Promise<Duplex> {
    checkTarget(target);
    const session = await this.#session(signal);
    try {
      return await ('path' in target
        ? session.openPath(target.path, signal)
        : session.openPort(target.port, signal));
    } catch (error) {
      if (error instanceof ConnectError) throw error;
      const isProhibited = (error as { reason?: unknown }).reason === PROHIBITED;
      const state = 'path' in target ? await probeSockets(session, [target.path], signal) : null;
      const reason = isProhibited ? 'ssh_forwarding_denied' : FORWARDING[state ?? 'absent'];
      throw this.#refused(targetText(target), error, reason);
    }
  }

  async close(): Promise<void> {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    attempt?.given.abort(new ConnectError('the transport was closed', { reason: 'aborted' }));
    await attempt?.session.then(
      (session) => session.close(),
      () => {},
    );
  }

  #refused(target: string, cause: unknown, reason: ConnectReason): ConnectError {
    return new ConnectError(`${this.#what} did not open ${target}`, { reason, cause });
  }

  async #session(signal: AbortSignal): Promise<SshSession> {
    const attempt = (this.#attempt ??= this.#begin());
    attempt.waiting++;
    try {
      return await unlessAborted(attempt.session, { what: this.#what, signal });
    } catch (error) {
      if (attempt.waiting === 1 && !attempt.isOpen) this.#forget(attempt, error);
      throw error;
    } finally {
      attempt.waiting--;
    }
  }

  #begin(): Attempt {
    const given = new AbortController();
    const session = (async () => {
      this.#login ??= loginWith(this.#options);
      return SshSession.open(this.#options, this.#login, given.signal);
    })();
    const attempt: Attempt = { session, given, waiting: 0, isOpen: false };
    session.then(
      ({ ended }) => {
        attempt.isOpen = true;
        if (ended.aborted) this.#forget(attempt, ended.reason);
        else ended.addEventListener('abort', () => this.#forget(attempt, ended.reason));
      },
      (error: unknown) => this.#forget(attempt, error),
    );
    return attempt;
  }

  #forget(attempt: Attempt, why: unknown): void {
    if (this.#attempt === attempt) this.#attempt = undefined;
    attempt.given.abort(why);
  }
}

const OPENING: Readonly<Record<SocketState, ConnectReason>> = {
  absent: 'libvirt_not_running',
  denied: 'libvirt_permission_denied',
  listening: 'ssh_forwarding_denied',
};

const FORWARDING: Readonly<Record<SocketState, ConnectReason>> = {
  absent: 'forward_not_listening',
  denied: 'forward_permission_denied',
  listening: 'ssh_forwarding_denied',
};
