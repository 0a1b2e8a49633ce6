/** A server's address in parts, as people give them, and in one, as libvirt writes it. The server has the last word on both. */
import type { HostTransport } from '@loucloud/api';

export interface AddressParts {
  readonly transport: HostTransport;
  readonly hostname: string;
  /** '': the usual one. */
  readonly port: string;
  /** SSH's alone. */
  readonly username: string;
}

export const usualPort = { local: '', ssh: '22', tls: '16514' } as const satisfies Record<
  HostTransport,
  string
>;

export function addressOf({ transport, hostname, port, username }: AddressParts): string {
  if (transport === 'local') return 'qemu:///system';
  const name = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname;
  const user = transport === 'ssh' && username !== '' ? `${encodeURIComponent(username)}@` : '';
  const end = port === '' || port === usualPort[transport] ? '' : `:${port}`;
  return `qemu+${transport}://${user}${name}${end}/system`;
}

/** Over which way an address leads, as far as it has been typed. */
export function transportIn(address: string): HostTransport {
  const [, scheme = ''] = /^qemu(\+\w+)?:\/\/[^/]/.exec(address.trim()) ?? [];
  if (scheme === '+ssh') return 'ssh';
  // libvirt takes an address with a server and no scheme for TLS.
  return scheme === '+tls' || (scheme === '' && /^qemu:\/\/[^/]/.test(address.trim())) ? 'tls' : 'local';
}

/** What of an address the form's fields can hold. */
export function partsOf(address: string): AddressParts {
  const transport = transportIn(address);
  const text = address.trim();
  if (transport === 'local' || !URL.canParse(text))
    return { transport, hostname: '', port: '', username: '' };
  const { hostname, port, username } = new URL(text);
  return {
    transport,
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    username: decodeURIComponent(username),
  };
}
