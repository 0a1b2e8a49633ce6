import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DomainState, ListDomainsFlag, ShutoffReason } from '@loucloud/libvirt';
import { METADATA_NAMESPACE } from './domain-metadata.ts';
import { readAllStatuses, readStatus } from './domain-status.ts';
import { OwnedDomains } from './owned-domains.ts';
import { withFakeHost } from './test-fake-host.ts';

const RUNNING = '1b9a4e5c-0000-4000-8000-000000000001';
const CRASHED = '1b9a4e5c-0000-4000-8000-000000000002';
const FOREIGN = '1b9a4e5c-0000-4000-8000-000000000003';

test('all of ours are read; of those that run nothing more is asked than which they are', async () => {
  const byFlags: Record<number, readonly string[]> = {
    0: [RUNNING, CRASHED, FOREIGN],
    [ListDomainsFlag.running]: [RUNNING, FOREIGN],
  };
  const asked: string[] = [];
  const handlers: Parameters<typeof withFakeHost>[0] = {
    connectListAllDomains: ({ flags }) => {
      const ids = byFlags[flags] ?? [];
      return { domains: ids.map((uuid) => ({ name: uuid, uuid, id: 1 })), count: ids.length };
    },
    domainGetMetadata: ({ domain: { uuid } }) => ({
      metadata: `<vm xmlns="${METADATA_NAMESPACE}" id="${uuid === FOREIGN ? RUNNING : uuid}"/>`,
    }),
    domainGetState: ({ domain }) => {
      asked.push(domain.uuid);
      return { state: DomainState.shutoff, reason: ShutoffReason.crashed };
    },
  };
  await withFakeHost(handlers, async (host, link) => {
    await link.whenConnected();
    assert.deepEqual(await readAllStatuses(host, new OwnedDomains(link)), [
      { vmId: RUNNING, state: 'running', cause: 'found_so' },
      { vmId: CRASHED, state: 'crashed', cause: 'crashed' },
    ]);
    assert.deepEqual(asked, [CRASHED]);
  });
});

test('one that is off is saved if libvirt has its memory, which is not asked of one that has just ended', async () => {
  let listings = 0;
  const handlers: Parameters<typeof withFakeHost>[0] = {
    connectListAllDomains: () => {
      listings++;
      return { domains: [{ name: 'a', uuid: RUNNING, id: -1 }], count: 1 };
    },
    domainGetMetadata: () => ({ metadata: `<vm xmlns="${METADATA_NAMESPACE}" id="${RUNNING}"/>` }),
    domainGetState: () => ({ state: DomainState.shutoff, reason: ShutoffReason.destroyed }),
  };
  await withFakeHost(handlers, async (host, link) => {
    await link.whenConnected();
    const owned = new OwnedDomains(link);
    assert.equal((await readStatus(host, owned, RUNNING, { isUnsaved: true }))?.state, 'stopped');
    assert.equal(listings, 0);
    assert.equal((await readStatus(host, owned, RUNNING))?.state, 'saved');
  });
});
