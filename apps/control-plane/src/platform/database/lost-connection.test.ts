/** A connection to MariaDB that ends in the middle of a transaction. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createConnection } from 'mysql2/promise';
import { pino } from 'pino';
import { EventLog } from '../events/event-log.ts';
import { newId } from '../ids.ts';
import { OperationEngine } from '../operations/engine.ts';
import { operation } from '../operations/operation.ts';
import { type Database, openDatabase } from './database.ts';
import { type Way, openWay } from './test-way.ts';

describe('a connection that ends in the middle of a transaction', () => {
  const schema = `test_${newId().replaceAll('-', '')}`;
  let server: string;
  let way: Way;
  let database: Database;

  const run = async (statement: string) => {
    const connection = await createConnection(server);
    await connection.query(statement);
    await connection.end();
  };
  before(async () => {
    const url = process.env['LOUCLOUD_TEST_MYSQL_URL'];
    if (url === undefined) throw new Error('LOUCLOUD_TEST_MYSQL_URL is not set: run the tests by `npm test`');
    server = url;
    await run(`create database ${schema} collate utf8mb4_bin`);
    way = await openWay(new URL(server));
    const byWay = new URL(server);
    byWay.port = String(way.port);
    byWay.pathname = `/${schema}`;
    database = await openDatabase(byWay.href);
  });
  after(async () => {
    await database.close();
    way.close();
    await run(`drop database ${schema}`);
  });

  let runs = 0;
  const addNetwork = (name: string) => {
    runs = 0;
    return database.transact(async ({ sql }) => {
      runs++;
      const row = {
        id: newId(),
        name,
        description: '',
        kind: 'libvirt',
        source: name,
        created_at: 0,
      } as const;
      await sql.insertInto('network').values(row).execute();
    });
  };
  const count = async (name: string) =>
    (await database.db.selectFrom('network').select('id').where('name', '=', name).execute()).length;

  for (const [statement, moment] of [
    ['begin', 'before'],
    ['insert into', 'before'],
    ['insert into', 'after'],
  ] as const) {
    test(`${moment} its "${statement}": it is done again, and once`, async () => {
      const name = `${statement}-${moment}`;
      way.cutAt(statement, moment);
      await addNetwork(name);
      assert.equal(runs, 2);
      assert.equal(await count(name), 1);
    });
  }

  for (const moment of ['before', 'after'] as const) {
    test(`${moment} its commit: nobody knows, so it is told and not done again`, async () => {
      const name = `end-${moment}`;
      way.cutAt('commit', moment);
      await assert.rejects(addNetwork(name), (error) => database.adapter.isUnavailable(error));
      assert.equal(runs, 1);
      assert.equal(await count(name), moment === 'after' ? 1 : 0);
    });
  }

  test('an operation whose start was committed though nobody heard of it is taken up', async () => {
    const done: string[] = [];
    const step = { name: 'a', timeoutMs: 5000, run: async (name: string) => void done.push(name) };
    const type = operation<string>({ type: 'vm.start', onRestart: 'resume', steps: [step] });
    const engine = new OperationEngine({
      database,
      events: new EventLog(),
      log: pino({ level: 'silent' }),
    });
    engine.register(type);
    const object = { kind: 'vm', id: newId(), name: 'web-1' } as const;
    way.cutAt('commit', 'after');
    const options = { input: 'web-1', actor: null, ownerId: null, object, hostId: null };
    await assert.rejects(database.transact((tx) => engine.start(tx, type, options)));
    assert.equal(engine.activeCount, 0);
    await engine.resume();
    await engine.quiet();
    assert.deepEqual(done, ['web-1']);
  });

  test('a step that finds the database away has not failed: it is taken again', async () => {
    let tries = 0;
    const step = {
      name: 'a',
      timeoutMs: 5000,
      async run() {
        if (++tries > 1) return;
        way.cutAt('select', 'before');
        await database.db.selectFrom('network').select('id').execute();
      },
    };
    const type = operation<null>({ type: 'vm.start', onRestart: 'resume', steps: [step] });
    const engine = new OperationEngine({
      database,
      events: new EventLog(),
      log: pino({ level: 'silent' }),
    });
    engine.register(type);
    const object = { kind: 'vm', id: newId(), name: 'web-2' } as const;
    const options = { input: null, actor: null, ownerId: null, object, hostId: null };
    const id = await database.transact((tx) => engine.start(tx, type, options));
    await engine.settled(id);
    await engine.resume();
    await engine.settled(id);
    const { state } = await database.db
      .selectFrom('operation')
      .select('state')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    assert.deepEqual([tries, state], [2, 'done']);
  });
});
