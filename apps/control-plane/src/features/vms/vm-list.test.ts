/** Lists of VMs: every order, every filter, page by page, on both databases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Caller } from '../../platform/caller.ts';
import { type Database, connectDatabase, openDatabase } from '../../platform/database/database.ts';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { newId } from '../../platform/ids.ts';
import { openWorld } from './test-world.ts';
import { type VmFilter, vmListStore } from './vm-list-store.ts';

const admin = { userId: 'nobody', isAdmin: true } as Caller; // all that a list reads of it

for (const kind of testDatabases)
  describe(`lists of VMs on ${kind.name}`, async () => {
    async function open() {
      const world = await openWorld(kind);
      const people = [await world.addUser('zoe'), await world.addUser('adam')];
      for (const [at, person] of people.entries())
        for (const name of ['web', 'db', 'lab'])
          await world.vms.create({ name: `${name}-${at}`, templateId: world.templateId }, person);
      return { ...world, people };
    }

    test('in every order, both ways, its pages have each VM once', async () => {
      await using world = await open();
      const sorts = 'name createdAt state ownerName hostName vcpus memoryMib diskBytes'.split(' ');
      for (const sort of sorts.flatMap((one) => [one, `-${one}`])) {
        const names: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await world.vms.list({ sort, limit: 4, cursor }, admin);
          assert.equal(page.total, 6);
          names.push(...page.items.map(({ name }) => name));
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        assert.equal(new Set(names).size, 6, sort);
        if (/^-?name$/.test(sort))
          assert.deepEqual(sort === 'name' ? names : names.toReversed(), names.toSorted());
        if (sort === 'ownerName')
          assert.ok(
            names.slice(0, 3).every((name) => name.endsWith('-1')),
            names.join(),
          );
      }
    });

    test('narrowed by owner, state, server and text; a member sees its own alone', async () => {
      await using world = await open();
      const [zoe, adam] = world.people;
      assert.ok(zoe && adam);
      const namesOf = async (filter: VmFilter, caller: Caller) =>
        (await world.vms.list(filter, caller)).items.map(({ name }) => name);
      assert.deepEqual(await namesOf({ ownerId: adam.userId }, admin), ['db-1', 'lab-1', 'web-1']);
      assert.deepEqual(await namesOf({ ownerId: adam.userId }, zoe), ['db-0', 'lab-0', 'web-0']);
      assert.deepEqual(await namesOf({ search: 'DB-' }, admin), ['db-0', 'db-1']);
      assert.deepEqual(await namesOf({ state: 'running' }, admin), []);
      assert.equal((await namesOf({ hostId: world.hostId }, admin)).length, 6);
      assert.deepEqual(await namesOf({ isDeleted: true }, admin), []);
    });

    test('whatever changes, what is answered is what the database says', async () => {
      await using world = await open();
      const [zoe, adam] = world.people;
      assert.ok(zoe && adam);
      const { db } = world.database;
      const { items } = await world.vms.list({}, admin);
      const [one, other, third] = items;
      assert.ok(one && other && third);
      const addClass = async () => {
        const row = { id: newId(), name: 'c', description: '', owner_id: zoe.userId, template_id: null };
        const times = { expires_at: 1, expired_at: null, created_at: 0 };
        await db
          .insertInto('class')
          .values({ ...row, ...times, template_name: '' })
          .execute();
        await db.updateTable('vm').set({ class_id: row.id }).where('id', '=', third.id).execute();
      };
      const elsewhere = async () => {
        const host = await db.selectFrom('host').selectAll().executeTakeFirstOrThrow();
        const id = newId();
        await db
          .insertInto('host')
          .values({ ...host, id, name: 'there', uri: 'qemu+ssh://there/system' })
          .execute();
        await db.insertInto('stale_domain').values({ vm_id: one.id, host_id: id, is_running: 1 }).execute();
      };
      const createNew = async () => {
        const { items: made } = await world.vms.create({ name: 'new', templateId: world.templateId }, zoe);
        await world.settleCreated(made[0]?.vmId ?? '');
      };
      const vm = (id: string) => db.updateTable('vm').where('id', '=', id);
      const inBin = { bin_key: other.id, deleted_at: 1, purge_at: 2, state: 'deleted' as const };
      const changes: Record<string, () => Promise<unknown>> = {
        'all settle': () => Promise.all(items.map(({ id }) => world.settleCreated(id))),
        'a new one': createNew,
        'a name': () => vm(one.id).set({ name: 'AAA' }).execute(),
        'a description': () => vm(one.id).set({ description: 'the wEb' }).execute(),
        'a size': () => vm(one.id).set({ vcpus: 9, memory_mib: 1, disk_bytes: 7 }).execute(),
        'a state': () => vm(one.id).set({ state: 'paused', state_changed_at: 5 }).execute(),
        'an address': () => vm(one.id).set({ ip_addresses: '["10.0.0.7"]' }).execute(),
        'an owner': () => vm(one.id).set({ owner_id: zoe.userId }).execute(),
        'a protection': () => vm(one.id).set({ is_protected: 1 }).execute(),
        'an operation': () => world.vms.act('powerOff', third.id, admin),
        'its progress': () => db.updateTable('operation').set({ progress: 0.5 }).execute(),
        'its end': () => world.settleCreated(third.id),
        'an owner’s name': () =>
          db.updateTable('user').set({ display_name: 'Zz' }).where('id', '=', adam.userId).execute(),
        'a server’s name': () => db.updateTable('host').set({ name: 'Server' }).execute(),
        'a server is disabled': () => db.updateTable('host').set({ is_enabled: 0 }).execute(),
        'an image’s name': () => db.updateTable('image').set({ name: 'I' }).execute(),
        'a network’s name': () => db.updateTable('network').set({ name: 'N' }).execute(),
        'a class': addClass,
        'its end of time': () => db.updateTable('class').set({ expires_at: 2 }).execute(),
        'a domain elsewhere': elsewhere,
        'it is off': () => db.updateTable('stale_domain').set({ is_running: 0 }).execute(),
        'it is gone': () => db.deleteFrom('stale_domain').execute(),
        'into the recycle bin': () => vm(other.id).set(inBin).execute(),
        'one goes': () => db.deleteFrom('vm').where('id', '=', other.id).execute(),
      };
      const filters: VmFilter[] = [
        {},
        { sort: '-state' },
        { sort: 'vcpus', limit: 2 },
        { sort: '-ownerName', limit: 3 },
        { isDeleted: true },
        { state: 'paused' },
        { search: 'WEB', sort: 'createdAt' },
        { search: '10.0' },
        { ownerId: zoe.userId },
        { hostId: world.hostId, sort: '-memoryMib' },
      ];
      const readers: readonly Caller[] = [admin, zoe, adam];
      for (const [what, change] of Object.entries(changes)) {
        await change();
        for (const caller of readers)
          for (const filter of filters) {
            const expected = await vmListStore.list(db, filter, caller);
            assert.deepEqual(
              await world.vms.list(filter, caller),
              expected,
              `${what} ${JSON.stringify(filter)}`,
            );
          }
      }
    });

    test('what is not committed is in no list, and what was rolled back in none afterwards', async () => {
      await using world = await open();
      const statesSeen = async () => {
        const { items } = await world.vms.list({ limit: 1 }, admin);
        return items.map(({ description }) => description);
      };
      assert.deepEqual(await statesSeen(), ['']);
      const describeAll = (description: string, fails: boolean) =>
        world.database.transact(async ({ sql }) => {
          await sql.updateTable('vm').set({ description }).execute();
          seen.push(statesSeen());
          if (fails) throw new Error('changed my mind');
        });
      const seen: Promise<string[]>[] = [];
      await assert.rejects(describeAll('never', true), /changed my mind/);
      assert.deepEqual(await seen.pop(), ['']);
      assert.deepEqual(await statesSeen(), ['']);
      await describeAll('now', false);
      // Over other connections it may have been read before.
      assert.match((await seen.pop())?.[0] ?? '', kind.name === 'sqlite' ? /^now$/ : /^(now)?$/);
      assert.deepEqual(await statesSeen(), ['now']);
    });

    test('what somebody else writes into the database is seen', async () => {
      await using place = await kind.place();
      const ours: Database = await openDatabase(place.url);
      const open = async () => ({ ...ours, [Symbol.asyncDispose]: () => ours.close() });
      await using world = await openWorld({ ...kind, open });
      const zoe = await world.addUser('zoe');
      await world.vms.create({ name: 'a', templateId: world.templateId }, zoe);
      assert.equal((await world.vms.list({}, zoe)).items[0]?.name, 'a');
      const theirs = connectDatabase(place.url);
      await theirs.db.updateTable('vm').set({ name: 'b' }).execute();
      await theirs.close();
      assert.equal((await world.vms.list({}, zoe)).items[0]?.name, 'b');
    });

    test('thousands that change at once are read again', async () => {
      await using world = await open();
      const { db } = world.database;
      await world.vms.list({}, admin);
      const model = await db.selectFrom('vm').selectAll().executeTakeFirstOrThrow();
      const copies = Array.from({ length: 1200 }, (_, at) => ({
        ...model,
        id: newId(),
        name: `copy-${at}`,
        domain_name: `copy-${at}`,
        mac_address: null,
        operation_id: null,
      }));
      for (let from = 0; from < copies.length; from += 100)
        await db
          .insertInto('vm')
          .values(copies.slice(from, from + 100))
          .execute();
      const { total, items } = await world.vms.list({ search: 'copy-', sort: '-name', limit: 1 }, admin);
      assert.deepEqual([total, items[0]?.name], [1200, 'copy-999']);
      await db.deleteFrom('vm').where('name', '=', 'copy-999').execute();
      const after = await world.vms.list({ search: 'copy-', sort: '-name', limit: 1 }, admin);
      assert.deepEqual([after.total, after.items[0]?.name], [1199, 'copy-998']);
    });
  });
