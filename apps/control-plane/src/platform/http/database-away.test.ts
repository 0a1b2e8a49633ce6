import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConnection } from 'mysql2/promise';
import { type TestControlPlane, openTestControlPlane } from '../../test-control-plane.ts';
import { openDatabase } from '../database/database.ts';
import { openWay } from '../database/test-way.ts';
import { newId } from '../ids.ts';

test('while the database is away everything says so, and it goes on once it is back', async () => {
  const server = process.env['LOUCLOUD_TEST_MYSQL_URL'];
  if (server === undefined)
    throw new Error('LOUCLOUD_TEST_MYSQL_URL is not set: run the tests by `npm test`');
  const schema = `test_${newId().replaceAll('-', '')}`;
  const admin = await createConnection(server);
  await admin.query(`create database ${schema} collate utf8mb4_bin`);
  const url = new URL(server);
  const way = await openWay(new URL(server));
  url.port = String(way.port);
  url.pathname = `/${schema}`;
  try {
    const database = await openDatabase(url.href);
    const disposable = { ...database, [Symbol.asyncDispose]: () => database.close() };
    await using cloud: TestControlPlane = await openTestControlPlane({
      name: 'mysql',
      open: () => Promise.resolve(disposable),
      place: () => assert.fail(),
    });
    const paths = ['/me', '/users', '/overview'];
    way.cut();
    for (const path of [...paths, ...paths, ...paths]) {
      const answer = await cloud.admin.send('GET', path);
      assert.deepEqual([answer.statusCode, answer.json().code], [503, 'database_unavailable'], answer.body);
      assert.equal(answer.headers['retry-after'], '5');
    }
    assert.equal(
      (await cloud.anonymous.send('POST', '/sessions', { name: 'a', password: 'b' })).statusCode,
      503,
    );
    assert.equal((await cloud.app.inject('/readyz')).statusCode, 503);
    assert.equal((await cloud.app.inject('/healthz')).statusCode, 200);
    way.mend();
    for (const path of paths) assert.equal((await cloud.admin.send('GET', path)).statusCode, 200);
    assert.equal((await cloud.app.inject('/readyz')).statusCode, 200);
  } finally {
    way.close();
    await admin.query(`drop database ${schema}`);
    await admin.end();
  }
});
