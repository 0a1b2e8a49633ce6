import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import type { Event, EventType } from '@loucloud/api';
import { type TestDatabase, testDatabases } from '../database/test-databases.ts';
import { newId } from '../ids.ts';
import {
  PASSWORD,
  type Person,
  type TestControlPlane,
  openTestControlPlane,
} from '../../test-control-plane.ts';

interface Message {
  readonly type: string;
  readonly id: string | null;
  readonly data: Event;
}

/** An open stream, as a browser reads it. */
interface Stream extends Disposable {
  readonly status: number;
  readonly messages: Message[];
  /** Of the messages so far, those that a browser would hand to the page. */
  until(condition: (messages: readonly Message[]) => boolean): Promise<void>;
  readonly ended: Promise<void>;
}

async function open(
  address: string,
  person: Person,
  more: Record<string, string> = {},
  query = '',
): Promise<Stream> {
  const sent = request(`${address}/api/v1/events${query}`, {
    agent: false,
    headers: { ...person.headers, ...more },
  });
  sent.on('error', () => undefined);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  const ended = Promise.withResolvers<void>();
  response.on('close', ended.resolve);
  response.setEncoding('utf8');
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) messages.push(...parse(block));
    for (const look of waiting) look();
  });
  return {
    status: response.statusCode ?? 0,
    messages,
    ended: ended.promise,
    async until(condition) {
      if (condition(messages)) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => void (condition(messages) && resolve());
      waiting.add(look);
      await promise;
      waiting.delete(look);
    },
    [Symbol.dispose]: () => sent.destroy(),
  };
}

function parse(block: string): Message[] {
  const fields = new Map(
    block.split('\n').map((line) => {
      const [name = '', ...value] = line.split(':');
      return [name, value.join(':').trim()];
    }),
  );
  const data = fields.get('data');
  return data === undefined
    ? []
    : [
        {
          type: fields.get('event') ?? 'message',
          id: fields.get('id') ?? null,
          data: JSON.parse(data) as Event,
        },
      ];
}

const record = (cloud: TestControlPlane, type: EventType, ownerId: string | null, name = 'thing') =>
  cloud.database.transact((tx) =>
    cloud.events.record(tx, {
      type,
      actor: { userId: cloud.admin.id, userName: 'admin', address: '192.0.2.9' },
      object: { kind: 'vm', id: newId(), name },
      ownerId,
      details: { from: 'x' },
    }),
  );

const changes = (messages: readonly Message[]) => messages.filter(({ type }) => type === 'change');
const names = (messages: readonly Message[]) => changes(messages).map(({ data }) => data.objectName);

async function listen(kind: TestDatabase) {
  const cloud = await openTestControlPlane(kind);
  const address = await cloud.app.listen({ host: '127.0.0.1', port: 0 });
  return { ...cloud, address };
}

