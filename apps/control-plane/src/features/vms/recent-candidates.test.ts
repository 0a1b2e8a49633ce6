/** Hosts are chosen by what was seen of them a moment ago, and taken by what they are now. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { openWorld } from './test-world.ts';

for (const kind of testDatabases)
  describe(`a new VM's host on ${kind.name}`, async () => {
    async function open() {
      const world = await openWorld(kind);
      const owner = await world.addUser('zoe');
      const { db } = world.database;
      const create = async (name: string) => {
        const { items } = await world.vms.create({ name, templateId: world.templateId, start: false }, owner);
        const ids = items.map(({ vmId }) => vmId);
        const rows = await db.selectFrom('vm').select('host_id').where('id', 'in', ids).execute();
        return rows.map(({ host_id }) => host_id);
      };
      const host = await db.selectFrom('host').selectAll().executeTakeFirstOrThrow();
      const addHost = async (id: string) => {
        const uri = `qemu+ssh://${id}/system`;
        await db
          .insertInto('host')
          .values({ ...host, id, name: id, uri })
          .execute();
      };
      return { ...world, db, create, host, addHost };
    }

    test('is none that another control plane has just put into maintenance', async () => {
      await using world = await open();
      await world.create('before');
      await world.db.updateTable('host').set({ is_in_maintenance: 1 }).execute();
      await assert.rejects(world.create('after'), { code: 'no_capacity' });
    });

    test('is none that is full by now, and one that has just been added', async () => {
      await using world = await open();
      const { db, host } = world;
      await db.updateTable('image').set({ format: 'iso' }).execute();
      await world.create('before');
      await db.updateTable('host').set({ pool_capacity_bytes: host.reserved_disk_bytes }).execute();
      await world.addHost('added');
      assert.deepEqual(await world.create('after'), ['added']);
    });

    test('is another one each time where several VMs come together', async () => {
      await using world = await open();
      await world.addHost('second');
      const { id } = await world.db.selectFrom('image').select('id').executeTakeFirstOrThrow();
      const file = { path: '/i', pool_name: 'p', volume_name: 'v', is_shared: 0, reserved_bytes: 0 } as const;
      const past = {
        problem: null,
        operation_id: null,
        is_prefetched: 0,
        created_at: 0,
        last_used_at: 0,
      } as const;
      const copy = { image_id: id, host_id: 'second', state: 'ready', ...file, ...past } as const;
      await world.db.insertInto('image_copy').values(copy).execute();
      const hosts = await Promise.all(['a', 'b', 'c', 'd'].map(world.create));
      const there = hosts.flat().filter((id) => id === 'second');
      assert.equal(there.length, 2);
    });
  });
