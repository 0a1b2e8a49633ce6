/** A host of the fleet: a test node behind a socket of its own, where faults are put in. */
import { rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { type AnyProcedureName, Connection } from '@loucloud/libvirt';
import { duplexPair } from '@loucloud/libvirt/testing';
import { type Fault, Faults } from './faults.ts';
import { HostSession } from './host-session.ts';
import { type NodeDescription, nodeXml } from './node-xml.ts';
import { TestNode } from './test-node.ts';

export interface FleetHostOptions extends NodeDescription {
  readonly folder: string;
  readonly libvirtdSocket: string;
}

export class FleetHost {
  readonly name: string;
  /** Calls that clients have made, by name. */
  readonly calls = new Map<AnyProcedureName, number>();
  readonly #options: FleetHostOptions;
  readonly #faults = new Faults();
  readonly #sessions = new Set<HostSession>();
  #server: Server | null = null;
  #node: TestNode;
  #behind: Connection;

  static async start(options: FleetHostOptions): Promise<FleetHost> {
    await writeFile(join(options.folder, `${options.name}.xml`), nodeXml(options));
    const node = await openNode(options);
    const host = new FleetHost(options, node, await openBehind(options.name, node));
    await host.#listen();
    return host;
  }

  private constructor(options: FleetHostOptions, node: TestNode, behind: Connection) {
    this.name = options.name;
    this.#options = options;
    this.#node = node;
    this.#behind = behind;
  }

  get uri(): string {
    return `test:///default?socket=${this.#socketPath}`;
  }

  /** The host as somebody sees it who works on it directly: no fault applies. */
  get behind(): Connection {
    return this.#behind;
  }

  get #socketPath(): string {
    return join(this.#options.folder, `${this.name}.sock`);
  }

  async inject(fault: Fault): Promise<void> {
    this.#faults.add(fault);
    if (fault.kind !== 'cut') return;
    const server = this.#server;
    this.#server = null;
    this.#dropClients();
    server?.close();
    await rm(this.#socketPath, { force: true });
  }

  /** Ends every connection; the next is taken, and counted as the first. */
  drop(): void {
    this.calls.delete('connectOpen');
    this.#dropClients();
  }

  /** All is well again. What was held goes on. */
  async lift(): Promise<void> {
    this.#faults.clear();
    for (const session of this.#sessions) session.thaw();
    if (!this.#server) await this.#listen();
  }

  /** The machine is set up anew: nothing of what was on it is left. */
  async reinstall(): Promise<void> {
    this.#dropClients();
    this.#node.close();
    this.#behind.destroy();
    this.#node = await openNode(this.#options);
    this.#behind = await openBehind(this.name, this.#node);
  }

  async stop(): Promise<void> {
    this.#faults.clear();
    this.#dropClients();
    const server = this.#server;
    this.#server = null;
    if (server) {
      server.close();
      await once(server, 'close');
    }
    this.#behind.destroy();
    this.#node.close();
  }

  async #listen(): Promise<void> {
    const server = createServer((socket) => {
      const { name, calls } = this;
      const session = HostSession.serve(socket, {
        name,
        node: this.#node,
        faults: this.#faults,
        onCall: (call) => calls.set(call, (calls.get(call) ?? 0) + 1),
      });
      this.#sessions.add(session);
      socket.on('close', () => this.#sessions.delete(session));
    });
    this.#server = server;
    server.listen(this.#socketPath);
    await once(server, 'listening');
  }

  #dropClients(): void {
    for (const session of this.#sessions) session.destroy();
    this.#sessions.clear();
  }
}

const openNode = ({ folder, name, libvirtdSocket }: FleetHostOptions): Promise<TestNode> =>
  TestNode.open(libvirtdSocket, join(folder, `${name}.xml`));

function openBehind(name: string, node: TestNode): Promise<Connection> {
  const [ours, theirs] = duplexPair();
  HostSession.serve(theirs, { name, node, faults: new Faults(), onCall: () => {} });
  return Connection.open({
    uri: 'test:///default',
    transport: { open: () => Promise.resolve(ours), close: () => Promise.resolve() },
    keepalive: false,
  });
}
