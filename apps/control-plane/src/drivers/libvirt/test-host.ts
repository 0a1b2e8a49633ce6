/** For tests in a box: this machine as a host, with somebody who remembers what it tells. */
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { waitUntil } from '@loucloud/libvirt/testing';
import type {
  DomainHardware,
  DomainSpec,
  DomainStatus,
  HostDriver,
  HostFacts,
  Hypervisor,
} from '../../platform/hypervisor.ts';
import { probeGuestBootSector } from '../image-builder/probe-guest.ts';
import { libvirtHypervisor } from './hypervisor.ts';
import { someSpec } from './test-spec.ts';
import { testGuestDisk } from './test-guest.ts';

export const TEST_URI = 'qemu:///system';
export const TEST_POOL = 'loucloud';
export const TEST_HOST_ID = '11111111-1111-4111-8111-111111111111';

export interface Told {
  readonly snapshots: { domains: readonly DomainStatus[]; facts: HostFacts }[];
  /** All that was said about single VMs, in order. */
  readonly domains: { vmId: string; status: DomainStatus | null }[];
  readonly addresses: { vmId: string; addresses: readonly string[] }[];
  readonly hardware: DomainHardware[];
  readonly lost: string[];
  readonly errors: unknown[];
}

export interface TestHost {
  readonly hypervisor: Hypervisor;
  readonly driver: HostDriver;
  readonly told: Told;
  /** What `onDomain` has said about a VM: "running/started". */
  toldOf(vmId: string): string[];
  waitForTold(vmId: string, news: string): Promise<void>;
  /** A disk and a domain of the test guest. */
  makeVm(changes?: Partial<DomainSpec>): Promise<DomainSpec>;
  close(): Promise<void>;
}

export async function joinThisHost({
  uri = TEST_URI,
  ...options
}: { uri?: string; rereadMs?: number } = {}): Promise<TestHost> {
  const told: Told = { snapshots: [], domains: [], addresses: [], hardware: [], lost: [], errors: [] };
  const hypervisor = libvirtHypervisor({
    probeGuest: probeGuestBootSector(),
    onError: (error) => told.errors.push(error),
    ...options,
  });
  const checked = await hypervisor.check({ uri, poolName: TEST_POOL, networks: [] }, () => {});
  const failed = checked.checks.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) throw new Error(`the host is not fit: ${JSON.stringify(failed)}`);
  hypervisor.observe(rememberIn(told));
  hypervisor.join({ hostId: TEST_HOST_ID, uri, poolName: TEST_POOL });
  hypervisor.watch(TEST_HOST_ID);
  await waitUntil(() => told.snapshots.length > 0, { what: 'the host is read', timeoutMs: 30_000 });

  const driver = hypervisor.host(TEST_HOST_ID);
  const base = await writeBaseImage();
  const toldOf = (vmId: string) =>
    told.domains
      .filter((d) => d.vmId === vmId)
      .map(({ status }) => (status ? `${status.state}/${status.cause}` : 'gone'));
  return {
    hypervisor,
    driver,
    told,
    toldOf,
    waitForTold: (vmId, news) =>
      waitUntil(() => toldOf(vmId).includes(news), {
        what: `${news} is told, not only ${toldOf(vmId).join()}`,
        timeoutMs: 30_000,
      }),
    async makeVm(changes = {}) {
      const vmId = randomUUID();
      const diskPath = await driver.createDisk({
        vmId,
        poolName: TEST_POOL,
        sizeBytes: 8 * 2 ** 20,
        backing: { path: base, format: 'raw' },
      });
      const spec = {
        ...someSpec(),
        vmId,
        domainName: `vm-${vmId}`,
        memoryMib: 64,
        macAddress: randomMac(vmId),
        diskPath,
        ...changes,
      };
      await driver.define(spec);
      return spec;
    },
    close: () => hypervisor.close(),
  };
}

function rememberIn(told: Told): Parameters<Hypervisor['observe']>[0] {
  return {
    onSnapshot: async (_hostId, domains, facts) => void told.snapshots.push({ domains, facts }),
    onDomain: async (_hostId, vmId, status) => void told.domains.push({ vmId, status }),
    onAddresses: async (_hostId, vmId, addresses) => void told.addresses.push({ vmId, addresses }),
    onHardware: async (_hostId, hardware) => void told.hardware.push(hardware),
    onHealth: async () => {},
    onLost: async (_hostId, { code }) => void told.lost.push(code),
  };
}

async function writeBaseImage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'base-'));
  await chmod(folder, 0o755);
  const path = join(folder, 'guest.img');
  await writeFile(path, testGuestDisk());
  return path;
}

const randomMac = (vmId: string): string =>
  `52:54:00:${vmId.slice(0, 2)}:${vmId.slice(2, 4)}:${vmId.slice(4, 6)}`;
