import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { CallTimeoutError, ConnectionLostError, LibvirtError } from '../errors.ts';
import { domainRef, volumeRef } from '../protocol/objects.ts';
import { type FakeHandlers, FakeLibvirtd } from '../testing/fake-libvirtd.ts';
import type { FakeStream } from '../testing/fake-stream.ts';
import { refuse } from '../testing/refusals.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { Connection } from './connection.ts';
import { Status, Type } from './frames.ts';
import type { Segment } from './segments.ts';
import { LibvirtStream } from './stream.ts';

const volume = { volume: volumeRef('default', 'disk.img'), offset: 0, length: 0, flags: 0 };
const console = { domain: domainRef('dc229f87-d4de-4719-8cfd-2e21c6105b01'), device: null, flags: 0 };

async function connect(t: TestContext, handlers: FakeHandlers) {
  const fake = new FakeLibvirtd(handlers);
  const connection = await Connection.open({
    uri: 'qemu:///system',
    transport: fake.transport,
    keepalive: false,
  });
  t.after(() => connection.destroy());
  return { connection, fake };
}

const okOf = (serial: number) => ({
  program: 0,
  version: 1,
  procedure: 0,
  type: Type.stream,
  serial,
  status: Status.ok,
});

function bytesOf(segments: readonly Segment[]): Buffer {
  return Buffer.concat(
    segments.map((segment) => ('data' in segment ? segment.data : Buffer.alloc(segment.hole))),
  );
}

test('a download gives every byte and ends where the server ends', async (t) => {
  const ends: Promise<string>[] = [];
  const { connection } = await connect(t, {
    storageVolDownload: (_args, stream) => {
      ends.push(stream.ended);
      for (let i = 0; i < 20; i++) stream.write(Buffer.alloc(50_000, i));
      stream.end();
      return {};
    },
  });
  const stream = await connection.openStream('storageVolDownload', volume);
  const bytes = await buffer(stream);
  assert.equal(bytes.length, 1_000_000);
  assert.equal(bytes[999_999], 19);
  await stream.over;
  assert.equal(await ends[0], 'finished');
});

test('the reply comes with the stream', async (t) => {
  const { connection } = await connect(t, {
    domainScreenshot: (_args, stream) => {
      stream.write(Buffer.from('picture'));
      stream.end();
      return { mime: 'image/png' };
    },
  });
  const stream = await connection.openStream('domainScreenshot', {
    domain: console.domain,
    screen: 0,
    flags: 0,
  });
  assert.equal(stream.reply.mime, 'image/png');
  assert.equal((await buffer(stream)).toString(), 'picture');
});

test('an upload arrives whole, and finishing waits for the server to confirm', async (t) => {
  const server = Promise.withResolvers<FakeStream>();
  const { connection } = await connect(t, {
    storageVolUpload: (_args, stream) => (server.resolve(stream), {}),
  });
  const stream = await connection.openStream('storageVolUpload', volume);
  const content = Buffer.alloc(5_000_000, 'libvirt');
  await pipeline(
    Readable.from([content.subarray(0, 10), content.subarray(10, 3_500_000), content.subarray(3_500_000)]),
    stream,
  );
  const { received, ended } = await server.promise;
  assert.equal(await ended, 'finished');
  assert.ok(bytesOf(received).equals(content));
  await stream.over;
});

test('a refused stream rejects the opening', async (t) => {
  const { connection } = await connect(t, {
    storageVolUpload: () => {
      throw refuse(50, 'Storage volume not found');
    },
  });
  await assert.rejects(connection.openStream('storageVolUpload', volume), {
    name: 'LibvirtError',
    number: 50,
  });
});

test('a server that fails in the middle of an upload fails the upload with its reason', async (t) => {
  const { connection } = await connect(t, {
    storageVolUpload: (_args, stream) => {
      stream.onData = () => stream.fail(refuse(38, 'No space left on device'));
      return {};
    },
  });
  const stream = await connection.openStream('storageVolUpload', volume);
  await assert.rejects(
    pipeline(Readable.from([Buffer.alloc(1000)]), stream),
    (e) => e instanceof LibvirtError && e.number === 38,
  );
  await stream.over;
});

