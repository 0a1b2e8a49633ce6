import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import * as fc from 'fast-check';
import { ConnectError, LibvirtClientError, ProtocolError } from '../errors.ts';
import { domainRef, volumeRef } from '../protocol/objects.ts';
import { FakeLibvirtd } from '../testing/fake-libvirtd.ts';
import { duplexPair } from '../testing/duplex-pair.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { Transport } from '../transport/transport.ts';
import { Connection } from './connection.ts';
import { FrameEncoder } from './frames.ts';

const forever = () => new Promise<never>(() => {});

async function connect(t: TestContext | undefined, fake = new FakeLibvirtd({ connectGetHostname: forever })) {
  const connection = await Connection.open({
    uri: 'qemu:///system',
    transport: fake.transport,
    keepalive: false,
  });
  t?.after(() => connection.destroy());
  const [client] = fake.clients;
  assert.ok(client);
  return { connection, client };
}

const transportTo = (end: Duplex): Transport => ({
  open: () => Promise.resolve(end),
  close: () => Promise.resolve(),
});

function message(
  program: number,
  procedure: number,
  type: number,
  serial: number,
  status: number,
  payload: Uint8Array,
): Buffer {
  const header = new FrameEncoder().encodeHeader(
    { program, version: 1, procedure, type, serial, status },
    payload.length,
  );
  return Buffer.concat([header, payload]);
}

test('a server that is none ends the opening with an error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 500 }), async (bytes) => {
      const [ours, theirs] = duplexPair();
      ours.on('data', () => ours.destroyed || ours.write(bytes, () => ours.destroy()));
      const opening = Connection.open({ uri: 'qemu:///system', transport: transportTo(theirs) });
      await assert.rejects(opening, ConnectError);
    }),
    { numRuns: 200 },
  );
});

test('any bytes from a server reject the waiting call or leave it waiting, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 10 }),
      async (chunks) => {
        const { connection, client } = await connect(undefined);
        const call = Promise.allSettled([connection.call('connectGetHostname', {})]);
        for (const chunk of chunks) client.sendRaw(chunk);
        client.destroy();
        const [result] = await call;
        assert.ok(result?.status === 'rejected' && result.reason instanceof LibvirtClientError);
      },
    ),
    { numRuns: 300 },
  );
});

test('any well-framed message is survived', async () => {
  const program = fc.constantFrom(0x2000_8086, 0x2000_8087, 0x6b65_6570, 7);
  const procedure = fc.oneof(fc.integer({ min: -2, max: 500 }), fc.constantFrom(1, 2, 59, 209, 318, 363));
  const small = fc.integer({ min: 0, max: 7 });
  const frame = fc.tuple(
    program,
    procedure,
    small,
    fc.integer({ min: 0, max: 8 }),
    small,
    fc.uint8Array({ maxLength: 200 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 30 }), async (frames) => {
      const fake = new FakeLibvirtd({ connectGetHostname: forever, storageVolDownload: () => ({}) });
      const { connection, client } = await connect(undefined, fake);
      const volume = volumeRef('default', 'disk.img');
      const stream = await connection.openStream('storageVolDownload', {
        volume,
        offset: 0,
        length: 0,
        flags: 1,
      });
      stream.on('error', () => {});
      stream.resume();
      const call = Promise.allSettled([connection.call('connectGetHostname', {})]);
      for (const parts of frames) client.sendRaw(message(...parts));
      client.destroy();
      await call;
      await stream.over;
      // Both may have been answered in good order before the server went.
      await connection.closed;
      assert.equal(connection.isOpen, false);
    }),
    { numRuns: 300 },
  );
});

test('a frame that says it is too large ends the connection', async (t) => {
  const { connection, client } = await connect(t);
  client.sendRaw(Buffer.from('7fffffff', 'hex'));
  assert.ok((await connection.closed) instanceof ProtocolError);
});

