/** Who serves beside us is seen by its counting; on both databases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabases } from '../database/test-databases.ts';
import { newId } from '../ids.ts';
import { claimStore } from './claim-store.ts';
import { livingPeers } from './living-peers.ts';

const look = { name: 'here', everyMs: 20, lookMs: 200 };

for (const kind of testDatabases) {
  describe(`peers on ${kind.name}`, () => {
    test('who counts is there, who is only written down is gone, and one’s own former self is nobody', async () => {
      await using database = await kind.open();
      const { db } = database;
      const register = async (name: string) => {
        const id = newId();
        await claimStore.register(db, { id, name, version: '0.0.0', beat: 0, started_at: 0 });
        return id;
      };
      const ids = [await register('here'), await register('silent')];
      assert.deepEqual(await livingPeers(db, look), []);
      const living = await register('there');
      const beating = setInterval(() => void claimStore.beat(db, living), 10);
      try {
        assert.deepEqual(await livingPeers(db, look), ['there']);
      } finally {
        clearInterval(beating);
      }
      for (const id of [...ids, living]) await claimStore.remove(db, { id });
      assert.deepEqual(await livingPeers(db, look), []);
    });
  });
}
