import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  ArgumentError,
  CallTimeoutError,
  ConnectError,
  ConnectionLostError,
  LibvirtError,
  ProtocolError,
} from '../errors.ts';
import type { LibvirtEvent } from '../protocol/events.ts';
import { domainRef } from '../protocol/objects.ts';
import { type FakeHandlers, FakeLibvirtd } from '../testing/fake-libvirtd.ts';
import { refuse } from '../testing/refusals.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { ConnectionOptions } from './connection-options.ts';
import { Connection } from './connection.ts';

const db1 = { name: 'db-1', uuid: 'dc229f87-d4de-4719-8cfd-2e21c6105b01', id: 14 };
const forever = () => new Promise<never>(() => {});

async function connect(
  t: TestContext,
  handlers: FakeHandlers = {},
  options: Partial<ConnectionOptions> = {},
) {
  const fake = new FakeLibvirtd(handlers);
  const connection = await Connection.open({ uri: 'qemu:///system', transport: fake.transport, ...options });
  t.after(() => connection.destroy());
  const [client] = fake.clients;
  assert.ok(client);
  return { connection, fake, client };
}

test('a call returns the decoded reply', async (t) => {
  const { connection } = await connect(t, {
    domainLookupByUuid: ({ uuid }) => ({ domain: { ...db1, uuid } }),
  });
  const { domain } = await connection.call('domainLookupByUuid', { uuid: db1.uuid });
  assert.deepEqual(domain, db1);
});

test('opening authenticates, asks for pings, and opens the driver by the name the server knows', async (t) => {
  const opened: unknown[] = [];
  const { client } = await connect(
    t,
    { connectOpen: (args) => (opened.push(args), {}) },
    { uri: 'test+unix:///default?socket=/nowhere', readOnly: true },
  );
  assert.deepEqual(client.received, ['authList', 'connectSupportsFeature', 'connectOpen']);
  assert.deepEqual(opened, [{ uri: 'test:///default', flags: 1 }]);
});

test('a server that wants polkit is asked for polkit', async (t) => {
  const { client } = await connect(t, {
    authList: () => ({ types: [2] }),
    authPolkit: () => ({ complete: 1 }),
  });
  assert.ok(client.received.includes('authPolkit'));
});

test('a server that wants SASL is refused by name', async (t) => {
  await assert.rejects(connect(t, { authList: () => ({ types: [1] }) }), ConnectError);
});

test('a refused open is a ConnectError that holds the refusal', async (t) => {
  const opening = connect(t, {
    connectOpen: () => {
      throw refuse(5, 'no connection driver available for qemu:///system');
    },
  });
  await assert.rejects(
    opening,
    (e) => e instanceof ConnectError && e.cause instanceof LibvirtError && e.cause.number === 5,
  );
});

test('a server that never answers the opening calls is given up at the connect deadline', async (t) => {
  const opening = connect(t, { authList: forever }, { connectTimeoutMs: 30 });
  await assert.rejects(opening, ConnectError);
});

test('any deadline will do: a fraction, or none at all', async (t) => {
  const { connection } = await connect(
    t,
    { connectGetHostname: () => ({ hostname: 'hv-1' }) },
    { connectTimeoutMs: 1500.5 },
  );
  await connection.call('connectGetHostname', {}, { timeoutMs: Infinity });
  await connect(t, {}, { connectTimeoutMs: Infinity });
});

test('a socket that is not there is a ConnectError', async () => {
  const uri = 'qemu:///system?socket=/nowhere/libvirt-sock';
  await assert.rejects(
    Connection.open({ uri }),
    (e) => e instanceof ConnectError && e.message.includes('/nowhere'),
  );
});

test('calls made together each get their own reply, in whatever order they are answered', async (t) => {
  const slow = Promise.withResolvers<{ hostname: string }>();
  const { connection } = await connect(t, {
    connectGetHostname: () => slow.promise,
    connectGetLibVersion: () => ({ version: 9_000_000 }),
  });
  const hostname = connection.call('connectGetHostname', {});
  assert.deepEqual(await connection.call('connectGetLibVersion', {}), { version: 9_000_000 });
  slow.resolve({ hostname: 'hv-1' });
  assert.deepEqual(await hostname, { hostname: 'hv-1' });
});

