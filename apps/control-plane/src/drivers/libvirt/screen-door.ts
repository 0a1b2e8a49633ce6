/**
 * The port of a screen on a server that is reached over TLS, where nothing can be forwarded. It is open while a viewer
 * connects, and only where QEMU wants a certificate of each; docs/decisions has why. libvirt has no call for it, so QEMU's
 * monitor is asked.
 */
import { domainRef } from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import type { Calls } from './host-link.ts';

/** What a firewall on the server lets through, and libvirt's own usual range. */
const PORTS = { first: 5900, last: 5999 };
/** libvirt's name for what its `vnc_tls` makes. */
const CREDENTIALS = '/objects/vnc-tls-creds0';

interface VncServer {
  readonly auth: string;
  readonly vencrypt?: string;
  readonly family: string;
  readonly service: string;
}

export class ScreenDoors {
  /** The last that goes through the door of each VM. */
  readonly #queue = new Map<string, Promise<unknown>>();

  /** One at a time: whoever closes a door must not shut out another. */
  async through<T>(host: Calls, screen: Screen, use: (port: number) => Promise<T>): Promise<T> {
    const { vmId } = screen;
    const turn = Promise.allSettled([this.#queue.get(vmId)]).then(() => pass(host, screen, use));
    this.#queue.set(vmId, turn);
    try {
      return await turn;
    } finally {
      if (this.#queue.get(vmId) === turn) this.#queue.delete(vmId);
    }
  }
}

export interface Screen {
  readonly vmId: string;
  /** Its unix socket, which stays open. */
  readonly path: string;
}

async function pass<T>(host: Calls, screen: Screen, use: (port: number) => Promise<T>): Promise<T> {
  await refuseUnlessGuarded(host, screen.vmId);
  const socket = { type: 'unix', path: screen.path };
  const port = { type: 'inet', host: '', port: String(PORTS.first), to: PORTS.last };
  await listenAt(host, screen.vmId, [socket, port]);
  try {
    const opened = (await vncServers(host, screen.vmId)).find(({ family }) => family !== 'unix');
    if (!opened) throw refused('QEMU listens on no port');
    return await use(Number(opened.service));
  } finally {
    await listenAt(host, screen.vmId, [socket]);
  }
}

/** Asked of QEMU and not read from qemu.conf, which may have been changed since this QEMU was started. */
async function refuseUnlessGuarded(host: Calls, vmId: string): Promise<void> {
  const servers = await vncServers(host, vmId);
  const isEncrypted = servers.every(({ auth, vencrypt }) => auth === 'vencrypt' && vencrypt === 'x509-none');
  if (servers.length === 0 || !isEncrypted)
    throw refused(
      'its VNC is not protected: set vnc_tls = 1 in /etc/libvirt/qemu.conf, and start the VM again',
    );
  const verifiesPeer = await qmp(host, vmId, 'qom-get', { path: CREDENTIALS, property: 'verify-peer' });
  if (verifiesPeer !== true)
    throw refused(
      'its VNC lets in anybody: set vnc_tls_x509_verify = 1 in /etc/libvirt/qemu.conf, and start the VM again',
    );
}

async function vncServers(host: Calls, vmId: string): Promise<readonly VncServer[]> {
  // QEMU's own schema: VncInfo2 with its VncServerInfo2s.
  const displays = (await qmp(host, vmId, 'query-vnc-servers')) as readonly {
    server: readonly VncServer[];
  }[];
  return displays.flatMap(({ server }) => server);
}

async function listenAt(host: Calls, vmId: string, addresses: readonly object[]): Promise<void> {
  await qmp(host, vmId, 'display-update', { type: 'vnc', addresses });
}

async function qmp(host: Calls, vmId: string, execute: string, args?: object): Promise<unknown> {
  const command = JSON.stringify({ execute, ...(args && { arguments: args }) });
  const { result } = await host.call('qemuDomainMonitorCommand', {
    domain: domainRef(vmId),
    command,
    flags: 0,
  });
  // What every answer of QEMU's monitor is.
  const answer = JSON.parse(result) as { return?: unknown; error?: { class: string; desc: string } };
  if (answer.error?.class === 'CommandNotFound') throw refused('QEMU is too old for it: 7.1 is needed');
  if (answer.error) throw refused(`QEMU said: ${answer.error.desc}`);
  return answer.return;
}

const refused = (why: string) => new UserError('libvirt_refused', {}, { hint: `the screen: ${why}` });
