/** Links by which others watch: who may make and end them, and when they end by themselves. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { hashSecret, newId } from '../../platform/ids.ts';
import { type Person, openTestControlPlane } from '../../test-control-plane.ts';
import { testObjects } from '../../test-objects.ts';
import { ticketStore } from './ticket-store.ts';

const testCaller = {
  kind: 'session',
  userName: 'other',
  sessionId: newId(),
  address: '127.0.0.1',
} as const;

async function openWorld(kind: (typeof testDatabases)[number]) {
  const cloud = await openTestControlPlane(kind);
  const { db } = cloud.database;
  const hostId = await testObjects.host(db);
  const parts = {
    hostId,
    imageId: await testObjects.image(db, hostId),
    networkId: await testObjects.network(db),
  };
  const owner = await cloud.addMember('owner');
  const other = await cloud.addMember('other');
  const vmId = await testObjects.vm(db, { ...parts, ownerId: owner.id }, 'running');
  const make = async (by: Person = owner) => {
    const answer = await by.send('POST', `/vms/${vmId}/watch-links`, { hours: 1 });
    assert.equal(answer.statusCode, 201, answer.body);
    return answer.json<{ link: { id: string }; secret: string }>();
  };
  const watch = async (secret: string, by: Person = other) => {
    const answer = await by.send('POST', '/watch', { secret });
    return answer.statusCode === 201 ? answer.json<{ ticket: string }>().ticket : answer.statusCode;
  };
  const redeem = (ticket: string | number) =>
    cloud.database.transact((tx) =>
      ticketStore.redeem(tx, hashSecret(String(ticket)), 'desktop', Date.now()),
    );
  return {
    cloud,
    db,
    owner,
    other,
    vmId,
    parts,
    make,
    watch,
    redeem,
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

for (const kind of testDatabases) {
  describe(`a link to watch, over ${kind.name}`, () => {
    test('gives whoever has it a ticket that can only watch, and is kept as a hash alone', async () => {
      await using world = await openWorld(kind);
      const { secret } = await world.make();
      const admission = await world.redeem(await world.watch(secret));
      assert.equal(admission?.isViewOnly, true);
      assert.equal(admission.userName, 'other');
      const rows = JSON.stringify(await world.db.selectFrom('watch_link').selectAll().execute());
      assert.ok(!rows.includes(secret));
      assert.equal(await world.watch('a guess'), 404);
    });

    test('is over when it is revoked, for tickets that were given by it too', async () => {
      await using world = await openWorld(kind);
      const { link, secret } = await world.make();
      const ticket = await world.watch(secret);
      const path = `/vms/${world.vmId}/watch-links`;
      assert.equal((await world.owner.send('GET', path)).json<{ items: object[] }>().items.length, 1);
      assert.equal((await world.owner.send('DELETE', `${path}/${link.id}`)).statusCode, 204);
      assert.equal((await world.owner.send('DELETE', `${path}/${link.id}`)).statusCode, 204);
      assert.equal(await world.redeem(ticket), null);
      assert.equal(await world.watch(secret), 404);
      assert.deepEqual((await world.owner.send('GET', path)).json(), { items: [] });
    });

    test('is over when it expires, and when the VM or its maker is not what it was', async () => {
      await using world = await openWorld(kind);
      const { db, owner, other, vmId } = world;
      const changes: readonly (() => Promise<unknown>)[] = [
        () => db.updateTable('watch_link').set({ expires_at: 1 }).execute(),
        () => db.updateTable('vm').set({ owner_id: other.id }).where('id', '=', vmId).execute(),
      ];
      for (const change of changes) {
        const { secret } = await world.make();
        const ticket = await world.watch(secret);
        await change();
        assert.equal(await world.redeem(ticket), null);
        assert.equal(await world.watch(secret), 404);
      }
      await db.updateTable('vm').set({ owner_id: owner.id }).where('id', '=', vmId).execute();
      const { secret } = await world.make();
      await db.updateTable('user').set({ is_disabled: 1 }).where('id', '=', owner.id).execute();
      assert.equal(await world.watch(secret), 404);
    });

    test('is not needed by the teacher of the VM’s class, who may watch as well, and only that', async () => {
      await using world = await openWorld(kind);
      const { cloud, db, other, vmId, parts } = world;
      const templateId = await testObjects.template(db, parts);
      const classId = await testObjects.class(db, { ...parts, ownerId: other.id, templateId });
      const teacher = { ...testCaller, userId: other.id, isAdmin: true };
      const admitted = async (isViewOnly: boolean) =>
        world.redeem((await cloud.desktops.issue('desktop', vmId, teacher, isViewOnly)).ticket);
      assert.equal(await admitted(true), null);
      await db.updateTable('vm').set({ class_id: classId }).where('id', '=', vmId).execute();
      assert.equal((await admitted(true))?.isViewOnly, true);
      assert.equal(await admitted(false), null);
    });

    test('what a teacher watches ends with the lead of the class, and with its member', async () => {
      await using world = await openWorld(kind);
      const { cloud, db, owner, other, vmId, parts } = world;
      const { admin } = cloud;
      const templateId = await testObjects.template(db, parts);
      const sessions = db.selectFrom('session').select('id').where('user_id', '=', other.id);
      const { id: sessionId } = await sessions.executeTakeFirstOrThrow();
      const teacher = { ...testCaller, sessionId, userId: other.id, isAdmin: true };
      const endings: readonly ((path: string) => Promise<{ statusCode: number }>)[] = [
        (path) => admin.send('PATCH', path, { ownerId: owner.id }),
        (path) => admin.send('DELETE', `${path}/members/${owner.id}`),
        (path) => admin.send('DELETE', path),
      ];
      for (const end of endings) {
        const classId = await testObjects.class(db, { ...parts, ownerId: other.id, templateId });
        const path = `/classes/${classId}`;
        assert.equal((await admin.send('POST', `${path}/members`, { members: 'owner' })).statusCode, 201);
        await db.updateTable('vm').set({ class_id: classId }).where('id', '=', vmId).execute();
        const { ticket } = await cloud.desktops.issue('desktop', vmId, teacher, true);
        const admission = await world.redeem(ticket);
        assert.ok(admission);
        const ended: string[] = [];
        const viewing = {
          kind: 'desktop' as const,
          admission,
          end: (reason: string) => void ended.push(reason),
          tell: () => undefined,
        };
        const unwatch = await cloud.desktops.watch(viewing);
        await admin.send('PATCH', path, { description: 'as before' });
        assert.deepEqual(ended, []);
        assert.ok((await end(path)).statusCode < 300);
        assert.deepEqual(ended, ['rights_ended']);
        unwatch();
        // Between the ticket and the screen nobody is told: it is looked up.
        (await cloud.desktops.watch(viewing))();
        assert.deepEqual(ended, ['rights_ended', 'rights_ended']);
      }
    });

    test('gives no more than that: its VM does not exist for who watches', async () => {
      await using world = await openWorld(kind);
      await world.make();
      const { other, vmId } = world;
      for (const path of ['', '/watch-links'])
        assert.equal((await other.send('GET', `/vms/${vmId}${path}`)).statusCode, 404);
      assert.equal((await other.send('POST', `/vms/${vmId}/desktop?isViewOnly=true`)).statusCode, 404);
    });
  });
}