test('holes read as zeros, or as holes', async (t) => {
  const { connection } = await connect(t, {
    storageVolDownload: (_args, stream) => {
      stream.write(Buffer.from('ab'));
      stream.writeHole(200_000);
      stream.write(Buffer.from('cd'));
      stream.writeHole(10 ** 15);
      stream.end();
      return {};
    },
  });
  const sparse = await connection.openStream('storageVolDownload', { ...volume, flags: 1 });
  const segments: Segment[] = [];
  for await (const segment of sparse.segments()) segments.push(segment);
  assert.deepEqual(
    segments.map((segment) => ('data' in segment ? segment.data.toString() : segment.hole)),
    ['ab', 200_000, 'cd', 10 ** 15],
  );
  await sparse.over;

  const plain = await connection.openStream('storageVolDownload', { ...volume, flags: 1 });
  let bytes = Buffer.alloc(0);
  for await (const chunk of plain) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    if (bytes.length > 300_000) break;
  }
  assert.equal(bytes.toString('latin1', 0, 3), 'ab\0');
  assert.equal(bytes.toString('latin1', 200_000, 200_005), '\0\0cd\0');
});

test('holes keep their place among uploaded data', async (t) => {
  const server = Promise.withResolvers<FakeStream>();
  const { connection } = await connect(t, {
    storageVolUpload: (_args, stream) => (server.resolve(stream), {}),
  });
  const stream = await connection.openStream('storageVolUpload', { ...volume, flags: 1 });
  stream.write('ab');
  void stream.sendHole(4096);
  stream.write('cd');
  await stream.sendHole(8192);
  await stream.finish();
  const { received } = await server.promise;
  assert.deepEqual(
    received.map((segment) => ('data' in segment ? segment.data.toString() : segment.hole)),
    ['ab', 4096, 'cd', 8192],
  );
});

test('each segment is given as it comes, and none while its taker waits', async (t) => {
  const { connection } = await connect(t, {
    storageVolDownload: (_args, stream) => {
      stream.write(Buffer.from('one'));
      stream.writeHole(4096);
      stream.write(Buffer.from('two'));
      stream.end();
      return {};
    },
  });
  const taken: (string | number)[] = [];
  let isWaiting = false;
  const stream = await connection.openStream('storageVolDownload', { ...volume, flags: 1 });
  await stream.eachSegment((segment) => {
    assert.ok(!isWaiting);
    taken.push('data' in segment ? segment.data.toString() : segment.hole);
    if ('data' in segment && taken.length > 1) return undefined;
    isWaiting = true;
    return new Promise((resolve) => setImmediate(resolve)).then(() => void (isWaiting = false));
  });
  assert.deepEqual(taken, ['one', 4096, 'two']);
  await stream.over;

  const refused = await connection.openStream('storageVolDownload', volume);
  const refusal = new Error('not that');
  await assert.rejects(
    refused.eachSegment(() => {
      throw refusal;
    }),
    refusal,
  );
  await refused.over;
});

test('small segments go in few packets, and none waits behind the end', async () => {
  const sent: (readonly number[] | number)[] = [];
  const stream: LibvirtStream = new LibvirtStream({
    procedure: 'storageVolUpload',
    direction: 'upload',
    finishTimeoutMs: 1000,
    sendData: (parts, done) => {
      sent.push(parts.map(({ length }) => length));
      setImmediate(done);
    },
    sendHole: (length, done) => {
      sent.push(length);
      setImmediate(done);
    },
    sendStatus: () => stream.receive({ ...okOf(1), payload: Buffer.alloc(0) }),
    pause: () => {},
    resume: () => {},
    over: () => {},
  }).opened({});
  const data = Buffer.alloc(50_000);
  for (const segment of [{ data }, { data }, { data }, { hole: 4096 }, { data }, { data }])
    await stream.writeSegment(segment);
  await stream.finish();
  // A packet has 128 KiB at most.
  assert.deepEqual(sent, [[50_000, 50_000, 31_072], [18_928], 4096, [50_000, 50_000]]);
});

