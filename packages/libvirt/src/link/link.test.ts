import assert from 'node:assert/strict';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { CallTimeoutError, ConnectError, ConnectionLostError, type ConnectReason } from '../errors.ts';
import { domainRef, volumeRef } from '../protocol/objects.ts';
import { type FakeHandlers, FakeLibvirtd } from '../testing/fake-libvirtd.ts';
import { refuse } from '../testing/refusals.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { Link, type LinkOptions } from './link.ts';

const db1 = { name: 'db-1', uuid: 'dc229f87-d4de-4719-8cfd-2e21c6105b01', id: 14 };
const domain = domainRef(db1.uuid);
const forever = () => new Promise<never>(() => {});

async function connect(t: TestContext, handlers: FakeHandlers = {}, options: Partial<LinkOptions> = {}) {
  const fake = await FakeLibvirtd.listen(handlers);
  const link = new Link({ uri: fake.uri, backoff: { minMs: 5, maxMs: 20 }, ...options });
  t.after(async () => {
    await link.close();
    await fake.close();
  });
  link.start();
  await link.whenConnected();
  return { link, fake };
}

test('a link is subscribed to events when it says that it is connected', async (t) => {
  const { link, fake } = await connect(t);
  assert.equal(link.state, 'connected');
  const [client] = fake.clients;
  const subscriptions = client?.received.filter(
    (name) => name.endsWith('EventRegisterAny') || name.endsWith('CallbackRegisterAny'),
  );
  assert.equal(subscriptions?.length, 15);
});

test('events come with names', async (t) => {
  const { link, fake } = await connect(t);
  const seen: unknown[] = [];
  for (const kind of ['domain', 'network', 'pool'] as const)
    link.on(kind, (event: unknown) => seen.push(event));
  const network = { name: 'default', uuid: db1.uuid };
  fake.emit('domainEventCallbackLifecycle', { callbackId: 1, domain: db1, event: 5, detail: 1 });
  fake.emit('domainEventCallbackLifecycle', { callbackId: 1, domain: db1, event: 99, detail: 1 });
  fake.emit('domainEventCallbackAgentLifecycle', { callbackId: 2, domain: db1, state: 1, reason: 2 });
  fake.emit('networkEventLifecycle', { callbackId: 3, network, event: 2, detail: 0 });
  fake.emit('storagePoolEventLifecycle', { callbackId: 4, pool: network, event: 3, detail: 0 });
  fake.emit('storagePoolEventRefresh', { callbackId: 5, pool: network });
  await waitUntil(() => seen.length === 6, { what: 'every event has come' });
  assert.deepEqual(seen, [
    { type: 'lifecycle', domain: db1, event: 'stopped', detail: 'destroyed' },
    { type: 'lifecycle', domain: db1, event: 'unknown', detail: 'unknown' },
    { type: 'agent', domain: db1, state: 'connected', reason: 'channel' },
    { network, event: 'started' },
    { pool: network, event: 'stopped' },
    { pool: network, event: 'refreshed' },
  ]);
});

test('a driver without some of the events is no obstacle', async (t) => {
  const { link } = await connect(t, {
    connectNetworkEventRegisterAny: () => {
      throw refuse(3, 'this function is not supported by the connection driver');
    },
  });
  assert.equal(link.state, 'connected');
});

test('calls are refused at once while the link is not connected', async () => {
  const link = new Link({ uri: 'qemu:///system?socket=/nowhere' });
  await assert.rejects(link.call('connectGetHostname', {}), ConnectionLostError);
  link.start();
  const error = await new Promise<Error>((resolve) => link.on('disconnected', resolve));
  assert.match(error.message, /nowhere/);
  assert.equal(link.lastError, error);
  await link.close();
  assert.equal(link.state, 'closed');
});

test('a lost link rejects what waits, comes back, and subscribes again', async (t) => {
  const { link, fake } = await connect(t, { domainSuspend: forever, connectGetHostname: forever });
  const calls = Promise.allSettled([
    link.call('connectGetHostname', {}),
    link.call('domainSuspend', { domain }),
  ]);
  const isAsked = () => [...fake.clients].some(({ received }) => received.includes('domainSuspend'));
  await waitUntil(isAsked, { what: 'both calls are with the server' });
  const back = new Promise((resolve) => link.on('connected', () => resolve(undefined)));
  fake.dropClients();
  for (const call of await calls)
    assert.ok(call.status === 'rejected' && call.reason instanceof ConnectionLostError);
  await back;
  const [client] = fake.clients;
  assert.ok(client?.received.includes('connectDomainEventCallbackRegisterAny'));
});

