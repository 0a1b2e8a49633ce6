import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  Connection,
  DomainEvent,
  DomainEventId,
  DomainState,
  ErrorNumber,
  type LibvirtEvent,
  LibvirtError,
  domainRef,
  isRefusal,
} from './index.ts';
import { PrivateLibvirtd } from './testing/private-libvirtd.ts';
import { waitUntil } from './testing/wait-until.ts';

const uuid = '5f6e8b8c-5a1d-4d6e-9a52-3e0f5d1c2b3a';
const domain = domainRef(uuid);
const xml = (name: string) =>
  `<domain type='test'><name>${name}</name><uuid>${uuid}</uuid><memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>`;

let libvirtd: PrivateLibvirtd;
let connection: Connection;

before(async () => {
  libvirtd = await PrivateLibvirtd.start();
  connection = await Connection.open({ uri: libvirtd.uri('test:///default') });
});

after(async () => {
  await connection.close();
  await libvirtd.stop();
});

test('the server says what it is', async () => {
  assert.deepEqual(await connection.call('connectGetType', {}), { type: 'TEST' });
  assert.deepEqual(await connection.call('connectGetUri', {}), { uri: 'test:///default' });
  const { version } = await connection.call('connectGetLibVersion', {});
  assert.ok(version >= 9_000_000);
  const node = await connection.call('nodeGetInfo', {});
  assert.equal(node.model, 'i686');
  assert.equal(node.memory, 3_145_728);
});

test('a domain lives its whole life, and every step is an event', async () => {
  const seen: LibvirtEvent[] = [];
  const stop = connection.onEvent((event) => seen.push(event));
  const { callbackId } = await connection.call('connectDomainEventCallbackRegisterAny', {
    eventId: DomainEventId.lifecycle,
    domain: null,
  });

  const defined = await connection.call('domainDefineXmlFlags', { xml: xml('云-1'), flags: 0 });
  assert.deepEqual(defined.domain, { name: '云-1', uuid, id: -1 });
  const started = await connection.call('domainCreateWithFlags', { domain, flags: 0 });
  assert.ok(started.domain.id > 0);
  assert.deepEqual(await connection.call('domainGetState', { domain, flags: 0 }), {
    state: DomainState.running,
    reason: 1,
  });
  await connection.call('domainSuspend', { domain });
  await connection.call('domainResume', { domain });
  const info = await connection.call('domainGetInfo', { domain });
  assert.equal(info.maxMemory, 65_536);
  assert.match((await connection.call('domainGetXmlDesc', { domain, flags: 0 })).xml, /<name>云-1<\/name>/);
  await connection.call('domainDestroyFlags', { domain, flags: 0 });
  await connection.call('domainUndefineFlags', { domain, flags: 0 });

  const expected = [
    DomainEvent.defined,
    DomainEvent.started,
    DomainEvent.suspended,
    DomainEvent.resumed,
    DomainEvent.stopped,
    DomainEvent.undefined,
  ];
  await waitUntil(() => seen.length >= expected.length, { what: 'every event has come' });
  const lifecycle = seen.flatMap((event) =>
    event.name === 'domainEventCallbackLifecycle' ? [event.payload] : [],
  );
  assert.deepEqual(
    lifecycle.map((payload) => payload.event),
    expected,
  );
  assert.ok(lifecycle.every((payload) => payload.callbackId === callbackId && payload.domain.uuid === uuid));
  stop();
  await connection.call('connectDomainEventCallbackDeregisterAny', { callbackId });
});

test('lists tell objects and their number', async () => {
  const { domains, count } = await connection.call('connectListAllDomains', { needResults: 1, flags: 0 });
  assert.deepEqual(
    domains.map(({ name }) => name),
    ['test'],
  );
  assert.equal(count, 1);
  const pools = await connection.call('connectListAllStoragePools', { needResults: 1, flags: 0 });
  assert.deepEqual(
    pools.pools.map(({ name }) => name),
    ['default-pool'],
  );
  const networks = await connection.call('connectListAllNetworks', { needResults: 0, flags: 0 });
  assert.deepEqual(networks, { networks: [], count: 1 });
});

