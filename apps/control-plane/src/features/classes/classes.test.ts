/** Classes: who is in them, what is made for them, and what whoever leads one may do, on both databases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Class, ClassMember, ClassPlan, ClassVmResult, Quota } from '@loucloud/api';
import { type TestDatabase, testDatabases } from '../../platform/database/test-databases.ts';
import { type Person, codeOf, openTestControlPlane } from '../../test-control-plane.ts';
import { testObjects } from '../../test-objects.ts';

const HOUR_MS = 3_600_000;

async function open(kind: TestDatabase) {
  const cloud = await openTestControlPlane(kind);
  const { db } = cloud.database;
  const hostId = await testObjects.host(db, 'here');
  const [imageId, networkId] = [await testObjects.image(db, hostId), await testObjects.network(db)];
  const templateId = await testObjects.template(db, { imageId, networkId });
  const { admin } = cloud;
  const members = async (classId: string, who: Person = admin) =>
    (await who.send('GET', `/classes/${classId}/members`)).json<{ items: ClassMember[] }>().items;
  return {
    ...cloud,
    hostId,
    templateId,
    members,
    async create(list: string, more: object = {}) {
      const body = { name: '5a', templateId, members: list, ...more };
      const answer = await admin.send('POST', '/classes', body);
      assert.equal(answer.statusCode, 201, answer.body);
      return answer.json<{ class: Class; newUsers: { name: string; password: string }[] }>();
    },
    async createVms(classId: string) {
      const answer = await admin.send('POST', `/classes/${classId}/vms`, {});
      assert.equal(answer.statusCode, 202, answer.body);
      return answer.json<{ items: ClassVmResult[] }>().items;
    },
    /** The VMs are there and off, as if their host had made them. */
    async settle(state: 'stopped' | 'running' = 'stopped') {
      const row = { operation_id: null, state, is_active: state === 'running' ? (1 as const) : (0 as const) };
      await db.updateTable('vm').set(row).execute();
    },
    events: async (type: string) =>
      (await db.selectFrom('event').selectAll().where('type', '=', type).execute()).map((row) => row.details),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

const quota = (changes: Partial<Quota>): Partial<Quota> => changes;

