/** A guest that gets an address. Who asks for it by DHCP here is the test, which writes the lease. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { waitUntil } from '@loucloud/libvirt/testing';
import { type TestHost, joinThisHost } from './test-host.ts';

/** Where dnsmasq tells libvirt what it has given out. */
const LEASES = '/var/lib/libvirt/dnsmasq/virbr0.status';

let host: TestHost;
before(async () => {
  host = await joinThisHost();
});
after(() => host.close());

const lease = (macAddress: string, address: string) => ({
  'ip-address': address,
  'mac-address': macAddress,
  'expiry-time': Math.floor(Date.now() / 1000) + 3600,
});

test('an address is told once the guest has got it', async () => {
  const { vmId, macAddress } = await host.makeVm();
  await host.driver.start(vmId);
  assert.deepEqual(await host.driver.addresses(vmId), []);
  await writeFile(LEASES, JSON.stringify([lease(macAddress, '192.168.122.50')]));
  await waitUntil(() => host.told.addresses.some((told) => told.vmId === vmId), {
    what: 'the address is told',
    timeoutMs: 30_000,
  });
  assert.deepEqual(
    host.told.addresses.filter((told) => told.vmId === vmId).map(({ addresses }) => addresses),
    [['192.168.122.50']],
  );
  assert.deepEqual(await host.driver.addresses(vmId), ['192.168.122.50']);
  await host.driver.powerOff(vmId);
  assert.deepEqual(await host.driver.addresses(vmId), [], 'a guest that is off has none');
  assert.deepEqual(host.told.errors, []);
});
