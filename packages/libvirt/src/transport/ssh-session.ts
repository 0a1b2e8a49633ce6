/** One login on one server, with as many channels as are wanted. It ends once, and everything on it with it. */
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import ssh2, { type AuthMethod, type Channel, type ChannelCallback, type Client } from 'ssh2';
import { ConnectError, ConnectionLostError, type HostKey } from '../errors.ts';
import { unlessAborted } from './aborting.ts';
import { hostKeyOf } from './host-key.ts';
import { addressText, openTcp } from './sockets.ts';
import { SshChannel } from './ssh-channel.ts';
import { newSshClient, sshFailure } from './ssh-client.ts';
import { SSH_KEEPALIVE, SSH_PORT, type SshOptions } from './ssh-options.ts';

export class SshSession {
  readonly #what: string;
  readonly #client: Client;
  readonly #channels = new Set<SshChannel>();
  readonly #ended = new AbortController();
  readonly #destroySocket: () => void;

  /** Rejects with a ConnectError. `login` comes from `loginWith`: to read an encrypted key takes a while. */
  static async open(
    options: SshOptions,
    login: readonly AuthMethod[],
    signal: AbortSignal,
  ): Promise<SshSession> {
    const { host, port = SSH_PORT, username, keepalive = SSH_KEEPALIVE } = options;
    const what = addressText(host, port);
    const socket = await openTcp(host, port, signal);
    let seen: HostKey | undefined;
    const client = newSshClient(socket, {
      username,
      authHandler: [...login],
      keepalive,
      hostVerifier: (key) => {
        seen = hostKeyOf(key);
        return seen.fingerprint === options.hostKey;
      },
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    client.once('ready', resolve);
    client.once('error', (error: Error) =>
      reject(
        seen && seen.fingerprint !== options.hostKey
          ? changedKey(what, options.hostKey, seen)
          : sshFailure(what, error, 'ssh_protocol'),
      ),
    );
    client.once('close', () =>
      reject(sshFailure(what, new Error('the connection was closed'), 'connection_lost')),
    );
    try {
      await unlessAborted(promise, { what, signal });
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return new SshSession(what, client, () => socket.destroy());
  }

  private constructor(what: string, client: Client, destroySocket: () => void) {
    this.#what = what;
    this.#client = client;
    this.#destroySocket = destroySocket;
    const lose = (cause?: Error) =>
      this.#end(cause, new ConnectionLostError('the SSH connection was lost', { cause }));
    client.on('error', lose);
    client.on('close', () => lose());
  }

  /** Fires when the session has ended. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Rejects with ssh2's error, whose `reason` is SSH's number; 2 says no more than that it failed. */
  async openPath(path: string, signal: AbortSignal): Promise<Duplex> {
    return this.#open(signal, (done) => this.#client.openssh_forwardOutStreamLocal(path, done));
  }

  async openPort(port: number, signal: AbortSignal): Promise<Duplex> {
    return this.#open(signal, (done) => this.#client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, done));
  }

  /** What the command prints. */
  async run(command: string, signal: AbortSignal): Promise<string> {
    const channel = await this.#open(signal, (done) => this.#client.exec(command, done));
    try {
      return await unlessAborted(text(channel), { what: this.#what, signal });
    } finally {
      channel.destroy();
    }
  }

  /** Says goodbye, and does not wait for an answer. */
  close(): void {
    this.#client.end();
    this.#end(undefined, undefined);
  }

  async #open(signal: AbortSignal, ask: (done: ChannelCallback) => void): Promise<Duplex> {
    if (this.#ended.signal.aborted) throw lost(this.#what, undefined);
    const { promise, resolve, reject } = Promise.withResolvers<Channel>();
    ask((error, channel) => (error ? reject(error) : resolve(channel)));
    const discard = (late: Channel) => new SshChannel(late).destroy();
    const either = AbortSignal.any([signal, this.#ended.signal]);
    const channel = new SshChannel(
      await unlessAborted(promise, { what: this.#what, signal: either, discard }),
    );
    this.#channels.add(channel);
    channel.once('close', () => this.#channels.delete(channel));
    return channel;
  }

  #end(cause: Error | undefined, error: ConnectionLostError | undefined): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(lost(this.#what, cause));
    this.#destroySocket();
    for (const channel of this.#channels) channel.destroy(error);
  }
}

const lost = (what: string, cause: Error | undefined) =>
  new ConnectError(`the SSH connection to ${what} was lost`, { reason: 'connection_lost', cause });

function changedKey(what: string, pinned: string, seen: HostKey): ConnectError {
  const message = `the key of ${what} is ${seen.fingerprint} (${seen.type}), and not ${pinned}`;
  return new ConnectError(message, { reason: 'host_key_changed', hostKey: seen });
}

/** The ways to log in, the key first. */
export function loginWith(options: SshOptions): AuthMethod[] {
  const { username, privateKey, passphrase, password } = options;
  const methods: AuthMethod[] = [];
  if (privateKey !== undefined) {
    const parsed = ssh2.utils.parseKey(privateKey, passphrase);
    const key = Array.isArray(parsed) ? parsed[0] : parsed;
    if (key === undefined || key instanceof Error || !key.isPrivateKey()) {
      const cause = key instanceof Error ? key : undefined;
      throw new ConnectError('the private key cannot be read', { reason: 'ssh_key_unreadable', cause });
    }
    methods.push({ type: 'publickey', username, key });
  }
  if (password !== undefined) {
    methods.push({ type: 'password', username, password });
    // What many servers ask for a password with.
    const prompt = (
      _name: string,
      _instructions: string,
      _language: string,
      prompts: readonly unknown[],
      finish: (answers: string[]) => void,
    ) => finish(prompts.map(() => password));
    methods.push({ type: 'keyboard-interactive', username, prompt });
  }
  return methods;
}