for (const kind of testDatabases) {
  describe(`classes on ${kind.name}`, () => {
    test('known users are matched, unknown ones are made with a password that is told once', async () => {
      await using cloud = await open(kind);
      const known = await cloud.addMember('zhang');
      const { class: made, newUsers } = await cloud.create(
        'zhang,another password\nli,first pass\nwang,,王五',
      );
      assert.equal(made.memberCount, 3);
      assert.deepEqual(
        newUsers.map(({ name }) => name),
        ['li', 'wang'],
      );
      assert.equal(newUsers[0]?.password, 'first pass');
      assert.match(newUsers[1]?.password ?? '', /^[a-z2-9]{12}$/);
      for (const { name, password } of newUsers) await cloud.logIn(name, password);
      assert.equal((await cloud.logIn('zhang')).id, known.id);
      assert.ok((await cloud.members(made.id)).some(({ displayName }) => displayName === '王五'));
    });

    test('with one bad line nothing is made, and the line is named', async () => {
      await using cloud = await open(kind);
      const body = { name: '5a', templateId: cloud.templateId, members: 'li\n张三\nadmin' };
      const answer = await cloud.admin.send('POST', '/classes', body);
      assert.equal(codeOf(answer), 'class_members_invalid');
      assert.deepEqual(answer.json<{ details: unknown }>().details, { lines: ['2: 张三', '3: admin'] });
      const { db } = cloud.database;
      assert.deepEqual(await db.selectFrom('class').selectAll().execute(), []);
      assert.equal((await db.selectFrom('user').selectAll().execute()).length, 1);
    });

    test('what would be refused is told beforehand, for each member', async () => {
      await using cloud = await open(kind);
      await cloud.addMember('full', quota({ vms: 0 }));
      const body = { templateId: cloud.templateId, members: 'full\nnew\n?', start: true };
      const plan = (await cloud.admin.send('POST', '/class-plans', body)).json<ClassPlan>();
      assert.deepEqual(
        plan.members.map(({ name, isKnown, problem }) => [name, isKnown, problem?.code ?? null]),
        [
          ['full', true, 'quota_exceeded'],
          ['new', false, null],
        ],
      );
      assert.deepEqual(plan.badLines, [{ line: 3, text: '?', reason: 'name_invalid' }]);
      const { db } = cloud.database;
      await db.updateTable('host').set({ physical_memory_mib: 64, physical_vcpus: 1 }).execute();
      const two = { ...body, members: 'one\ntwo' };
      const tight = (await cloud.admin.send('POST', '/class-plans', two)).json<ClassPlan>();
      assert.deepEqual(
        tight.members.map(({ problem }) => problem?.code ?? null),
        [null, 'no_capacity'],
      );
      assert.equal((await db.selectFrom('user').selectAll().execute()).length, 2);
    });

    test('one VM each, in the member’s own quota; again only for those who have none', async () => {
      await using cloud = await open(kind);
      await cloud.addMember('full', quota({ vms: 0 }));
      const { class: made } = await cloud.create('full\nli');
      const first = await cloud.createVms(made.id);
      assert.deepEqual(
        first.map(({ name, problem }) => [name, problem?.code ?? null]),
        [
          ['full', 'quota_exceeded'],
          ['li', null],
        ],
      );
      const [full, li] = await cloud.members(made.id);
      assert.deepEqual([full?.vm, full?.problem?.code], [null, 'quota_exceeded']);
      assert.deepEqual([li?.vm?.name, li?.lastOperation?.type], ['5a-li', 'vm.create']);
      const { db } = cloud.database;
      const row = await db.selectFrom('vm').selectAll().executeTakeFirstOrThrow();
      assert.deepEqual([row.owner_id, row.class_id], [li?.userId, made.id]);
      await cloud.admin.send('POST', `/classes/${made.id}/members`, { members: 'li\nlate' });
      const second = await cloud.createVms(made.id);
      assert.deepEqual(
        second.map(({ name }) => name),
        ['full', 'late'],
      );
      const [twice] = await Promise.all([cloud.createVms(made.id), cloud.createVms(made.id)]);
      assert.ok(twice.every(({ name }) => name === 'full'));
      assert.equal((await db.selectFrom('vm').selectAll().execute()).length, 2);
    });

    test('a teacher leads the class that is theirs, and has no other way to its members’ VMs', async () => {
      await using cloud = await open(kind);
      const teacher = await cloud.addMember('teacher');
      const { class: made } = await cloud.create('li', { ownerId: teacher.id });
      await cloud.createVms(made.id);
      await cloud.settle();
      assert.equal((await teacher.send('GET', '/me')).json<{ classes: number }>().classes, 1);
      const [li] = await cloud.members(made.id, teacher);
      const vmId = li?.vm?.id ?? '';
      const refused = {
        [`/vms/${vmId}`]: 'GET',
        [`/vms/${vmId}/start`]: 'POST',
        [`/vms/${vmId}/desktop`]: 'POST',
        [`/users/${li?.userId}`]: 'GET',
      } as const;
      for (const [path, method] of Object.entries(refused))
        assert.equal(codeOf(await teacher.send(method, path)), 'not_found', path);
      assert.equal(codeOf(await teacher.send('DELETE', `/classes/${made.id}`)), 'forbidden');
      const act = (body: object) => teacher.send('POST', `/classes/${made.id}/actions`, body);
      assert.equal(codeOf(await act({ action: 'start', userIds: [teacher.id] })), 'not_found');
      assert.equal((await act({ action: 'start' })).statusCode, 202);
      const student = await cloud.logIn('teacher');
      assert.equal(codeOf(await student.send('DELETE', `/vms/${vmId}`)), 'not_found');
    });

    test('a member sees the class on their VM, and nothing of the class itself', async () => {
      await using cloud = await open(kind);
      const li = await cloud.addMember('li');
      const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
      const { class: made } = await cloud.create('li', { expiresAt });
      await cloud.createVms(made.id);
      const [vm] = (await li.send('GET', '/vms')).json<{ items: { class: object }[] }>().items;
      assert.deepEqual(vm?.class, { id: made.id, name: '5a', expiresAt });
      assert.equal(codeOf(await li.send('GET', `/classes/${made.id}`)), 'not_found');
      assert.equal((await li.send('GET', '/classes')).json<{ total: number }>().total, 0);
    });

    test('who leaves a class keeps their VM; so do all when the class is removed', async () => {
      await using cloud = await open(kind);
      const { class: made } = await cloud.create('li\nwang');
      await cloud.createVms(made.id);
      await cloud.settle();
      const [li] = await cloud.members(made.id);
      await cloud.admin.send('DELETE', `/classes/${made.id}/members/${li?.userId}`);
      assert.equal((await cloud.members(made.id)).length, 1);
      assert.equal((await cloud.admin.send('DELETE', `/classes/${made.id}`)).statusCode, 200);
      const vms = await cloud.database.db.selectFrom('vm').selectAll().execute();
      assert.deepEqual(
        vms.map(({ class_id }) => class_id),
        [null, null],
      );
    });

    test('a class that is over is shut down first, and put into the recycle bin after a while', async () => {
      await using cloud = await open(kind);
      const now = Date.now();
      const { class: made } = await cloud.create('li\nwang', { expiresAt: new Date(now).toISOString() });
      await cloud.createVms(made.id);
      await cloud.settle('running');
      const [li] = await cloud.members(made.id);
      await cloud.admin.send('POST', `/vms/${li?.vm?.id}/protection`, { isProtected: true });
      const begun = async () =>
        (
          await cloud.database.db
            .selectFrom('operation')
            .select('type')
            .where('type', '!=', 'vm.create')
            .execute()
        )
          .map(({ type }) => type)
          .filter((type) => type !== 'vm.powerOff') // only where the host has said that it runs
          .sort();
      await cloud.expiry.run(now - 1);
      assert.deepEqual(await begun(), []);
      await cloud.expiry.run(now + 1000);
      assert.deepEqual(await begun(), ['vm.shutdown', 'vm.shutdown']);
      await cloud.settle('running');
      await cloud.expiry.run(now + HOUR_MS);
      assert.deepEqual(await begun(), ['vm.delete', 'vm.shutdown', 'vm.shutdown']);
      const over = (await cloud.admin.send('GET', `/classes/${made.id}`)).json<Class>();
      assert.equal(over.expiredAt, new Date(now + HOUR_MS).toISOString());
      assert.deepEqual(await cloud.events('class.expired'), [JSON.stringify({ recycled: 1, kept: 1 })]);
      await cloud.expiry.run(now + 2 * HOUR_MS);
      assert.equal((await begun()).length, 3);
    });

    test('a class outlives its template and whoever led it', async () => {
      await using cloud = await open(kind);
      const teacher = await cloud.addMember('teacher');
      const { class: made } = await cloud.create('li', { ownerId: teacher.id });
      await cloud.admin.send('DELETE', `/templates/${cloud.templateId}`);
      const answer = await cloud.admin.send('POST', `/classes/${made.id}/vms`, {});
      assert.equal(codeOf(answer), 'class_without_template');
      const { operationId } = (await cloud.admin.send('DELETE', `/users/${teacher.id}`)).json<{
        operationId: string;
      }>();
      await cloud.engine.settled(operationId);
      const left = (await cloud.admin.send('GET', `/classes/${made.id}`)).json<Class>();
      assert.deepEqual([left.templateId, left.ownerId], [null, cloud.admin.id]);
    });
  });
}
