/** Images between two real libvirtds: what arrives is what was sent, or nothing is there. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ErrorCode, ImageFormat } from '@loucloud/api';
import { UserError } from '../../platform/errors.ts';
import type { ImageCopySpec } from '../../platform/hypervisor.ts';
import { TEST_POOL } from './test-host.ts';
import { HERE, THERE, type CopyHosts, corruptingUri, joinCopyHosts } from './test-copy-hosts.ts';

const MIB = 2 ** 20;
const code = (expected: ErrorCode) => (error: unknown) =>
  error instanceof UserError && error.code === expected ? true : assert.fail(error as Error);
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

let hosts: CopyHosts;
let folder: string;
/** A small disk that both hosts see. */
let small: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'images-'));
  small = await mkdtemp(join(tmpdir(), 'small-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${56 * MIB}`, 'tmpfs', small]);
  hosts = await joinCopyHosts();
});
after(() => hosts.close());

function imageOf(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** A raw disk of random bytes. */
const someImage = (name: string, mib = 8): string => imageOf(name, randomBytes(mib * MIB));

const specOf = (path: string, volumeName: string, format: ImageFormat = 'raw'): ImageCopySpec => ({
  from: { hostId: HERE, path },
  to: { hostId: THERE, poolName: TEST_POOL, volumeName },
  format,
  sizeBytes: statSync(path).size,
  sha256: sha256(path),
});

const copy = (
  spec: ImageCopySpec,
  onProgress: (fraction: number) => void = () => {},
  signal = new AbortController().signal,
) => hosts.hypervisor.copyImage(spec, { onProgress, signal });

const nothingThere = (name: string) =>
  assert.ok(!existsSync(hosts.fileThere(name)), 'nothing of it is left on the other host');

describe('an image that is copied to another host', () => {
  test('is the same there, byte by byte, and tells how far it is', async () => {
    const path = someImage('random.img');
    const seen: number[] = [];
    const there = await copy(specOf(path, 'random.img'), (fraction) => seen.push(fraction));
    assert.equal(there, `/var/lib/libvirt/${TEST_POOL}/random.img`);
    assert.equal(sha256(hosts.fileThere('random.img')), sha256(path));
    assert.ok(seen.length > 3 && seen.every((fraction, i) => fraction >= (seen[i - 1] ?? 0)));
    assert.equal(seen.at(-1), 1);
    assert.deepEqual(await hosts.there.inspectImage(there, 'raw'), {
      format: 'raw',
      sizeBytes: 8 * MIB,
      virtualSizeBytes: 8 * MIB,
    });
  });

  test('keeps its holes, at the beginning, in the middle and at the end', async () => {
    const path = join(folder, 'sparse.img');
    writeFileSync(path, '');
    truncateSync(path, 128 * MIB);
    execFileSync('dd', ['if=/dev/urandom', `of=${path}`, 'bs=1M', 'seek=50', 'count=3', 'conv=notrunc'], {
      stdio: 'ignore',
    });
    await copy(specOf(path, 'sparse.img'));
    const there = statSync(hosts.fileThere('sparse.img'));
    assert.equal(there.size, 128 * MIB);
    assert.ok(there.blocks * 512 < 8 * MIB, `${there.blocks * 512} bytes are allocated`);
    assert.equal(sha256(hosts.fileThere('sparse.img')), sha256(path));
  });

  test('is still a qcow2 file where it was one, with nothing of libvirt’s in it', async () => {
    const path = join(folder, 'disk.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, '64M']);
    const there = await copy(specOf(path, 'disk.qcow2', 'qcow2'));
    assert.equal(sha256(hosts.fileThere('disk.qcow2')), sha256(path));
    assert.equal((await hosts.there.inspectImage(there, 'qcow2')).virtualSizeBytes, 64 * MIB);
  });

  test('replaces what an attempt that was cut off has left', async () => {
    const path = someImage('again.img');
    writeFileSync(hosts.fileThere('again.img'), randomBytes(3 * MIB));
    await copy(specOf(path, 'again.img'));
    assert.equal(sha256(hosts.fileThere('again.img')), sha256(path));
  });

  test('is refused if it is not what was registered, and leaves nothing', async () => {
    const spec = specOf(someImage('other.img'), 'other.img');
    imageOf('other.img', randomBytes(8 * MIB));
    await assert.rejects(copy(spec), code('image_copy_mismatch'));
    nothingThere('other.img');
    imageOf('other.img', randomBytes(4 * MIB));
    await assert.rejects(copy(spec), code('image_copy_mismatch'));
    nothingThere('other.img');
  });

  test('is refused if a single bit of it changed on the way', async () => {
    const spec = specOf(someImage('bit.img'), 'bit.img');
    const throughProxy = '33333333-3333-4333-8333-333333333333';
    hosts.hypervisor.join({ hostId: throughProxy, uri: await corruptingUri(), poolName: TEST_POOL });
    const from = { ...spec.from, hostId: throughProxy };
    await assert.rejects(copy({ ...spec, from }), code('image_copy_mismatch'));
    nothingThere('bit.img');
    await hosts.hypervisor.leave(throughProxy);
  });

  test('that does not fit is refused before anything is sent', async () => {
    const path = imageOf('huge.img', Buffer.alloc(0));
    truncateSync(path, 4 * 2 ** 40);
    const spec = { ...specOf(someImage('small.img'), 'huge.img'), sizeBytes: 4 * 2 ** 40 };
    await assert.rejects(copy({ ...spec, from: { hostId: HERE, path } }), code('pool_full'));
    nothingThere('huge.img');
  });

  test('for which the storage becomes too small on the way fails with that, and leaves nothing', async () => {
    const filling = join(folder, 'filler');
    const tiny = { hostId: THERE, poolName: 'tiny', volumeName: 'filled.img' };
    const virsh = ['-q', '-c', hosts.libvirtdThere.uri(), 'pool-create-as', 'tiny', 'dir', '--target', small];
    execFileSync('virsh', virsh);
    let isFilled = false;
    const copying = copy({ ...specOf(someImage('filled.img', 48), 'filled.img'), to: tiny }, (fraction) => {
      if (fraction < 0.2 || isFilled) return;
      isFilled = true;
      truncateSync(imageOf('filler', Buffer.alloc(0)), 64 * MIB);
      // Until nothing goes in any more.
      assert.throws(() => execFileSync('cp', ['--sparse=never', filling, small], { stdio: 'ignore' }));
    });
    await assert.rejects(copying, code('pool_full'));
    assert.deepEqual(readdirSync(small), ['filler']);
  });

  test('that is not there is not found, and leaves nothing', async () => {
    const spec = specOf(someImage('gone.img'), 'gone.img');
    await assert.rejects(
      copy({ ...spec, from: { hostId: HERE, path: join(folder, 'nowhere.img') } }),
      code('path_not_found'),
    );
    nothingThere('gone.img');
  });

  test('can be given up at any time, and leaves nothing', async () => {
    const giveUp = new AbortController();
    const reason = new Error('nobody wants it any more');
    const copying = copy(
      specOf(someImage('given-up.img', 32), 'given-up.img'),
      (fraction) => fraction > 0.2 && giveUp.abort(reason),
      giveUp.signal,
    );
    await assert.rejects(copying, reason);
    nothingThere('given-up.img');
  });

  test('is not there when the host that it goes to is lost on the way, and is copied once that is back', async () => {
    const path = someImage('lost.img', 64);
    let isLost = false;
    const copying = copy(specOf(path, 'lost.img'), (fraction) => {
      if (fraction < 0.3 || isLost) return;
      isLost = true;
      void hosts.libvirtdThere.signal('SIGKILL');
    });
    await assert.rejects(copying, code('host_unreachable'));
    nothingThere('lost.img');
    await copy(specOf(path, 'lost.img'));
    assert.equal(sha256(hosts.fileThere('lost.img')), sha256(path));
  });

  test('is not there when the host that it comes from is lost on the way', async () => {
    const there = await copy(specOf(someImage('back.img', 64), 'back-there.img'));
    const spec: ImageCopySpec = {
      ...specOf(join(folder, 'back.img'), 'back.img'),
      from: { hostId: THERE, path: there },
      to: { hostId: HERE, poolName: TEST_POOL, volumeName: 'back.img' },
    };
    let isLost = false;
    const copying = copy(spec, (fraction) => {
      if (fraction < 0.3 || isLost) return;
      isLost = true;
      void hosts.libvirtdThere.signal('SIGKILL');
    });
    await assert.rejects(copying, code('host_unreachable'));
    assert.deepEqual(readdirSync(`/var/lib/libvirt/${TEST_POOL}`), []);
    await hosts.libvirtdThere.ready();
  });
});

test('the same file seen by two hosts has the same stamp, another one has not', async () => {
  const path = someImage('shared.img', 1);
  const [here, there] = [await hosts.here.stampFile(path), await hosts.there.stampFile(path)];
  assert.equal(here?.sizeBytes, MIB);
  assert.deepEqual(there, here);
  assert.notDeepEqual(await hosts.here.stampFile(someImage('another.img', 1)), here);
  assert.equal(await hosts.there.stampFile(join(folder, 'nowhere.img')), null);
  assert.equal(await hosts.there.stampFile('/nowhere/at/all.img'), null);
  assert.equal(await hosts.there.stampFile(folder), null);
});

test('deleting a copy that is not there is not an error, and leaves its neighbours', async () => {
  await copy(specOf(someImage('kept.img', 1), 'kept.img'));
  await copy(specOf(someImage('deleted.img', 1), 'deleted.img'));
  await hosts.there.deleteCopy(TEST_POOL, 'deleted.img');
  await hosts.there.deleteCopy(TEST_POOL, 'deleted.img');
  await hosts.there.deleteCopy('no-such-pool', 'deleted.img');
  nothingThere('deleted.img');
  assert.ok(existsSync(hosts.fileThere('kept.img')));
});
