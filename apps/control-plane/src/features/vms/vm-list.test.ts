/** Lists of VMs: every order, every filter, page by page, on both databases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Caller } from '../../platform/caller.ts';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { openWorld } from './test-world.ts';
import { vmStore } from './vm-store.ts';

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
          const page = await vmStore.list(world.database.db, { sort, limit: 4, cursor }, admin);
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
      const namesOf = async (filter: Parameters<typeof vmStore.list>[1], caller: Caller) =>
        (await vmStore.list(world.database.db, filter, caller)).items.map(({ name }) => name);
      assert.deepEqual(await namesOf({ ownerId: adam.userId }, admin), ['db-1', 'lab-1', 'web-1']);
      assert.deepEqual(await namesOf({ ownerId: adam.userId }, zoe), ['db-0', 'lab-0', 'web-0']);
      assert.deepEqual(await namesOf({ search: 'DB-' }, admin), ['db-0', 'db-1']);
      assert.deepEqual(await namesOf({ state: 'running' }, admin), []);
      assert.equal((await namesOf({ hostId: world.hostId }, admin)).length, 6);
      assert.deepEqual(await namesOf({ isDeleted: true }, admin), []);
    });
  });
