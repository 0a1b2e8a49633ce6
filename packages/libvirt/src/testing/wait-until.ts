import { type NetConnectOpts, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Looks again every few milliseconds until the condition holds; fails loudly at the deadline. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { what, timeoutMs = 10_000 }: { what: string; timeoutMs?: number },
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await delay(5);
  }
}

/** Whether something listens there. */
export function canConnectTo(to: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(to);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
