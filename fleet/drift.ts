/** What somebody does on a host itself. */
import { randomUUID } from 'node:crypto';
import type { Vm } from '@loucloud/api';
import { domainRef } from '@loucloud/libvirt';
import type { FleetHost } from './fleet-host.ts';
import type { Drift } from './scenario.ts';

export async function drift({ behind }: FleetHost, change: Drift, vms: readonly Vm[]): Promise<void> {
  if (change === 'define a foreign domain') {
    await behind.call('domainDefineXmlFlags', { xml: foreignXml(randomUUID()), flags: 0 });
    return;
  }
  for (const { id } of vms) {
    const domain = domainRef(id);
    if (change === 'start') await behind.call('domainCreateWithFlags', { domain, flags: 0 });
    if (change === 'suspend') await behind.call('domainSuspend', { domain });
    if (change === 'power off') await behind.call('domainDestroyFlags', { domain, flags: 0 });
    if (change !== 'undefine') continue;
    await behind.call('domainDestroyFlags', { domain, flags: 0 });
    await behind.call('domainUndefineFlags', { domain, flags: 0 });
  }
}

const foreignXml = (uuid: string): string => `<domain type="test">
  <name>somebodys-${uuid}</name>
  <uuid>${uuid}</uuid>
  <memory unit="MiB">64</memory>
  <os><type>hvm</type></os>
</domain>`;
