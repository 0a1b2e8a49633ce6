/** What a sweep finds, both ways, and since when, on both databases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LEFTOVER_AGE_MS } from '@loucloud/api';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { UserError } from '../../platform/errors.ts';
import type { HostContents, HostDriver } from '../../platform/hypervisor.ts';
import { newId } from '../../platform/ids.ts';
import { testObjects } from '../../test-objects.ts';
import { findingStore } from './finding-store.ts';
import { leftoverService } from './leftover-service.ts';

const HOUR_MS = 3_600_000;

async function open(kind: (typeof testDatabases)[number]) {
  const database = await kind.open();
  const { db } = database;
  const hostId = await testObjects.host(db, 'alpha');
  const [imageId, networkId] = [await testObjects.image(db, hostId), await testObjects.network(db)];
  const ownerId = await testObjects.user(db);
  const there = { volumes: [] as string[], domains: [] as string[], isAway: false };
  const contents = async (): Promise<HostContents> => {
    if (there.isAway) throw new UserError('host_unreachable');
    const file = { sizeBytes: 1, changedAt: 0, backingPath: null };
    const owner = { name: 'x', ownerId, ownerName: '', templateName: '', isActive: false };
    return {
      volumes: there.volumes.map((name) => ({ ...file, name, path: `/pool/${name}` })),
      usedPaths: new Set(),
      domains: there.domains.map((vmId) => ({ ...owner, vmId, domainName: 'x' })),
    };
  };
  const host = () => ({ contents }) as unknown as HostDriver; // all that it asks of one
  const engine = { start: () => Promise.resolve('begun') } as never;
  const operations = { remove: {} } as never;
  return {
    database,
    db,
    hostId,
    there,
    leftovers: leftoverService({ database, engine, operations, host }),
    makeVm: () => testObjects.vm(db, { ownerId, hostId, imageId, networkId }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

for (const kind of testDatabases) {
  describe(`a sweep on ${kind.name}`, () => {
    test('lists what nobody knows and what VMs miss, and keeps when each was first seen', async () => {
      await using world = await open(kind);
      const { leftovers, there, db } = world;
      const [whole, gone, busy] = [await world.makeVm(), await world.makeVm(), await world.makeVm()];
      await db.updateTable('vm').set({ operation_id: newId() }).where('id', '=', busy).execute();
      const kinds = async () =>
        (await db.selectFrom('finding').select('kind').orderBy('kind').execute()).map((row) => row.kind);
      there.volumes = ['a.img', `${whole}.qcow2`];
      there.domains = [whole];
      assert.equal((await leftovers.list({})).items[0]?.firstSeenAt, null);
      const first = await leftovers.sweep();
      assert.deepEqual(first.missing.map(({ vmId, part }) => `${vmId} ${part}`).toSorted(), [
        `${gone} disk`,
        `${gone} domain`,
      ]);
      const second = await leftovers.sweep();
      assert.ok(second.items[0]?.firstSeenAt);
      assert.equal(second.items[0].firstSeenAt, first.items[0]?.firstSeenAt);
      assert.deepEqual(await kinds(), ['disk', 'missingDisk', 'missingDomain']);

      there.isAway = true;
      assert.equal((await leftovers.sweep()).missing.length, 2);
      there.isAway = false;
      there.volumes = [`${whole}.qcow2`, `${gone}.qcow2`];
      there.domains = [whole, gone];
      assert.deepEqual((await leftovers.sweep()).missing, []);
      assert.deepEqual(await kinds(), []);
    });

    test('nothing is removed within a day of being seen first, unless that is confirmed', async () => {
      await using world = await open(kind);
      const { leftovers, there, db, hostId } = world;
      there.volumes = ['a.img'];
      const caller = {
        userId: newId(),
        userName: '',
        isAdmin: true,
        sessionId: '',
        kind: 'session',
        address: '',
      };
      const remove = (evenYoung: boolean) =>
        leftovers.remove({ hostId, kind: 'disk', id: 'a.img', evenYoung }, caller as never);
      const isTooYoung = { code: 'leftover_too_young' };
      await assert.rejects(remove(false), isTooYoung);
      await leftovers.sweep();
      await assert.rejects(remove(false), isTooYoung);
      assert.equal(await remove(true), 'begun');
      const first_seen_at = Date.now() - LEFTOVER_AGE_MS;
      await db.updateTable('finding').set({ first_seen_at }).execute();
      assert.equal(await remove(false), 'begun');
    });

    test('is due once a night, and by day where the night was missed', async () => {
      await using world = await open(kind);
      const { leftovers, database } = world;
      assert.equal(await leftovers.isSweepDue(), true);
      const night = new Date(2026, 0, 10, 3, 20);
      const swept = (hoursBefore: number) =>
        database.transact((tx) => findingStore.markSwept(tx, night.getTime() - hoursBefore * HOUR_MS));
      await swept(0.1);
      assert.equal(await leftovers.isSweepDue(night), false);
      await swept(24);
      assert.equal(await leftovers.isSweepDue(night), true);
      const noon = new Date(2026, 0, 10, 12);
      assert.equal(await leftovers.isSweepDue(noon), true);
      await swept(0);
      assert.equal(await leftovers.isSweepDue(noon), false);
    });

    test('what was found on a host that is gone is forgotten', async () => {
      await using world = await open(kind);
      const elsewhere = newId();
      const found = [{ kind: 'disk', id: 'x' }] as const;
      await world.database.transact((tx) => findingStore.replace(tx, elsewhere, found, 1));
      await world.leftovers.sweep();
      assert.equal((await findingStore.firstSeen(world.db, elsewhere))('disk', 'x'), null);
    });
  });
}
