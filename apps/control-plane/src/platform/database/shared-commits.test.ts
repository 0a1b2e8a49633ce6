import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database, Tx } from './database.ts';
import { testDatabases } from './test-databases.ts';
import { awaited } from './urgency.ts';

const insert = async (tx: Tx, name: string): Promise<void> => {
  await tx.sql.insertInto('setting').values({ name, value: '1' }).execute();
};
const namesIn = async ({ db }: Database): Promise<string[]> =>
  (await db.selectFrom('setting').select('name').orderBy('name').execute()).map(({ name }) => name);

for (const databases of testDatabases) {
  test(`${databases.name}: of transactions that wait together one that fails leaves nothing, and the others all`, async () => {
    await using database = await databases.open();
    const told: string[] = [];
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((name) =>
        database.transact(async (tx) => {
          tx.afterCommit(() => told.push(name));
          await insert(tx, name);
          if (name === 'b') throw new Error('no');
        }),
      ),
    );
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    );
    assert.deepEqual(await namesIn(database), ['a', 'c', 'd']);
    assert.deepEqual(told.sort(), ['a', 'c', 'd']);
  });
}

for (const databases of testDatabases) {
  test(`${databases.name}: one statement is committed when it is done, and one that fails takes no other with it`, async () => {
    await using database = await databases.open();
    const write = (name: string) =>
      database.write((sql) => sql.insertInto('setting').values({ name, value: '1' }).execute());
    await write('a');
    const outcomes = await Promise.allSettled([write('b'), write('a'), write('c')]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await namesIn(database), ['a', 'b', 'c']);
  });
}

const [sqlite] = testDatabases;

test('who waits for a database that is closed is told so', async () => {
  assert.ok(sqlite);
  const database = await sqlite.open();
  await database[Symbol.asyncDispose]();
  for (const name of ['a', 'b']) await assert.rejects(database.transact((tx) => insert(tx, name)));
});

test('what somebody waits for goes before what nobody does', async () => {
  assert.ok(sqlite);
  await using database = await sqlite.open();
  const order: string[] = [];
  const run = (name: string) => database.transact(async () => void order.push(name));
  const first = run('first');
  await Promise.all([first, run('chore'), run('another'), awaited(() => run('request'))]);
  assert.ok(order.indexOf('request') < order.indexOf('another'));
});

test('what nobody waits for goes on while people come without end', async () => {
  assert.ok(sqlite);
  await using database = await sqlite.open();
  const done = new AbortController();
  const chores = (async () => {
    for (let n = 0; n < 3; n++) await database.transact(async () => {});
    done.abort();
  })();
  let came = 0;
  const person = async (): Promise<void> => {
    for (; !done.signal.aborted; came++) await database.transact(async () => {});
  };
  await Promise.all([chores, ...Array.from({ length: 8 }, () => awaited(person))]);
  assert.ok(came > 8);
});
