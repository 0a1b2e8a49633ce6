/** The way to a host, made from its address and what it is logged in to with. */
import { ArgumentError, type LinkOptions, parseUri, sshTransport, tlsTransport } from '@loucloud/libvirt';
import type { HostTransport } from '@loucloud/api';
import type { HostConnection } from '../../platform/hypervisor.ts';
import type { ScreenTls } from './vencrypt.ts';

/** The address and the access of a host, whether it has joined or not. */
export type Way = Pick<HostConnection, 'uri' | 'access'>;

export function transportKind(uri: string): HostTransport {
  const { transport } = parseUri(uri);
  return transport === 'ssh' || transport === 'tls' ? transport : 'local';
}

/** What a Link is made from. The features see to it that what is missing here never gets so far. */
export function wayTo({ uri, access }: Way): Pick<LinkOptions, 'uri' | 'transport'> {
  const kind = transportKind(uri);
  if (kind === 'local') return { uri };
  const { hostname: host, port, username } = parseUri(uri);
  const address = { host, ...(port === null ? {} : { port }) };
  const { credentials = null, hostKey = null } = access ?? {};
  if (kind === 'tls') {
    if (credentials?.kind !== 'certificate') throw new ArgumentError('TLS takes certificates');
    return { uri, transport: tlsTransport({ ...address, ...credentials }) };
  }
  if (credentials === null || credentials.kind === 'certificate' || hostKey === null || username === null)
    throw new ArgumentError('SSH takes a user, a key or a password, and the server’s key');
  return { uri, transport: sshTransport({ ...address, ...credentials, username, hostKey, uri }) };
}

/** By the same certificates its screens are reached; null: there is a way through its transport. */
export function screenTlsOf({ uri, access }: Way): ScreenTls | null {
  if (access?.credentials?.kind !== 'certificate') return null;
  return { host: parseUri(uri).hostname, ...access.credentials };
}
