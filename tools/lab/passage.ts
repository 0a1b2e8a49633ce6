/** Two sockets as one line: what comes out of one goes into the other, and they end together. */
import type { Socket } from 'node:net';

export function passOn(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  for (const [socket, beyond] of [
    [one, other],
    [other, one],
  ] as const) {
    socket.on('error', () => beyond.destroy());
    socket.on('close', () => beyond.destroy());
  }
}