test('a link keeps trying while the server is away', async (t) => {
  const { link, fake } = await connect(t);
  let failures = 0;
  link.on('disconnected', () => failures++);
  await fake.stopListening();
  await waitUntil(() => failures >= 4, { what: 'several attempts have failed' });
  await fake.reopen();
  await link.whenConnected();
  assert.equal(link.state, 'connected');
});

test('a refused login is tried again ever later; anything else soon', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let reason: ConnectReason = 'ssh_authentication_failed';
  let attempts = 0;
  const open = () => {
    attempts++;
    return Promise.reject(new ConnectError('no', { reason }));
  };
  const link = new Link({ uri: 'qemu:///system', transport: { open, close: () => Promise.resolve() } });
  t.after(() => link.close());
  let failed = Promise.withResolvers<void>();
  link.on('disconnected', () => failed.resolve());
  const attemptsIn = async (ms: number): Promise<number> => {
    const before = attempts;
    failed = Promise.withResolvers();
    t.mock.timers.tick(ms);
    if (attempts > before) await failed.promise;
    return attempts - before;
  };
  link.start();
  await failed.promise;
  for (const seconds of [10, 20, 40, 80, 160, 300]) {
    assert.equal(await attemptsIn(seconds * 1000 - 1), 0, `not before ${seconds} s`);
    if (seconds === 300) reason = 'connection_refused';
    assert.equal(await attemptsIn(1), 1);
  }
  assert.equal(await attemptsIn(200), 1);
  const before = attempts;
  link.tryNow();
  link.tryNow();
  assert.equal(attempts, before + 1, 'at once for whoever asks');
});

test('a closed link stays closed', async (t) => {
  const { link, fake } = await connect(t);
  await link.close();
  await waitUntil(() => fake.clients.size === 0, { what: 'the server sees it' });
  link.start();
  assert.equal(link.state, 'closed');
  await assert.rejects(link.call('connectGetHostname', {}), ConnectionLostError);
});

test('hung slow calls stop neither quick reads nor a destroy', async (t) => {
  const { link } = await connect(t, {
    domainSuspend: forever,
    domainGetState: () => ({ state: 1, reason: 1 }),
    domainDestroyFlags: () => ({}),
  });
  const hung = Array.from({ length: 20 }, () =>
    link.call('domainSuspend', { domain }, { timeoutMs: 60_000 }),
  );
  for (const call of hung) call.catch(() => {});
  assert.equal((await link.call('domainGetState', { domain, flags: 0 })).state, 1);
  await link.call('domainDestroyFlags', { domain, flags: 0 });
});

test('slow calls spread over the slow connections, and no further', async (t) => {
  const { link, fake } = await connect(t, { domainSuspend: forever }, { slowConnections: 2 });
  for (let i = 0; i < 8; i++) link.call('domainSuspend', { domain }).catch(() => {});
  const suspends = () =>
    Array.from(fake.clients, ({ received }) => received.filter((name) => name === 'domainSuspend').length);
  await waitUntil(() => suspends().reduce((sum, n) => sum + n) === 8, { what: 'all are with the server' });
  assert.deepEqual(suspends(), [0, 4, 4]);
});

test('a slow connection whose every place is hung and given up is replaced', async (t) => {
  const { link, fake } = await connect(
    t,
    { domainSuspend: forever, domainResume: () => ({}) },
    { slowConnections: 1 },
  );
  const hung = Array.from({ length: 4 }, () => link.call('domainSuspend', { domain }, { timeoutMs: 50 }));
  await Promise.all(hung.map((call) => assert.rejects(call, CallTimeoutError)));
  await link.call('domainResume', { domain });
  assert.equal(fake.clients.size, 2);
});

test('a call of the pulse waits behind nothing else', async (t) => {
  const answers = { connectGetLibVersion: () => ({ version: 9 }) };
  const hangs = { connectGetHostname: forever, domainSuspend: forever };
  const { link, fake } = await connect(t, { ...answers, ...hangs }, { slowConnections: 1 });
  const waiting = Array.from({ length: 6 }, () => [
    assert.rejects(link.call('connectGetHostname', {}), ConnectionLostError),
    assert.rejects(link.call('domainSuspend', { domain }), ConnectionLostError),
  ]).flat();
  const { version } = await link.call('connectGetLibVersion', {}, { isPulse: true });
  assert.equal(version, 9);
  assert.equal(fake.clients.size, 3);
  fake.dropClients();
  await Promise.all(waiting);
});