test('an event that does not fit its row ends the connection: a gap must not pass unseen', async (t) => {
  const { connection, client } = await connect(t);
  connection.onEvent(() => {});
  client.sendRaw(message(0x2000_8086, 318, 2, 0, 0, Buffer.alloc(8)));
  assert.ok((await connection.closed) instanceof ProtocolError);
});

test('messages of unknown types and procedures are ignored', async (t) => {
  const { connection, client } = await connect(
    t,
    new FakeLibvirtd({ connectGetHostname: () => ({ hostname: 'hv-1' }) }),
  );
  client.sendRaw(message(0x2000_8086, 59, 5, 3, 0, Buffer.alloc(8)));
  client.sendRaw(message(0x2000_8086, 9999, 2, 0, 0, Buffer.alloc(8)));
  client.sendRaw(message(0x2000_8086, 59, 1, 999, 0, Buffer.alloc(8)));
  client.sendRaw(message(0x2000_8086, 209, 3, 999, 2, Buffer.alloc(8)));
  client.sendRaw(message(0x2000_8086, 59, 0, 1, 0, Buffer.alloc(8)));
  assert.equal((await connection.call('connectGetHostname', {})).hostname, 'hv-1');
});

test('a flood of holes is held back like data', async (t) => {
  const fake = new FakeLibvirtd({
    storageVolDownload: (_args, stream) => {
      for (let i = 0; i < 100_000; i++) stream.writeHole(1);
      return {};
    },
  });
  const { connection, client } = await connect(t, fake);
  const volume = volumeRef('default', 'disk.img');
  const stream = await connection.openStream('storageVolDownload', {
    volume,
    offset: 0,
    length: 0,
    flags: 1,
  });
  stream.on('error', () => {});
  await waitUntil(() => client.unsentBytes > 1_000_000, { what: 'the server is held back' });
});

test('a server that sends a stream for ever, and no reply to its call, is given up', async (t) => {
  const fake = new FakeLibvirtd({
    storageVolDownload: (_args, stream) => {
      const piece = Buffer.alloc(8_388_608);
      for (let i = 0; i < 9; i++) stream.write(piece);
      stream.opened();
      return forever();
    },
  });
  const { connection } = await connect(t, fake);
  const volume = volumeRef('default', 'disk.img');
  const opening = connection.openStream('storageVolDownload', { volume, offset: 0, length: 0, flags: 0 });
  await assert.rejects(opening, ProtocolError);
  assert.ok((await connection.closed) instanceof ProtocolError);
});

test('pings are answered only as fast as the server takes the answers', async (t) => {
  const [ours, theirs] = duplexPair();
  const fake = new FakeLibvirtd();
  fake.serve(ours);
  const connection = await Connection.open({
    uri: 'qemu:///system',
    transport: transportTo(theirs),
    keepalive: false,
  });
  t.after(() => connection.destroy());
  ours.pause();
  const ping = message(0x6b65_6570, 1, 2, 0, 0, Buffer.alloc(0));
  ours.write(Buffer.concat(Array.from({ length: 100_000 }, () => ping)));
  await waitUntil(() => theirs.writableLength > 1_000_000, { what: 'the answers pile up' });
  assert.ok(theirs.writableLength < 1_100_000);
});

test('a listener that throws does not harm the connection', async (t) => {
  const { connection, client } = await connect(
    t,
    new FakeLibvirtd({ connectGetHostname: () => ({ hostname: 'hv-1' }) }),
  );
  const uncaught: unknown[] = [];
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.once('uncaughtException', (error) => uncaught.push(error));
  t.after(() => {
    for (const listener of listeners) process.on('uncaughtException', listener);
  });
  connection.onEvent(() => {
    throw new Error('a bug of the listener');
  });
  client.emit('domainEventCallbackReboot', {
    callbackId: 1,
    domain: domainRef('dc229f87-d4de-4719-8cfd-2e21c6105b01'),
  });
  await waitUntil(() => uncaught.length === 1, { what: 'the error surfaces' });
  assert.equal((await connection.call('connectGetHostname', {})).hostname, 'hv-1');
});
