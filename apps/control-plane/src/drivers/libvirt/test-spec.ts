/** For tests: a VM like any other. */
import type { DomainSpec } from '../../platform/hypervisor.ts';

export const someSpec = (): DomainSpec => ({
  vmId: '0b8e3a52-5b1c-4f0e-9a53-5d1f6f0f7b11',
  domainName: 'web-1-0b8e3a52',
  name: 'web-1',
  description: 'A web server\nof Li Hua',
  ownerId: '6f0f7b11-5b1c-4f0e-9a53-5d1f0b8e3a52',
  ownerName: 'lihua',
  templateName: 'small',
  vcpus: 1,
  memoryMib: 128,
  firmware: 'bios',
  accelerator: 'tcg',
  diskPath: '/var/lib/libvirt/loucloud/0b8e3a52-5b1c-4f0e-9a53-5d1f6f0f7b11.qcow2',
  cdromPath: null,
  network: { kind: 'libvirt', source: 'default' },
  macAddress: '52:54:00:12:34:56',
});
