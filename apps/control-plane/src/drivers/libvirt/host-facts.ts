/**
 * What a host is and has. Most of it is answered at once even by a host on which every ordinary call hangs; the rest,
 * which hardly ever changes, is learnt apart.
 */
import { ErrorNumber, LibvirtError, ListNetworksFlag } from '@loucloud/libvirt';
import type { HostFacts, NetworkSource, PoolFacts } from '../../platform/hypervisor.ts';
import { isLibvirtError } from './errors.ts';
import type { Calls } from './host-link.ts';
import { poolFacts } from './pools.ts';
import { attributeOf, find, parseXml, textIn } from './xml-tree.ts';

export class FactsReader {
  #cpuModel: string | null = null;
  #bridges: readonly string[] = [];

  /** By calls that may hang. */
  async learn(host: Calls): Promise<void> {
    this.#cpuModel ??= await readCpuModel(host);
    this.#bridges = await readBridges(host);
  }

  /** By quick calls alone, and what has been learnt. */
  async read(host: Calls, poolName: string): Promise<HostFacts> {
    const [{ hostname }, libvirt, qemu, node, totalKib, pool, networks] = await Promise.all([
      host.call('connectGetHostname', {}),
      host.call('connectGetLibVersion', {}),
      host.call('connectGetVersion', {}),
      host.call('nodeGetInfo', {}),
      memoryKib(host),
      poolFactsOrNone(host, poolName),
      readNetworks(host, this.#bridges),
    ]);
    return {
      hostname,
      libvirtVersion: versionText(libvirt.version),
      qemuVersion: versionText(qemu.version),
      cpuModel: this.#cpuModel ?? '',
      // The one thing that libvirt calls a model there.
      arch: node.model,
      vcpus: node.cpus,
      memoryMib: Math.floor((totalKib ?? node.memory) / 1024),
      pool,
      networks,
    };
  }
}

export async function readFacts(host: Calls, poolName: string): Promise<HostFacts> {
  const reader = new FactsReader();
  await reader.learn(host);
  return reader.read(host, poolName);
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

async function readCpuModel(host: Calls): Promise<string> {
  const { capabilities } = await host.call('connectGetCapabilities', {});
  const cpu = find(parseXml(capabilities), 'host', 'cpu');
  return [textIn(find(cpu, 'vendor')), textIn(find(cpu, 'model'))].filter(Boolean).join(' ');
}

/** The machine's own id, by which it is known whatever its address; null where its firmware has none that is its own. */
export async function readHostUuid(host: Calls): Promise<string | null> {
  const { capabilities } = await host.call('connectGetCapabilities', {});
  const uuid = textIn(find(parseXml(capabilities), 'host', 'uuid')).toLowerCase();
  const isOwn =
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) && !/^([0f])\1*$/.test(uuid.replaceAll('-', ''));
  return isOwn ? uuid : null;
}

/** Those that run; a bridge that belongs to a libvirt network is known by the network's name. */
async function readNetworks(host: Calls, bridges: readonly string[]): Promise<NetworkSource[]> {
  const { networks } = await host.call('connectListAllNetworks', {
    needResults: 1,
    flags: ListNetworksFlag.active,
  });
  const own = await Promise.all(networks.map(async (network) => bridgeOf(host, network)));
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
