import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorNumber } from '@loucloud/libvirt';
import { type FakeHandlers, refuse, waitUntil } from '@loucloud/libvirt/testing';
import type { HostObserver } from '../../platform/hypervisor.ts';
import { METADATA_NAMESPACE } from './domain-metadata.ts';
import { FolderPools } from './folder-pools.ts';
import { callsWithin } from './host-link.ts';
import { HostWatch } from './host-watch.ts';
import { OwnedDomains } from './owned-domains.ts';
import { withFakeHost } from './test-fake-host.ts';

const vmId = '1b9a4e5c-0000-4000-8000-000000000001';
const gone = (): never => {
  throw refuse(ErrorNumber.noDomain, 'Domain not found');
};
const absent = (): never => {
  throw refuse(ErrorNumber.noSupport, 'not here');
};
const listed = (count: number) => ({
  domains: [{ name: 'a', uuid: vmId, id: 1 }].slice(0, count),
  count,
});

const quiet: HostObserver = {
  onSnapshot: () => Promise.resolve(),
  onDomain: () => Promise.resolve(),
  onAddresses: () => Promise.resolve(),
  onHardware: () => Promise.resolve(),
  onHealth: () => Promise.resolve(),
  onLost: () => Promise.resolve(),
};

test('a domain that is undefined while it is looked at is no error of the host', async (t) => {
  const errors: unknown[] = [];
  let looks = 0;
  const handlers: FakeHandlers = {
    connectListAllDomains: ({ flags }) => listed(flags === 0 ? 1 : 0),
    domainGetMetadata: () => ({ metadata: `<vm xmlns="${METADATA_NAMESPACE}" version="1" id="${vmId}"/>` }),
    domainGetState: () => ({ state: 1, reason: 1 }),
    domainInterfaceAddresses: () => ({ interfaces: [] }),
    domainGetXmlDesc: () => {
      looks++;
      return gone();
    },
    connectGetHostname: () => ({ hostname: 'node' }),
    connectGetLibVersion: () => ({ version: 9_000_000 }),
    connectGetVersion: () => ({ version: 7_002_000 }),
    nodeGetInfo: () => ({
      model: 'x86_64',
      memory: 1_048_576,
      cpus: 2,
      mhz: 2000,
      nodes: 1,
      sockets: 1,
      cores: 2,
      threads: 1,
    }),
    nodeGetMemoryStats: absent,
    nodeGetCpuMap: absent,
    connectGetCapabilities: () => ({ capabilities: '<capabilities/>' }),
    connectListAllInterfaces: absent,
    connectListAllNetworks: () => ({ networks: [], count: 0 }),
    connectListAllStoragePools: () => ({ pools: [], count: 0 }),
    storagePoolLookupByName: absent,
  };
  await withFakeHost(handlers, async (_host, link) => {
    const watch = new HostWatch({
      hostId: 'a host',
      uri: 'qemu:///system',
      poolName: 'none',
      link,
      owned: new OwnedDomains(link),
      folders: new FolderPools((timeoutMs) => callsWithin(link, timeoutMs)),
      observer: () => quiet,
      changing: new Set(),
      onError: (error) => errors.push(error),
    });
    t.after(() => watch.close());
    // Of its hardware, and for its agent.
    await waitUntil(() => looks >= 2, { what: 'it is looked at' });
  });
  assert.deepEqual(errors, []);
});
