import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, test } from 'node:test';
import { testDatabases } from '../database/test-databases.ts';
import { PASSWORD, codeOf, openTestControlPlane } from '../../test-control-plane.ts';

const [sqlite] = testDatabases;
assert.ok(sqlite);
const kind = sqlite;

test('a password of a megabyte is refused at once, and costs nothing', async () => {
  await using cloud = await openTestControlPlane(kind);
  const body = { name: 'admin', password: 'x'.repeat(1024 * 1024) };
  const startedAt = performance.now();
  const answer = await cloud.anonymous.send('POST', '/sessions', body);
  assert.deepEqual([answer.statusCode, codeOf(answer)], [413, 'payload_too_large']);
  assert.ok(performance.now() - startedAt < 500);
  const long = await cloud.anonymous.send('POST', '/sessions', { name: 'admin', password: 'x'.repeat(257) });
  assert.deepEqual([codeOf(long), long.json().details.field], ['invalid_request', 'password']);
});

test('a body without a length is cut off at the limit', async () => {
  await using cloud = await openTestControlPlane(kind);
  const address = await cloud.app.listen({ host: '127.0.0.1', port: 0 });
  const headers = { 'content-type': 'application/json' };
  const sent = request(`${address}/api/v1/sessions`, { method: 'POST', headers });
  for (let i = 0; i < 100; i++) sent.write(Buffer.alloc(1024, 'x'));
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  assert.equal(answer.statusCode, 413);
  answer.resume();
});

test('every answer has the headers that keep foreign scripts, frames and connections out', async () => {
  await using cloud = await openTestControlPlane(kind);
  for (const path of ['/', '/api/v1/me', '/api/v1/nothing', '/api/docs/', '/healthz']) {
    const { headers } = await cloud.app.inject({ url: path, headers: { accept: 'text/html' } });
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none';script-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(policy, /connect-src 'self' ws:\/\/127\.0\.0\.1:8080 ws:\/\/localhost:8080;/);
    assert.ok(!policy.includes('unsafe-eval'));
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['strict-transport-security'], undefined);
  }
});

describe('those who watch', () => {
  test('see that the process lives, and that it is ready as long as the database answers', async () => {
    await using cloud = await openTestControlPlane(kind);
    assert.equal((await cloud.app.inject('/healthz')).statusCode, 200);
    assert.equal((await cloud.app.inject('/readyz')).statusCode, 200);
    await cloud.database.db.schema.dropTable('event').execute();
    assert.equal((await cloud.app.inject('/healthz')).statusCode, 200);
    const answer = await cloud.app.inject('/readyz');
    assert.deepEqual([answer.statusCode, answer.json()], [503, { status: 'database_unavailable' }]);
  });

  test('read metrics on this machine, or with the admin’s token', async () => {
    await using cloud = await openTestControlPlane(kind);
    const local = await cloud.app.inject('/metrics');
    assert.match(
      local.body,
      /loucloud_http_request_duration_seconds_count\{endpoint="sessionCreate",status="201"\} 1/,
    );
    assert.match(local.body, /loucloud_operations_active 0/);
    assert.match(local.body, /loucloud_event_streams 0/);
    assert.match(local.body, /process_resident_memory_bytes \d+/);
    const admin = await cloud.withToken(cloud.admin);
    const ann = await cloud.withToken(await cloud.addMember('ann'));
    const status = async (headers: object, remoteAddress = '192.0.2.1') =>
      (await cloud.app.inject({ url: '/metrics', headers: { ...headers }, remoteAddress })).statusCode;
    assert.equal(await status({}), 401);
    assert.equal(await status({ 'x-forwarded-for': '127.0.0.1' }), 401);
    assert.equal(await status({ 'x-forwarded-for': '192.0.2.1' }, '127.0.0.1'), 401);
    assert.equal(await status(ann.headers), 401);
    assert.equal(await status(admin.headers), 200);
  });
});

test('what nobody serves is refused in the API’s own words', async () => {
  await using cloud = await openTestControlPlane(kind);
  for (const url of ['/api/v1/nothing', '/api/v2/me', '/api', '/assets/gone.js']) {
    const answer = await cloud.app.inject({ url, headers: { accept: 'text/html' } });
    assert.deepEqual([answer.statusCode, codeOf(answer)], [404, 'not_found'], url);
  }
  const malformed = await cloud.app.inject('/api/v1/%zz');
  assert.deepEqual([malformed.statusCode, codeOf(malformed)], [400, 'invalid_request']);
});

test('secrets, cookies and tokens never get into the log', async () => {
  await using cloud = await openTestControlPlane(kind);
  const ann = await cloud.addMember('ann');
  const program = await cloud.withToken(ann);
  await program.send('GET', '/me');
  await program.send('POST', '/me/password', { currentPassword: PASSWORD, newPassword: 'brand new horse' });
  await cloud.anonymous.send('POST', '/sessions', { name: 'admin', password: 'wrong horse' });
  const log = cloud.logged();
  assert.match(log, /"path":"\/api\/v1\/me"/);
  const [, cookie = ''] = String(ann.headers['cookie']).split('=');
  for (const secret of [cookie, program.secret, PASSWORD, 'brand new horse', 'wrong horse'])
    assert.ok(secret.length > 8 && !log.includes(secret));
});

test('for whom a proxy asks is believed of a proxy on this machine alone, and only over https', async () => {
  const addressOf = async (isSecure: boolean, remoteAddress: string) => {
    const publicOrigins = [isSecure ? 'https://cloud.example' : 'http://cloud.example'];
    await using cloud = await openTestControlPlane(kind, { isSecure, publicOrigins });
    const more = { remoteAddress, headers: { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' } };
    await cloud.anonymous.send('POST', '/sessions', { name: 'admin', password: PASSWORD }, more);
    const [, latest] = (await cloud.admin.send('GET', '/sessions')).json().items.reverse();
    return latest.address;
  };
  assert.equal(await addressOf(true, '127.0.0.1'), '198.51.100.7');
  assert.equal(await addressOf(true, '192.0.2.1'), '192.0.2.1');
  assert.equal(await addressOf(false, '127.0.0.1'), '127.0.0.1');
});
