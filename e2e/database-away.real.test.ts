/** MariaDB is killed under load, or hangs, and is back soon: refusals say so, desktops go on, work resumes by itself. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, type Vm } from '@loucloud/api';
import { type MariaDb, startMariaDb } from '../tools/mariadb.ts';
import { assertSettled, virsh } from './agreement.ts';
import { tell } from './crash/tell.ts';
import { readScreen } from './rfb.ts';
import { type Login, World, createVm, openConsole, waitFor } from './world.ts';

interface Outage {
  readonly name: string;
  readonly awayMs: number;
  readonly begin: (mariaDb: MariaDb) => Promise<void>;
  readonly end: (mariaDb: MariaDb) => Promise<void>;
}
const outages: readonly Outage[] = [
  { name: 'killed', awayMs: 10_000, begin: (it) => it.stop(), end: (it) => it.start() },
  { name: 'stopped', awayMs: 10_000, begin: (it) => it.stop('SIGTERM'), end: (it) => it.start() },
  // What hangs is asked for a while before it is given up.
  {
    name: 'frozen',
    awayMs: 16_000,
    begin: async (it) => it.freeze(),
    end: async (it) => it.thaw(),
  },
];

describe('MariaDB is away for a while under load', () => {
  let mariaDb: MariaDb;
  let world: World;
  let admin: Login;
  let vm: Vm;
  before(async () => {
    mariaDb = await startMariaDb();
    world = await World.open({ databaseUrl: await mariaDb.createDatabase('loucloud') });
    admin = await world.login();
    const { user } = await admin.call('meGet');
    const ownQuota = { vms: 100, vcpus: 200, memoryMib: 1_000_000, diskBytes: 2 ** 43 };
    await admin.call('userUpdate', { params: { userId: user.id }, body: { ownQuota } });
    vm = await createVm(admin.call, 'watched');
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await mariaDb[Symbol.asyncDispose]();
  });

  /** The names of those that were acknowledged; a refusal is one that says so. */
  async function create(name: string): Promise<string[]> {
    try {
      const body = { name, templateId: vm.templateId ?? '', start: false };
      return (await admin.call('vmCreate', { body })).items.map((item) => item.name);
    } catch (error) {
      assert.ok(error instanceof ApiError, String(error));
      assert.deepEqual([error.status, error.code], [503, 'database_unavailable']);
      return [];
    }
  }

  for (const { name, awayMs, begin, end } of outages) {
    test(name, async () => {
      const screen = await readScreen(await openConsole(admin, 'desktop', vm.id));
      await screen.frame();
      // So many that some are still under way whenever it is looked.
      const acknowledged = await create(`${name}-{1..12}`);
      assert.equal(acknowledged.length, 12);
      await waitFor(
        'work has begun',
        async () => (await admin.call('operationList', { query: { state: 'running' } })).total > 0,
      );
      const meanwhile = create(`${name}-at-once`);
      await begin(mariaDb);
      const back = delay(awayMs).then(() => end(mariaDb));
      const backAt = Date.now() + awayMs;
      acknowledged.push(...(await meanwhile));
      let refused = 0;
      for (; Date.now() < backAt - 1000; refused++) {
        const answer = await fetch(`${world.url}/api/v1/me`, { headers: { cookie: admin.cookie } });
        assert.equal(answer.status, 503);
        assert.equal(answer.headers.get('retry-after'), '5');
        const { code } = (await answer.json()) as { code: string };
        assert.equal(code, 'database_unavailable');
        assert.ok((await screen.frame()).width > 0);
        assert.match(virsh('domstate', vm.id), /running/);
        await delay(200);
      }
      assert.ok(refused > 3);
      await back;
      await waitFor('it is ready', async () => (await fetch(`${world.url}/readyz`)).ok);
      assert.ok((await screen.frame()).width > 0);

      const startedAt = performance.now();
      const vms = await assertSettled(admin);
      tell(`MariaDB is ${name}`, performance.now() - startedAt);
      const names = new Set(vms.map((one) => one.name));
      for (const one of acknowledged) assert.ok(names.has(one), `${one} was acknowledged`);
      assert.ok(vms.every(({ lastProblem }) => lastProblem === null));
      assert.equal(vms.find(({ id }) => id === vm.id)?.state, 'running');
    });
  }
});
