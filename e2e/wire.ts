/** A line between a browser and a LouCloud that can go dead without a word, as a cable or a radio does. */
import { once } from 'node:events';
import { type Server, type Socket, connect, createServer } from 'node:net';

export class Wire implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #isDead = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Where it leads to is said when that is known. */
  static async open(): Promise<Wire> {
    const server = createServer({ pauseOnConnect: true });
    const wire = new Wire(server);
    server.on('connection', (near) => wire.#join(near));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return wire;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the wire is closed');
    return `http://127.0.0.1:${address.port}`;
  }

  leadTo(url: string): void {
    this.#port = Number(new URL(url).port);
  }

  /** Nothing goes through any more, and nobody is told. */
  die(): void {
    this.#isDead = true;
    for (const socket of this.#sockets) socket.pause();
  }

  revive(): void {
    this.#isDead = false;
    for (const socket of this.#sockets) socket.resume();
  }

  #join(near: Socket): void {
    const far = connect(this.#port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (bytes) => to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (!this.#isDead) from.resume();
      else from.pause();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
