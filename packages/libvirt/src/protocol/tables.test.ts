import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connection } from '../session/connection.ts';
import type { Link } from '../link/link.ts';
import { decode, encode } from '../xdr/coding.ts';
import { events } from './events.ts';
import { domain, domainRef } from './objects.ts';
import { procedures } from './procedures.ts';

test('no two procedures, and no two events, share a number', () => {
  for (const table of [procedures, events]) {
    const numbers = Object.values(table).map(({ program, number }) => `${program}:${number}`);
    assert.equal(new Set(numbers).size, numbers.length);
  }
});

test('every high-priority procedure is quick or firm, every other one slow', () => {
  for (const [name, { priority, lane }] of Object.entries(procedures)) {
    assert.equal(lane === 'slow', priority === 'low', name);
  }
});

/** Their answer waits for the storage that the file is on. */
const looksAtFiles = ['storageVolGetInfo', 'storageVolGetInfoFlags'];

test('a procedure that only gets, lists or looks up does not wait behind one that changes something', () => {
  for (const [name, { lane }] of Object.entries(procedures)) {
    const onlyReads = /(Get|ListAll|Lookup|Is[A-Z])/.test(name) && !name.includes('Set');
    if (onlyReads && !looksAtFiles.includes(name)) assert.notEqual(lane, 'firm', name);
    if (/(Define|Undefine|Destroy|Set|Register)/.test(name)) assert.notEqual(lane, 'quick', name);
  }
});

test('names are in camel case as libvirt spells them', () => {
  for (const name of [...Object.keys(procedures), ...Object.keys(events)])
    assert.match(name, /^[a-z]+([A-Z][a-z]*\d?)+$/);
});

test('the specialised reader of a domain reads what its writer writes', () => {
  const ref = { name: '云', uuid: 'dc229f87-d4de-4719-8cfd-2e21c6105b01', id: -1 };
  assert.deepEqual(decode(domain, encode(domain, ref)), ref);
  assert.deepEqual(domainRef(ref.uuid), { name: ref.uuid, uuid: ref.uuid, id: -1 });
});

/** Never run: what must and must not compile. */
export async function typesHold(connection: Connection, link: Link): Promise<void> {
  const ref = domainRef('dc229f87-d4de-4719-8cfd-2e21c6105b01');
  const { state }: { state: number } = await connection.call('domainGetState', { domain: ref, flags: 0 });
  const { xml }: { xml: string } = await link.call('domainGetXmlDesc', { domain: ref, flags: state });
  const { mime }: { mime: string | null } = (
    await link.openStream('domainScreenshot', { domain: ref, screen: 0, flags: 0 })
  ).reply;
  // @ts-expect-error flags is missing
  await connection.call('domainGetState', { domain: ref });
  // @ts-expect-error no such procedure
  await connection.call('domainGetStates', {});
  // @ts-expect-error a stream is opened, not called
  await connection.call('domainScreenshot', { domain: ref, screen: 0, flags: 0 });
  // @ts-expect-error a call is made, not opened
  await connection.openStream('domainGetState', { domain: ref, flags: 0 });
  // @ts-expect-error a name is a text
  await connection.call('domainLookupByName', { name: xml.length + (mime ?? '').length });
  link.on('domain', (event) => {
    if (event.type === 'lifecycle') event.detail.toUpperCase();
    // @ts-expect-error not every event has a detail
    else event.detail.toUpperCase();
  });
}