test('what nobody waits for has a connection of its own, and no place of anybody else’s', async (t) => {
  const { link, fake } = await connect(t, {
    domainSuspend: forever,
    connectGetHostname: () => ({ hostname: 'a' }),
  });
  for (let i = 0; i < 8; i++) link.call('domainSuspend', { domain }, { isBackground: true }).catch(() => {});
  const suspends = () =>
    Array.from(fake.clients, ({ received }) => received.filter((name) => name === 'domainSuspend').length);
  await waitUntil(() => suspends().includes(4), { what: 'four are with the server' });
  assert.deepEqual(suspends(), [0, 4]);
  assert.equal((await link.call('connectGetHostname', {})).hostname, 'a');
});

test('a link whose quick connection is full of hung calls is connected anew', async (t) => {
  const { link, fake } = await connect(t, { connectGetHostname: forever });
  const lost = new Promise<Error>((resolve) => link.on('disconnected', resolve));
  const hung = Array.from({ length: 4 }, () => link.call('connectGetHostname', {}, { timeoutMs: 50 }));
  await Promise.all(hung.map((call) => assert.rejects(call, CallTimeoutError)));
  assert.match((await lost).message, /hung call/);
  await link.whenConnected();
  fake.handlers.connectGetHostname = () => ({ hostname: 'hv-1' });
  assert.deepEqual(await link.call('connectGetHostname', {}), { hostname: 'hv-1' });
});

test('an owner may have the link connected anew', async (t) => {
  const { link } = await connect(t);
  const lost = new Promise<Error>((resolve) => link.on('disconnected', resolve));
  link.reconnect('it is no good');
  assert.equal((await lost).message, 'it is no good');
  await link.whenConnected();
});

test('a stream has a connection of its own, which ends with it', async (t) => {
  const { link, fake } = await connect(t, {
    storageVolDownload: (_args, stream) => {
      stream.write(Buffer.from('content'));
      stream.end();
      return {};
    },
  });
  const args = { volume: volumeRef('default', 'disk.img'), offset: 0, length: 0, flags: 0 };
  const stream = await link.openStream('storageVolDownload', args);
  assert.equal(fake.clients.size, 2);
  assert.equal((await buffer(stream)).toString(), 'content');
  await waitUntil(() => fake.clients.size === 1, { what: 'the connection has ended' });
  const text = await link.withStream('storageVolDownload', args, async (source) =>
    (await buffer(source)).toString(),
  );
  assert.equal(text, 'content');
});

test('withStream finishes an upload that went well, and aborts one that did not', async (t) => {
  const ends: Promise<string>[] = [];
  const { link } = await connect(t, { storageVolUpload: (_args, stream) => (ends.push(stream.ended), {}) });
  const args = { volume: volumeRef('default', 'disk.img'), offset: 0, length: 0, flags: 0 };
  await link.withStream('storageVolUpload', args, async (stream) => {
    if (!stream.write('content')) await once(stream, 'drain');
  });
  const broken = link.withStream('storageVolUpload', args, () =>
    Promise.reject(new Error('the source failed')),
  );
  await assert.rejects(broken, { message: 'the source failed' });
  assert.deepEqual(await Promise.all(ends), ['finished', 'aborted']);
});

test('a lost link fails its streams', async (t) => {
  const { link, fake } = await connect(t, { domainOpenConsole: () => ({}) });
  const stream = await link.openStream('domainOpenConsole', { domain, device: null, flags: 0 });
  const failed = assert.rejects(buffer(stream), ConnectionLostError);
  const [quick] = fake.clients;
  quick?.destroy();
  await failed;
});

test('waiting for a connection ends with the link, or with its signal', async () => {
  const link = new Link({ uri: 'qemu:///system?socket=/nowhere' });
  link.start();
  await assert.rejects(link.whenConnected({ signal: AbortSignal.timeout(10) }), { name: 'TimeoutError' });
  const waiting = assert.rejects(link.whenConnected(), ConnectionLostError);
  await link.close();
  await waiting;
});

test('the opening of a connection counts against the deadline of the call that needs it', async (t) => {
  const { link, fake } = await connect(t, { domainSuspend: () => ({}) });
  fake.handlers.connectOpen = forever;
  await assert.rejects(link.call('domainSuspend', { domain }, { timeoutMs: 50 }), CallTimeoutError);
  const signal = AbortSignal.timeout(50);
  await assert.rejects(link.call('domainSuspend', { domain }, { signal }), { name: 'TimeoutError' });
  const args = { domain, device: null, flags: 0 };
  await assert.rejects(link.openStream('domainOpenConsole', args, { timeoutMs: 50 }), ConnectError);
});
