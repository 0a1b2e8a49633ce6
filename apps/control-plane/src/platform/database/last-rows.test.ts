import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';
import { testDatabases } from './test-databases.ts';

const eventOf = (name: string) => ({
  type: 'vm.created',
  at: 0,
  actor_id: null,
  actor_name: null,
  address: null,
  object_kind: 'vm',
  object_id: 'a',
  object_name: name,
  owner_id: null,
  details: "{'; drop table event; --",
});
const keep = (tx: Tx, name: string) => tx.insertLast('setting', { name, value: '1' });
const settingsIn = async ({ db }: Database): Promise<string[]> =>
  (await db.selectFrom('setting').select('name').orderBy('name').execute()).map(({ name }) => name);

for (const databases of testDatabases) {
  test(`${databases.name}: rows that are inserted last are there with all else, and each knows its number`, async () => {
    await using database = await databases.open();
    const names = Array.from({ length: 450 }, (_, index) => `event ${index}`);
    const told = new Map<number, string>();
    await database.transact(async (tx) => {
      await tx.sql.insertInto('setting').values({ name: 'first', value: '1' }).execute();
      for (const name of names)
        await tx.insertLast('event', eventOf(name), (number) => void told.set(number, name));
    });
    const events = await database.db.selectFrom('event').selectAll().orderBy('seq').execute();
    assert.deepEqual(
      events.map((event) => event.object_name),
      names,
    );
    assert.deepEqual(
      events.map(({ seq }) => told.get(seq)),
      names,
    );
    assert.equal(events[0]?.details, eventOf('').details);
  });

  test(`${databases.name}: nothing stays of a transaction that fails, whether its last rows were sent or not`, async () => {
    await using database = await databases.open();
    const failing = database.transact(async (tx) => {
      await keep(tx, 'a');
      throw new Error('no');
    });
    await assert.rejects(failing, { message: 'no' });
    const twice = database.transact(async (tx) => {
      for (const name of ['b', 'c', 'b']) await keep(tx, name);
    });
    await assert.rejects(twice, (error) => database.adapter.isDuplicateKey(error));
    await database.transact((tx) => keep(tx, 'd'));
    assert.deepEqual(await settingsIn(database), ['d']);
  });
}

test('mysql: a row that somebody else has inserted meanwhile is looked for again', async () => {
  const [, mysql] = testDatabases;
  assert.ok(mysql);
  await using database = await mysql.open();
  const { promise: bothHaveLooked, resolve } = Promise.withResolvers<undefined>();
  let looks = 0;
  const claim = () =>
    database.transact(async (tx) => {
      const known = await tx.sql.selectFrom('setting').select('name').execute();
      if (++looks === 2) resolve(undefined);
      await bothHaveLooked;
      if (known.length > 0) return 'taken';
      await keep(tx, 'mine');
      return 'mine';
    });
  assert.deepEqual((await Promise.all([claim(), claim()])).toSorted(), ['mine', 'taken']);
  assert.equal(looks, 3);
});

test('mysql: a text of several statements is refused', async () => {
  const [, mysql] = testDatabases;
  assert.ok(mysql);
  await using database = await mysql.open();
  await assert.rejects(sql`select 1; select 2`.execute(database.db), { message: 'more than one statement' });
  const inTransaction = database.transact((tx) => sql`select 1; drop table setting`.execute(tx.sql));
  await assert.rejects(inTransaction, { message: 'more than one statement' });
  assert.deepEqual(await settingsIn(database), []);
});

test('mysql: a transaction whose first statement is a stream is one: it reads what there was at that time', async () => {
  const [, mysql] = testDatabases;
  assert.ok(mysql);
  await using database = await mysql.open();
  await database.transact((tx) => keep(tx, 'a'));
  const transaction = database.db.transaction().setIsolationLevel('repeatable read');
  await transaction.execute(async (reading) => {
    for (let read = 0; read < 2; read++) {
      const names: string[] = [];
      for await (const { name } of reading.selectFrom('setting').select('name').stream()) names.push(name);
      assert.deepEqual(names, ['a']);
      if (read === 0) await database.transact((tx) => keep(tx, 'b'));
    }
  });
});
