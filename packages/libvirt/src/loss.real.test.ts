import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CallTimeoutError,
  Connection,
  ConnectError,
  ConnectionLostError,
  Link,
  type NamedDomainEvent,
  domainRef,
} from './index.ts';
import { PrivateLibvirtd } from './testing/private-libvirtd.ts';
import { createBootVolume, startPool } from './testing/real-pool.ts';
import { tinyDomainXml } from './testing/tiny-guest.ts';
import { waitUntil } from './testing/wait-until.ts';

const uuid = '7c0a3a0e-2b0f-4a53-9a2f-5d1c3e6b8f22';
const domain = domainRef(uuid, 'hung');
const keepalive = { intervalMs: 200, count: 2 };

let libvirtd: PrivateLibvirtd;
let link: Link;

before(async () => {
  libvirtd = await PrivateLibvirtd.start();
  const connection = await Connection.open({ uri: libvirtd.uri() });
  const diskPath = await createBootVolume(connection, await startPool(connection, 'images'), 'boot.img');
  await connection.call('domainDefineXmlFlags', {
    xml: tinyDomainXml({ name: 'hung', uuid, diskPath }),
    flags: 0,
  });
  await connection.call('domainCreateWithFlags', { domain, flags: 0 }, { timeoutMs: 60_000 });
  await connection.close();
  link = new Link({ uri: libvirtd.uri(), keepalive, backoff: { minMs: 50, maxMs: 500 } });
  link.start();
  await link.whenConnected();
});

after(async () => {
  await link.close();
  await libvirtd.stop();
});

test('calls hung on a guest stop neither quick reads nor the keepalive', async () => {
  await libvirtd.signalGuest('hung', 'SIGSTOP');
  const stats = () =>
    link.call(
      'qemuDomainMonitorCommand',
      { domain, command: '{"execute":"query-status"}', flags: 0 },
      { timeoutMs: 3000 },
    );
  const hung = Promise.allSettled(Array.from({ length: 6 }, stats));
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    await link.call('domainGetState', { domain, flags: 0 });
    await link.call('connectListAllDomains', { needResults: 1, flags: 0 });
    assert.ok(performance.now() - start < 2500);
  }
  for (const call of await hung)
    assert.ok(call.status === 'rejected' && call.reason instanceof CallTimeoutError);
  assert.equal(link.state, 'connected');
  await libvirtd.signalGuest('hung', 'SIGCONT');
  await waitUntil(
    () =>
      stats().then(
        () => true,
        () => false,
      ),
    { what: 'the guest answers again', timeoutMs: 30_000 },
  );
});

test('a killed libvirtd rejects what waits; the link returns, and its events with it', async () => {
  await libvirtd.signalGuest('hung', 'SIGSTOP');
  const waiting = Promise.allSettled([
    link.call('qemuDomainMonitorCommand', { domain, command: '{"execute":"query-status"}', flags: 0 }),
  ]);
  const lost = new Promise<Error>((resolve) => link.on('disconnected', resolve));
  await libvirtd.killAndHold();
  assert.ok((await lost) instanceof ConnectionLostError);
  const [call] = await waiting;
  assert.ok(call?.status === 'rejected' && call.reason instanceof ConnectionLostError);
  await assert.rejects(link.call('connectGetHostname', {}), ConnectionLostError);
  await libvirtd.signalGuest('hung', 'SIGCONT');

  await libvirtd.release();
  await link.whenConnected();
  // The guest has lived through it.
  assert.equal((await link.call('domainGetState', { domain, flags: 0 })).state, 1);
  const events: NamedDomainEvent[] = [];
  const stop = link.on('domain', (event) => events.push(event));
  await link.call('domainSuspend', { domain });
  await link.call('domainResume', { domain });
  await waitUntil(() => events.length >= 2, { what: 'events come again' });
  stop();
});

test('a stopped libvirtd is found out by deadline and by keepalive', async () => {
  await libvirtd.signal('SIGSTOP');
  try {
    const start = performance.now();
    const lost = new Promise<Error>((resolve) => link.on('disconnected', resolve));
    await assert.rejects(link.call('connectGetHostname', {}, { timeoutMs: 100 }), CallTimeoutError);
    await lost;
    assert.ok(performance.now() - start < 5000);
    // The socket still takes connections: only a deadline tells.
    await assert.rejects(Connection.open({ uri: libvirtd.uri(), connectTimeoutMs: 200 }), ConnectError);
  } finally {
    await libvirtd.signal('SIGCONT');
  }
  await link.whenConnected();
  await link.call('connectGetHostname', {});
});

test('a connection full of hung calls is still read by the server, and so kept alive', async () => {
  await libvirtd.signalGuest('hung', 'SIGSTOP');
  const connection = await Connection.open({ uri: libvirtd.uri(), keepalive });
  const command = '{"execute":"query-status"}';
  // Longer than the keepalive gives a server that does not read. Eight, of which four wait here and not there.
  const timeoutMs = 2000;
  const hung = await Promise.allSettled(
    Array.from({ length: 8 }, () =>
      connection.call('qemuDomainMonitorCommand', { domain, command, flags: 0 }, { timeoutMs }),
    ),
  );
  for (const call of hung) assert.ok(call.status === 'rejected' && call.reason instanceof CallTimeoutError);
  assert.ok(connection.isOpen);
  assert.equal(connection.abandonedCalls, 4);
  await libvirtd.signalGuest('hung', 'SIGCONT');
  await waitUntil(() => connection.abandonedCalls === 0, {
    what: 'the late replies free their places',
    timeoutMs: 30_000,
  });
  await connection.call('connectGetHostname', {});
  await connection.close();
});
