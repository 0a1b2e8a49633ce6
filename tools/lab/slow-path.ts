/**
 * A slow network between the control plane and one host: kernels for containers often lack netem, so what is sent to the
 * host passes through a forwarder here, which holds every answer back for a while.
 */
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { run } from './run.ts';

/** Of the forwarder's own connections, so that they are not sent back to it. In the box's network, beside its address. */
export const FORWARDER_ADDRESS = '10.99.0.253';
const PORTS = [22, 16514] as const;

export class SlowPath {
  readonly #rules: readonly (readonly string[])[];
  readonly #servers: readonly Server[];
  readonly #sockets: Set<Socket>;

  private constructor(
    rules: readonly (readonly string[])[],
    servers: readonly Server[],
    sockets: Set<Socket>,
  ) {
    this.#rules = rules;
    this.#servers = servers;
    this.#sockets = sockets;
  }

  static async open(address: string, delayMs: number): Promise<SlowPath> {
    const sockets = new Set<Socket>();
    const to = ['OUTPUT', '-d', address, '!', '-s', FORWARDER_ADDRESS, '-p', 'tcp'];
    // Connections from before are not redirected: they get a reset with their next packet.
    const rules = [
      [
        '-t',
        'filter',
        ...to,
        '-m',
        'conntrack',
        '!',
        '--ctstate',
        'DNAT',
        '-j',
        'REJECT',
        '--reject-with',
        'tcp-reset',
      ],
    ];
    const servers: Server[] = [];
    for (const port of PORTS) {
      const server = createServer((near) => {
        const far = connect({ host: address, port, localAddress: FORWARDER_ADDRESS, noDelay: true });
        join(near, far, delayMs);
        for (const socket of [near, far]) {
          sockets.add(socket);
          socket.once('close', () => sockets.delete(socket));
        }
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
      const ours = String((server.address() as AddressInfo).port); // of a TCP server that listens
      rules.unshift(['-t', 'nat', ...to, '--dport', String(port), '-j', 'REDIRECT', '--to-ports', ours]);
    }
    for (const [, table = '', ...rule] of rules) await run('iptables', '-w', '-t', table, '-A', ...rule);
    return new SlowPath(rules, servers, sockets);
  }

  async close(): Promise<void> {
    for (const [, table = '', ...rule] of this.#rules)
      await run('iptables', '-w', '-t', table, '-D', ...rule);
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

function join(near: Socket, far: Socket, delayMs: number): void {
  near.setNoDelay();
  near.pipe(far);
  // Timers of one length fire in their order, so what was sent first arrives first.
  far.on('data', (chunk) => setTimeout(() => near.writable && near.write(chunk), delayMs));
  far.on('end', () => setTimeout(() => near.end(), delayMs));
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => setTimeout(() => other.destroy(), delayMs));
  }
}
