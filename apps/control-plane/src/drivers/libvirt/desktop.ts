/** Two-way lines to a running VM: the RFB bytes of its screen, and its serial console. */
import { ConnectError, ConsoleFlag, type Link, domainRef, openTcp } from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import type { ByteStream } from '../../platform/hypervisor.ts';
import { domainState, isActiveState } from './domain-status.ts';
import { vncSocketOf } from './domain-reader.ts';
import { reasonOf } from './errors.ts';
import type { Calls } from './host-link.ts';
import { PlainScreen } from './plain-screen.ts';
import { type Screen, ScreenDoors } from './screen-door.ts';
import { type ScreenTls, ScreenRefusedError, secureScreen } from './vencrypt.ts';
import { parseXml } from './xml-tree.ts';

const CONNECT_MS = 5000;

/** How the screens of a host are reached: by its link, or over TLS where the link forwards nothing. */
export interface ScreenWay {
  readonly link: Pick<Link, 'canForward' | 'forward'>;
  readonly tls: ScreenTls | null;
  readonly doors: ScreenDoors;
}

export async function openDesktop(host: Calls, vmId: string, way: ScreenWay): Promise<ByteStream> {
  await refuseUnlessRunning(host, vmId);
  const { xml } = await host.call('domainGetXmlDesc', { domain: domainRef(vmId), flags: 0 });
  const path = vncSocketOf(parseXml(xml));
  if (path === null)
    throw new UserError('libvirt_refused', {}, { hint: 'the domain has no VNC on a unix socket' });
  try {
    return way.link.canForward
      ? await way.link.forward({ path }, { timeoutMs: CONNECT_MS })
      : await openOverTls(host, { vmId, path }, way);
  } catch (error) {
    // It may have stopped in between; if not, its QEMU does not answer, or somebody on the way does not want it.
    await refuseUnlessRunning(host, vmId);
    throw refusalOf(error);
  }
}

async function openOverTls(host: Calls, screen: Screen, { tls, doors }: ScreenWay): Promise<ByteStream> {
  if (!tls) throw new UserError('uri_not_supported', {});
  const secured = await doors.through(host, screen, async (port) => {
    const deadline = AbortSignal.timeout(CONNECT_MS);
    return secureScreen(await openTcp(tls.host, port, deadline), tls, deadline);
  });
  return new PlainScreen(secured);
}

/** A host that has gone stays what it is; the rest is between the screen and us. */
function refusalOf(error: unknown): unknown {
  if (error instanceof ScreenRefusedError)
    return new UserError('libvirt_refused', {}, { cause: error, hint: `the screen: ${error.message}` });
  if (!(error instanceof ConnectError) || error.reason === 'connection_lost') return error;
  const fix = FIXES[error.reason];
  const hint = fix === undefined ? reasonOf(error) : `${reasonOf(error)} (${fix})`;
  return new UserError('libvirt_refused', {}, { cause: error, hint });
}

const FIXES: Partial<Record<ConnectError['reason'], string>> = {
  forward_permission_denied: 'QEMU’s sockets are for root: log in on the server as root',
  ssh_forwarding_denied: 'AllowStreamLocalForwarding in sshd_config',
  connection_refused: 'a firewall? TCP ports 5900 to 5999 of the server',
  connect_timeout: 'a firewall? TCP ports 5900 to 5999 of the server',
  host_unreachable: 'a firewall? TCP ports 5900 to 5999 of the server',
};

/** A new viewer takes the line over: the one before sees its stream end. Only what comes from now on is heard. */
export async function openSerialConsole(host: Calls, vmId: string): Promise<ByteStream> {
  await refuseUnlessRunning(host, vmId);
  return host.openStream('domainOpenConsole', {
    domain: domainRef(vmId),
    device: null,
    flags: ConsoleFlag.force,
  });
}

async function refuseUnlessRunning(host: Calls, vmId: string): Promise<void> {
  const now = await domainState(host, vmId);
  if (!now || !isActiveState(now.state)) throw new UserError('wrong_state', {});
}