test('a refusal becomes a LibvirtError that names the procedure', async (t) => {
  const { connection } = await connect(t, {
    domainGetState: () => {
      throw refuse(42, 'Domain not found: no domain with matching uuid');
    },
  });
  const call = connection.call('domainGetState', { domain: domainRef(db1.uuid), flags: 0 });
  await assert.rejects(call, { name: 'LibvirtError', procedure: 'domainGetState', number: 42, origin: 20 });
});

test('at most four calls are with the server, and the next goes when one is answered', async (t) => {
  const answers: (() => void)[] = [];
  const { connection, client } = await connect(t, {
    connectGetHostname: () => new Promise((resolve) => answers.push(() => resolve({ hostname: 'hv-1' }))),
  });
  const before = client.received.length;
  const calls = Array.from({ length: 9 }, () => connection.call('connectGetHostname', {}));
  for (let answered = 0; answered < 9; answered++) {
    await waitUntil(() => answers.length > answered, { what: 'the next call has come' });
    assert.ok(client.received.length - before <= 4 + answered);
    answers[answered]?.();
  }
  assert.equal((await Promise.all(calls)).length, 9);
});

test('a call past its deadline rejects, and its place stays taken until the server answers', async (t) => {
  const late = Promise.withResolvers<{ hostname: string }>();
  const { connection } = await connect(t, { connectGetHostname: () => late.promise });
  const call = connection.call('connectGetHostname', {}, { timeoutMs: 20 });
  await assert.rejects(call, (e) => e instanceof CallTimeoutError && e.procedure === 'connectGetHostname');
  assert.equal(connection.abandonedCalls, 1);
  late.resolve({ hostname: 'too late' });
  await waitUntil(() => connection.abandonedCalls === 0, { what: 'the late reply frees the place' });
});

test('a deadline also ends a call that still waits for its place', async (t) => {
  const { connection } = await connect(t, { connectGetHostname: forever });
  const hung = Array.from({ length: 4 }, () => connection.call('connectGetHostname', {}));
  await assert.rejects(connection.call('connectGetLibVersion', {}, { timeoutMs: 20 }), CallTimeoutError);
  assert.equal(connection.waitingCalls, 4);
  connection.destroy();
  for (const result of await Promise.allSettled(hung)) assert.equal(result.status, 'rejected');
});

test('a signal ends a call with its own reason', async (t) => {
  const { connection } = await connect(t, { connectGetHostname: forever });
  const controller = new AbortController();
  const call = connection.call('connectGetHostname', {}, { signal: controller.signal });
  controller.abort(new Error('the page was closed'));
  await assert.rejects(call, { message: 'the page was closed' });
  const { signal } = controller;
  await assert.rejects(connection.call('connectGetHostname', {}, { signal }), {
    message: 'the page was closed',
  });
});

test('a lost connection rejects every waiting and every later call', async (t) => {
  const { connection, client } = await connect(t, { connectGetHostname: forever });
  const calls = Array.from({ length: 6 }, () => connection.call('connectGetHostname', {}));
  client.destroy();
  await Promise.all(calls.map((call) => assert.rejects(call, ConnectionLostError)));
  assert.ok((await connection.closed) instanceof ConnectionLostError);
  await assert.rejects(connection.call('connectGetHostname', {}), ConnectionLostError);
});

test('close says goodbye, rejects what waits, and ends without an error', async (t) => {
  const { connection, client } = await connect(t, { connectGetHostname: forever });
  const call = connection.call('connectGetHostname', {});
  const rejected = assert.rejects(call, ConnectionLostError);
  await connection.close();
  await rejected;
  assert.equal(await connection.closed, undefined);
  assert.equal(client.received.at(-1), 'connectClose');
});

test('an argument that the protocol cannot carry is refused before anything is sent', async (t) => {
  const { connection, client } = await connect(t);
  const before = client.received.length;
  const calls = [
    connection.call('domainLookupByUuid', { uuid: 'not-a-uuid' }),
    connection.call('domainLookupByName', { name: 'a\0b' }),
    connection.call('domainLookupById', { id: 1.5 }),
    connection.call('domainDefineXmlFlags', { xml: '<domain/>'.padEnd(2_000_000), flags: 0 }),
    connection.call('domainLookupByName', {} as { name: string }),
  ];
  await Promise.all(calls.map((call) => assert.rejects(call, ArgumentError)));
  assert.equal(client.received.length, before);
});

