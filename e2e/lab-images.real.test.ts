// box: --no-libvirtd
/** An image that is mostly holes, on its way to a server by SSH and to one by TLS. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { LabWorld } from './lab-world.ts';
import { finished, waitFor } from './world.ts';

const MIB = 2 ** 20;
const PATH = '/var/lib/libvirt/images/sparse.img';

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('a pool of three servers', () => {
  let world: LabWorld;

  before(async () => {
    world = await LabWorld.open({ hosts: ['local', 'ssh', 'tls'] });
  });
  after(() => world[Symbol.asyncDispose]());

  test('an image arrives by SSH and by TLS byte by byte, and its holes are holes there', async () => {
    const file = openSync(PATH, 'w');
    ftruncateSync(file, 96 * MIB);
    // More than is on its way at a time: all memory on the way is used again.
    writeSync(file, randomBytes(32 * MIB), 0, 32 * MIB, 40 * MIB);
    closeSync(file);
    const { call } = world.admin;
    const [here, ...others] = await Promise.all(world.lab.hosts.map((host) => world.stateOf(host)));
    assert.ok(here);
    const body = { name: 'sparse', path: PATH, hostId: here.id };
    const { objectId: imageId } = await finished(call, (await call('imageRegister', { body })).operationId);
    const image = await waitFor('it is hashed', async () => {
      const now = await call('imageGet', { params: { imageId } });
      return now.state === 'ready' ? now : null;
    });
    const hostIds = others.map(({ id }) => id);
    const { items } = await call('imagePrefetch', { params: { imageId }, body: { hostIds } });
    await Promise.all(items.map(({ operationId }) => finished(call, operationId ?? '')));

    const { copies } = await call('imageGet', { params: { imageId } });
    for (const kind of ['ssh', 'tls'] as const) {
      const host = world.lab.host(kind);
      const copy = copies.find(({ hostName }) => hostName === host.name);
      assert.deepEqual([copy?.state, copy?.isShared], ['ready', false], host.name);
      const path = host.libPath((copy?.path ?? '').replace('/var/lib/libvirt/', ''));
      assert.equal(sha256(path), image.sha256, host.name);
      const { size, blocks } = statSync(path);
      assert.equal(size, 96 * MIB);
      assert.ok(blocks * 512 < 40 * MIB, `${host.name}: ${blocks * 512} bytes are allocated`);
    }
  });
});
