import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import {
  Connection,
  ConsoleFlag,
  DefineFlag,
  DomainState,
  Impact,
  LibvirtError,
  Link,
  MetadataType,
  type NamedDomainEvent,
  StatsFlag,
  StatsType,
  UndefineFlag,
  domainRef,
  paramsByName,
} from './index.ts';
import { PrivateLibvirtd } from './testing/private-libvirtd.ts';
import { createBootVolume, startPool } from './testing/real-pool.ts';
import { tinyDomainXml } from './testing/tiny-guest.ts';
import { waitUntil } from './testing/wait-until.ts';

const uuid = '0d3b8c5e-9d0a-4f6e-8c43-6c6d0d9f7a11';
const domain = domainRef(uuid, 'tiny');

let libvirtd: PrivateLibvirtd;
let connection: Connection;
let link: Link;
let diskPath: string;
const seen: NamedDomainEvent[] = [];

before(async () => {
  libvirtd = await PrivateLibvirtd.start();
  connection = await Connection.open({ uri: libvirtd.uri() });
  link = new Link({ uri: libvirtd.uri() });
  link.on('domain', (event) => seen.push(event));
  link.start();
  await link.whenConnected();
  diskPath = await createBootVolume(connection, await startPool(connection, 'images'), 'boot.img');
});

after(async () => {
  await link.close();
  await connection.close();
  await libvirtd.stop();
});

const lifecycle = () =>
  seen.flatMap((event) => (event.type === 'lifecycle' ? [`${event.event}/${event.detail}`] : []));

test('a guest is defined and started, and events say so', async () => {
  const xml = tinyDomainXml({ name: 'tiny', uuid, diskPath });
  await link.call('domainDefineXmlFlags', { xml, flags: DefineFlag.validate });
  await link.call('domainCreateWithFlags', { domain, flags: 0 }, { timeoutMs: 60_000 });
  assert.deepEqual(await link.call('domainGetState', { domain, flags: 0 }), {
    state: DomainState.running,
    reason: 1,
  });
  await waitUntil(() => lifecycle().includes('started/booted'), { what: 'the start is an event' });
  assert.equal(lifecycle()[0], 'defined/added');
});

test('its console is heard and answers', async () => {
  const stream = await link.openStream('domainOpenConsole', {
    domain,
    device: null,
    flags: ConsoleFlag.force,
  });
  stream.setEncoding('latin1');
  let heard = '';
  stream.on('data', (text: string) => (heard += text));
  await waitUntil(() => heard.includes('ready\r\n'), { what: 'the guest speaks', timeoutMs: 60_000 });
  stream.write('Z');
  await waitUntil(() => heard.includes('Z'), { what: 'the guest answers' });
  await stream.finish();
  await stream.over;
});

test('its screen is a picture', async () => {
  const { mime, bytes } = await link.withStream(
    'domainScreenshot',
    { domain, screen: 0, flags: 0 },
    async (stream) => ({
      mime: stream.reply.mime,
      bytes: await buffer(stream),
    }),
  );
  assert.equal(mime, 'image/png');
  assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
});

test('its statistics come as named values', async () => {
  const stats = StatsType.state | StatsType.cpuTotal | StatsType.vcpu | StatsType.block | StatsType.balloon;
  const { records } = await link.call('connectGetAllDomainStats', {
    domains: [],
    stats,
    flags: StatsFlag.noWait,
  });
  assert.equal(records.length, 1);
  const values = paramsByName(records[0]?.params ?? []);
  assert.equal(values.get('state.state'), DomainState.running);
  assert.equal(values.get('vcpu.current'), 1);
  assert.equal(values.get('block.0.name'), 'hda');
  assert.equal(typeof values.get('cpu.time'), 'number');
});

test('its monitor answers in JSON', async () => {
  const command = JSON.stringify({ execute: 'query-status' });
  const { result } = await link.call('qemuDomainMonitorCommand', { domain, command, flags: 0 });
  assert.equal((JSON.parse(result) as { return: { status: string } }).return.status, 'running');
});