test('a reply that does not fit its row rejects that call, and the connection goes on', async (t) => {
  const { connection, client, fake } = await connect(t, { connectGetHostname: () => ({ hostname: 'hv-1' }) });
  fake.handlers.connectGetLibVersion = () => {
    // The reply to serial 4, with half of the number that should be in it.
    client.sendRaw(Buffer.from('0000002020008086000000010000009d00000001000000040000000000000001', 'hex'));
    return forever();
  };
  await assert.rejects(connection.call('connectGetLibVersion', {}), ProtocolError);
  await assert.doesNotReject(connection.call('connectGetHostname', {}));
});

test('events reach every listener, decoded', async (t) => {
  const { connection, client } = await connect(t);
  const seen: LibvirtEvent[] = [];
  const stop = connection.onEvent((event) => seen.push(event));
  const payload = { callbackId: 1, domain: db1, event: 2, detail: 0 };
  client.emit('domainEventCallbackLifecycle', payload);
  await waitUntil(() => seen.length === 1, { what: 'the event has come' });
  assert.deepEqual(seen, [{ name: 'domainEventCallbackLifecycle', payload }]);
  stop();
  client.emit('domainEventCallbackReboot', { callbackId: 1, domain: db1 });
  await connection.call('connectSupportsFeature', { feature: 14 });
  assert.equal(seen.length, 1);
});

test('pings are answered, and answered pings keep the connection', async (t) => {
  const { connection, client } = await connect(t, {}, { keepalive: { intervalMs: 5, count: 1 } });
  client.ping();
  await waitUntil(() => client.pongs === 1 && client.pings >= 5, { what: 'pings have gone both ways' });
  assert.ok(connection.isOpen);
});

test('a silent server is given up after the unanswered pings', async (t) => {
  const { connection, client } = await connect(
    t,
    { connectGetHostname: forever },
    { keepalive: { intervalMs: 10, count: 2 } },
  );
  const call = connection.call('connectGetHostname', {});
  client.isAlive = false;
  await assert.rejects(call, ConnectionLostError);
  assert.ok((await connection.closed) instanceof ConnectionLostError);
});

test('a call that may not be made any more when its turn comes never reaches the server', async (t) => {
  const held = Promise.withResolvers<void>();
  const { connection, client } = await connect(t, {
    domainLookupByUuid: async ({ uuid }) => (await held.promise, { domain: { ...db1, uuid } }),
    domainLookupByName: () => ({ domain: db1 }),
  });
  const first = Array.from({ length: 4 }, () => connection.call('domainLookupByUuid', { uuid: db1.uuid }));
  let mayBeSent = true;
  const beforeSend = () => {
    if (!mayBeSent) throw new Error('somebody else does it by now');
  };
  const waiting = connection.call('domainLookupByName', { name: 'db-1' }, { beforeSend });
  mayBeSent = false;
  held.resolve();
  await Promise.all(first);
  await assert.rejects(waiting, /somebody else/);
  mayBeSent = true;
  await connection.call('domainLookupByName', { name: 'db-1' }, { beforeSend });
  assert.equal(client.received.filter((name) => name === 'domainLookupByName').length, 1);
});

test('calls behind one that the socket has not taken yet arrive as they were made', async (t) => {
  const asked: string[] = [];
  const fake = await FakeLibvirtd.listen({
    domainDefineXmlFlags: ({ xml }) => (asked.push(xml), { domain: db1 }),
    domainLookupByName: ({ name }) => (asked.push(name), { domain: db1 }),
  });
  const connection = await Connection.open({ uri: fake.uri });
  t.after(() => fake.close());
  t.after(() => connection.destroy());
  // More than a unix socket holds, and three as long as each other.
  const xml = '<domain/>'.padEnd(1_000_000);
  const names = ['db-1', 'db-2', 'db-3'];
  await Promise.all([
    connection.call('domainDefineXmlFlags', { xml, flags: 0 }),
    ...names.map((name) => connection.call('domainLookupByName', { name })),
  ]);
  assert.deepEqual(asked, [xml, ...names]);
});
