/** A transport opens one more way to the same server; the RPC protocol runs over it, whatever it is made of. */
import type { Duplex } from 'node:stream';
import { ArgumentError } from '../errors.ts';
import { unixTransport } from './unix.ts';
import type { ConnectionUri } from './uri.ts';

/** Must destroy what it has begun when the signal fires. */
export type Transport = (signal: AbortSignal) => Promise<Duplex>;

export function transportFor(uri: ConnectionUri, readOnly: boolean): Transport {
  if (uri.transport === 'unix') return unixTransport(uri, readOnly);
  throw new ArgumentError(`transport "${uri.transport}" is not built in: pass one as \`transport\``);
}
