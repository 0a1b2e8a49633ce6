import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import {
  Connection,
  ErrorNumber,
  Link,
  LibvirtError,
  PoolState,
  type Segment,
  VolumeTransferFlag,
} from './index.ts';
import { PrivateLibvirtd } from './testing/private-libvirtd.ts';
import { type RealPool, startPool } from './testing/real-pool.ts';
import { waitUntil } from './testing/wait-until.ts';

const MIB = 1_048_576;

let libvirtd: PrivateLibvirtd;
let connection: Connection;
let link: Link;
let storage: RealPool;

before(async () => {
  libvirtd = await PrivateLibvirtd.start();
  connection = await Connection.open({ uri: libvirtd.uri() });
  link = new Link({ uri: libvirtd.uri() });
  link.start();
  await link.whenConnected();
  storage = await startPool(connection, 'images');
});

after(async () => {
  await link.close();
  await connection.close();
  await libvirtd.stop();
});

const whole = { offset: 0, length: 0, flags: 0 };

test('a pool tells its state and its space', async () => {
  const info = await connection.call('storagePoolGetInfo', { pool: storage.pool });
  assert.equal(info.state, PoolState.running);
  assert.ok(info.capacity >= info.allocation && info.available > 0);
  assert.deepEqual(await connection.call('storagePoolIsActive', { pool: storage.pool }), { active: 1 });
  const byPath = await connection.call('storagePoolLookupByTargetPath', { path: '/var/lib/libvirt/images' });
  assert.deepEqual(byPath.pool, storage.pool);
});

test('what is uploaded is what is downloaded', async () => {
  const volume = await storage.createVolume('random.img', 5 * MIB);
  const content = randomBytes(5 * MIB);
  await link.withStream('storageVolUpload', { volume, ...whole }, (stream) =>
    pipeline(
      Readable.from([content.subarray(0, 7), content.subarray(7, 3 * MIB), content.subarray(3 * MIB)]),
      stream,
    ),
  );
  const back = await link.withStream('storageVolDownload', { volume, ...whole }, (stream) => buffer(stream));
  assert.equal(
    createHash('sha256').update(back).digest('hex'),
    createHash('sha256').update(content).digest('hex'),
  );
  const part = { volume, offset: 1000, length: 50, flags: 0 };
  const piece = await link.withStream('storageVolDownload', part, (stream) => buffer(stream));
  assert.ok(piece.equals(content.subarray(1000, 1050)));
});

test('a sparse upload keeps its holes on the host, and a sparse download brings them', async () => {
  const volume = await storage.createVolume('sparse.img', 64 * MIB);
  const sparse = { ...whole, flags: VolumeTransferFlag.sparse };
  await link.withStream('storageVolUpload', { volume, ...sparse }, async (stream) => {
    stream.write(Buffer.alloc(MIB, 'a'));
    await stream.sendHole(62 * MIB);
    stream.write(Buffer.alloc(MIB / 2, 'b'));
    await stream.sendHole(MIB / 2);
  });
  const info = await connection.call('storageVolGetInfo', { volume });
  assert.equal(info.capacity, 64 * MIB);
  assert.ok(info.allocation < 3 * MIB, `${info.allocation} bytes are allocated`);

  const totals = { data: 0, hole: 0 };
  await link.withStream('storageVolDownload', { volume, ...sparse }, async (stream) => {
    for await (const segment of stream.segments()) add(totals, segment);
  });
  assert.equal(totals.data + totals.hole, 64 * MIB);
  assert.ok(totals.hole >= 60 * MIB);

  const plain = await link.withStream('storageVolDownload', { volume, ...whole }, (stream) => buffer(stream));
  assert.equal(plain.length, 64 * MIB);
  assert.equal(plain[MIB], 0);
  assert.equal(plain[63 * MIB], 'b'.charCodeAt(0));
});

test('a sparse download reads as zeros where nobody asks for holes', async () => {
  const volume = await storage.createVolume('hole.img', 8 * MIB);
  const args = { volume, ...whole, flags: VolumeTransferFlag.sparse };
  const bytes = await link.withStream('storageVolDownload', args, (stream) => buffer(stream));
  assert.ok(bytes.equals(Buffer.alloc(8 * MIB)));
});

test('an aborted upload leaves the volume free to be deleted', async () => {
  const volume = await storage.createVolume('aborted.img', 16 * MIB);
  const stream = await link.openStream('storageVolUpload', { volume, ...whole });
  stream.write(Buffer.alloc(MIB));
  await stream.abort();
  const isGone = () =>
    connection.call('storageVolDelete', { volume, flags: 0 }).then(
      () => true,
      // The server may still be closing the file.
      (error: unknown) => !(error instanceof LibvirtError && error.message.includes('in use')),
    );
  await waitUntil(isGone, { what: 'the volume can be deleted' });
  await assert.rejects(
    connection.call('storageVolLookupByName', { pool: storage.pool, name: 'aborted.img' }),
    (e) => e instanceof LibvirtError && e.number === ErrorNumber.noStorageVolume,
  );
});

test('a volume that is not there refuses the stream', async () => {
  const volume = { pool: 'images', name: 'nowhere.img', key: '' };
  await assert.rejects(
    link.withStream('storageVolDownload', { volume, ...whole }, (stream) => buffer(stream)),
    (e) =>
      e instanceof LibvirtError &&
      e.number === ErrorNumber.noStorageVolume &&
      e.procedure === 'storageVolDownload',
  );
});

test('an upload is as large as the host lets it, and a length is kept to', async () => {
  const volume = await storage.createVolume('short.img', 100);
  const stream = await link.openStream('storageVolUpload', { volume, offset: 0, length: 100, flags: 0 });
  stream.write(Buffer.alloc(200));
  await assert.rejects(stream.finish(), LibvirtError);
  await stream.over;
});

test('the pool lists its volumes by name', async () => {
  const { volumes, count } = await connection.call('storagePoolListAllVolumes', {
    pool: storage.pool,
    needResults: 1,
    flags: 0,
  });
  assert.equal(volumes.length, count);
  const names = volumes.map(({ name }) => name);
  assert.ok(names.includes('random.img') && names.includes('sparse.img'));
});

function add(totals: { data: number; hole: number }, segment: Segment): void {
  if ('data' in segment) totals.data += segment.data.length;
  else totals.hole += segment.hole;
}
