/** Images come to hosts once, stay while a VM rests on them, and go when nobody needs them; on both databases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorCode } from '@loucloud/api';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { UserError } from '../../platform/errors.ts';
import { type Copying, IMAGE_BYTES, type ImageWorld, openImageWorld, sha256Of } from './test-world.ts';

const DAY_MS = 86_400_000;
const refused = (code: ErrorCode, details?: object) => (error: unknown) => {
  assert.ok(error instanceof UserError, String(error));
  assert.equal(error.code, code);
  if (details) assert.deepEqual(error.details, details);
  return true;
};

const until = async <T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<Awaited<T>>> => {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found) return found as NonNullable<Awaited<T>>;
    if (Date.now() > deadline) throw new Error(`it is still not so that ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
};
const nthCopying = (world: ImageWorld, n = 0): Promise<Copying> =>
  until(`copy ${n} is under way`, () => world.copying[n]);
const stateOf = async (world: ImageWorld, imageId: string, hostId: string) =>
  (await world.copy(imageId, hostId))?.state;
const inState = (world: ImageWorld, imageId: string, hostId: string, state: string | undefined) =>
  until(`the copy is ${state}`, async () => (await stateOf(world, imageId, hostId)) === state);
const watch = (progress: (fraction: number) => void = () => {}) => ({
  progress,
  signal: new AbortController().signal,
});

/** A copy that is ready on that host. */
async function copyTo(world: ImageWorld, imageId: string, hostId: string): Promise<void> {
  const before = world.copying.length;
  assert.equal(await world.claim(imageId, hostId), 'claimed');
  (await nthCopying(world, before)).arrive();
  await inState(world, imageId, hostId, 'ready');
}

