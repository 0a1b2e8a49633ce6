/**
 * Two control planes over one MariaDB and a fleet: each host and each operation is one's alone, whoever dies is taken over
 * from, and whoever was only stopped for a while does nothing more of what is another's by then.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { type Connection, type RowDataPacket, createConnection } from 'mysql2/promise';
import type { AnyProcedureName } from '@loucloud/libvirt';
import { type Login, freePort, waitFor } from '../e2e/world.ts';
import { type MariaDb, startMariaDb } from '../tools/mariadb.ts';
import { Fleet } from './fleet.ts';
import { type FurnishedHost, furnish } from './furnish.ts';
import { Served } from './served.ts';
import { becomesTrue } from './truth.ts';

const HOSTS = 4;
/** From a control plane's end to its work being done by another. */
const TAKEN_OVER_WITHIN_MS = 15_000;
/** What changes something on a host. */
const CHANGING: readonly AnyProcedureName[] = [
  'storageVolCreateXml',
  'storageVolDelete',
  'domainDefineXmlFlags',
  'domainCreateWithFlags',
  'domainDestroyFlags',
  'domainUndefineFlags',
];

interface Holder extends RowDataPacket {
  readonly name: string;
  readonly holder: string | null;
  readonly fence: number;
}

describe('two control planes', () => {
  let mariaDb: MariaDb;
  let databaseUrl: string;
  let sql: Connection;
  let fleet: Fleet;
  let hosts: ReadonlyMap<string, FurnishedHost>;
  let first: Served;
  let second: Served;

  const serve = async (isSetUp: boolean): Promise<Served> =>
    Served.start(`127.0.0.1:${await freePort()}`, { databaseUrl, isSetUp });

  before(async () => {
    mariaDb = await startMariaDb();
    databaseUrl = await mariaDb.createDatabase('loucloud');
    sql = await createConnection(databaseUrl);
    fleet = await Fleet.start({ hosts: HOSTS });
    first = await serve(false);
    hosts = await furnish((await first.login()).call, fleet);
    second = await serve(true);
  });
  afterEach(async () => {
    for (const host of fleet.hosts) await host.lift();
  });
  after(async () => {
    for (const served of [first, second]) {
      served.signal('SIGCONT');
      await served[Symbol.asyncDispose]();
    }
    await sql.end();
    await fleet[Symbol.asyncDispose]();
    await mariaDb[Symbol.asyncDispose]();
  });

  const claims = async (): Promise<Holder[]> => {
    const [rows] = await sql.query<Holder[]>(
      `select claim.name, control_plane.name as holder, fence from claim
       left join control_plane on control_plane.id = claim.holder_id order by claim.name`,
    );
    return rows;
  };
  const isSpread = async (share: number) => {
    const holders = (await claims()).map(({ holder }) => holder);
    const counts = [...new Set(holders)].map((one) => holders.filter((holder) => holder === one).length);
    return !holders.includes(null) && Math.max(...counts) === share && holders.length === HOSTS + 1;
  };
  const create = async ({ call }: Login, name: string, hostName: string) => {
    const templateId = hosts.get(hostName)?.templateId ?? '';
    const { items } = await call('vmCreate', { body: { name, templateId } });
    return items;
  };
  /** Once all is true: what there is, as both must say it. Not addresses, which come when a guest has asked for one. */
  const settledVms = async ({ call }: Login) => {
    await becomesTrue(call, { fleet, hosts });
    const { items } = await call('vmList', { query: { limit: 200 } });
    return items.map(({ id, name, state, hostName, operation }) => ({
      id,
      name,
      state,
      hostName,
      operation,
    }));
  };
  const changesMade = (): number =>
    fleet.hosts
      .flatMap(({ calls }) => CHANGING.map((name) => calls.get(name) ?? 0))
      .reduce((sum, count) => sum + count, 0);

  test('the hosts are shared out, each to one', async () => {
    await waitFor('each has its share', () => isSpread(Math.ceil((HOSTS + 1) / 2)));
  });

  test('either takes any request; what it asks is done on any host, and both know of it', async () => {
    const [a, b] = [await first.login(), await second.login()];
    for (const [index, { name }] of fleet.hosts.entries()) {
      await create(a, `a-${index}`, name);
      await create(b, `b-${index}`, name);
    }
    const seen = await settledVms(a);
    assert.deepEqual(await settledVms(b), seen);
    assert.ok(seen.every(({ state, operation }) => state === 'running' && operation === null));
    assert.equal(seen.length, 2 * HOSTS);
  });

  // At the first the step ends when it goes on, and must not be written down; at the second it has more to do.
  for (const call of ['storageVolCreateXml', 'domainGetMetadata'] as const) {
    test(`one that is stopped in the middle of ${call}, past its claim, does nothing more when it goes on`, async () => {
      const [mine] = (await claims()).filter(({ name, holder }) => name !== 'pool' && holder !== null);
      const hostName = [...hosts].find(([, { id }]) => id === mine?.name)?.[0] ?? '';
      const host = fleet.hosts.find(({ name }) => name === hostName);
      // It is called by its machine and its data folder.
      const [holder, other] = mine?.holder?.endsWith(first.dataDir) ? [first, second] : [second, first];

      // Its step waits for an answer that the host has given.
      await host?.inject({ kind: 'hang', at: 'reply', procedures: [call] });
      const before = host?.calls.get(call) ?? 0;
      const login = await other.login();
      await create(login, `paused-${call}`, hostName);
      await waitFor('it is being made', async () => (host?.calls.get(call) ?? 0) > before);
      holder.signal('SIGSTOP');
      await host?.lift();
      await waitFor(
        'the other has taken over',
        async () =>
          (await claims()).some(({ name, fence }) => name === mine?.name && fence > (mine?.fence ?? 0)),
        TAKEN_OVER_WITHIN_MS,
      );
      const vms = await settledVms(login);
      assert.ok(vms.some(({ name, state }) => name === `paused-${call}` && state === 'running'));

      const made = changesMade();
      holder.signal('SIGCONT');
      await waitFor('each has its share again', () => isSpread(Math.ceil((HOSTS + 1) / 2)));
      assert.equal(changesMade(), made, 'nothing was changed on any host');
      assert.deepEqual(await settledVms(login), vms);
    });
  }

  test('one is killed under load: within 15 s its work is another’s, and nothing is lost or doubled', async () => {
    const login = await second.login();
    for (const host of fleet.hosts)
      await host.inject({
        kind: 'slow',
        ms: 300,
        procedures: ['storageVolCreateXml', 'domainCreateWithFlags'],
      });
    const asked: string[] = [];
    for (const [index, { name }] of fleet.hosts.entries())
      for (const part of ['x', 'y', 'z'])
        asked.push(...(await create(login, `load-${index}-${part}`, name)).map(({ vmId }) => vmId));
    await waitFor(
      'some have begun',
      async () => (await login.call('operationList', { query: { state: 'running' } })).total > 2,
    );
    await first.end('SIGKILL');
    const diedAt = performance.now();
    await waitFor('the other holds everything', () => isSpread(HOSTS + 1), TAKEN_OVER_WITHIN_MS);
    console.log(`taken over after ${Math.round(performance.now() - diedAt)} ms`);
    const vms = await settledVms(login);
    const running = new Set(vms.filter(({ state }) => state === 'running').map(({ id }) => id));
    assert.deepEqual(
      asked.filter((id) => !running.has(id)),
      [],
    );
  });

  test('one that comes takes its share, and gives it back when it ends cleanly', async () => {
    first = await serve(true);
    await waitFor('each has its share', () => isSpread(Math.ceil((HOSTS + 1) / 2)));
    await first.end();
    await waitFor('the other holds everything', () => isSpread(HOSTS + 1), 5000);
    await settledVms(await second.login());
  });
});
