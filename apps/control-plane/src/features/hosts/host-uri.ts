/** Which libvirt addresses a host may have. What concerns trust and secrets (keys, passwords, "do not verify") has no place in one. */
import type { HostTransport } from '@loucloud/api';
import { UserError } from '../../platform/errors.ts';

export interface HostUri {
  /** Written in one way, so that the same address is found again. */
  readonly text: string;
  readonly transport: HostTransport;
}

/** Throws a UserError that says what of it cannot be. `allowsTestHosts`: libvirt's make-believe hypervisor too, for fleets. */
export function readHostUri(text: string, allowsTestHosts = false): HostUri {
  const uri = URL.canParse(text) ? new URL(text) : null;
  if (!uri) throw new UserError('uri_not_supported');
  if (uri.password !== '') throw new UserError('uri_has_password');
  const [driver, scheme] = uri.protocol.slice(0, -1).split('+');
  if (scheme === 'tcp') throw new UserError('uri_tcp_refused');
  const transport = transportOf(scheme, uri.hostname);
  const isSystem = driver === 'qemu' && uri.pathname === '/system' && uri.hash === '';
  const isTest = allowsTestHosts && driver === 'test' && uri.pathname === '/default' && transport === 'local';
  if (!(isSystem || isTest) || transport === null) throw new UserError('uri_not_supported', { uri: text });
  const socket = readSocket(uri);
  if (transport === 'local') return { text, transport };
  return { transport, text: remoteText(uri, transport) + socket };
}

function transportOf(scheme: string | undefined, hostname: string): HostTransport | null {
  const isRemote = hostname !== '';
  if (scheme === undefined) return isRemote ? 'tls' : 'local';
  if (scheme === 'unix') return isRemote ? null : 'local';
  return (scheme === 'ssh' || scheme === 'tls') && isRemote ? scheme : null;
}

/** The one parameter that says where, not whom to trust. */
function readSocket({ searchParams }: URL): string {
  const { socket, ...others } = Object.fromEntries(searchParams);
  const [other] = Object.keys(others);
  if (other !== undefined) throw new UserError('uri_parameter_refused', { parameter: other.slice(0, 64) });
  if (socket === undefined) return '';
  if (!socket.startsWith('/')) throw new UserError('uri_parameter_refused', { parameter: 'socket' });
  return `?socket=${encodeURIComponent(socket).replaceAll('%2F', '/')}`;
}

const USUAL_PORT = { ssh: '22', tls: '16514' } as const;
const HOST_NAME = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/;

function remoteText(uri: URL, transport: 'ssh' | 'tls'): string {
  const hostname = uri.hostname.toLowerCase();
  if (!HOST_NAME.test(hostname)) throw new UserError('uri_not_supported', { uri: uri.href });
  if (transport === 'ssh' && uri.username === '') throw new UserError('uri_user_missing', { hostname });
  const user = transport === 'ssh' ? `${uri.username}@` : '';
  const port = uri.port === '' || uri.port === USUAL_PORT[transport] ? '' : `:${uri.port}`;
  return `qemu+${transport}://${user}${hostname}${port}/system`;
}
