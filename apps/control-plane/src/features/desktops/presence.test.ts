import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { newId } from '../../platform/ids.ts';
import { Presence, watchersFor } from './presence.ts';
import type { Viewer } from './viewer-store.ts';

const vmId = newId();
const person = (name: string) => ({ vmId, userId: name, userName: name });
const onError = (error: unknown) => assert.ifError(error);
const hands = (userId: string) => ({ userId, isViewOnly: false });

/** Somebody in front of the screen, and what they were told last. */
function present(name: string) {
  let latest: readonly Viewer[] = [];
  return {
    ...person(name),
    tell: (viewers: readonly Viewer[]) => void (latest = viewers),
    sees: () => watchersFor(hands(name), latest).names,
  };
}

test('people with two windows are one, and are no others of themselves', () => {
  const viewers = ['lin', 'lin', 'wang', 'admin'].map(person);
  assert.deepEqual(watchersFor(hands('lin'), viewers), { others: 2, names: ['admin', 'wang'] });
});

test('who only watches is told how many there are, and not who', () => {
  const viewers = ['lin', 'wang'].map(person);
  assert.deepEqual(watchersFor({ userId: 'wang', isViewOnly: true }, viewers), { others: 1, names: [] });
});

for (const kind of testDatabases) {
  describe(`who watches, over ${kind.name}`, () => {
    test('is told at once, and when somebody leaves', async () => {
      await using database = await kind.open();
      const one = new Presence({
        db: database.db,
        controlPlaneId: null,
        hasPeers: () => false,
        onError,
      });
      const [lin, wang] = [present('lin'), present('wang')];
      one.join(lin);
      const leave = one.join(wang);
      assert.deepEqual([lin.sees(), wang.sees()], [['wang'], ['lin']]);
      leave();
      assert.deepEqual(lin.sees(), []);
    });

    test('is known across control planes, and those of one that has gone do not count', async () => {
      await using database = await kind.open();
      const { db } = database;
      const ids = [newId(), newId()];
      for (const id of ids)
        await db
          .insertInto('control_plane')
          .values({ id, name: id, version: '0', beat: 0, started_at: 0 })
          .execute();
      const [one, other] = ids.map(
        (controlPlaneId) =>
          new Presence({ db, controlPlaneId, hasPeers: () => true, onError, intervalMs: 10 }),
      );
      assert.ok(one && other);
      const [lin, wang] = [present('lin'), present('wang')];
      const leaving = [one.join(lin), other.join(wang)];
      const until = async (sees: string, person: typeof lin) => {
        while (person.sees().join() !== sees) await new Promise((resolve) => setTimeout(resolve, 5));
      };
      await until('wang', lin);
      await until('lin', wang);
      await db
        .deleteFrom('control_plane')
        .where('id', '=', ids[1] ?? '')
        .execute();
      await until('', lin);
      for (const leave of leaving) leave();
      while ((await db.selectFrom('viewer').selectAll().execute()).length > 0)
        await new Promise((resolve) => setTimeout(resolve, 5));
      await Promise.all([one.stop(), other.stop()]);
    });
  });
}
