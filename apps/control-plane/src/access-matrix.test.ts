/** Every endpoint, asked by everybody: anonymous, another member, the object's owner, the admin. Made from the table. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  type Endpoint,
  type EndpointName,
  type Endpoints,
  type ErrorCode,
  type RequestFor,
  allEndpoints,
  urlOf,
} from '@loucloud/api';
import type { TSchema } from 'typebox';
import { testDatabases } from './platform/database/test-databases.ts';
import { newId } from './platform/ids.ts';
import { PASSWORD, type Person, type TestControlPlane, openTestControlPlane } from './test-control-plane.ts';
import { testObjects } from './test-objects.ts';

const [sqlite] = testDatabases;
assert.ok(sqlite);
const kind = sqlite;

interface World {
  readonly cloud: TestControlPlane;
  readonly owner: Person;
  readonly other: Person;
  readonly hostId: string;
  readonly imageId: string;
  readonly networkId: string;
  readonly templateId: string;
}

async function openWorld(): Promise<World & AsyncDisposable> {
  const cloud = await openTestControlPlane(kind);
  const { db } = cloud.database;
  const hostId = await testObjects.host(db, 'here');
  const [imageId, networkId] = [await testObjects.image(db, hostId), await testObjects.network(db)];
  const templateId = await testObjects.template(db, { imageId, networkId });
  return {
    cloud,
    owner: await cloud.addMember('owner'),
    other: await cloud.addMember('other'),
    hostId,
    imageId,
    networkId,
    templateId,
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

/** A fresh object for each path parameter: what a member can own is the owner's. A new parameter needs its maker here. */
const makers: Record<string, (world: World) => Promise<string>> = {
  hostId: ({ cloud }) => testObjects.host(cloud.database.db),
  imageId: ({ cloud, hostId }) => testObjects.image(cloud.database.db, hostId),
  networkId: ({ cloud }) => testObjects.network(cloud.database.db),
  templateId: (world) => testObjects.template(world.cloud.database.db, world),
  vmId: (world) => testObjects.vm(world.cloud.database.db, { ...world, ownerId: world.owner.id }),
  operationId: ({ cloud, owner }) => testObjects.operation(cloud.database.db, owner.id),
  domainId: async () => newId(),
  linkId: async () => newId(),
  userId: async ({ owner }) => owner.id,
  classId: (world) => testObjects.class(world.cloud.database.db, { ...world, ownerId: world.owner.id }),
  sessionId: async ({ cloud }) => {
    const { headers } = await cloud.logIn('owner');
    const session = await cloud.app.inject({ url: '/api/v1/me', headers: { ...headers } });
    return session.json().sessionId;
  },
  tokenId: async ({ cloud, owner }) => (await cloud.withToken(owner)).tokenId,
};

type WithBody = {
  [N in EndpointName]: Endpoints[N] extends { readonly body: TSchema } ? N : never;
}[EndpointName];

/** A body that each endpoint takes. A new endpoint without one does not compile. */
const bodies: {
  readonly [N in WithBody]: (world: World) => RequestFor<N>['body'] | Promise<RequestFor<N>['body']>;
} = {
  sessionCreate: () => ({ name: 'owner', password: PASSWORD }),
  meUpdate: () => ({ theme: 'dark' }),
  meChangePassword: () => ({ currentPassword: PASSWORD, newPassword: PASSWORD }),
  tokenCreate: () => ({ name: 'token', expiresInDays: 1 }),
  userCreate: () => ({ name: `u${Date.now()}`, password: PASSWORD }),
  userUpdate: () => ({ displayName: 'Somebody' }),
  vmMigrate: () => ({}),
  vmStartElsewhere: () => ({ hostIsOff: true }),
  hostDrain: () => ({}),
  hostAdd: () => ({ name: newId(), uri: `qemu:///system?socket=/nowhere/${newId()}` }),
  hostCheck: () => ({ uri: 'qemu:///system?socket=/nowhere' }),
  hostUpdate: () => ({ isEnabled: false }),
  foreignDomainAdopt: ({ owner }) => ({ ownerId: owner.id }),
  leftoverRemove: ({ hostId }) => ({ hostId, kind: 'disk', id: 'x.qcow2', evenYoung: true }),
  imageRegister: ({ hostId }) => ({ name: newId(), path: `/images/${newId()}`, hostId }),
  imageUpdate: () => ({ description: 'changed' }),
  imagePrefetch: ({ hostId }) => ({ hostIds: [hostId] }),
  networkCreate: () => ({ name: newId(), kind: 'libvirt', source: 'default' }),
  networkUpdate: () => ({ description: 'changed' }),
  templateCreate: ({ imageId, networkId }) => ({
    name: newId(),
    vcpus: 1,
    memoryMib: 64,
    diskBytes: 2 ** 30,
    imageId,
    networkId,
  }),
  templateUpdate: () => ({ description: 'changed' }),
  vmCreate: ({ templateId }) => ({ name: newId(), templateId, start: false }),
  vmUpdate: () => ({ description: 'changed' }),
  vmUndelete: () => ({}),
  vmProtect: () => ({ isProtected: false }),
  classPlan: ({ templateId }) => ({ members: 'zoe', templateId }),
  classCreate: ({ templateId }) => ({ name: newId().slice(-12), templateId, members: '' }),
  classUpdate: () => ({ description: 'changed' }),
  classMembersAdd: () => ({ members: '' }),
  classVmsCreate: () => ({}),
  classAct: () => ({ action: 'start' }),
  watchLinkCreate: () => ({ hours: 1 }),
  watchDesktop: async (world) => {
    const vm = { ...world, ownerId: world.owner.id };
    const { db } = world.cloud.database;
    return { secret: await testObjects.watchLink(db, await testObjects.vm(db, vm), world.owner.id) };
  },
  settingsUpdate: () => ({ recycleDays: 3 }),
};