test('keys, memory and disk facts go through', async () => {
  await link.call('domainSendKey', { domain, codeset: 0, holdTimeMs: 10, keycodes: [28], flags: 0 });
  const info = await link.call('domainGetInfo', { domain });
  assert.equal(info.memory, 16_384);
  const block = await link.call('domainGetBlockInfo', { domain, path: 'hda', flags: 0 });
  assert.equal(block.capacity, 512);
  const job = await link.call('domainGetJobStats', { domain, flags: 0 });
  assert.equal(job.type, 0);
});

test('tuning takes and gives typed parameters', async () => {
  const disk = { domain, disk: 'hda', flags: 0 };
  const set = [{ field: 'total_bytes_sec', type: 'ullong' as const, value: 5_000_000_000 }];
  await link.call('domainSetBlockIoTune', { ...disk, params: set });
  const { paramCount } = await link.call('domainGetBlockIoTune', { ...disk, paramCount: 0 });
  const { params } = await link.call('domainGetBlockIoTune', { ...disk, paramCount });
  assert.equal(paramsByName(params).get('total_bytes_sec'), 5_000_000_000);
});

test('metadata is written, and its change is an event', async () => {
  const uri = 'https://example.org/ns';
  const metadata = "<owner name='ann'/>";
  await link.call('domainSetMetadata', {
    domain,
    type: MetadataType.element,
    metadata,
    key: 'x',
    uri,
    flags: Impact.config,
  });
  await waitUntil(() => seen.some(({ type }) => type === 'metadataChange'), {
    what: 'the change is an event',
  });
  assert.deepEqual(
    seen.flatMap((event) => (event.type === 'metadataChange' ? [[event.metadata, event.namespace]] : [])),
    [['element', uri]],
  );
});

test('without an agent in the guest, a call to it is refused', async () => {
  const command = JSON.stringify({ execute: 'guest-ping' });
  const call = link.call('qemuDomainAgentCommand', { domain, command, timeoutSeconds: 1, flags: 0 });
  await assert.rejects(call, LibvirtError);
});

test('a device is attached and shows in the description', async () => {
  const xml = `<interface type='user'><model type='virtio'/></interface>`;
  await link.call('domainAttachDeviceFlags', { domain, xml, flags: Impact.live }, { timeoutMs: 60_000 });
  const { xml: description } = await link.call('domainGetXmlDesc', { domain, flags: 0 });
  assert.match(description, /<interface type='user'>/);
  await waitUntil(() => seen.some(({ type }) => type === 'deviceAdded'), { what: 'the device is an event' });
});

test('it is saved and comes back where it was', async () => {
  await link.call('domainManagedSave', { domain, flags: 0 }, { timeoutMs: 60_000 });
  assert.equal((await link.call('domainHasManagedSaveImage', { domain, flags: 0 })).result, 1);
  await link.call('domainCreateWithFlags', { domain, flags: 0 }, { timeoutMs: 60_000 });
  await waitUntil(() => lifecycle().includes('started/restored'), { what: 'the restore is an event' });
  assert.ok(lifecycle().includes('stopped/saved'));
  assert.ok(seen.some(({ type }) => type === 'jobCompleted'));
});

test('its core can be dumped', async () => {
  const to = '/var/lib/libvirt/tiny.core';
  await link.call(
    'domainCoreDumpWithFormat',
    { domain, to, dumpFormat: 0, flags: 16 },
    { timeoutMs: 60_000 },
  );
  await link.call(
    'domainSaveFlags',
    { domain, to: '/var/lib/libvirt/tiny.save', xml: null, flags: 0 },
    { timeoutMs: 60_000 },
  );
  await link.call(
    'domainRestoreFlags',
    { from: '/var/lib/libvirt/tiny.save', xml: null, flags: 0 },
    { timeoutMs: 60_000 },
  );
  assert.equal((await link.call('domainGetState', { domain, flags: 0 })).state, DomainState.running);
});

test('it is stopped and forgotten', async () => {
  await link.call('domainDestroyFlags', { domain, flags: 0 });
  await link.call('domainUndefineFlags', { domain, flags: UndefineFlag.managedSave | UndefineFlag.nvram });
  await waitUntil(() => lifecycle().includes('undefined/removed'), { what: 'the end is an event' });
  assert.ok(lifecycle().includes('stopped/destroyed'));
  const { count } = await link.call('connectListAllDomains', { needResults: 1, flags: 0 });
  assert.equal(count, 0);
});