for (const kind of testDatabases) {
  describe(`the event stream on ${kind.name}`, () => {
    test('the admin is told of everything, as it is committed', async () => {
      await using cloud = await listen(kind);
      using stream = await open(cloud.address, cloud.admin);
      assert.equal(stream.status, 200);
      await record(cloud, 'vm.created', newId(), 'web-1');
      await stream.until((messages) => messages.length > 0);
      const [message] = stream.messages;
      assert.equal(message?.type, 'change');
      assert.equal(message.id, String(message.data.seq));
      assert.deepEqual([message.data.objectName, message.data.actorName], ['web-1', 'admin']);
    });

    test('what is rolled back is told to nobody', async () => {
      await using cloud = await listen(kind);
      using stream = await open(cloud.address, cloud.admin);
      const failing = cloud.database.transact(async (tx) => {
        const object = { kind: 'vm', id: newId(), name: 'never' } as const;
        await cloud.events.record(tx, { type: 'vm.created', actor: null, object, ownerId: null });
        throw new Error('rolled back');
      });
      await assert.rejects(failing);
      await record(cloud, 'vm.created', null, 'after');
      await stream.until((messages) => messages.length > 0);
      assert.deepEqual(names(stream.messages), ['after']);
    });

    test('a member is told of what is theirs, and never of other people', async () => {
      await using cloud = await listen(kind);
      const [ann, bob] = [await cloud.addMember('ann'), await cloud.addMember('bob')];
      using stream = await open(cloud.address, ann);
      await record(cloud, 'vm.created', bob.id, 'bobs');
      await record(cloud, 'host.added', null, 'server-1');
      await record(cloud, 'template.updated', null, 'secret plan');
      await record(cloud, 'host.healthChanged', null, 'server-1');
      await record(cloud, 'vm.transferred', ann.id, 'from-bob');
      await record(cloud, 'vm.created', ann.id, 'anns');
      await stream.until((messages) => names(messages).includes('anns'));
      assert.deepEqual(names(stream.messages), ['', '', 'from-bob', 'anns']);
      for (const { data } of stream.messages)
        assert.deepEqual([data.actorId, data.actorName, data.address], [null, null, null]);
      const [template, , transfer, created] = stream.messages;
      assert.deepEqual([template?.data.details, transfer?.data.details], [{}, {}]);
      assert.deepEqual(created?.data.details, { from: 'x' });
      const text = JSON.stringify(stream.messages);
      for (const secret of ['bobs', 'server-1', 'secret plan', 'admin', '192.0.2.9', bob.id])
        assert.ok(!text.includes(secret), secret);
    });

    test('progress goes to the owner and the admin, and is not kept', async () => {
      await using cloud = await listen(kind);
      const [ann, bob] = [await cloud.addMember('ann'), await cloud.addMember('bob')];
      using mine = await open(cloud.address, ann);
      using theirs = await open(cloud.address, bob);
      using all = await open(cloud.address, cloud.admin);
      for (const stream of [mine, theirs, all]) assert.equal(stream.status, 200);
      await record(cloud, 'template.updated', null); // once this has come, the stream has begun
      for (const stream of [mine, theirs, all]) await stream.until((messages) => messages.length > 0);
      const [operationId, objectId] = [newId(), newId()];
      const common = {
        operationId,
        objectId,
        objectKind: 'vm',
        step: 'disk',
        deadlineAt: null,
        reports: 0,
      } as const;
      cloud.events.tellProgress({ ...common, ownerId: ann.id, progress: 0.5 });
      await record(cloud, 'template.updated', null);
      for (const stream of [mine, theirs, all])
        await stream.until((messages) => changes(messages).length > 1);
      const kinds = (stream: Stream) => stream.messages.map(({ type }) => type);
      assert.deepEqual(kinds(mine), ['change', 'progress', 'change']);
      assert.deepEqual(kinds(all), ['change', 'progress', 'change']);
      assert.deepEqual(kinds(theirs), ['change', 'change']);
      assert.equal(mine.messages[1]?.id, null);
    });

    test('who comes back gets what was missed, once and in order', async () => {
      await using cloud = await listen(kind);
      await record(cloud, 'vm.created', null, 'before');
      const seq = (await cloud.admin.send('GET', '/audit?limit=1')).json().items[0].seq;
      for (const name of ['one', 'two', 'three']) await record(cloud, 'vm.created', null, name);
      const ways: [Record<string, string>, string][] = [
        [{ 'last-event-id': String(seq) }, ''],
        [{}, `?after=${seq}`],
      ];
      for (const [headers, query] of ways) {
        using stream = await open(cloud.address, cloud.admin, headers, query);
        await record(cloud, 'vm.created', null, 'live');
        await stream.until((messages) => names(messages).includes('live'));
        assert.deepEqual(names(stream.messages).slice(0, 4), ['one', 'two', 'three', 'live']);
      }
    });

    test('after a restart, what was missed comes from the database', async () => {
      await using cloud = await listen(kind);
      // Not told by this run's log: as if a former run had kept them.
      const { eventStore } = await import('./event-store.ts');
      const { promise: first, resolve } = Promise.withResolvers<Event>();
      const keep = (name: string, told: (event: Event) => void) =>
        cloud.database.transact((tx) => eventStore.append(tx, newEvent(name), Date.now(), told));
      await keep('first', resolve);
      await keep('second', () => undefined);
      using stream = await open(cloud.address, cloud.admin, { 'last-event-id': String((await first).seq) });
      await stream.until((messages) => messages.length > 0);
      assert.deepEqual(names(stream.messages), ['second']);
    });

    test('who is too far behind, or comes from another time, is told to read again', async () => {
      await using cloud = await listen(kind);
      await cloud.database.transact(async (tx) => {
        for (let i = 0; i < 1001; i++) await cloud.events.record(tx, newEvent(`event ${i}`));
      });
      for (const position of ['0', '1', '999999999']) {
        using stream = await open(cloud.address, cloud.admin, { 'last-event-id': position });
        await record(cloud, 'vm.created', null, 'live');
        await stream.until((messages) => names(messages).includes('live'));
        assert.equal(stream.messages[0]?.type, 'reset');
        assert.ok(Number(stream.messages[0].id) > 1000);
        assert.equal(stream.messages.length, 2);
      }
    });

    test('a position that is none is refused', async () => {
      await using cloud = await listen(kind);
      for (const position of ['-1', 'x', '1.5', '1e3', '9'.repeat(40)]) {
        using stream = await open(cloud.address, cloud.admin, { 'last-event-id': position });
        assert.equal(stream.status, 400);
      }
    });

    const endings: [string, (cloud: TestControlPlane, ann: Person) => Promise<unknown>][] = [
      ['its session is logged out', (_, ann) => ann.send('DELETE', '/session')],
      [
        'its user is disabled',
        (cloud, ann) => cloud.admin.send('PATCH', `/users/${ann.id}`, { isDisabled: true }),
      ],
      [
        'its user gets another password',
        (cloud, ann) => cloud.admin.send('PATCH', `/users/${ann.id}`, { password: 'another horse' }),
      ],
      ['its user is deleted', (cloud, ann) => cloud.admin.send('DELETE', `/users/${ann.id}`)],
      [
        'its browser logs in anew',
        (_, ann) => ann.send('POST', '/sessions', { name: 'ann', password: PASSWORD }),
      ],
    ];
    for (const [when, act] of endings) {
      test(`a stream ends within a second when ${when}`, async () => {
        await using cloud = await listen(kind);
        const ann = await cloud.addMember('ann');
        using stream = await open(cloud.address, ann);
        using other = await open(cloud.address, cloud.admin);
        await act(cloud, ann);
        const startedAt = performance.now();
        await stream.ended;
        assert.ok(performance.now() - startedAt < 1000);
        await record(cloud, 'vm.created', ann.id, 'later');
        await other.until((messages) => names(messages).includes('later'));
        assert.ok(!names(stream.messages).includes('later'));
      });
    }

    test('a stream of an API token ends when the token is revoked', async () => {
      await using cloud = await listen(kind);
      const ann = await cloud.addMember('ann');
      const program = await cloud.withToken(ann);
      using stream = await open(cloud.address, program);
      await ann.send('DELETE', `/tokens/${program.tokenId}`);
      await stream.ended;
    });

    test('closing the server ends every stream and is not held up by one', async () => {
      const cloud = await listen(kind);
      using stream = await open(cloud.address, cloud.admin);
      const startedAt = performance.now();
      await cloud[Symbol.asyncDispose]();
      await stream.ended;
      assert.ok(performance.now() - startedAt < 3000);
    });
  });
}

