/** A MariaDB that hangs: its connections stay open, and nothing is answered. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Kysely, sql } from 'kysely';
import { mysqlAdapter } from './dialects.ts';
import { type Way, openWay } from './test-way.ts';

const PATIENCE = { lateMs: 500, answerMs: 500, statementMs: 4000, connectionMs: 2000 };

describe('a database that hangs', () => {
  let way: Way;
  const adapters: Kysely<unknown>[] = [];
  const open = () => {
    const byWay = new URL(
      process.env['LOUCLOUD_TEST_MYSQL_URL'] ?? assert.fail('run the tests by `npm test`'),
    );
    byWay.port = String(way.port);
    const adapter = mysqlAdapter(byWay.href, PATIENCE);
    const db = new Kysely<unknown>({ dialect: adapter.dialect });
    adapters.push(db);
    const ask = (text: string) => sql.raw(text).execute(db);
    const assertAway = (asked: Promise<unknown>) =>
      assert.rejects(asked, (error) => adapter.isUnavailable(error) && !adapter.isConnectionLost(error));
    return { db, adapter, ask, assertAway };
  };
  before(async () => {
    way = await openWay(new URL(process.env['LOUCLOUD_TEST_MYSQL_URL'] ?? assert.fail('run by `npm test`')));
  });
  after(async () => {
    for (const db of adapters) await db.destroy();
    way.close();
  });

  test('is given up soon, refuses at once from then on, and is used again when it answers', async () => {
    const { ask, assertAway } = open();
    await ask('select 1');
    way.hold();
    const startedAt = performance.now();
    await Promise.all([1, 2, 3].map(() => assertAway(ask('select 1'))));
    assert.ok(performance.now() - startedAt < 3000);
    const silentAt = performance.now();
    await assertAway(ask('select 1'));
    assert.ok(performance.now() - silentAt < 100);
    way.letGo();
    for (;;) if (await ask('select 1').catch(() => false)) break;
  });

  test('in the middle of a transaction: it is over, and nothing of it stays', async () => {
    const { db, ask, assertAway } = open();
    const working = db.transaction().execute(async (tx) => {
      await sql.raw('select 1').execute(tx);
      way.hold();
      await sql.raw('select 2').execute(tx);
    });
    await assertAway(working);
    way.letGo();
    for (;;) if (await ask('select 1').catch(() => false)) break;
  });

  test('that answers may take its time over a statement, but not for ever', async () => {
    const { adapter, ask, assertAway } = open();
    await ask('select sleep(2)');
    await assertAway(ask('select sleep(20)'));
    await ask('select 1');
    await adapter.unhurried(() => ask('select sleep(5)'));
  });

  test('whose connections are all taken: who waits for one is refused after a while', async () => {
    const { ask, assertAway } = open();
    const taken = Array.from({ length: 10 }, () => ask('select sleep(3.5)'));
    await assertAway(ask('select 1'));
    await Promise.all(taken);
    await ask('select 1');
  });
});
