/**
 * As little as a client can do: one frame, made beforehand, sent again and again, and the replies counted by their bytes.
 * What it takes is libvirtd's time and the kernel's. argv: URI, a domain's UUID, connections. See ../libvirt.ts for the lines.
 */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { createInterface } from 'node:readline';
import { Connection, domainRef } from '@loucloud/libvirt';

const SOCKET = '/var/run/libvirt/libvirt-sock';
/** Header, state, reason. */
const REPLY_BYTES = 36;

const [uri = '', uuid = '', connectionCount = '1'] = process.argv.slice(2);

/** A socket that has said hello, and the frame that asks for the state. */
async function open(): Promise<{ socket: Socket; frame: Buffer }> {
  const socket = connect({ path: SOCKET });
  await once(socket, 'connect');
  let frame = Buffer.alloc(0);
  const write = socket.write.bind(socket);
  // The last thing written is the call.
  socket.write = (bytes: string | Uint8Array) => write((frame = Buffer.from(bytes as Uint8Array)));
  const transport = { open: () => Promise.resolve(socket), close: () => Promise.resolve() };
  const connection = await Connection.open({ uri, transport, keepalive: false });
  await connection.call('domainGetState', { domain: domainRef(uuid), flags: 0 });
  socket.write = write;
  socket.removeAllListeners('data');
  return { socket, frame };
}

const opened = await Promise.all(Array.from({ length: Number(connectionCount) }, open));

function ask(count: number, width: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let begun = 0;
  let done = 0;
  for (const { socket, frame } of opened) {
    let bytes = 0;
    socket.removeAllListeners('data');
    socket.on('data', (chunk: Buffer) => {
      for (bytes += chunk.length; bytes >= REPLY_BYTES; bytes -= REPLY_BYTES) {
        if (++done === count) resolve();
        if (begun++ < count) socket.write(frame);
      }
    });
  }
  for (let i = 0; i < width; i++) {
    const { socket, frame } = opened[i % opened.length] ?? {};
    if (frame && begun++ < count) socket?.write(frame);
  }
  return promise;
}

for await (const line of createInterface(process.stdin)) {
  const [count = 0, width = 1] = line.split(' ').map(Number);
  const startedAt = performance.now();
  await ask(count, width);
  console.log(((performance.now() - startedAt) * 1000) / count);
}

for (const { socket } of opened) socket.destroy();
