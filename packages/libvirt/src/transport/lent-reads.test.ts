import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, type Socket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, test } from 'node:test';
import { waitUntil } from '../testing/index.ts';
import { connectLending, readLent } from './lent-reads.ts';

let folder: string;
let server: Server;
let path: string;
/** The other sides, in the order they came. */
let peers: Socket[];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lent-'));
  path = join(folder, 'socket');
  peers = [];
  server = createServer((peer) => void peers.push(peer)).listen(path);
  await once(server, 'listening');
});
after(async () => {
  for (const peer of peers) peer.destroy();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

async function connected(): Promise<{ socket: Socket; peer: Socket }> {
  const index = peers.length;
  const socket = connectLending(path);
  await once(socket, 'connect');
  await waitUntil(() => peers.length > index, { what: 'the other side is there' });
  return { socket, peer: peers[index] as Socket };
}

/** Bytes of which each says where it stands. */
const pattern = (length: number, from = 0): Buffer =>
  Buffer.from(Uint32Array.from({ length: length / 4 }, (_, i) => from + i).buffer);

test('all that comes is told in order, also what came before anybody listened', async () => {
  const { socket, peer } = await connected();
  const all = pattern(4_000_000);
  peer.write(all.subarray(0, 100));
  await waitUntil(() => socket.readableLength === 100, { what: 'it has come' });
  const told: Buffer[] = [];
  readLent(socket, (bytes) => void told.push(Buffer.from(bytes)));
  peer.end(all.subarray(100));
  await once(socket, 'end');
  assert.ok(Buffer.concat(told).equals(all));
});

test('who copies nothing finds the memory written over', async () => {
  const { socket, peer } = await connected();
  const kept: Buffer[] = [];
  readLent(socket, (bytes) => void kept.push(bytes));
  peer.write('one');
  await waitUntil(() => kept.length === 1, { what: 'the first has come' });
  peer.write('two');
  await waitUntil(() => kept.length === 2, { what: 'the second has come' });
  assert.equal(String(kept[0]), 'two');
  socket.destroy();
});

test('a pause holds it back, and nothing is lost', async () => {
  const { socket, peer } = await connected();
  const all = pattern(8_000_000);
  const told: Buffer[] = [];
  readLent(socket, (bytes) => {
    told.push(Buffer.from(bytes));
    socket.pause();
    setImmediate(() => socket.resume());
  });
  peer.end(all);
  await once(socket, 'end');
  assert.ok(Buffer.concat(told).equals(all));
});

test('it is a stream like any other to who reads it so', async () => {
  const { socket, peer } = await connected();
  const all = pattern(4_000_000);
  peer.end(all);
  const read: Buffer[] = [];
  for await (const bytes of socket) {
    read.push(bytes as Buffer);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(Buffer.concat(read).equals(all));
});

test('sockets that are read in turns keep what is theirs', async () => {
  const pairs = [await connected(), await connected(), await connected()];
  const told = pairs.map(({ socket }) => {
    const chunks: Buffer[] = [];
    readLent(socket, (bytes) => void chunks.push(Buffer.from(bytes)));
    return chunks;
  });
  const sent = pairs.map((_, i) => pattern(1_000_000, i * 1_000_000));
  pairs.forEach(({ peer }, i) => peer.end(sent[i] as Buffer));
  await Promise.all(pairs.map(({ socket }) => once(socket, 'end')));
  told.forEach((chunks, i) => assert.ok(Buffer.concat(chunks).equals(sent[i] as Buffer)));
});

test('another stream is read too', async () => {
  const stream = new PassThrough();
  const told: string[] = [];
  readLent(stream, (bytes) => void told.push(String(bytes)));
  stream.end('words');
  await once(stream, 'end');
  assert.deepEqual(told, ['words']);
});
