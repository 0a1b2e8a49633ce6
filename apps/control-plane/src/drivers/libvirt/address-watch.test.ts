import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitUntil } from '@loucloud/libvirt/testing';
import { AddressWatch } from './address-watch.ts';
import { METADATA_NAMESPACE } from './domain-metadata.ts';
import { OwnedDomains } from './owned-domains.ts';
import { withFakeHost } from './test-fake-host.ts';

const VM = '1b9a4e5c-0000-4000-8000-000000000001';

test('a guest that ran before is asked seldom, and often once it has started; for its agent once each time', async () => {
  let asked = 0;
  let looksForAgent = 0;
  const handlers: Parameters<typeof withFakeHost>[0] = {
    domainGetMetadata: () => ({
      metadata: `<vm xmlns="${METADATA_NAMESPACE}" version="1" id="${VM}"/>`,
    }),
    domainInterfaceAddresses: () => {
      asked++;
      return { interfaces: [] };
    },
    domainGetXmlDesc: () => {
      looksForAgent++;
      return { xml: '<domain><devices/></domain>' };
    },
  };
  await withFakeHost(handlers, async (_host, link) => {
    await link.whenConnected();
    const errors: unknown[] = [];
    const watch = new AddressWatch({
      link,
      owned: new OwnedDomains(link),
      onAddresses: () => assert.fail('it has none'),
      onError: (error) => void errors.push(error),
    });
    watch.watchOnly([VM]);
    await waitUntil(() => asked === 1, { what: 'it is asked' });
    watch.watch(VM);
    // At once, and after a second: at its old pace the next would come in half a minute.
    await waitUntil(() => asked >= 3, { what: 'it is asked often' });
    watch.close();
    assert.equal(looksForAgent, 2, 'of its agent an event tells');
    assert.deepEqual(errors, []);
  });
});
