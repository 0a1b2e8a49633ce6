/** Which hosts have one pool: tried where it can be, remembered where it cannot, on both databases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pino } from 'pino';
import { type TestDatabase, testDatabases } from '../../platform/database/test-databases.ts';
import type { Move } from '../../platform/vm-moves.ts';
import { testObjects } from '../../test-objects.ts';
import { hostStorage } from './host-storage.ts';

const pool = { name: 'loucloud', path: '/pool', capacityBytes: 2 ** 50, availableBytes: 0 };

/** Hosts by name; those in `one` have one storage. */
async function opened(kind: TestDatabase, names: readonly string[]) {
  const database = await kind.open();
  const ids = new Map<string, string>();
  for (const name of names) ids.set(name, await testObjects.host(database.db, name));
  const one = new Set<string>();
  const tried: string[] = [];
  const nameOf = (id: string) => [...ids].find(([, other]) => other === id)?.[0] ?? '';
  const moves = {
    sharesPool: async ({ from, to }: Move) => {
      tried.push(`${nameOf(from.hostId)} ${nameOf(to.hostId)}`);
      return one.has(nameOf(from.hostId)) && one.has(nameOf(to.hostId));
    },
  };
  const id = (name: string) => ids.get(name) ?? '';
  const rows = () => database.db.selectFrom('host').selectAll().execute();
  const storageOf = async (name: string) => (await rows()).find((row) => row.name === name)?.storage_id;
  const lookWith = (storage: ReturnType<typeof hostStorage>) => async (name: string) => {
    storage.onLost(id(name));
    await storage.onFacts(id(name), pool);
  };
  const fresh = () => lookWith(hostStorage({ database, moves, log: pino({ level: 'silent' }) }));
  const change = (name: string, values: object) =>
    database.db.updateTable('host').set(values).where('id', '=', id(name)).execute();
  return { database, one, tried, storageOf, fresh, change };
}

for (const kind of testDatabases) {
  describe(`the hosts’ storage, on ${kind.name}`, () => {
    test('hosts are of one storage if a try says so, and one witness is enough for a group', async () => {
      const { database, one, tried, storageOf, fresh } = await opened(kind, ['a', 'b', 'c', 'd']);
      await using _ = database;
      for (const name of ['a', 'b', 'c']) one.add(name);
      const look = fresh();
      for (const name of ['a', 'b', 'c', 'd']) await look(name);
      const [a, b, c, d] = await Promise.all(['a', 'b', 'c', 'd'].map(storageOf));
      assert.ok(a && a === b && b === c);
      assert.ok(d && d !== a);
      assert.deepEqual(tried, ['b a', 'c a', 'd a']);
    });

    test('a host that looks other is not even tried; one of libvirt’s test driver has no storage', async () => {
      const { database, one, tried, storageOf, fresh, change } = await opened(kind, ['a', 'b', 'c']);
      await using _ = database;
      for (const name of ['a', 'b', 'c']) one.add(name);
      await change('b', { pool_path: '/other' });
      await change('c', { uri: 'test:///default' });
      const look = fresh();
      for (const name of ['a', 'b', 'c']) await look(name);
      assert.notEqual(await storageOf('a'), await storageOf('b'));
      assert.equal(await storageOf('c'), null);
      assert.deepEqual(tried, []);
    });

    test('while the other is gone nothing is forgotten; one that has lost the storage is told apart', async () => {
      const { database, one, storageOf, fresh, change } = await opened(kind, ['a', 'b']);
      await using _ = database;
      one.add('a').add('b');
      for (const name of ['a', 'b']) await fresh()(name);
      const before = await storageOf('a');
      assert.equal(await storageOf('b'), before);
      await change('a', { health: 'unreachable' });
      await fresh()('b');
      assert.equal(await storageOf('b'), before);
      // Its folder is there, and what was mounted on it is not.
      await change('b', { pool_capacity_bytes: 2 ** 40 });
      await fresh()('b');
      assert.notEqual(await storageOf('b'), before);
      await change('b', { pool_capacity_bytes: 2 ** 50, storage_id: before });
      await change('a', { health: 'healthy' });
      one.delete('b');
      await fresh()('b');
      assert.notEqual(await storageOf('b'), before);
    });
  });
}