test('a console goes both ways', async (t) => {
  const { connection } = await connect(t, {
    domainOpenConsole: (_args, stream) => {
      stream.onData = (bytes) => stream.write(Buffer.from(`you said ${bytes.toString()}`));
      return {};
    },
  });
  const stream = await connection.openStream('domainOpenConsole', console);
  stream.write('hello');
  const [heard] = await once(stream, 'data');
  assert.equal(String(heard), 'you said hello');
  stream.end();
  await stream.over;
});

test('a reader that stops makes the server stop', async (t) => {
  const server = Promise.withResolvers<FakeStream>();
  const { connection, fake } = await connect(t, {
    storageVolDownload: (_args, stream) => (server.resolve(stream), {}),
  });
  const stream = await connection.openStream('storageVolDownload', volume);
  const source = await server.promise;
  const [client] = fake.clients;
  assert.ok(client);
  for (let i = 0; i < 100; i++) source.write(Buffer.alloc(100_000, i));
  source.end();
  await once(stream, 'readable');
  assert.ok(stream.readableLength < 1_000_000);
  assert.ok(client.unsentBytes > 5_000_000);
  assert.equal((await buffer(stream)).length, 10_000_000);
});

test('data that comes before the reply does not keep the reply from coming, and then is held back', async (t) => {
  const server = Promise.withResolvers<FakeStream>();
  const { connection, fake } = await connect(t, {
    storageVolDownload: (_args, stream) => {
      server.resolve(stream);
      // libvirtd's largest packet, several times: its threads are not ordered.
      for (let i = 0; i < 4; i++) stream.write(Buffer.alloc(262_120, i));
      stream.opened();
      return {};
    },
  });
  const stream = await connection.openStream('storageVolDownload', volume, { timeoutMs: 5000 });
  const source = await server.promise;
  const [client] = fake.clients;
  assert.ok(client);
  for (let i = 0; i < 40; i++) source.write(Buffer.alloc(262_120, i));
  source.end();
  await waitUntil(() => client.unsentBytes > 5_000_000, { what: 'the server is held back' });
  assert.equal((await buffer(stream)).length, 44 * 262_120);
});

test('aborting tells the server and waits for it', async (t) => {
  const server = Promise.withResolvers<FakeStream>();
  const { connection } = await connect(t, {
    storageVolUpload: (_args, stream) => (server.resolve(stream), {}),
  });
  const stream = await connection.openStream('storageVolUpload', volume);
  stream.write('half of it');
  await stream.abort();
  assert.equal(await (await server.promise).ended, 'aborted');
});

test('leaving the segments early aborts the download', async (t) => {
  const server = Promise.withResolvers<FakeStream>();
  const { connection } = await connect(t, {
    storageVolDownload: (_args, stream) => {
      server.resolve(stream);
      stream.write(Buffer.alloc(100));
      return {};
    },
  });
  const stream = await connection.openStream('storageVolDownload', volume);
  for await (const _segment of stream.segments()) break;
  assert.equal(await (await server.promise).ended, 'aborted');
});

test('a lost connection fails its streams', async (t) => {
  const { connection, fake } = await connect(t, { domainOpenConsole: () => ({}) });
  const stream = await connection.openStream('domainOpenConsole', console);
  const failed = assert.rejects(buffer(stream), ConnectionLostError);
  fake.dropClients();
  await failed;
  await stream.over;
});

test('a server that never confirms the end of an upload is given up at the deadline', async (t) => {
  const { connection, fake } = await connect(t, { storageVolUpload: () => ({}) });
  const stream = await connection.openStream('storageVolUpload', volume, { timeoutMs: 30 });
  for (const client of fake.clients) client.isAlive = false;
  await assert.rejects(stream.finish(), CallTimeoutError);
});

test('a stream that opens too late is aborted', async (t) => {
  const opening = Promise.withResolvers<Record<string, never>>();
  const server = Promise.withResolvers<FakeStream>();
  const { connection } = await connect(t, {
    storageVolUpload: (_args, stream) => (server.resolve(stream), opening.promise),
  });
  await assert.rejects(
    connection.openStream('storageVolUpload', volume, { timeoutMs: 20 }),
    CallTimeoutError,
  );
  opening.resolve({});
  assert.equal(await (await server.promise).ended, 'aborted');
});
