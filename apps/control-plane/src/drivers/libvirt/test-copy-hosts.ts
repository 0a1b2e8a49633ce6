/** For tests in a box: this machine as one host, and a second libvirtd, with folders of its own, as another. */
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@loucloud/libvirt';
import { PrivateLibvirtd, waitUntil } from '@loucloud/libvirt/testing';
import type { HostDriver, Hypervisor } from '../../platform/hypervisor.ts';
import { probeGuestBootSector } from '../image-builder/probe-guest.ts';
import { libvirtHypervisor } from './hypervisor.ts';
import { folderPoolXml } from './pools.ts';
import { TEST_POOL, TEST_URI } from './test-host.ts';

export const HERE = '11111111-1111-4111-8111-111111111111';
export const THERE = '22222222-2222-4222-8222-222222222222';

export interface CopyHosts {
  readonly hypervisor: Hypervisor;
  readonly here: HostDriver;
  readonly there: HostDriver;
  readonly libvirtdThere: PrivateLibvirtd;
  /** What the second host has at this path below its pool. */
  fileThere(name: string): string;
  close(): Promise<void>;
}

export async function joinCopyHosts(uriHere = TEST_URI): Promise<CopyHosts> {
  const libvirtdThere = await PrivateLibvirtd.start();
  const hypervisor = libvirtHypervisor({ probeGuest: probeGuestBootSector(), onError: () => undefined });
  const read = new Set<string>();
  hypervisor.observe({
    onSnapshot: async (hostId) => void read.add(hostId),
    onDomain: async () => undefined,
    onAddresses: async () => undefined,
    onLost: async () => undefined,
    onHardware: async () => undefined,
    onHealth: async () => undefined,
  });
  for (const [hostId, uri] of [
    [HERE, uriHere],
    [THERE, libvirtdThere.uri()],
  ] as const) {
    await makePool(uri);
    hypervisor.join({ hostId, uri, poolName: TEST_POOL });
    hypervisor.watch(hostId);
  }
  await waitUntil(() => read.size === 2, { what: 'both hosts are read', timeoutMs: 30_000 });
  return {
    hypervisor,
    here: hypervisor.host(HERE),
    there: hypervisor.host(THERE),
    libvirtdThere,
    fileThere: (name) => join(libvirtdThere.libFolder, TEST_POOL, name),
    async close() {
      await hypervisor.close();
      await libvirtdThere.stop();
    },
  };
}

async function makePool(uri: string): Promise<void> {
  const connection = await Connection.open({ uri });
  const xml = folderPoolXml(TEST_POOL, `/var/lib/libvirt/${TEST_POOL}`);
  const { pool } = await connection.call('storagePoolDefineXml', { xml, flags: 0 });
  await connection.call('storagePoolBuild', { pool, flags: 0 });
  await connection.call('storagePoolCreate', { pool, flags: 0 });
  await connection.close();
}

/** A way to this machine's libvirt on which, in each connection, the byte behind the first MiB from the server is another. */
export async function corruptingUri(): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'corrupting-')), 'sock');
  const server = createServer((client) => {
    const libvirt = connect('/run/libvirt/libvirt-sock');
    let passed = 0;
    client.pipe(libvirt);
    libvirt.on('data', (bytes: Buffer) => {
      const at = 1_048_576 - passed;
      if (at >= 0 && at < bytes.length) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      passed += bytes.length;
      client.write(bytes);
    });
    for (const [one, other] of [
      [client, libvirt],
      [libvirt, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.listen(path).unref();
  await once(server, 'listening');
  return `qemu:///system?socket=${path}`;
}
