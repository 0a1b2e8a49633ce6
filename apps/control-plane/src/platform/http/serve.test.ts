import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Endpoint, Id, changesOf, endpoints, nullable, object, oneOf, pageOf } from '@loucloud/api';
import { Registry } from 'prom-client';
import { Type } from 'typebox';
import { testDatabases } from '../database/test-databases.ts';
import { UserError } from '../errors.ts';
import { createLog } from '../log.ts';
import { type Handlers, serve } from './serve.ts';
import { createServer } from './server.ts';

const SECRET = '/var/lib/libvirt/images <domain> mysql://u:hunter2@host';
const problem = { code: 'libvirt_refused', details: { call: 'create' }, hint: SECRET };

const part = { path: '', tag: 'test', summary: 'test', access: 'user' } as const;
const table = endpoints({
  echo: {
    ...part,
    method: 'POST',
    path: '/test/echo/:id',
    params: object({ id: Id }),
    query: object({
      limit: Type.Optional(Type.Integer({ minimum: 1, default: 50 })),
      on: Type.Optional(Type.Boolean()),
    }),
    body: object({
      name: Type.String({ minLength: 1, maxLength: 5 }),
      many: Type.Optional(Type.Integer()),
      inner: Type.Optional(object({ kind: oneOf(['a', 'b']) })),
    }),
    reply: object({ id: Id, limit: Type.Integer(), on: Type.Optional(Type.Boolean()), name: Type.String() }),
    status: 201,
  },
  change: {
    ...part,
    method: 'PATCH',
    path: '/test/change',
    body: changesOf({ name: Type.String() }),
    reply: object({}),
    status: 204,
  },
  fail: { ...part, method: 'GET', path: '/test/fail', reply: object({}) },
  refuse: { ...part, method: 'GET', path: '/test/refuse', reply: object({}) },
  problem: {
    ...part,
    method: 'GET',
    path: '/test/problem',
    reply: object({ list: Type.Array(Type.Unknown()) }),
  },
  page: {
    ...part,
    method: 'GET',
    path: '/test/page',
    reply: pageOf(object({ name: Type.String(), problem: nullable(Type.Unknown()) })),
  },
} satisfies Record<string, Endpoint>);

const handlers: Handlers<typeof table> = {
  // `secret` is not in the reply's schema.
  echo: async ({ params, query, body }) => ({
    ...params,
    limit: query.limit ?? 0,
    ...query,
    ...body,
    secret: 1,
  }),
  change: async () => ({}),
  fail: async () => {
    throw new TypeError(SECRET, { cause: Object.assign(new Error(SECRET), { sql: 'select hunter3' }) });
  },
  refuse: async () => {
    throw new UserError('libvirt_refused', { call: 'create' }, { hint: SECRET, cause: new Error(SECRET) });
  },
  problem: async () => ({ list: [{ lastProblem: problem }, { steps: [], result: { host: SECRET } }] }),
  // `secret` is not in an item's schema.
  page: async () => ({ items: [kept, { ...kept, name: '一' }], nextCursor: '"', total: 7 }),
};
const kept = Object.freeze({ name: 'kept', problem, secret: SECRET });

// @ts-expect-error a missing handler does not compile
const incomplete: Handlers<typeof table> = { echo: handlers.echo };
void incomplete;

const ID = '01a202ee-500a-7d5e-b228-9ebd82d6a129';
const [sqlite] = testDatabases;

