/**
 * The channel by which a guest's clipboard is QEMU's VNC server's too, if a vdagent runs in the guest. QEMU before 10.1
 * neither saves nor migrates a guest that has it, so it is in no definition: it is plugged in while somebody might use it.
 */
import type { ClipboardState } from '@loucloud/api';
import { Impact, LibvirtError, domainRef } from '@loucloud/libvirt';
import { readTexts } from './domain-hardware.ts';
import type { Calls } from './host-link.ts';
import { type XmlElement, attributeOf, childrenOf, find, parseXml, writeXml } from './xml-tree.ts';

/** What the agents open, whatever is at the other end. */
const PORT = 'com.redhat.spice.0';
/** The pointer is the tablet's: the agent has no say in it. */
const CHANNEL = `<channel type='qemu-vdagent'>
  <source><clipboard copypaste='yes'/><mouse mode='server'/></source>
  <target type='virtio' name='${PORT}'/>
</channel>`;

/** Plugs it in, or out again. What the VM's definition says of it stays, and so does what is SPICE's. */
export async function shareClipboard(host: Calls, vmId: string, isShared: boolean): Promise<void> {
  const texts = await readTexts(host, vmId);
  if (!texts || texts.live === null) return;
  const devices = find(parseXml(texts.live), 'devices');
  const channel = channelIn(devices);
  if (isShared) {
    if (!channel && hasPorts(devices)) await plugIn(host, vmId);
  } else if (channel && isOurs(channel) && !channelIn(find(parseXml(texts.defined), 'devices')))
    await plugOut(host, vmId, channel);
}

/** For what QEMU refuses to a guest that has it. Where that fails, it is there again. */
export async function withoutClipboard(
  host: Calls,
  vmId: string,
  work: () => Promise<unknown>,
): Promise<void> {
  const live = (await readTexts(host, vmId))?.live ?? null;
  const channel = live === null ? null : channelIn(find(parseXml(live), 'devices'));
  const isInTheWay = channel !== null && isOurs(channel);
  if (isInTheWay) await plugOut(host, vmId, channel);
  try {
    await work();
  } catch (error) {
    if (isInTheWay) await plugIn(host, vmId).catch(() => undefined);
    throw error;
  }
}

/** Of a running domain. */
export async function readClipboard(host: Calls, vmId: string): Promise<ClipboardState> {
  const { xml } = await host.call('domainGetXmlDesc', { domain: domainRef(vmId), flags: 0 });
  const channel = channelIn(find(parseXml(xml), 'devices'));
  if (!channel || !isOurs(channel)) return 'none';
  return attributeOf(find(channel, 'target'), 'state') === 'connected' ? 'ready' : 'no_agent';
}

/** Libvirt before 8.4 and QEMU before 6.1 know no such thing: a VM without is whole all the same. */
async function plugIn(host: Calls, vmId: string): Promise<void> {
  try {
    await host.call('domainAttachDeviceFlags', {
      domain: domainRef(vmId),
      xml: CHANNEL,
      flags: Impact.live,
    });
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
  }
}

async function plugOut(host: Calls, vmId: string, channel: XmlElement): Promise<void> {
  const xml = writeXml(channel).text;
  await host.call('domainDetachDeviceFlags', { domain: domainRef(vmId), xml, flags: Impact.live });
}

const channelIn = (devices: XmlElement | null): XmlElement | null =>
  childrenOf(devices, 'channel').find((channel) => attributeOf(find(channel, 'target'), 'name') === PORT) ??
  null;

const isOurs = (channel: XmlElement): boolean => attributeOf(channel, 'type') === 'qemu-vdagent';

/** Without, libvirt would plug in a controller, which stays. */
const hasPorts = (devices: XmlElement | null): boolean =>
  childrenOf(devices, 'controller').some((controller) => attributeOf(controller, 'type') === 'virtio-serial');
