/** What is kept of hosts is what the database says, whatever has happened to it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Database, type Tx, connectDatabase, openDatabase } from '../../platform/database/database.ts';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { candidateStore } from './candidate-store.ts';
import { keptCandidates } from './kept-candidates.ts';
import type { Candidate } from './placement.ts';
import { openWorld } from './test-world.ts';

const OTHER_HOST = '00000000-0000-4000-8000-00000000000b';
const byId = (candidates: readonly Candidate[]) => candidates.toSorted((a, b) => (a.id < b.id ? -1 : 1));

for (const kind of testDatabases)
  describe(`hosts for a new VM on ${kind.name}`, async () => {
    async function open(as = kind) {
      const world = await openWorld(as);
      const owner = await world.addUser('zoe');
      const candidatesIn = keptCandidates(world.database);
      const { db } = world.database;
      const { id: imageId, host_id: imageHostId } = await db
        .selectFrom('image')
        .selectAll()
        .executeTakeFirstOrThrow();
      const image = { imageId, imageHostId, imageSizeBytes: 5000 };
      const kept = (tx: Tx) => candidatesIn(tx, image);
      const compare = (what: string) =>
        world.database.transact(async (tx) => {
          assert.deepEqual(byId(await kept(tx)), byId(await candidateStore.all(tx.sql, image)), what);
        });
      const create = (name: string) => world.vms.create({ name, templateId: world.templateId }, owner);
      return { ...world, image, kept, compare, create };
    }

    async function addHost({ database: { db } }: { database: Database }): Promise<void> {
      const host = await db.selectFrom('host').selectAll().executeTakeFirstOrThrow();
      await db
        .insertInto('host')
        .values({ ...host, id: OTHER_HOST, name: 'other', uri: 'qemu+ssh://other/system' })
        .execute();
    }

    test('after each kind of change', async () => {
      await using world = await open();
      const { db } = world.database;
      const copy = { image_id: world.image.imageId, host_id: OTHER_HOST };
      const rest = {
        path: '/i',
        pool_name: 'p',
        volume_name: 'v',
        is_shared: 0,
        reserved_bytes: 700,
      } as const;
      const times = {
        problem: null,
        operation_id: null,
        is_prefetched: 0,
        created_at: 0,
        last_used_at: 0,
      } as const;
      const changes: Record<string, () => Promise<unknown>> = {
        nothing: async () => undefined,
        'a VM': () => world.create('one'),
        'another host': () => addHost(world),
        'a VM that goes there': () =>
          db.updateTable('vm').set({ host_id: OTHER_HOST }).where('name', '=', 'one').execute(),
        'its health': () => db.updateTable('host').set({ health: 'degraded' }).execute(),
        'what is reserved': () => db.updateTable('host').set({ reserved_memory_mib: 77 }).execute(),
        'its networks': () => db.updateTable('host').set({ networks: '[]' }).execute(),
        'an image that comes': () =>
          db
            .insertInto('image_copy')
            .values({ ...copy, ...rest, ...times, state: 'copying' })
            .execute(),
        'and is there': () => db.updateTable('image_copy').set({ state: 'ready' }).execute(),
        'and goes': () => db.deleteFrom('image_copy').execute(),
        'no VM': () => db.deleteFrom('vm').execute(),
        'no other host': () => db.deleteFrom('host').where('id', '=', OTHER_HOST).execute(),
      };
      for (const [what, change] of Object.entries(changes)) {
        await change();
        await world.compare(what);
      }
    });

    test('within a transaction that has changed it, and after that was undone', async () => {
      await using world = await open();
      await world.compare('at first');
      const [before] = await world.database.transact(world.kept);
      assert.ok(before && before.freeMemoryMib > 10);
      const undone = world.database.transact(async (tx) => {
        const { sql } = tx;
        await sql
          .updateTable('host')
          .set((e) => ({ reserved_memory_mib: e('reserved_memory_mib', '+', 10) }))
          .execute();
        const [within] = await world.kept(tx);
        assert.equal(within?.freeMemoryMib, before.freeMemoryMib - 10);
        throw new Error('changed my mind');
      });
      await assert.rejects(undone, /changed my mind/);
      assert.deepEqual(await world.database.transact(world.kept), [before]);
      await world.compare('afterwards');
    });

    test('when many reserve at once, some in vain', async () => {
      await using world = await open();
      await addHost(world);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, (_, i) => world.create(`vm-${i % 8}`)),
      );
      assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 4, 'their names are taken');
      await world.compare('afterwards');
    });

    test('what somebody else writes into the database is seen', async () => {
      await using place = await kind.place();
      const ours = await openDatabase(place.url);
      const opened = async () => ({ ...ours, [Symbol.asyncDispose]: () => ours.close() });
      await using world = await open({ ...kind, open: opened });
      await world.compare('at first');
      const theirs = connectDatabase(place.url);
      await theirs.db.updateTable('host').set({ is_in_maintenance: 1 }).execute();
      await theirs.close();
      const [host] = await ours.transact(world.kept);
      assert.equal(host?.isInMaintenance, true);
    });
  });