async function setUp({ isAdmin = false } = {}) {
  assert.ok(sqlite);
  const database = await sqlite.open();
  const lines: string[] = [];
  const caller = { userId: ID, userName: 'ann', isAdmin, sessionId: ID, kind: 'token' } as const;
  const server = await createServer({
    config: { publicOrigins: ['http://ours'], isSecure: false, trustedProxies: [] },
    database,
    log: createLog('debug', { write: (line) => void lines.push(line) }),
    registry: new Registry(),
    authenticate: async ({ secret }) => (secret === 'ann' ? caller : null),
    consoleDir: await mkdtemp(join(tmpdir(), 'console-')),
    version: '0',
  });
  const { app } = server;
  serve(app, table, handlers, server);
  return {
    app,
    database,
    logged: () => lines.join(''),
    send: (method: 'GET' | 'POST' | 'PATCH', path: string, payload?: unknown, headers: object = {}) =>
      app.inject({
        method,
        url: `/api/v1/test${path}`,
        headers: { authorization: 'Bearer ann', ...headers },
        ...(payload !== undefined && { payload: payload as object }),
      }),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

describe('a request', () => {
  test('that is right reaches its handler, and the reply holds what its schema says', async () => {
    await using server = await setUp();
    const answer = await server.send('POST', `/echo/${ID}?limit=7&on=true`, { name: 'data' });
    assert.equal(answer.statusCode, 201);
    assert.deepEqual(answer.json(), { id: ID, limit: 7, on: true, name: 'data' });
  });

  const wrong: [path: string, body: unknown, field: string][] = [
    [`/echo/${ID}`, { name: '' }, 'name'],
    [`/echo/${ID}`, { name: 'longer' }, 'name'],
    [`/echo/${ID}`, { name: 5 }, 'name'],
    [`/echo/${ID}`, { name: null }, 'name'],
    [`/echo/${ID}`, {}, 'name'],
    [`/echo/${ID}`, { name: 'a', many: '1' }, 'many'],
    [`/echo/${ID}`, { name: 'a', many: 1.5 }, 'many'],
    [`/echo/${ID}`, { name: 'a', isAdmin: true }, 'isAdmin'],
    [`/echo/${ID}`, { name: 'a', inner: { kind: 'c' } }, 'inner.kind'],
    [`/echo/${ID}`, { name: 'a', inner: { kind: 'a', x: 1 } }, 'inner.x'],
    [`/echo/${ID}`, { name: '\ud800' }, 'name'],
    [`/echo/${ID}`, [], 'body'],
    [`/echo/${ID}`, undefined, 'body'],
    [`/echo/${ID}?limit=0`, { name: 'a' }, 'limit'],
    [`/echo/${ID}?limit=many`, { name: 'a' }, 'limit'],
    [`/echo/${ID}?other=1`, { name: 'a' }, 'other'],
    ['/echo/..%2f..', { name: 'a' }, 'id'],
  ];
  for (const [path, body, field] of wrong) {
    test(`${path} ${JSON.stringify(body)} is refused, and the refusal names ${field}`, async () => {
      await using server = await setUp();
      const answer = await server.send('POST', path, body);
      assert.equal(answer.statusCode, 400);
      const { code, details, requestId, message } = answer.json();
      assert.deepEqual([code, details.field], ['invalid_request', field]);
      assert.match(message, /^invalid request \(field: /);
      assert.match(requestId, /^[0-9a-f-]{36}$/);
    });
  }

  test('whose body is no JSON, or something else, is refused', async () => {
    await using server = await setUp();
    const json = { 'content-type': 'application/json' };
    const bodies: [string, object][] = [
      ['{"name":', json],
      ['', json],
      ['{"__proto__":{"x":1},"name":"a"}', json],
      ['name=a', { 'content-type': 'application/x-www-form-urlencoded' }],
      ['{"name":"a"}', { 'content-type': 'text/plain' }],
    ];
    for (const [payload, headers] of bodies) {
      const answer = await server.send('POST', `/echo/${ID}`, payload, headers);
      assert.equal(answer.json().code, 'invalid_request', payload);
      assert.ok(answer.statusCode === 400);
    }
  });

  test('an empty PATCH is refused, and 204 has no body', async () => {
    await using server = await setUp();
    assert.equal((await server.send('PATCH', '/change', {})).json().details.field, 'body');
    const answer = await server.send('PATCH', '/change', { name: 'a' });
    assert.deepEqual([answer.statusCode, answer.body], [204, '']);
  });

  test('without rights is refused before its body is looked at', async () => {
    await using server = await setUp();
    const answer = await server.send('POST', `/echo/${ID}`, 'nonsense', { authorization: 'Bearer other' });
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'unauthenticated']);
  });
});

describe('a failure', () => {
  test('that is a bug answers 500 with a request id; its text is in the log alone', async () => {
    await using server = await setUp({ isAdmin: true });
    const answer = await server.send('GET', '/fail');
    assert.equal(answer.statusCode, 500);
    const { requestId, ...reply } = answer.json();
    assert.deepEqual(reply, { code: 'internal', message: 'internal', details: {} });
    assert.ok(server.logged().includes(SECRET) && server.logged().includes(requestId));
    assert.ok(!server.logged().includes('hunter3'), 'statements hold hashes and secrets');
  });

  test('of the hypervisor tells a user nothing of its insides', async () => {
    await using server = await setUp();
    const answer = await server.send('GET', '/refuse');
    assert.deepEqual([answer.statusCode, answer.json().code], [502, 'libvirt_refused']);
    assert.ok(!answer.body.includes('libvirt/images'));
    const kept = await server.send('GET', '/problem');
    assert.deepEqual(kept.json().list, [
      { lastProblem: { code: 'libvirt_refused', details: { call: 'create' } } },
      { steps: [], result: {} },
    ]);
  });

  test('of the hypervisor tells the admin what libvirt said', async () => {
    await using server = await setUp({ isAdmin: true });
    const kept = await server.send('GET', '/problem');
    assert.deepEqual(kept.json().list[0], { lastProblem: problem });
  });

  test('a page’s items hold what their reader may know, also when they are answered again', async () => {
    for (const isAdmin of [true, false, true, false]) {
      await using server = await setUp({ isAdmin });
      const answer = await server.send('GET', '/page');
      const seen = isAdmin ? problem : { code: problem.code, details: problem.details };
      const items = ['kept', '一'].map((name) => ({ name, problem: seen }));
      assert.deepEqual(answer.json(), { items, nextCursor: '"', total: 7 });
      assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
    }
  });

  test('of the database’s being away answers 503, and when to come again', async () => {
    await using server = await setUp();
    Object.assign(server.database.adapter, { isUnavailable: (error: unknown) => error instanceof TypeError });
    const answer = await server.send('GET', '/fail');
    assert.deepEqual([answer.statusCode, answer.json().code], [503, 'database_unavailable']);
    assert.equal(answer.headers['retry-after'], '5');
  });
});
