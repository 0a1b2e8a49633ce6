/** libvirt's connection URIs: which socket to open, and the name the server is to be asked for. */
import { ArgumentError, ConnectError } from '../errors.ts';

export interface ConnectionUri {
  /** "qemu", "test", … */
  readonly driver: string;
  /** How to reach the server: "unix" unless the URI says otherwise. */
  readonly transport: string;
  /** Empty for this machine. Of an IPv6 address without its brackets. */
  readonly hostname: string;
  readonly port: number | null;
  readonly username: string | null;
  readonly socketPath: string | null;
  /** What connectOpen is asked for: the URI without what only concerns the way there. */
  readonly serverUri: string;
  readonly isSession: boolean;
}

/** Parameters that libvirt's own client keeps to itself. */
const CLIENT_PARAMETERS = [
  'auth',
  'command',
  'keyfile',
  'known_hosts',
  'known_hosts_verify',
  'mode',
  'name',
  'netcat',
  'no_tty',
  'no_verify',
  'pkipath',
  'proxy',
  'socket',
  'sshauth',
  'tls_priority',
];

/** What is no URI is an ArgumentError; plain TCP is a ConnectError, `tcp_refused`. */
export function parseUri(uri: string): ConnectionUri {
  const url = URL.parse(uri);
  if (!url?.pathname.startsWith('/'))
    throw new ArgumentError(`"${uri}" is not a libvirt URI such as qemu:///system`);
  const [driver = '', transport] = url.protocol.slice(0, -1).split('+');
  if (transport === 'tcp')
    throw new ConnectError('plain TCP has no authentication: use SSH or TLS', { reason: 'tcp_refused' });
  const parameters = new URLSearchParams(url.search);
  const name = parameters.get('name');
  const socketPath = parameters.get('socket');
  for (const parameter of CLIENT_PARAMETERS) parameters.delete(parameter);
  const query = parameters.size > 0 ? `?${parameters}` : '';
  return {
    driver,
    transport: transport ?? (url.hostname === '' ? 'unix' : 'tls'),
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? null : Number(url.port),
    username: url.username === '' ? null : decodeURIComponent(url.username),
    socketPath,
    serverUri: name ?? `${driver}://${url.pathname}${query}`,
    isSession: url.pathname === '/session',
  };
}
