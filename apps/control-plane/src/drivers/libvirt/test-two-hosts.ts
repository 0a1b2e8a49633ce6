/** For tests in a box without libvirtd: two hosts with libvirtds and folders of their own, in one network. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateLibvirtd, waitUntil } from '@loucloud/libvirt/testing';
import type { DomainSpec, DomainStatus, HostDriver, Hypervisor } from '../../platform/hypervisor.ts';
import type { Move } from '../../platform/vm-moves.ts';
import { probeGuestBootSector } from '../image-builder/probe-guest.ts';
import { libvirtHypervisor } from './hypervisor.ts';
import { testGuestDisk } from './test-guest.ts';
import { TEST_POOL } from './test-host.ts';
import { someSpec } from './test-spec.ts';

export const BRIDGE = { kind: 'bridge', source: 'br-test' } as const;
/** libvirt takes no loopback address for a way that guests come by. */
const ADDRESS = '10.77.0.1';
const POOL_FOLDER = '/var/lib/libvirt/loucloud';

export interface TwoHosts extends AsyncDisposable {
  readonly hypervisor: Hypervisor;
  readonly here: TestSide;
  readonly there: TestSide;
  readonly basePath: string;
  /** A disk and a domain of the test guest, on `here`. Its disk has a block of its own behind the image's. */
  makeVm(changes?: Partial<DomainSpec>): Promise<DomainSpec>;
  move(vmId: string): Move;
  /** Another one who manages the same hosts. */
  another(): Promise<Hypervisor>;
}

export interface TestSide {
  readonly hostId: string;
  readonly libvirtd: PrivateLibvirtd;
  readonly driver: HostDriver;
  /** Every state that was told of a VM, as "running/started". */
  told(vmId: string): string[];
  /** As this machine sees a file of its pool. */
  file(name: string): string;
  virsh(...args: readonly string[]): string;
}

export async function startTwoHosts(): Promise<TwoHosts> {
  execFileSync('ip', ['link', 'add', BRIDGE.source, 'type', 'bridge']);
  execFileSync('ip', ['address', 'add', `${ADDRESS}/24`, 'dev', BRIDGE.source]);
  execFileSync('ip', ['link', 'set', BRIDGE.source, 'up']);
  // Two hosts of one machine are two to libvirt by their ids alone.
  const start = () =>
    PrivateLibvirtd.start({
      listen: ['listen_tls = 0', 'listen_tcp = 0', `host_uuid = "${randomUUID()}"`],
      qemu: [`migration_host = "${ADDRESS}"`],
    });
  const [first, second] = await Promise.all([start(), start()]);
  const news = new Map<string, { vmId: string; status: DomainStatus | null }[]>();
  const hypervisor = libvirtHypervisor({
    probeGuest: probeGuestBootSector(),
    onError: (error) => console.error(error),
  });
  const joined = new Set<string>();
  hypervisor.observe({
    onSnapshot: async (hostId) => void joined.add(hostId),
    onDomain: async (hostId, vmId, status) => {
      news.set(hostId, [...(news.get(hostId) ?? []), { vmId, status }]);
    },
    onAddresses: async () => {},
    onLost: async () => {},
    onHealth: () => Promise.resolve(),
    onHardware: async () => {},
  });
  const side = (libvirtd: PrivateLibvirtd): TestSide => {
    const hostId = randomUUID();
    const uri = libvirtd.uri();
    const virsh = (...args: readonly string[]) =>
      execFileSync('virsh', ['-q', '-c', uri, ...args], { encoding: 'utf8' });
    virsh('pool-define-as', TEST_POOL, 'dir', '--target', POOL_FOLDER);
    virsh('pool-build', TEST_POOL);
    virsh('pool-start', TEST_POOL);
    hypervisor.join({ hostId, uri, poolName: TEST_POOL });
    hypervisor.watch(hostId);
    return {
      hostId,
      libvirtd,
      driver: hypervisor.host(hostId),
      told: (vmId) =>
        (news.get(hostId) ?? [])
          .filter((item) => item.vmId === vmId)
          .map(({ status }) => (status ? `${status.state}/${status.cause}` : 'gone')),
      file: (name) => join(libvirtd.libFolder, 'loucloud', name),
      virsh,
    };
  };
  const [here, there] = [side(first), side(second)];
  await waitUntil(() => joined.size === 2, { what: 'both hosts are read', timeoutMs: 60_000 });
  const basePath = await writeBaseImage();
  return {
    hypervisor,
    here,
    there,
    basePath,
    async makeVm(changes = {}) {
      const vmId = randomUUID();
      const backing = { path: basePath, format: 'raw' } as const;
      const diskPath = await here.driver.createDisk({
        vmId,
        poolName: TEST_POOL,
        sizeBytes: 64 * 2 ** 20,
        backing,
      });
      const file = here.file(`${vmId}.qcow2`);
      execFileSync('qemu-io', ['-f', 'qcow2', '-c', 'write -P 0x5a 32M 8M', file]);
      const spec: DomainSpec = {
        ...someSpec(),
        vmId,
        domainName: `vm-${vmId}`,
        memoryMib: 64,
        macAddress: `52:54:00:${vmId.slice(0, 2)}:${vmId.slice(2, 4)}:${vmId.slice(4, 6)}`,
        network: BRIDGE,
        diskPath,
        ...changes,
      };
      await here.driver.define(spec);
      return spec;
    },
    move: (vmId) => ({
      vmId,
      from: { hostId: here.hostId, poolName: TEST_POOL },
      to: { hostId: there.hostId, poolName: TEST_POOL },
    }),
    async another() {
      const other = libvirtHypervisor({ probeGuest: probeGuestBootSector(), onError: () => {} });
      const reads = new Set<string>();
      const quiet = {
        onDomain: async () => {},
        onAddresses: async () => {},
        onLost: async () => {},
        onHealth: () => Promise.resolve(),
        onHardware: async () => {},
      };
      other.observe({ ...quiet, onSnapshot: async (hostId) => void reads.add(hostId) });
      for (const { hostId, libvirtd } of [here, there]) {
        other.join({ hostId, uri: libvirtd.uri(), poolName: TEST_POOL });
        other.watch(hostId);
      }
      await waitUntil(() => reads.size === 2, { what: 'both hosts are read', timeoutMs: 60_000 });
      return other;
    },
    async [Symbol.asyncDispose]() {
      await hypervisor.close();
      await Promise.all([first.stop(), second.stop()]);
    },
  };
}

/** That the block which `makeVm` has written is on the disk, and the image's boot sector behind it. */
export function assertDiskWhole(path: string): void {
  execFileSync('qemu-img', ['check', '-q', path]);
  const read = execFileSync('qemu-io', ['-f', 'qcow2', '-r', '-U', '-c', 'read -P 0x5a 32M 8M', path], {
    encoding: 'utf8',
  });
  if (/verification failed/i.test(read)) throw new Error(read);
}

async function writeBaseImage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'base-'));
  await chmod(folder, 0o755);
  const path = join(folder, 'guest.img');
  await writeFile(path, testGuestDisk());
  return path;
}
