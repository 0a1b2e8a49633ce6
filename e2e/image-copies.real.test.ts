/** A second server gets images from the first: once for all who wait, whole or not at all, whatever happens meanwhile. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Image } from '@loucloud/api';
import { PrivateLibvirtd } from '@loucloud/libvirt/testing';
import { Armed } from './operations/armed.ts';
import { type Login, World, finished, waitFor } from './world.ts';

const MIB = 2 ** 20;
/** Of this machine's libvirt alone; the second server has folders of its own below the same names. */
const FOLDER = '/var/lib/libvirt/images';
const POOL = '/var/lib/libvirt/loucloud';

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('two servers', () => {
  let world: World;
  let admin: Login;
  let libvirtd: PrivateLibvirtd;
  let first = '';
  let second = '';

  before(async () => {
    libvirtd = await PrivateLibvirtd.start();
    const network = ['net-define', '/usr/share/libvirt/networks/default.xml'];
    execFileSync('virsh', ['-c', libvirtd.uri('qemu+unix:///system'), ...network]);
    world = await World.open();
    admin = await world.login();
    const [here] = (await admin.call('hostList', { query: {} })).items;
    first = here?.id ?? '';
    const { operationId } = await admin.call('hostAdd', { body: { name: 'second', uri: libvirtd.uri() } });
    second = (await finished(admin.call, operationId)).objectId;
    await healthy();
    // New VMs go to the second server.
    await admin.call('hostUpdate', { params: { hostId: first }, body: { isInMaintenance: true } });
  });
  after(async () => {
    await libvirtd.stop();
    await world[Symbol.asyncDispose]();
  });

  const healthy = () =>
    waitFor('the second server is healthy', async () => {
      const host = await admin.call('hostGet', { params: { hostId: second } });
      return host.health === 'healthy' && host.poolAvailableBytes > 0;
    });
  const fileThere = (path: string) => join(libvirtd.libFolder, path.replace('/var/lib/libvirt/', ''));
  const imageOf = (imageId: string) => admin.call('imageGet', { params: { imageId } });
  const copyOf = async (imageId: string) =>
    (await imageOf(imageId)).copies.find(({ hostId }) => hostId === second);

  async function register(name: string, path: string): Promise<Image> {
    const { operationId } = await admin.call('imageRegister', { body: { name, path, hostId: first } });
    const { objectId } = await finished(admin.call, operationId);
    return waitFor('it is hashed', async () => {
      const image = await imageOf(objectId);
      return image.state === 'ready' ? image : null;
    });
  }

  /** A raw disk that only the first server has. */
  function makeDisk(name: string, mib: number): string {
    const path = join(FOLDER, name);
    writeFileSync(path, randomBytes(mib * MIB));
    return path;
  }

  async function templateOf({ id, name, virtualSizeBytes }: Image): Promise<string> {
    const size = { vcpus: 1, memoryMib: 64, diskBytes: Math.max(virtualSizeBytes, 16 * MIB) };
    return (await admin.call('templateCreate', { body: { name, imageId: id, ...size } })).id;
  }

  async function createVms(name: string, templateId: string): Promise<string[]> {
    const { items } = await admin.call('vmCreate', { body: { name, templateId, start: false } });
    return items.map(({ operationId }) => operationId);
  }

  async function deleteVms(): Promise<void> {
    for (const { id: vmId } of (await admin.call('vmList', { query: {} })).items) {
      const { operationId } = await admin.call('vmPurge', { params: { vmId } });
      await finished(admin.call, operationId);
    }
  }

  test('five VMs wait for one copy, see how far it is, and rest on it', async () => {
    const path = makeDisk('five.img', 128);
    const image = await register('five', path);
    const operations = await createVms('five-{1..5}', await templateOf(image));
    const [operationId = ''] = operations;
    const seen = await waitFor('the VMs wait for the image', async () => {
      const operation = await admin.call('operationGet', { params: { operationId } });
      return operation.finishedAt !== null || operation.step === 'image' ? operation : null;
    });
    assert.equal(seen.step, 'image');
    for (const id of operations) await finished(admin.call, id);
    const { items } = await admin.call('operationList', {
      query: { type: 'image.copy', objectId: image.id },
    });
    assert.equal(items.length, 1);
    const copy = await copyOf(image.id);
    assert.deepEqual([copy?.state, copy?.vmCount, copy?.isShared], ['ready', 5, false]);
    assert.equal(sha256(fileThere(copy?.path ?? '')), image.sha256);
    const { items: vms } = await admin.call('vmList', { query: {} });
    assert.deepEqual([...new Set(vms.map(({ hostId }) => hostId))], [second]);
    const disk = fileThere(`${POOL}/${vms[0]?.id}.qcow2`);
    const info = execFileSync('qemu-img', ['info', '-U', '-f', 'qcow2', '--output=json', disk]).toString();
    assert.equal(JSON.parse(info)['backing-filename'], copy?.path);

    await assert.rejects(admin.call('imageCopyRemove', { params: { imageId: image.id, hostId: second } }), {
      code: 'image_copy_in_use',
    });
    await deleteVms();
    const removal = await admin.call('imageCopyRemove', { params: { imageId: image.id, hostId: second } });
    await finished(admin.call, removal.operationId);
    assert.equal(await copyOf(image.id), undefined);
    assert.deepEqual(readdirSync(fileThere(POOL)), []);
    assert.ok(existsSync(path));
  });

  test('when the last VM that waits for it is cancelled, its copy ends and leaves nothing', async () => {
    const image = await register('unwanted', makeDisk('unwanted.img', 160));
    const operations = await createVms('unwanted-{1..2}', await templateOf(image));
    const filesThere = () => readdirSync(fileThere(POOL)).filter((name) => name.includes(image.id));
    await waitFor('some of it is there', async () => filesThere().length > 0);
    for (const operationId of operations) {
      assert.equal((await copyOf(image.id))?.state, 'copying');
      await admin.call('operationCancel', { params: { operationId } });
      await finished(admin.call, operationId, 'cancelled');
    }
    await waitFor('the copy is gone', async () => (await copyOf(image.id)) === undefined);
    assert.deepEqual(filesThere(), []);
    const query = { type: 'image.copy', objectId: image.id } as const;
    const { items } = await admin.call('operationList', { query });
    assert.deepEqual(
      items.map(({ state }) => state),
      ['superseded'],
    );
  });

  test('the starter machine runs on a server that had no image', async () => {
    // Its image lies where both servers see it; so that it has to be copied, it lies where the second does not.
    const [starter] = (await admin.call('imageList', { query: { search: 'starter' } })).items;
    execFileSync('cp', [starter?.path ?? '', join(FOLDER, 'starter.qcow2')]);
    const image = await register('starter there', join(FOLDER, 'starter.qcow2'));
    const templateId = await templateOf({ ...image, virtualSizeBytes: image.virtualSizeBytes });
    const { items } = await admin.call('vmCreate', { body: { name: 'runs', templateId } });
    await finished(admin.call, items[0]?.operationId ?? '');
    const vm = await admin.call('vmGet', { params: { vmId: items[0]?.vmId ?? '' } });
    assert.deepEqual([vm.state, vm.hostId], ['running', second]);
    await deleteVms();
  });

  test('what both servers see at the same path is recognised and not copied', async () => {
    const path = join(world.dataDir, 'shared.img');
    writeFileSync(path, randomBytes(8 * MIB));
    const image = await register('shared', path);
    const { items } = await admin.call('imagePrefetch', {
      params: { imageId: image.id },
      body: { hostIds: [first, second] },
    });
    assert.deepEqual(
      items.map(({ operationId }) => operationId !== null),
      [false, true],
    );
    await finished(admin.call, items[1]?.operationId ?? '');
    const copy = await copyOf(image.id);
    assert.deepEqual([copy?.state, copy?.isShared, copy?.path], ['ready', true, path]);
    const files = readdirSync(fileThere(POOL)).filter((name) => name.includes(image.id));
    assert.deepEqual(files, []);
    await admin.call('imageRemove', { params: { imageId: image.id } });
    assert.ok(existsSync(path));
  });

  test('killed in the middle, it is copied whole after the restart, and the VM that waited is made', async () => {
    const image = await register('killed', makeDisk('killed.img', 160));
    const [operationId = ''] = await createVms('killed', await templateOf(image));
    await waitFor('a part of it has arrived', async () => {
      const name = readdirSync(fileThere(POOL)).find((file) => file.includes(image.id));
      if (name === undefined) return false;
      const { blocks, size } = statSync(join(fileThere(POOL), name));
      return blocks * 512 > size / 8;
    });
    await world.kill();
    await world.start();
    admin = await world.login();
    await finished(admin.call, operationId);
    const copy = await copyOf(image.id);
    assert.equal(copy?.state, 'ready');
    assert.equal(sha256(fileThere(copy?.path ?? '')), image.sha256);
    assert.equal(readdirSync(fileThere(POOL)).filter((name) => name.includes(image.id)).length, 1);
    await deleteVms();
  });

  test('killed after each step of a copy and of its removal, it goes on with both', async () => {
    const armed = new Armed(world);
    const restart = async () => {
      await world.ended();
      await armed.start();
    };
    await world.stop();
    await armed.start();
    await healthy();
    const image = await register('steps', makeDisk('steps.img', 16));
    armed.arm('image.copy.hash', 'image.copy.copy');
    const body = { hostIds: [second] };
    // The answer may get lost with the process.
    await admin.call('imagePrefetch', { params: { imageId: image.id }, body }).catch(() => undefined);
    await restart();
    await restart();
    const copy = await waitFor('it is there', async () => {
      const now = await copyOf(image.id);
      return now?.state === 'ready' ? now : null;
    });
    assert.equal(sha256(fileThere(copy.path ?? '')), image.sha256);
    armed.arm('image.removeCopy.removeCopy');
    const params = { imageId: image.id, hostId: second };
    await admin.call('imageCopyRemove', { params }).catch(() => undefined);
    await restart();
    await waitFor('it is gone', async () => (await copyOf(image.id)) === undefined);
    assert.equal(existsSync(fileThere(copy.path ?? '')), false);
    await admin.call('imageRemove', { params: { imageId: image.id } });
    await world.stop();
    await world.start();
  });

  test('when the server is lost on the way the VM is not made, nothing is held, and later it works', async () => {
    await healthy();
    const image = await register('lost', makeDisk('lost.img', 160));
    const templateId = await templateOf(image);
    const { diskBytes } = (await admin.call('hostGet', { params: { hostId: second } })).reserved;
    const [operationId = ''] = await createVms('lost', templateId);
    await waitFor('it is being copied', async () => (await copyOf(image.id))?.state === 'copying');
    await waitFor('some of it is there', async () =>
      readdirSync(fileThere(POOL)).some((name) => name.includes(image.id)),
    );
    await libvirtd.killAndHold();
    const failed = await finished(admin.call, operationId, 'failed');
    assert.equal(failed.error?.code, 'host_unreachable');
    assert.equal((await admin.call('vmList', { query: {} })).total, 0);
    await libvirtd.release();
    await healthy();
    const [again = ''] = await createVms('later', templateId);
    await finished(admin.call, again);
    await deleteVms();
    const removal = await admin.call('imageCopyRemove', { params: { imageId: image.id, hostId: second } });
    await finished(admin.call, removal.operationId);
    assert.equal((await admin.call('hostGet', { params: { hostId: second } })).reserved.diskBytes, diskBytes);
  });

  test('a copy that was exchanged behind our back makes no VM', async () => {
    const image = await register('exchanged', makeDisk('exchanged.img', 8));
    const templateId = await templateOf(image);
    const prefetch = { params: { imageId: image.id }, body: { hostIds: [second] } };
    const { items } = await admin.call('imagePrefetch', prefetch);
    await finished(admin.call, items[0]?.operationId ?? '');
    const path = fileThere((await copyOf(image.id))?.path ?? '');
    execFileSync('qemu-img', [
      'create',
      '-q',
      '-u',
      '-f',
      'qcow2',
      '-b',
      '/etc/shadow',
      '-F',
      'raw',
      path,
      '8M',
    ]);
    const [operationId = ''] = await createVms('trap', templateId);
    const failed = await finished(admin.call, operationId, 'failed');
    assert.equal(failed.error?.code, 'image_has_backing_file');
    assert.equal((await copyOf(image.id))?.state, 'changed');
    // Nothing rests on it, so the next VM gets a good one.
    const [again = ''] = await createVms('good', templateId);
    await finished(admin.call, again);
    assert.equal(sha256(path), image.sha256);
    await deleteVms();
  });

  test('a server that is removed takes nothing along, and an image’s removal deletes its copies', async () => {
    const copies = readdirSync(fileThere(POOL));
    assert.ok(copies.length > 0);
    for (const { id: templateId } of (await admin.call('templateList', { query: {} })).items)
      await admin.call('templateRemove', { params: { templateId } });
    const image = (await admin.call('imageList', { query: { search: 'exchanged' } })).items[0];
    assert.ok(image);
    await admin.call('imageRemove', { params: { imageId: image.id } });
    await waitFor('its copy is deleted', async () =>
      readdirSync(fileThere(POOL)).every((name) => !name.includes(image.id)),
    );
    await admin.call('hostRemove', { params: { hostId: second } });
    assert.equal(readdirSync(fileThere(POOL)).length, copies.length - 1);
    assert.deepEqual(
      (await admin.call('imageList', { query: {} })).items.flatMap((i) => i.copies),
      [],
    );
  });
});
