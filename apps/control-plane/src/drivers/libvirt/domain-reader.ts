/** A domain's XML, ours or libvirt's rendering of it, as the model it was made from. */
import type { DomainSpec, NetworkSource } from '../../platform/hypervisor.ts';
import { metadataOf } from './domain-metadata.ts';
import { type XmlElement, attributeOf, childrenOf, find, parseXml, textIn } from './xml-tree.ts';

/** null: the domain is not one of ours. */
export function readDomainSpec(text: string): DomainSpec | null {
  const domain = parseXml(text);
  const metadata = metadataOf(domain);
  if (!metadata) return null;
  const nic = find(domain, 'devices', 'interface');
  return {
    ...metadata,
    domainName: textIn(find(domain, 'name')),
    description: textIn(find(domain, 'description')),
    vcpus: Number(textIn(find(domain, 'vcpu'))),
    memoryMib: mebibytes(find(domain, 'memory')),
    firmware: isUefi(domain) ? 'uefi' : 'bios',
    accelerator: attributeOf(domain, 'type') === 'kvm' ? 'kvm' : 'tcg',
    diskPath: diskPathOf(domain, 'disk') ?? '',
    cdromPath: diskPathOf(domain, 'cdrom'),
    network: networkOf(nic),
    macAddress: attributeOf(find(nic, 'mac'), 'address') ?? '',
  };
}

/** Where QEMU listens for VNC; null while the domain does not run, or listens elsewhere. */
export function vncSocketOf(domain: XmlElement): string | null {
  for (const graphics of childrenOf(find(domain, 'devices'), 'graphics')) {
    if (attributeOf(graphics, 'type') !== 'vnc') continue;
    for (const listen of childrenOf(graphics, 'listen')) {
      const socket = attributeOf(listen, 'socket');
      if (attributeOf(listen, 'type') === 'socket' && socket !== null) return socket;
    }
  }
  return null;
}

/** Whether the guest runs an agent that has opened its end of the channel. */
export const hasAgentConnected = (domain: XmlElement): boolean =>
  childrenOf(find(domain, 'devices'), 'channel').some((channel) => {
    const target = find(channel, 'target');
    return (
      attributeOf(target, 'name') === 'org.qemu.guest_agent.0' && attributeOf(target, 'state') === 'connected'
    );
  });

/** libvirt answers in KiB, whatever it was given. */
export function mebibytes(memory: XmlElement | null): number {
  const amount = Number(textIn(memory));
  const unit = attributeOf(memory, 'unit') ?? 'KiB';
  if (unit === 'MiB') return amount;
  return Math.floor(amount / 1024);
}

export const isUefi = (domain: XmlElement): boolean =>
  attributeOf(find(domain, 'os'), 'firmware') === 'efi' ||
  attributeOf(find(domain, 'os', 'loader'), 'type') === 'pflash';

export function diskPathOf(domain: XmlElement, device: 'disk' | 'cdrom'): string | null {
  const disk = childrenOf(find(domain, 'devices'), 'disk').find((d) => attributeOf(d, 'device') === device);
  return attributeOf(find(disk, 'source'), 'file');
}

export function networkOf(nic: XmlElement | null): NetworkSource {
  const source = find(nic, 'source');
  const network = attributeOf(source, 'network');
  if (network !== null) return { kind: 'libvirt', source: network };
  return { kind: 'bridge', source: attributeOf(source, 'bridge') ?? '' };
}
