import type { Transport } from '../transport/transport.ts';
import type { KeepaliveOptions } from './keepalive.ts';

export interface ConnectionOptions {
  /** qemu:///system, test:///default, qemu+unix:///system?socket=/path, … */
  readonly uri: string;
  readonly readOnly?: boolean;
  /** For the socket and the opening calls together: a libvirtd with thousands of domains is slow to start. */
  readonly connectTimeoutMs?: number;
  /** For calls that bring no deadline of their own. */
  readonly callTimeoutMs?: number;
  /** false for a connection that carries a stream: a reader that pauses would look dead to the server. */
  readonly keepalive?: KeepaliveOptions | false;
  /** Instead of what the URI says, and needed for a server that is not this machine. Whoever made it closes it. */
  readonly transport?: Transport;
  /** Ends the opening, not the open connection. */
  readonly signal?: AbortSignal;
}

export const CONNECT_TIMEOUT_MS = 30_000;
export const CALL_TIMEOUT_MS = 30_000;
export const KEEPALIVE: KeepaliveOptions = { intervalMs: 5000, count: 5 };
/** What a timer can wait. */
export const TIMER_MAX_MS = 0x7fff_ffff;
