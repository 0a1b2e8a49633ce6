/** Two-way lines to a running VM: the RFB bytes of its screen, and its serial console. */
import { type Socket, connect } from 'node:net';
import { ConsoleFlag, domainRef } from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import type { ByteStream } from '../../platform/hypervisor.ts';
import { domainState, isActiveState } from './domain-status.ts';
import { vncSocketOf } from './domain-reader.ts';
import type { Calls } from './host-link.ts';
import { parseXml } from './xml-tree.ts';

const CONNECT_MS = 5000;

/** `isLocal`: the host is this machine, so its unix sockets can be reached. */
export async function openDesktop(host: Calls, vmId: string, isLocal: boolean): Promise<ByteStream> {
  await refuseUnlessRunning(host, vmId);
  const { xml } = await host.call('domainGetXmlDesc', { domain: domainRef(vmId), flags: 0 });
  const path = vncSocketOf(parseXml(xml));
  if (path === null)
    throw new UserError('libvirt_refused', {}, { hint: 'the domain has no VNC on a unix socket' });
  if (!isLocal) throw new UserError('uri_not_supported', {});
  try {
    return await connectTo(path);
  } catch (cause) {
    // It may have stopped in between; if not, its QEMU does not answer.
    await refuseUnlessRunning(host, vmId);
    throw new UserError('libvirt_refused', {}, { cause, hint: (cause as Error).message });
  }
}

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

function connectTo(path: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ path });
  const onTimeout = () => socket.destroy(new Error(`${path} does not take connections`));
  const timer = setTimeout(onTimeout, CONNECT_MS);
  socket.once('error', reject);
  socket.once('close', () => clearTimeout(timer));
  socket.once('connect', () => {
    clearTimeout(timer);
    socket.removeListener('error', reject);
    socket.setNoDelay(true);
    resolve(socket);
  });
  return promise;
}
