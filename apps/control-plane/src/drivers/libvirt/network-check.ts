/** The networks that VMs are to be attached to: started if they are there, and libvirt's usual one made if none is. */
import { ErrorNumber, LibvirtError, type NetworkRef } from '@loucloud/libvirt';
import type { NetworkSource } from '../../platform/hypervisor.ts';
import { isLibvirtError, unless } from './errors.ts';
import { type Finding, finding } from './finding.ts';
import { readBridges } from './host-facts.ts';
import type { Calls } from './host-link.ts';
import { xml } from './xml.ts';

const USUAL: NetworkSource = { kind: 'libvirt', source: 'default' };

/** As libvirt's packages define it. */
const usualXml = xml`<network>
  <name>${USUAL.source}</name>
  <forward mode="nat"/>
  <bridge name="virbr0" stp="on" delay="0"/>
  <ip address="192.168.122.1" netmask="255.255.255.0">
    <dhcp><range start="192.168.122.2" end="192.168.122.254"/></dhcp>
  </ip>
</network>`.text;

/** The first that fails, or what was done last. */
export async function checkNetworks(host: Calls, asked: readonly NetworkSource[]): Promise<Finding> {
  const networks = asked.length > 0 ? asked : [USUAL];
  let started: Finding | null = null;
  for (const network of networks) {
    const found =
      network.kind === 'bridge'
        ? await checkBridge(host, network.source)
        : await checkNetwork(host, network.source, asked.length === 0);
    if (found.outcome === 'failed') return found;
    if (found.code === 'network_started') started = found;
  }
  return started ?? finding('ok', 'network_ok', { networks: networks.map(({ source }) => source) });
}

async function checkBridge(host: Calls, name: string): Promise<Finding> {
  const isThere = (await readBridges(host)).includes(name);
  return isThere ? finding('ok', 'network_ok') : finding('failed', 'network_missing', { network: name });
}

async function checkNetwork(host: Calls, name: string, mayBeMade: boolean): Promise<Finding> {
  try {
    const found = await lookup(host, name);
    if (!found && !mayBeMade) return finding('failed', 'network_missing', { network: name });
    const network = found ?? (await host.call('networkDefineXml', { xml: usualXml })).network;
    // One that somebody started without defining it goes with its host's next restart; that is theirs to know.
    if ((await host.call('networkIsPersistent', { network })).persistent === 1)
      await host.call('networkSetAutostart', { network, autostart: 1 });
    if ((await host.call('networkIsActive', { network })).active === 1) return finding('ok', 'network_ok');
    await unless([ErrorNumber.operationInvalid], host.call('networkCreate', { network }));
    return finding('ok', 'network_started', { network: name });
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    return finding('failed', 'network_cannot_start', { network: name, reason: error.message });
  }
}

async function lookup(host: Calls, name: string): Promise<NetworkRef | null> {
  try {
    return (await host.call('networkLookupByName', { name })).network;
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noNetwork)) return null;
    throw error;
  }
}