const newEvent = (name: string) => ({
  type: 'vm.created' as const,
  actor: null,
  object: { kind: 'vm' as const, id: newId(), name },
  ownerId: null,
});

const [sqlite] = testDatabases;
assert.ok(sqlite);
const kind = sqlite;

test('a listener that does not read is cut off, and the others do not notice', async () => {
  await using cloud = await listen(kind);
  const { hostname, port } = new URL(cloud.address);
  const lazy = connect(Number(port), hostname);
  lazy.on('error', () => undefined);
  lazy.pause();
  lazy.write(
    `GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: ${cloud.admin.headers['cookie']}\r\nConnection: close\r\n\r\n`,
  );
  using reader = await open(cloud.address, cloud.admin);
  const streams = async () =>
    /loucloud_event_streams (\d+)/.exec((await cloud.app.inject('/metrics')).body)?.[1];
  while ((await streams()) !== '2') await new Promise(setImmediate);
  const progress = {
    operationId: newId(),
    objectKind: 'vm',
    objectId: newId(),
    ownerId: null,
    progress: 0,
    step: 'x'.repeat(50_000),
    deadlineAt: null,
    reports: 0,
  } as const;
  let told = 0;
  while ((await streams()) !== '1') {
    cloud.events.tellProgress(progress);
    told++;
    await reader.until((messages) => messages.length === told);
    assert.ok(told < 2000, 'the listener was never cut off');
  }
  lazy.destroy();
});

test('one user cannot open streams without end', async () => {
  await using cloud = await listen(kind);
  const ann = await cloud.addMember('ann');
  const streams: Stream[] = [];
  for (let i = 0; i < 41; i++) streams.push(await open(cloud.address, ann));
  assert.deepEqual([streams[39]?.status, streams[40]?.status], [200, 429]);
  using other = await open(cloud.address, cloud.admin);
  assert.equal(other.status, 200);
  for (const stream of streams) stream[Symbol.dispose]();
});

test('an anonymous listener is refused', async () => {
  await using cloud = await listen(kind);
  using stream = await open(cloud.address, cloud.anonymous);
  assert.equal(stream.status, 401);
});
