/** What a real host and a real guest have used, and a picture of the guest's screen. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitUntil } from '@loucloud/libvirt/testing';
import type { DomainReading } from '../../platform/hypervisor.ts';
import { type TestHost, joinThisHost } from './test-host.ts';

let host: TestHost;
let vmId = '';
before(async () => {
  host = await joinThisHost();
  ({ vmId } = await host.makeVm());
  await host.driver.start(vmId);
});
after(() => host.close());

const counters = async (): Promise<DomainReading> => {
  const reading = (await host.driver.readCounters())?.domains.get(vmId);
  assert.ok(reading);
  return reading;
};

test('one reading has the host and all of its running guests', async () => {
  const first = await host.driver.readCounters();
  assert.ok(first && first.cpuNs !== null && first.memoryBytes !== null);
  const guest = first.domains.get(vmId);
  assert.ok(guest);
  assert.ok(
    Object.values(guest).every((value) => typeof value === 'number'),
    JSON.stringify(guest),
  );
  assert.ok((guest.memoryBytes ?? 0) <= 64 * 2 ** 20);
  await waitUntil(
    async () => {
      const now = await counters();
      return now.run === guest.run && (now.cpuNs ?? 0) > (guest.cpuNs ?? 0);
    },
    { what: 'its processor time grows' },
  );
  assert.ok(((await host.driver.readCounters())?.cpuNs ?? 0) > first.cpuNs);
});

test('a start is another run, and one that is off uses nothing', async () => {
  const before = await counters();
  await host.driver.powerOff(vmId);
  assert.equal((await host.driver.readCounters())?.domains.has(vmId), false);
  await host.driver.start(vmId);
  assert.notEqual((await counters()).run, before.run);
});

test('its screen is a picture; one that is off has none', async () => {
  const picture = Buffer.from((await host.driver.screenshot(vmId)) ?? []);
  assert.match(picture.toString('latin1', 0, 4), /^(\u0089PNG|P6\s)/);
  await host.driver.powerOff(vmId);
  await assert.rejects(host.driver.screenshot(vmId), { code: 'wrong_state' });
});
