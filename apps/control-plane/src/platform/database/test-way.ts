/** For tests: a way to MariaDB that can be cut and mended. */
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

export interface Way {
  readonly port: number;
  cut(): void;
  mend(): void;
  /** Connections stay, and new ones are taken, but nothing comes through. */
  hold(): void;
  letGo(): void;
  /** Ends the connection on which the statement is sent next, once; `after`: when the server has carried it out. */
  cutAt(statement: string, moment: 'before' | 'after'): void;
  close(): void;
}

export async function openWay(target: URL): Promise<Way> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let isHeld = false;
  let trap: { readonly statement: string; readonly moment: 'before' | 'after' } | null = null;
  const server = createServer((client) => {
    if (isCut) client.destroy();
    const onward = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, onward],
      [onward, client],
    ] as const) {
      sockets.add(from);
      if (isHeld) from.pause();
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    let isLastWord = false;
    onward.on('data', (bytes) => (isLastWord ? client.destroy() : client.write(bytes)));
    client.on('data', (bytes) => {
      const met = trap !== null && bytes.includes(trap.statement) ? trap.moment : null;
      if (met !== null) trap = null;
      if (met === 'before') client.destroy();
      else onward.write(bytes);
      isLastWord ||= met === 'after';
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => void (isCut = false),
    hold() {
      isHeld = true;
      for (const socket of sockets) socket.pause();
    },
    letGo() {
      isHeld = false;
      for (const socket of sockets) socket.resume();
    },
    cutAt: (statement, moment) => void (trap = { statement, moment }),
    close: () => void server.close(),
  };
}
