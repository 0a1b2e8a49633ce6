/**
 * A libvirtd for tests, answering from the same procedure table the client calls from. It keeps libvirtd's habits that
 * matter to a client: answers in any order, events before the reply, and no reading while five calls are unfinished.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { EventName, PayloadOf } from '../protocol/events.ts';
import type { ArgsOf, ProcedureName, ReplyOf, StreamProcedureName } from '../protocol/procedures.ts';
import type { Transport } from '../transport/transport.ts';
import { duplexPair } from './duplex-pair.ts';
import { FakeClient, type Handler } from './fake-client.ts';
import type { FakeStream } from './fake-stream.ts';

type Answer<T> = T | Promise<T>;

/** A handler that throws a LibvirtError refuses the call; one that never settles leaves it hanging. */
export type FakeHandlers = {
  [N in ProcedureName]?: (args: ArgsOf<N>, client: FakeClient) => Answer<ReplyOf<N>>;
} & {
  [N in StreamProcedureName]?: (
    args: ArgsOf<N>,
    stream: FakeStream,
    client: FakeClient,
  ) => Answer<ReplyOf<N>>;
};

export class FakeLibvirtd {
  /** May be changed at any time. */
  readonly handlers: FakeHandlers;
  readonly clients = new Set<FakeClient>();
  #server: Server | undefined;
  #folder: string | undefined;

  constructor(handlers: FakeHandlers = {}) {
    this.handlers = { ...openingHandlers(), ...handlers };
  }

  /** Serves on a unix socket until `close`. */
  static async listen(handlers: FakeHandlers = {}): Promise<FakeLibvirtd> {
    const fake = new FakeLibvirtd(handlers);
    await fake.reopen();
    return fake;
  }

  get uri(): string {
    return `qemu:///system?socket=${this.#socketPath()}`;
  }

  /** Serves in memory. */
  readonly transport: Transport = {
    open: () => {
      const [ours, theirs] = duplexPair();
      this.serve(ours);
      return Promise.resolve(theirs);
    },
    close: () => Promise.resolve(),
  };

  serve(socket: Duplex): FakeClient {
    const client = new FakeClient(socket, (name) => this.handlers[name] as Handler | undefined);
    this.clients.add(client);
    socket.on('close', () => this.clients.delete(client));
    return client;
  }

  /** Sends an event to every client, subscribed or not. */
  emit<N extends EventName>(name: N, payload: PayloadOf<N>): void {
    for (const client of this.clients) client.emit(name, payload);
  }

  /** Cuts every connection, as a crash does; goes on serving new ones. */
  dropClients(): void {
    for (const client of this.clients) client.destroy();
  }

  /** Serves again after `stopListening`. */
  async reopen(): Promise<void> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'fake-libvirtd-'));
    this.#server = createServer((socket) => this.serve(socket));
    await new Promise<void>((resolve) => this.#server?.listen(this.#socketPath(), resolve));
  }

  async stopListening(): Promise<void> {
    const server = this.#server;
    this.dropClients();
    if (server?.listening) await new Promise((resolve) => server.close(resolve));
  }

  async close(): Promise<void> {
    await this.stopListening();
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  #socketPath(): string {
    return join(this.#folder ?? '', 'libvirt-sock');
  }
}

function openingHandlers(): FakeHandlers {
  let lastCallbackId = 0;
  const register = () => ({ callbackId: ++lastCallbackId });
  const nothing = () => ({});
  return {
    authList: () => ({ types: [0] }),
    connectSupportsFeature: () => ({ supported: 1 }),
    connectOpen: nothing,
    connectClose: nothing,
    connectDomainEventCallbackRegisterAny: register,
    connectDomainEventCallbackDeregisterAny: nothing,
    connectNetworkEventRegisterAny: register,
    connectNetworkEventDeregisterAny: nothing,
    connectStoragePoolEventRegisterAny: register,
    connectStoragePoolEventDeregisterAny: nothing,
  };
}
