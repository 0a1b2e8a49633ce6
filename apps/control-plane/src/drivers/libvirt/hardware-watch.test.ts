import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorNumber } from '@loucloud/libvirt';
import { FakeLibvirtd, refuse, waitUntil } from '@loucloud/libvirt/testing';
import type { DomainHardware } from '../../platform/hypervisor.ts';
import { METADATA_NAMESPACE } from './domain-metadata.ts';
import { HardwareWatch } from './hardware-watch.ts';
import { OwnedDomains } from './owned-domains.ts';
import { withFakeHost } from './test-fake-host.ts';

const idOf = (index: number): string => `1b9a4e5c-0000-4000-8000-${String(index).padStart(12, '0')}`;
const ALL = Array.from({ length: 12 }, (_, index) => idOf(index));
const [FIRST = ''] = ALL;

/** A host whose domains are all ours, each with this much memory; null: it has just been undefined. */
function hostOf(memoryMib: Map<string, number | null>): FakeLibvirtd['handlers'] {
  const xmlOf = (vmId: string): string => {
    const memory = memoryMib.get(vmId) ?? null;
    if (memory === null) throw refuse(ErrorNumber.noDomain, 'Domain not found');
    return `<domain type='qemu'><name>${vmId}</name><memory unit='MiB'>${memory}</memory><vcpu>1</vcpu></domain>`;
  };
  return {
    domainGetMetadata: ({ domain }) => ({
      metadata: `<vm xmlns="${METADATA_NAMESPACE}" version="1" id="${domain.uuid}"/>`,
    }),
    domainGetXmlDesc: ({ domain }) => ({ xml: xmlOf(domain.uuid) }),
    storagePoolLookupByName: () => {
      throw refuse(ErrorNumber.noStoragePool, 'no such pool');
    },
  };
}

async function watching(
  memoryMib: Map<string, number | null>,
  use: (seen: {
    watch: HardwareWatch;
    /** Domains that calls of ours are changing. */
    changing: Set<string>;
    told: readonly DomainHardware[];
    errors: readonly unknown[];
    libvirtd: FakeLibvirtd;
  }) => Promise<void>,
): Promise<void> {
  await withFakeHost(hostOf(memoryMib), async (_host, link, libvirtd) => {
    await link.whenConnected();
    const told: DomainHardware[] = [];
    const errors: unknown[] = [];
    const changing = new Set<string>();
    const watch = new HardwareWatch({
      link,
      owned: new OwnedDomains(link),
      poolName: 'none',
      changing,
      onHardware: (hardware) => void told.push(hardware),
      onError: (error) => void errors.push(error),
    });
    await use({ watch, changing, told, errors, libvirtd });
    watch.close();
  });
}

const readsBy = ({ clients }: FakeLibvirtd): number[] =>
  Array.from(clients, ({ received }) => received.filter((name) => name === 'domainGetXmlDesc').length);

test('each domain is told once, and again when it has changed', async () => {
  const memoryMib = new Map<string, number | null>(ALL.map((vmId) => [vmId, 512]));
  await watching(memoryMib, async ({ watch, told, errors }) => {
    watch.watchOnly(ALL);
    await waitUntil(() => told.length === ALL.length, { what: 'all are told' });
    assert.deepEqual(told.map(({ vmId }) => vmId).toSorted(), ALL);
    memoryMib.set(FIRST, 1024);
    await waitUntil(() => told.length > ALL.length, { what: 'the change is told' });
    assert.deepEqual([told.at(-1)?.vmId, told.at(-1)?.memoryMib], [FIRST, 1024]);
    assert.deepEqual(errors, []);
  });
});

test('what is to be told anew is told, though it is as it was', async () => {
  const memoryMib = new Map<string, number | null>(ALL.map((vmId) => [vmId, 512]));
  await watching(memoryMib, async ({ watch, told }) => {
    watch.watchOnly(ALL);
    await waitUntil(() => told.length === ALL.length, { what: 'all are told' });
    watch.tellAnew(FIRST);
    await waitUntil(() => told.length > ALL.length, { what: 'it is told again' });
    assert.deepEqual(
      told.at(-1),
      told.find(({ vmId }) => vmId === FIRST),
    );
  });
});

test('what we are changing is left alone meanwhile, and read as soon as that is over', async () => {
  const memoryMib = new Map<string, number | null>(ALL.map((vmId) => [vmId, 512]));
  await watching(memoryMib, async ({ watch, changing, told }) => {
    changing.add(FIRST);
    watch.watchOnly(ALL);
    watch.look(FIRST);
    await waitUntil(() => told.length === ALL.length - 1, { what: 'all others are told' });
    memoryMib.set(ALL[1] ?? '', 768);
    await waitUntil(() => told.length === ALL.length, { what: 'another one has had its second turn' });
    assert.ok(told.every(({ vmId }) => vmId !== FIRST));
    changing.delete(FIRST);
    watch.changed(FIRST);
    await waitUntil(() => told.at(-1)?.vmId === FIRST, { what: 'it is told' });
  });
});

test('while many are being changed, the others are still read in turn, if less often', async () => {
  const memoryMib = new Map<string, number | null>(ALL.map((vmId) => [vmId, 512]));
  const [another = '', ...others] = ALL.slice(1);
  await watching(memoryMib, async ({ watch, changing, told }) => {
    for (const vmId of others.slice(0, 6)) changing.add(vmId);
    watch.watchOnly(ALL);
    await waitUntil(() => told.length === ALL.length - 6, { what: 'all others are told' });
    memoryMib.set(another, 768);
    await waitUntil(() => told.at(-1)?.memoryMib === 768, { what: 'a change by somebody else is told' });
  });
});

test('all of it is read on one connection, where nothing else waits', async () => {
  await watching(new Map(ALL.map((vmId) => [vmId, 512])), async ({ watch, told, libvirtd }) => {
    watch.watchOnly(ALL);
    await waitUntil(() => told.length === ALL.length, { what: 'all are read' });
    assert.equal(readsBy(libvirtd).filter((count) => count > 0).length, 1);
    assert.equal(readsBy(libvirtd)[0], 0, 'the first is for quick reads');
  });
});

test('a domain that is undefined between two readings is gone, and no error', async () => {
  const memoryMib = new Map<string, number | null>([[FIRST, 512]]);
  await watching(memoryMib, async ({ watch, told, errors, libvirtd }) => {
    watch.watchOnly([FIRST]);
    await waitUntil(() => told.length === 1, { what: 'it is read' });
    memoryMib.set(FIRST, null);
    const reads = readsBy(libvirtd).at(-1) ?? 0;
    watch.look(FIRST);
    await waitUntil(() => (readsBy(libvirtd).at(-1) ?? 0) > reads, { what: 'it is looked for' });
    // Back under the same id: known to nobody until it is looked at again.
    memoryMib.set(FIRST, 768);
    watch.look(FIRST);
    await waitUntil(() => told.length === 2, { what: 'it is news again' });
    assert.deepEqual(errors, []);
  });
});
