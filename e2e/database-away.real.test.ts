/** MariaDB is killed under load and is back after ten seconds: refusals say so, desktops go on, work resumes by itself. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, type Vm } from '@loucloud/api';
import { type MariaDb, startMariaDb } from '../tools/mariadb.ts';
import { assertSettled, virsh } from './agreement.ts';
import { readScreen } from './rfb.ts';
import { type Login, World, createVm, openConsole, waitFor } from './world.ts';

const AWAY_MS = 10_000;

describe('MariaDB is away for ten seconds under load', () => {
  let mariaDb: MariaDb;
  let world: World;
  let admin: Login;
  let vm: Vm;
  before(async () => {
    mariaDb = await startMariaDb();
    world = await World.open({ databaseUrl: await mariaDb.createDatabase('loucloud') });
    admin = await world.login();
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

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    test(`ended by ${signal}`, async () => {
      const screen = await readScreen(await openConsole(admin, 'desktop', vm.id));
      await screen.frame();
      const acknowledged = await create(`${signal.toLowerCase()}-{1..4}`);
      assert.equal(acknowledged.length, 4);
      await waitFor(
        'work has begun',
        async () => (await admin.call('operationList', { query: { state: 'running' } })).total > 0,
      );
      const meanwhile = create(`${signal.toLowerCase()}-at-once`);
      await mariaDb.stop(signal);
      acknowledged.push(...(await meanwhile));

      const back = delay(AWAY_MS).then(() => mariaDb.start());
      let refused = 0;
      for (const until = Date.now() + AWAY_MS - 1000; Date.now() < until; refused++) {
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

      const vms = await assertSettled(admin);
      const names = new Set(vms.map(({ name }) => name));
      for (const name of acknowledged) assert.ok(names.has(name), `${name} was acknowledged`);
      assert.ok(vms.every(({ lastProblem }) => lastProblem === null));
      assert.equal(vms.find(({ id }) => id === vm.id)?.state, 'running');
    });
  }
});