for (const kind of testDatabases) {
  describe(`copies of images on ${kind.name}`, () => {
    test('where the image is registered nothing is copied', async () => {
      await using world = await openImageWorld(kind);
      const [a] = world.hostIds;
      const { id } = await world.addImage();
      assert.equal(await world.claim(id, a), 'claimed');
      await world.copies.whenThere({ imageId: id, hostId: a }, watch());
      assert.equal(await world.copy(id, a), undefined);
      assert.equal(world.copying.length, 0);
    });

    test('however many ask at once, it is copied once, and all see how far it is', async () => {
      await using world = await openImageWorld(kind);
      const [a, b] = world.hostIds;
      const { id, path } = await world.addImage();
      const claims = await Promise.all(Array.from({ length: 20 }, () => world.claim(id, b)));
      assert.ok(claims.every((verdict) => verdict === 'claimed'));
      const seen: number[] = [];
      const waiting = Promise.all(
        claims.map(() =>
          world.copies.whenThere(
            { imageId: id, hostId: b },
            watch((f) => seen.push(f)),
          ),
        ),
      );
      const copying = await nthCopying(world);
      assert.deepEqual(copying.spec.from, { hostId: a, path });
      assert.equal(copying.spec.sha256, sha256Of(`content of ${id}`));
      await until('everybody has seen it', () => (copying.progress(1), seen.length >= 20));
      copying.arrive();
      await waiting;
      assert.equal(world.copying.length, 1);
      assert.equal(await world.reservedOn(b), IMAGE_BYTES);
      const [copy] = (await world.images.get(id)).copies;
      assert.deepEqual(
        [copy?.state, copy?.hostName, copy?.path, copy?.isShared],
        ['ready', 'b', `/loucloud/${copying.spec.to.volumeName}`, false],
      );
      assert.ok(copying.spec.to.volumeName.includes(id));
    });

    test('when nobody waits for it any more it ends, and what has arrived is deleted', async () => {
      await using world = await openImageWorld(kind);
      const [, b] = world.hostIds;
      const { id } = await world.addImage();
      const giveUp = () => world.database.transact((tx) => world.copies.giveUpUnwanted(tx, b));
      await world.claim(id, b);
      const vmIds = [await world.addVm(id, b), await world.addVm(id, b)];
      const copying = await nthCopying(world);
      for (const vmId of vmIds) {
        await giveUp();
        assert.equal(copying.signal.aborted, false);
        await world.db.deleteFrom('vm').where('id', '=', vmId).execute();
      }
      await giveUp();
      assert.equal(copying.signal.aborted, true);
      await inState(world, id, b, undefined);
      assert.deepEqual([world.deleted.length, await world.reservedOn(b)], [1, 0]);
    });

    test('what the admin wants there is copied though no VM waits for it', async () => {
      await using world = await openImageWorld(kind);
      const [, b] = world.hostIds;
      const { id } = await world.addImage();
      await world.claim(id, b);
      await world.copies.prefetch(id, [b], world.admin);
      const copying = await nthCopying(world);
      await world.database.transact((tx) => world.copies.giveUpUnwanted(tx, b));
      copying.arrive();
      await inState(world, id, b, 'ready');
    });

    test('a failure fails all who wait, with its reason, and the next one tries again', async () => {
      await using world = await openImageWorld(kind);
      const [, b] = world.hostIds;
      const { id } = await world.addImage();
      await world.claim(id, b);
      const waiting = Array.from({ length: 3 }, () =>
        assert.rejects(
          world.copies.whenThere({ imageId: id, hostId: b }, watch()),
          refused('pool_full', { pool: 'p', host: 'b' }),
        ),
      );
      (await nthCopying(world)).fail(new UserError('pool_full', { pool: 'p' }));
      await Promise.all(waiting);
      assert.equal((await world.images.get(id)).copies[0]?.problem?.code, 'pool_full');
      await copyTo(world, id, b);
      assert.equal(await world.reservedOn(b), IMAGE_BYTES);
    });

    test('a host without room for it does not get it', async () => {
      await using world = await openImageWorld(kind);
      const [, b] = world.hostIds;
      const { id } = await world.addImage();
      await world.db
        .updateTable('host')
        .set({ pool_capacity_bytes: IMAGE_BYTES - 1 })
        .where('id', '=', b)
        .execute();
      assert.equal(await world.claim(id, b), 'no_room');
      await assert.rejects(world.copies.prefetch(id, [b], world.admin), refused('pool_full', { host: 'b' }));
      assert.equal(await world.copy(id, b), undefined);
      assert.equal(await world.reservedOn(b), 0);
    });

    test('what has no sha256 yet is hashed first, and not copied if it cannot be', async () => {
      await using world = await openImageWorld(kind);
      const [a, b, c] = world.hostIds;
      const { id, path } = await world.addImage({ isHashed: false });
      await copyTo(world, id, b);
      assert.equal((await world.images.get(id)).state, 'ready');
      const gone = await world.addImage({ isHashed: false });
      world.files.delete(world.at(a, gone.path));
      await world.claim(gone.id, c);
      await inState(world, gone.id, c, 'failed');
      assert.equal((await world.copy(gone.id, c))?.problem?.includes('path_not_found'), true);
      assert.equal(world.copying.length, 1);
      assert.ok(world.files.has(world.at(a, path)));
    });

    test('a host receives two at once, the others take turns', async () => {
      await using world = await openImageWorld(kind);
      const [, b, c] = world.hostIds;
      const images = [await world.addImage(), await world.addImage(), await world.addImage()];
      for (const { id } of images) await world.claim(id, b);
      await nthCopying(world, 1);
      await world.claim(images[0]?.id ?? '', c);
      const toC = await nthCopying(world, 2);
      assert.equal(toC.spec.to.hostId, c);
      world.copying[0]?.arrive();
      assert.equal((await nthCopying(world, 3)).spec.to.hostId, b);
    });

    test('after a restart it is copied anew, and who waited goes on waiting', async () => {
      await using world = await openImageWorld(kind);
      const [, b] = world.hostIds;
      const { id } = await world.addImage();
      await world.claim(id, b);
      await nthCopying(world);
      await world.restart();
      const waiting = world.copies.whenThere({ imageId: id, hostId: b }, watch());
      assert.equal(world.copying[0]?.signal.aborted, true);
      (await nthCopying(world, 1)).arrive();
      await waiting;
      assert.equal(await stateOf(world, id, b), 'ready');
    });

    test('a copy that VMs rest on is not deleted; once they are gone it is, and gives back its room', async () => {
      await using world = await openImageWorld(kind);
      const [, b] = world.hostIds;
      const { id } = await world.addImage();
      await copyTo(world, id, b);
      const vmId = await world.addVm(id, b);
      await assert.rejects(
        world.copies.remove({ imageId: id, hostId: b }, world.admin),
        refused('image_copy_in_use', { vms: [`vm-${vmId}`] }),
      );
      await world.db.deleteFrom('vm').execute();
      await world.copies.remove({ imageId: id, hostId: b }, world.admin);
      await inState(world, id, b, undefined);
      assert.deepEqual(world.deleted, [world.copying[0]?.spec.to.volumeName]);
      assert.equal(await world.reservedOn(b), 0);
    });

    test('deleting what is being copied ends the copying first', async () => {
      await using world = await openImageWorld(kind);
      const [, b] = world.hostIds;
      const { id } = await world.addImage();
      await world.claim(id, b);
      const copying = await nthCopying(world);
      await world.copies.remove({ imageId: id, hostId: b }, world.admin);
      await inState(world, id, b, undefined);
      assert.equal(copying.signal.aborted, true);
      assert.equal(await world.reservedOn(b), 0);
    });

    test('what nobody has used for long goes, what a VM rests on stays, and so does the registered file', async () => {
      await using world = await openImageWorld(kind);
      const [a, b, c] = world.hostIds;
      const { id, path } = await world.addImage();
      await copyTo(world, id, b);
      await copyTo(world, id, c);
      await world.addVm(id, c);
      await world.copies.ageOut(Date.now() + 13 * DAY_MS);
      assert.deepEqual(world.deleted, []);
      await world.copies.ageOut(Date.now() + 15 * DAY_MS);
      await inState(world, id, b, undefined);
      await world.copies.ageOut(Date.now() + 100 * DAY_MS);
      assert.equal(await stateOf(world, id, c), 'ready');
      assert.ok(world.files.has(world.at(a, path)));
    });

    test('ageing and claiming at the same time: whoever is first, the VM has its image', async () => {
      await using world = await openImageWorld(kind);
      const [, b] = world.hostIds;
      const { id } = await world.addImage();
      await copyTo(world, id, b);
      for (let round = 1; round <= 10; round++) {
        const late = Date.now() + 100 * round * DAY_MS;
        const old = { last_used_at: 0 };
        await world.db.updateTable('image_copy').set(old).execute();
        const seen = world.copying.length;
        const [claimed] = await Promise.all([world.claim(id, b), world.copies.ageOut(late)]);
        assert.equal(claimed, 'claimed');
        const there = world.copies.whenThere({ imageId: id, hostId: b }, watch());
        const state = await stateOf(world, id, b);
        if (state === 'copying') (await nthCopying(world, seen)).arrive();
        if (state === 'removing') (await nthCopying(world, seen)).arrive();
        await there;
        assert.equal(await stateOf(world, id, b), 'ready');
      }
      assert.equal(await world.reservedOn(b), IMAGE_BYTES);
    });

    test('the same file on shared storage is recognised, not copied, and never deleted through it', async () => {
      await using world = await openImageWorld(kind);
      const [a, b] = world.hostIds;
      const { id, path } = await world.addImage();
      world.files.set(world.at(b, path), world.files.get(world.at(a, path))!); // set by addImage
      await world.claim(id, b);
      await inState(world, id, b, 'ready');
      const [copy] = (await world.images.get(id)).copies;
      assert.deepEqual([copy?.isShared, copy?.path], [true, path]);
      assert.equal(await world.reservedOn(b), 0);
      await world.copies.remove({ imageId: id, hostId: b }, world.admin);
      await inState(world, id, b, undefined);
      assert.deepEqual([world.copying.length, world.deleted.length], [0, 0]);
    });

    test('a file at the same path with the same stamp and another content is not taken for it', async () => {
      await using world = await openImageWorld(kind);
      const [a, b] = world.hostIds;
      const { id, path } = await world.addImage();
      const { stamp } = world.files.get(world.at(a, path))!; // set by addImage
      world.files.set(world.at(b, path), { stamp, content: 'something else' });
      await copyTo(world, id, b);
      assert.equal((await world.copy(id, b))?.is_shared, 0);
    });

    test('a copy that another host shares stays as long as a VM on that one rests on it', async () => {
      await using world = await openImageWorld(kind);
      const [, b, c] = world.hostIds;
      const { id } = await world.addImage();
      await copyTo(world, id, b);
      const { path } = (await world.copy(id, b))!;
      world.files.set(world.at(c, path ?? ''), world.files.get(world.at(b, path ?? ''))!);
      await world.claim(id, c);
      await inState(world, id, c, 'ready');
      assert.equal((await world.copy(id, c))?.is_shared, 1);
      const vmId = await world.addVm(id, c);
      await assert.rejects(
        world.copies.remove({ imageId: id, hostId: b }, world.admin),
        refused('image_copy_in_use', { vms: [`vm-${vmId}`] }),
      );
      await world.db.deleteFrom('vm').execute();
      await world.copies.remove({ imageId: id, hostId: b }, world.admin);
      await inState(world, id, b, undefined);
      assert.equal(await world.copy(id, c), undefined);
    });

    test('an image that is removed takes its copies along, even those that cannot be deleted at once', async () => {
      await using world = await openImageWorld(kind);
      const [a, b, c] = world.hostIds;
      const { id, path } = await world.addImage();
      await copyTo(world, id, b);
      await world.claim(id, c);
      const copying = await nthCopying(world, 1);
      await world.images.remove(id, world.admin);
      await inState(world, id, b, undefined);
      await inState(world, id, c, undefined);
      assert.equal(copying.signal.aborted, true);
      assert.ok(world.files.has(world.at(a, path)));
      assert.deepEqual([await world.reservedOn(b), await world.reservedOn(c)], [0, 0]);
    });

    test('what has lost its image is deleted by the next sweep', async () => {
      await using world = await openImageWorld(kind);
      const [, b] = world.hostIds;
      const { id } = await world.addImage();
      await copyTo(world, id, b);
      await world.db.deleteFrom('image').where('id', '=', id).execute();
      await world.copies.ageOut();
      await inState(world, id, b, undefined);
      assert.equal(world.deleted.length, 1);
    });

    test('a host that is removed is forgotten with its copies, and what copies to it ends', async () => {
      await using world = await openImageWorld(kind);
      const [, b] = world.hostIds;
      const [first, second] = [await world.addImage(), await world.addImage()];
      await copyTo(world, first.id, b);
      await world.claim(second.id, b);
      const copying = await nthCopying(world, 1);
      await world.database.transact((tx) => world.copies.forgetHost(tx, b));
      assert.equal(copying.signal.aborted, true);
      assert.deepEqual((await world.images.get(first.id)).copies, []);
      assert.deepEqual(world.deleted, []);
      assert.equal(await world.reservedOn(b), 0);
    });

    test('where its own host cannot give it, it comes from another that has it', async () => {
      await using world = await openImageWorld(kind);
      const [a, b, c] = world.hostIds;
      const { id } = await world.addImage();
      await copyTo(world, id, b);
      await world.db.updateTable('host').set({ health: 'unreachable' }).where('id', '=', a).execute();
      await copyTo(world, id, c);
      assert.equal(world.copying[1]?.spec.from.hostId, b);
    });

    test('an image whose file is not what was registered is found out, and a good copy is used instead', async () => {
      await using world = await openImageWorld(kind);
      const [a, b, c] = world.hostIds;
      const { id, path } = await world.addImage();
      await copyTo(world, id, b);
      world.files.set(world.at(a, path), { ...world.files.get(world.at(a, path))!, content: 'changed' });
      await world.claim(id, c);
      const fromFirst = await nthCopying(world, 1);
      if (fromFirst.spec.from.hostId === a) {
        fromFirst.fail(new UserError('image_copy_mismatch'));
        await until('the image is changed', async () => (await world.images.get(id)).state === 'changed');
        (await nthCopying(world, 2)).arrive();
      } else fromFirst.arrive();
      await inState(world, id, c, 'ready');
      assert.equal(world.copying.at(-1)?.spec.from.hostId, b);
    });

    test('a copy that is not right any more is replaced, unless VMs rest on it', async () => {
      await using world = await openImageWorld(kind);
      const [, b] = world.hostIds;
      const { id } = await world.addImage();
      await copyTo(world, id, b);
      await world.addVm(id, b);
      await world.copies.markChanged({ imageId: id, hostId: b }, new UserError('image_damaged'));
      assert.equal(await stateOf(world, id, b), 'changed');
      assert.equal(await world.claim(id, b), 'copy_changed');
      await world.db.deleteFrom('vm').execute();
      await copyTo(world, id, b);
      assert.equal(await world.reservedOn(b), IMAGE_BYTES);
    });

    test('prefetching begins what is missing, on all the hosts or on none', async () => {
      await using world = await openImageWorld(kind);
      const [a, b, c] = world.hostIds;
      const { id } = await world.addImage();
      await copyTo(world, id, b);
      const nowhere = '99999999-9999-4999-8999-999999999999';
      await assert.rejects(world.copies.prefetch(id, [c, nowhere], world.admin), refused('not_found'));
      assert.equal(await world.copy(id, c), undefined);
      const { items } = await world.copies.prefetch(id, [a, b, c], world.admin);
      assert.deepEqual(
        items.map(({ hostName, operationId }) => [hostName, operationId !== null]),
        [
          ['a', false],
          ['b', false],
          ['c', true],
        ],
      );
      (await nthCopying(world, 1)).arrive();
      await inState(world, id, c, 'ready');
    });
  });
}