async function ask(world: World, name: EndpointName, { headers }: Person) {
  const endpoint: Endpoint = allEndpoints[name];
  const params: Record<string, string> = {};
  for (const [, key = ''] of endpoint.path.matchAll(/:(\w+)/g)) {
    const make = makers[key];
    assert.ok(make, `access-matrix.test.ts has nothing to put for :${key}`);
    params[key] = await make(world);
  }
  const { imageId, hostId } = params;
  if (imageId !== undefined && hostId !== undefined)
    await testObjects.imageCopy(world.cloud.database.db, { imageId, hostId });
  const body = name in bodies ? await bodies[name as WithBody](world) : undefined;
  return world.cloud.app.inject({
    method: endpoint.method,
    url: urlOf(endpoint.path, params),
    headers: { ...headers },
    ...(body !== undefined && { payload: body }),
  });
}

type Verdict = 'passes' | Extract<ErrorCode, 'unauthenticated' | 'forbidden' | 'not_found'>;
type Who = 'anonymous' | 'other' | 'owner' | 'admin';

const expected: Record<Endpoint['access'], Record<Who, Verdict>> = {
  public: { anonymous: 'passes', other: 'passes', owner: 'passes', admin: 'passes' },
  user: { anonymous: 'unauthenticated', other: 'passes', owner: 'passes', admin: 'passes' },
  owner: { anonymous: 'unauthenticated', other: 'not_found', owner: 'passes', admin: 'passes' },
  admin: { anonymous: 'unauthenticated', other: 'forbidden', owner: 'forbidden', admin: 'passes' },
};

/** Refusals that have nothing to do with who asks: there is no host that answers. */
const isBeyondAccess = (code: string) =>
  [
    'host_unreachable',
    'wrong_state',
    'no_capacity',
    'pool_full',
    'not_the_admin',
    'network_not_on_host',
    'operation_not_cancellable',
  ].includes(code);

async function verdictOf(world: World, name: EndpointName, person: Person): Promise<Verdict> {
  const answer = await ask(world, name, person);
  if (answer.statusCode < 300) return 'passes';
  const { code } = answer.json<{ code: ErrorCode }>();
  if (code === 'unauthenticated' || code === 'forbidden' || code === 'not_found') return code;
  assert.ok(isBeyondAccess(code), `${name}: ${answer.body}`);
  return 'passes';
}

describe('every endpoint', () => {
  /** These end sessions that the next endpoint would need. */
  const spoiling: readonly EndpointName[] = [
    'sessionCreate',
    'sessionDeleteCurrent',
    'meChangePassword',
    'userDelete',
  ];
  let shared: Promise<World & AsyncDisposable> | null = null;
  const close = async () => {
    const world = await shared;
    shared = null;
    await world?.[Symbol.asyncDispose]();
  };
  after(close);

  for (const name of Object.keys(allEndpoints) as EndpointName[]) {
    const { access } = allEndpoints[name];
    test(`${name}: ${access}`, async () => {
      const world = await (shared ??= openWorld());
      const { cloud, other, owner } = world;
      // The owner's doing may take the object, the admin's the owner: in this order nobody needs what is gone.
      const people: Record<Who, Person> = { anonymous: cloud.anonymous, other, owner, admin: cloud.admin };
      const verdicts: Record<string, Verdict> = {};
      for (const [who, person] of Object.entries(people))
        verdicts[who] = await verdictOf(world, name, person);
      assert.deepEqual(verdicts, expected[access]);
      if (spoiling.includes(name)) await close();
    });
  }
});

describe('lists', () => {
  const isList = (name: EndpointName) => name.endsWith('List') && allEndpoints[name].access === 'user';

  for (const name of (Object.keys(allEndpoints) as EndpointName[]).filter(isList)) {
    test(`${name} has nothing of other members`, async () => {
      await using world = await openWorld();
      const { cloud, owner, other } = world;
      const { db } = cloud.database;
      await testObjects.vm(db, { ...world, ownerId: owner.id });
      await testObjects.class(db, { ...world, ownerId: owner.id });
      await testObjects.operation(db, owner.id);
      await cloud.withToken(owner);
      await testObjects.template(db, world, 'chosen');
      const items = async (person: Person) =>
        (await ask(world, name, person)).json<{ items: { id: string }[] }>().items;
      const ids = async (person: Person) => (await items(person)).map(({ id }) => id);
      const others = new Set(await ids(other));
      const isShared = name === 'templateList';
      for (const id of isShared ? [] : await ids(owner)) assert.ok(!others.has(id));
      if (isShared) assert.deepEqual([...others], [world.templateId]);
      assert.ok(!JSON.stringify(await items(other)).includes(owner.id));
    });
  }
});

test('an API token has the same rights as its user’s session', async () => {
  await using world = await openWorld();
  const { cloud, owner } = world;
  const program = await cloud.withToken(owner);
  const needSession = new Set(['sessionDeleteCurrent', 'tokenCreate', 'meChangePassword']);
  for (const name of Object.keys(allEndpoints) as EndpointName[]) {
    if (allEndpoints[name].access === 'public' || name === 'tokenDelete') continue;
    const verdict = needSession.has(name) ? 'forbidden' : expected[allEndpoints[name].access].owner;
    assert.equal(await verdictOf(world, name, program), verdict, name);
  }
});
