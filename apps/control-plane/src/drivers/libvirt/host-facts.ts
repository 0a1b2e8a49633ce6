/** What a host is and has. */
import { ErrorNumber, LibvirtError, ListNetworksFlag } from '@loucloud/libvirt';
import type { HostFacts, NetworkSource, PoolFacts } from '../../platform/hypervisor.ts';
import { isLibvirtError } from './errors.ts';
import type { Calls } from './host-link.ts';
import { poolFacts } from './pools.ts';
import { attributeOf, find, parseXml, textIn } from './xml-tree.ts';

export async function readFacts(host: Calls, poolName: string): Promise<HostFacts> {
  const [{ hostname }, libvirt, qemu, node, totalKib, cpu, pool, networks] = await Promise.all([
    host.call('connectGetHostname', {}),
    host.call('connectGetLibVersion', {}),
    host.call('connectGetVersion', {}),
    host.call('nodeGetInfo', {}),
    memoryKib(host),
    readCpu(host),
    poolFactsOrNone(host, poolName),
    readNetworks(host),
  ]);
  return {
    hostname,
    libvirtVersion: versionText(libvirt.version),
    qemuVersion: versionText(qemu.version),
    cpuModel: cpu.model,
    arch: cpu.arch,
    vcpus: node.cpus,
    memoryMib: Math.floor((totalKib ?? node.memory) / 1024),
    pool,
    networks,
  };
}

/** A pool that cannot be used has no room; what runs on the host is news all the same. */
async function poolFactsOrNone(host: Calls, name: string): Promise<PoolFacts> {
  try {
    return await poolFacts(host, name);
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    return { name, path: '', capacityBytes: 0, availableBytes: 0 };
  }
}

/** libvirt's way: major * 1000000 + minor * 1000 + release. */
export const versionText = (version: number): string =>
  `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`;

/** nodeGetInfo leaves out memory of some NUMA nodes; but not every driver has more than that: null. */
async function memoryKib(host: Calls): Promise<number | null> {
  const asked = { cell: -1, flags: 0 };
  try {
    const { paramCount } = await host.call('nodeGetMemoryStats', { ...asked, paramCount: 0 });
    const { params } = await host.call('nodeGetMemoryStats', { ...asked, paramCount });
    return params.find(({ field }) => field === 'total')?.value ?? null;
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noSupport)) return null;
    throw error;
  }
}

async function readCpu(host: Calls): Promise<{ model: string; arch: string }> {
  const { capabilities } = await host.call('connectGetCapabilities', {});
  const cpu = find(parseXml(capabilities), 'host', 'cpu');
  const vendor = textIn(find(cpu, 'vendor'));
  const model = textIn(find(cpu, 'model'));
  return { model: [vendor, model].filter(Boolean).join(' '), arch: textIn(find(cpu, 'arch')) };
}

/** Those that run; a bridge that belongs to a libvirt network is known by the network's name. */
export async function readNetworks(host: Calls): Promise<NetworkSource[]> {
  const { networks } = await host.call('connectListAllNetworks', {
    needResults: 1,
    flags: ListNetworksFlag.active,
  });
  const own = await Promise.all(networks.map(async (network) => bridgeOf(host, network)));
  const bridges = await readBridges(host);
  return [
    ...networks.map(({ name }) => ({ kind: 'libvirt' as const, source: name })),
    ...bridges.filter((name) => !own.includes(name)).map((source) => ({ kind: 'bridge' as const, source })),
  ].toSorted((a, b) => (a.source < b.source ? -1 : 1));
}

async function bridgeOf(host: Calls, network: { name: string; uuid: string }): Promise<string | null> {
  try {
    return (await host.call('networkGetBridgeName', { network })).name;
  } catch (error) {
    if (error instanceof LibvirtError) return null; // not every kind of network has one
    throw error;
  }
}

/** libvirts built without an interface driver know none. */
export async function readBridges(host: Calls): Promise<string[]> {
  try {
    const { interfaces } = await host.call('connectListAllInterfaces', {
      needResults: 1,
      // Of any state: a bridge that no guest is on yet counts as inactive.
      flags: 0,
    });
    const bridges = await Promise.all(
      interfaces.map(async (nic) => {
        const { xml } = await host.call('interfaceGetXmlDesc', { interface: nic, flags: 0 });
        return attributeOf(parseXml(xml), 'type') === 'bridge' ? nic.name : null;
      }),
    );
    return bridges.filter((name) => name !== null);
  } catch (error) {
    if (error instanceof LibvirtError) return [];
    throw error;
  }
}