test('metadata is kept, and its absence has a number of its own', async () => {
  await connection.call('domainDefineXmlFlags', { xml: xml('with-metadata'), flags: 0 });
  const element = { domain, type: 2, uri: 'https://example.org/ns' };
  await assert.rejects(
    connection.call('domainGetMetadata', { ...element, flags: 0 }),
    (e) => e instanceof LibvirtError && e.number === ErrorNumber.noMetadata,
  );
  await connection.call('domainSetMetadata', {
    ...element,
    metadata: '<owner>ann</owner>',
    key: 'x',
    flags: 2,
  });
  const { metadata } = await connection.call('domainGetMetadata', { ...element, flags: 2 });
  assert.equal(metadata, '<owner>ann</owner>');
  await connection.call('domainUndefineFlags', { domain, flags: 0 });
});

test('a refusal says which part of libvirt refused, and what it spoke of', async () => {
  const call = connection.call('domainGetState', {
    domain: domainRef('00000000-0000-4000-8000-000000000000'),
    flags: 0,
  });
  await assert.rejects(call, {
    name: 'LibvirtError',
    number: ErrorNumber.noDomain,
    procedure: 'domainGetState',
    level: 2,
  });
});

test('a broken XML text is refused, not the connection', async () => {
  const call = connection.call('domainDefineXmlFlags', { xml: '<domain>'.repeat(100_000), flags: 0 });
  await assert.rejects(call, LibvirtError);
  await connection.call('connectGetHostname', {});
});

test('a read-only connection may look but not touch', async () => {
  const reader = await Connection.open({ uri: libvirtd.uri('test:///default'), readOnly: true });
  await reader.call('connectListAllDomains', { needResults: 1, flags: 0 });
  await assert.rejects(
    reader.call('domainDefineXmlFlags', { xml: xml('no'), flags: 0 }),
    (e) => e instanceof LibvirtError && e.number === ErrorNumber.operationDenied,
  );
  await reader.close();
});

test('a thousand calls made together are all answered', async () => {
  const calls = Array.from({ length: 1000 }, () => connection.call('connectGetHostname', {}));
  assert.equal(new Set((await Promise.all(calls)).map(({ hostname }) => hostname)).size, 1);
});

test('snapshots are made, listed, reverted to and deleted', async () => {
  await connection.call('domainDefineXmlFlags', { xml: xml('with-snapshots'), flags: 0 });
  await connection.call('domainCreateWithFlags', { domain, flags: 0 });
  const snapshotXml = '<domainsnapshot><name>first</name><description>快照</description></domainsnapshot>';
  const { snapshot } = await connection.call('domainSnapshotCreateXml', {
    domain,
    xml: snapshotXml,
    flags: 0,
  });
  assert.equal(snapshot.name, 'first');
  const { snapshots } = await connection.call('domainListAllSnapshots', { domain, needResults: 1, flags: 0 });
  assert.deepEqual(
    snapshots.map(({ name }) => name),
    ['first'],
  );
  assert.match((await connection.call('domainSnapshotGetXmlDesc', { snapshot, flags: 0 })).xml, /快照/);
  assert.equal((await connection.call('domainHasCurrentSnapshot', { domain, flags: 0 })).result, 1);
  assert.equal((await connection.call('domainSnapshotCurrent', { domain, flags: 0 })).snapshot.name, 'first');
  await connection.call('domainRevertToSnapshot', { snapshot, flags: 0 });
  await connection.call('domainSnapshotDelete', { snapshot, flags: 0 });
  await assert.rejects(
    connection.call('domainSnapshotLookupByName', { domain, name: 'first', flags: 0 }),
    (e) => isRefusal(e, ErrorNumber.noSnapshot),
  );
  await connection.call('domainDestroyFlags', { domain, flags: 0 });
  await connection.call('domainUndefineFlags', { domain, flags: 0 });
});
