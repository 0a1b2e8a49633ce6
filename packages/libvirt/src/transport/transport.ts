/** A transport opens ways to one server; the RPC protocol runs over them, whatever they are made of. */
import type { Duplex } from 'node:stream';
import { ArgumentError } from '../errors.ts';
import { unixTransport } from './unix.ts';
import type { ConnectionUri } from './uri.ts';

export interface Transport {
  /** One more connection to libvirt's daemon, whose bytes `readLent` tells. Lets go of what it has begun when the signal fires. */
  open(signal: AbortSignal): Promise<Duplex>;
  /** A connection to something else that listens on the server itself. */
  forward?(target: ForwardTarget, signal: AbortSignal): Promise<Duplex>;
  /** Ends what the transport holds between connections, and the connections that need it. May be used again after. */
  close(): Promise<void>;
}

/** A port of the server's loopback, or a unix socket on it. */
export type ForwardTarget = { readonly port: number } | { readonly path: string };

export function transportFor(uri: ConnectionUri, readOnly: boolean): Transport {
  if (uri.transport === 'unix') return unixTransport(uri, readOnly);
  throw new ArgumentError(
    `"${uri.transport}" needs credentials, which a URI does not have: pass a \`transport\``,
  );
}
