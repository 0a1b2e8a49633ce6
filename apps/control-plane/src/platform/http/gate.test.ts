import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, test } from 'node:test';
import { testDatabases } from '../database/test-databases.ts';
import { PASSWORD, codeOf, openTestControlPlane } from '../../test-control-plane.ts';

const [sqlite] = testDatabases;
assert.ok(sqlite);
const kind = sqlite;

const foreign: Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'http://127.0.0.1:8081' },
  { origin: 'https://127.0.0.1:8080' },
  { origin: 'http://127.0.0.1:8080.evil.example' },
  { origin: 'http://127.0.0.1:8080, http://evil.example' },
  { origin: '' },
  { 'sec-fetch-site': 'cross-site' },
  // Another port of this machine is the same site to a browser, and somebody else to us.
  { 'sec-fetch-site': 'same-site' },
];

describe('a request that changes something', () => {
  for (const headers of foreign) {
    test(`with a cookie and ${JSON.stringify(headers)} is not from our pages`, async () => {
      await using cloud = await openTestControlPlane(kind);
      const { cookie = '' } = cloud.admin.headers;
      const answer = await cloud.app.inject({
        method: 'PATCH',
        url: '/api/v1/settings',
        headers: { cookie, host: '127.0.0.1:8080', ...headers },
        payload: { recycleDays: 1 },
      });
      assert.deepEqual([answer.statusCode, codeOf(answer)], [403, 'wrong_origin']);
      assert.notEqual((await cloud.settings.read()).recycleDays, 1);
    });
  }

  test('with a cookie must say where it comes from', async () => {
    await using cloud = await openTestControlPlane(kind);
    const { cookie = '' } = cloud.admin.headers;
    const status = async (headers: Record<string, string>) => {
      const request = { method: 'PATCH', url: '/api/v1/settings', payload: { recycleDays: 1 } } as const;
      return (await cloud.app.inject({ ...request, headers: { cookie, ...headers } })).statusCode;
    };
    assert.equal(await status({}), 403);
    assert.equal(await status({ 'sec-fetch-site': 'same-origin' }), 200);
    assert.equal(await status({ origin: 'http://localhost:8080' }), 200);
  });

  test('with an API token comes from a program: no page can send it', async () => {
    await using cloud = await openTestControlPlane(kind);
    const program = await cloud.withToken(cloud.admin);
    const answer = await program.send('PATCH', '/settings', { recycleDays: 1 });
    assert.equal(answer.statusCode, 200);
  });

  test('a foreign page cannot log its visitor in as somebody else', async () => {
    await using cloud = await openTestControlPlane(kind);
    for (const headers of foreign) {
      const answer = await cloud.app.inject({
        method: 'POST',
        url: '/api/v1/sessions',
        headers,
        payload: { name: 'admin', password: PASSWORD },
      });
      assert.equal(codeOf(answer), 'wrong_origin');
    }
    const program = await cloud.app.inject({
      method: 'POST',
      url: '/api/v1/sessions',
      payload: { name: 'admin', password: PASSWORD },
    });
    assert.equal(program.statusCode, 201);
  });
});

test('no answer lets another origin read it', async () => {
  await using cloud = await openTestControlPlane(kind);
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'PATCH' };
  for (const method of ['OPTIONS', 'GET'] as const) {
    const answer = await cloud.app.inject({ method, url: '/api/v1/settings', headers });
    for (const name of Object.keys(answer.headers)) assert.ok(!name.startsWith('access-control-'));
  }
});

describe('a WebSocket upgrade', () => {
  const upgrade = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol': 'loucloud, ticket.wrong',
  };

  /** By a real connection: an upgrade is no ordinary request. Answers the status line's number. */
  async function statusOf(address: string, headers: Record<string, string>): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const options = { agent: false, headers: { ...upgrade, ...headers } };
    const sent = request(`${address}/api/v1/desktop`, options);
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    sent.on('error', reject);
    sent.end();
    return promise;
  }

  test('passes from our own origin alone, whatever Host says', async () => {
    await using cloud = await openTestControlPlane(kind);
    const address = await cloud.app.listen({ host: '127.0.0.1', port: 0 });
    for (const headers of foreign.slice(0, 7)) assert.equal(await statusOf(address, headers), 403);
    assert.equal(await statusOf(address, {}), 403);
    const poisoned = { origin: 'https://evil.example', host: 'evil.example' };
    assert.equal(await statusOf(address, poisoned), 403);
    assert.equal(await statusOf(address, { ...poisoned, 'x-forwarded-host': 'evil.example' }), 403);
    for (const origin of cloud.config.publicOrigins) assert.equal(await statusOf(address, { origin }), 101);
  });

  test('with thousands of Hosts changes nothing about who passes', async () => {
    await using cloud = await openTestControlPlane(kind);
    for (let i = 0; i < 2000; i++) {
      const host = `host${i}.example`;
      const headers = { ...upgrade, host, origin: `http://${host}` };
      const answer = await cloud.app.inject({ url: '/api/v1/desktop', headers });
      assert.equal(answer.statusCode, 403);
    }
  });
});
