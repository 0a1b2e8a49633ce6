/**
 * Reading without making memory for it. Node makes 64 KiB for each read of a socket, however little comes. That is a
 * seventh of what a short call takes; and where much comes, V8 collects all of its heap again and again for that memory,
 * which is three quarters of what it costs to carry a screen.
 */
import { type Socket, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Of all sockets: the system writes into it just before the bytes are told, so no two need it at a time. */
const room = Buffer.allocUnsafeSlow(262_144);
/** What was told last: most replies are as long as the one before. */
let told = room;
/** By socket, who is to be told of its listener. */
const lenders = new WeakMap<Duplex, (listener: (bytes: Buffer) => void) => void>();

/** Tells a stream's bytes as they come. They are the listener's only while it runs: what it keeps it copies. */
export function readLent(stream: Duplex, listener: (bytes: Buffer) => void): void {
  lenders.get(stream)?.(listener);
  // What came before, and all that is read by other sockets.
  stream.on('data', listener);
}

/** Whether what was written is the system's as soon as its `writableLength` is 0, and the memory the writer's again. */
export const copiesAtOnce = (stream: Duplex): boolean => lenders.has(stream);

/** A socket like any other, which lends what it reads to who asks for that. */
export function connectLending(path: string): Socket {
  let borrow: ((bytes: Buffer) => void) | undefined;
  const callback = (length: number): boolean => {
    if (told.length !== length) told = room.subarray(0, length);
    if (!borrow || socket.readableLength > 0) return socket.push(Buffer.from(told));
    borrow(told);
    return true;
  };
  const socket: Socket = connect({ path, onread: { buffer: room, callback } });
  lenders.set(socket, (listener) => (borrow = listener));
  return socket;
}
