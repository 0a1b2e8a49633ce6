import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { testObjects } from '../../test-objects.ts';
import type { Database } from '../database/database.ts';
import { testDatabases } from '../database/test-databases.ts';
import { ClaimKeeper } from './claim-keeper.ts';
import { claimStore } from './claim-store.ts';
import { ALONE, type Work } from './claims.ts';

const TIMING = { beat: 50, lease: 400, dead: 600 };

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, 'it has not come to be');
    await delay(10);
  }
}

interface Behaviour {
  readonly busy?: readonly Work[];
  readonly prepare?: (work: Work) => Promise<void>;
}

function keeperOn(
  { db }: Pick<Database, 'db'>,
  dataDir: string,
  { busy = [], prepare = async () => {} }: Behaviour = {},
) {
  const told: [Work, number | null][] = [];
  const keeper = new ClaimKeeper({
    db,
    dataDir,
    version: '0.0.0',
    log: pino({ level: 'silent' }),
    prepare,
    isBusy: (work) => busy.includes(work),
    timing: TIMING,
  });
  keeper.onChange((work, fence) => void told.push([work, fence]));
  const held = (works: readonly Work[]) => works.filter((work) => keeper.fenceOf(work) !== null);
  const start = async () => {
    await keeper.register();
    await keeper.start();
  };
  return { keeper, told, held, start };
}

for (const kind of testDatabases) {
  describe(`claims on ${kind.name}`, () => {
    async function withHosts(count: number) {
      const database = await kind.open();
      const works: Work[] = [null];
      for (let i = 0; i < count; i++) works.push(await testObjects.host(database.db, `host-${i}`));
      return { database, works };
    }

    test('before it serves it is alone; alone among none it holds everything, each under its first number', async () => {
      const { database, works } = await withHosts(2);
      await using _ = database;
      const { keeper, told, held, start } = keeperOn(database, '/a');
      assert.equal(keeper.fenceOf(null), ALONE);
      await start();
      assert.deepEqual(held(works), works);
      assert.deepEqual(
        told.map(([, fence]) => fence),
        [1, 1, 1],
      );
      await keeper.stop();
      assert.deepEqual(held(works), []);
    });

    test('two share, by giving away what is idle; never is anything held by both', async () => {
      const { database, works } = await withHosts(3);
      await using _ = database;
      const busy = works.slice(1, 2);
      const [a, b] = [keeperOn(database, '/a', { busy }), keeperOn(database, '/b')];
      await a.start();
      await b.start();
      await until(() => {
        const [mine, theirs] = [a.held(works), b.held(works)];
        assert.deepEqual(
          mine.filter((work) => theirs.includes(work)),
          [],
        );
        return mine.length === 2 && theirs.length === 2;
      });
      assert.deepEqual(a.held(busy), busy);
      assert.equal(a.keeper.hasSeenOthers, true);
      await a.keeper.stop();
      await until(() => b.held(works).length === works.length);
      await b.keeper.stop();
    });

    test('who no longer counts has lost its claims by its own clock before another takes them, under a higher number', async () => {
      const { database, works } = await withHosts(1);
      await using _ = database;
      let isAway = false;
      const db = new Proxy(database.db, {
        get(target, name, receiver) {
          if (isAway) throw new Error('the database is away');
          const value = Reflect.get(target, name, receiver) as unknown;
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
      const a = keeperOn({ db }, '/a');
      await a.start();
      const b = keeperOn(database, '/b', { busy: works });
      isAway = true;
      await b.start();
      assert.deepEqual(b.held(works), []);
      await until(() => {
        if (b.held(works).length > 0) assert.deepEqual(a.held(works), []);
        return b.held(works).length === works.length;
      });
      assert.deepEqual(
        a.told.filter(([, fence]) => fence === null).map(([work]) => work),
        works,
      );
      assert.equal(b.keeper.fenceOf(null), 2);
      isAway = false;
      await until(async () => (await claimStore.controlPlanes(database.db)).length === 2);
      await a.keeper.stop();
      await b.keeper.stop();
    });

    test('who counts on at the last moment is not taken for gone, and keeps what it holds', async () => {
      const { database, works } = await withHosts(1);
      await using _ = database;
      const { db } = database;
      const { keeper } = keeperOn(database, '/a');
      await keeper.register();
      for (const claim of await claimStore.list(db)) await claimStore.take(db, claim, keeper.id);
      const [seen] = await claimStore.controlPlanes(db);
      assert.ok(seen);
      await claimStore.beat(db, keeper.id);
      assert.equal(await claimStore.remove(db, seen), false);
      assert.ok((await claimStore.list(db)).every(({ holderId }) => holderId === keeper.id));
      assert.equal(await claimStore.remove(db, { ...seen, beat: seen.beat + 1 }), true);
      assert.deepEqual(
        (await claimStore.list(db)).map(({ holderId }) => holderId),
        works.map(() => null),
      );
    });

    test('what cannot be begun is let go, is tried again, and holds up nothing else', async () => {
      const { database, works } = await withHosts(2);
      await using _ = database;
      const [pool, bad, good] = works;
      let isBad = true;
      const prepare = async (work: Work) => {
        if (isBad && work === bad) throw new Error('its operations cannot be read');
      };
      const { keeper, held, start } = keeperOn(database, '/a', { prepare });
      await start();
      assert.deepEqual(held(works), [pool, good]);
      const claims = await claimStore.list(database.db);
      assert.equal(claims.find(({ work }) => work === bad)?.holderId, null);
      isBad = false;
      await until(() => held(works).length === works.length);
      await keeper.stop();
    });

    test('a host that is gone leaves no claim', async () => {
      const { database } = await withHosts(1);
      await using _ = database;
      const { db } = database;
      const { keeper, start } = keeperOn(database, '/a');
      await start();
      await db.deleteFrom('host').execute();
      await keeper.look();
      const rows = await db.selectFrom('claim').select('name').execute();
      await keeper.stop();
      assert.deepEqual(
        rows.map(({ name }) => name),
        ['pool'],
      );
    });

    test('who comes back to the same data folder takes over from its former run at once', async () => {
      const { database, works } = await withHosts(1);
      await using _ = database;
      const dead = keeperOn(database, '/a');
      await dead.keeper.register();
      for (const claim of await claimStore.list(database.db))
        await claimStore.take(database.db, claim, dead.keeper.id);
      const again = keeperOn(database, '/a');
      await again.start();
      assert.deepEqual(
        works.map((work) => again.keeper.fenceOf(work)),
        [2, 2],
      );
      await again.keeper.stop();
    });
  });
}
