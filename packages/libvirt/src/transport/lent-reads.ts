/**
 * Reading without making memory for it. Node makes 64 KiB for each read of a socket, however little comes. That is a
 * seventh of what a short call takes; and where much comes, V8 collects all of its heap again and again for that memory,
 * which is three quarters of what it costs to carry a screen.
 */
import { type Socket, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Of all sockets: the system writes into it just before the bytes are told, so no two need it at a time. */
const room = Buffer.allocUnsafeSlow(262_144);
const borrowers = new WeakMap<Duplex, (bytes: Buffer) => void>();

/** Tells a stream's bytes as they come. They are the listener's only while it runs: what it keeps it copies. */
export function readLent(stream: Duplex, listener: (bytes: Buffer) => void): void {
  borrowers.set(stream, listener);
  // What came before, and all that is read by other sockets.
  stream.on('data', listener);
}

/** A socket like any other, which lends what it reads to who asks for that. */
export function connectLending(path: string): Socket {
  const callback = (length: number): boolean => {
    const bytes = room.subarray(0, length);
    const borrow = borrowers.get(socket);
    if (!borrow || socket.readableLength > 0) return socket.push(Buffer.from(bytes));
    borrow(bytes);
    return true;
  };
  const socket: Socket = connect({ path, onread: { buffer: room, callback } });
  return socket;
}
