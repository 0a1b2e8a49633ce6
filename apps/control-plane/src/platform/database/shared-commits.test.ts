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
