/** Two control planes over a Galera cluster: a node of the database dies under load, and nothing is lost, doubled or over quota. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createConnection } from 'mysql2/promise';
import { type Client, ApiError } from '@loucloud/api';
import { freePort, loginTo, waitFor } from '../e2e/world.ts';
import { Galera } from '../tools/galera.ts';
import { Fleet } from './fleet.ts';
import { type FurnishedHost, furnish } from './furnish.ts';
import { Served } from './served.ts';
import { becomesTrue } from './truth.ts';

const HOSTS = 4;
const QUOTA = 20;
const LOAD_MS = 20_000;
const PASSWORD = 'a long password';

/** What may be answered while the database changes hands, or the quota is full: nothing was promised then. */
const MAY_REFUSE = [
  'database_unavailable',
  'quota_exceeded',
  'name_taken',
  'operation_in_progress',
  'not_found',
];

describe('over a Galera cluster', () => {
  let galera: Galera;
  let fleet: Fleet;
  let hosts: ReadonlyMap<string, FurnishedHost>;
  let served: readonly Served[] = [];

  before(async () => {
    galera = await Galera.start();
    await waitFor('the database answers through the proxy', async () => {
      const connection = await createConnection(galera.url).catch(() => null);
      if (!connection) return false;
      await connection.query('create database if not exists loucloud collate utf8mb4_bin');
      await connection.end();
      return true;
    });
    fleet = await Fleet.start({ hosts: HOSTS });
    const databaseUrl = `${galera.url}loucloud`;
    const first = await Served.start(`127.0.0.1:${await freePort()}`, { databaseUrl });
    hosts = await furnish((await first.login()).call, fleet);
    served = [first, await Served.start(`127.0.0.1:${await freePort()}`, { databaseUrl, isSetUp: true })];
  });
  after(async () => {
    for (const one of served) await one[Symbol.asyncDispose]();
    await fleet?.[Symbol.asyncDispose]();
    await galera?.[Symbol.asyncDispose]();
  });

  test('three nodes are one cluster', async () => {
    assert.equal(await galera.size(0), 3);
  });

  for (const victim of [0, 1])
    test(`node ${victim + 1} is killed under load`, async () => {
      const [first, second] = served;
      assert.ok(first && second);
      const admin = await waitFor('somebody can log in', () => first.login().catch(() => null));
      const name = `member-${victim}`;
      await admin.call('userCreate', {
        body: { name, password: PASSWORD, ownQuota: { vms: QUOTA, runningVms: QUOTA } },
      });
      /** Of VMs that were promised, and not asked to be deleted. */
      const promised = new Set<string>();
      let promises = 0;
      /** Of those whose end was promised. */
      const ended = new Set<string>();
      const refused = new Map<string, number>();
      const until = performance.now() + LOAD_MS;
      const asking = async <T>(request: Promise<T>): Promise<T | null> => {
        try {
          return await request;
        } catch (error) {
          const code = error instanceof ApiError ? error.code : 'no answer';
          refused.set(code, (refused.get(code) ?? 0) + 1);
          assert.ok(!(error instanceof ApiError) || MAY_REFUSE.includes(code), `refused by ${code}`);
          return null;
        }
      };
      const user = async (call: Client, number: number) => {
        const templates = [...hosts.values()].map(({ templateId }) => templateId);
        for (let i = 0; performance.now() < until; i++) {
          const body = { name: `vm-${number}-${i}`, templateId: templates[i % HOSTS] ?? '' };
          const created = await asking(call('vmCreate', { body }));
          for (const { vmId } of created?.items ?? []) promised.add(vmId);
          promises += created?.items.length ?? 0;
          const [oldest] = promised;
          if (i % 3 !== 0 || oldest === undefined) continue;
          promised.delete(oldest);
          if (await asking(call('vmPurge', { params: { vmId: oldest } }))) ended.add(oldest);
        }
      };
      const logins = [
        await loginTo(first.url, name, PASSWORD),
        await loginTo(second.url, name, PASSWORD),
        await loginTo(first.url, name, PASSWORD),
        await loginTo(second.url, name, PASSWORD),
      ];
      const load = Promise.all(logins.map(({ call }, number) => user(call, number)));
      await waitFor('some are promised', async () => promises > QUOTA / 2);
      await galera.kill(victim);
      await load;
      console.log(
        `refused: ${[...refused].map(([code, times]) => `${code} ${times}`).join(', ') || 'nothing'}`,
      );

      await assertExact(promised, ended);
      await galera.bringBack(victim);
      await waitFor('it is one of three again', async () => (await galera.size(victim)) === 3);
    });

  /** All is true; what was promised is there, what was deleted is gone; nobody is over quota. */
  async function assertExact(promised: ReadonlySet<string>, ended: ReadonlySet<string>): Promise<void> {
    const { call } = await (served[1] as Served).login();
    await becomesTrue(call, { fleet, hosts });
    const { items: vms } = await call('vmList', { query: { limit: 200 } });
    const ids = new Set(vms.map(({ id }) => id));
    const lost = [...promised].filter((id) => !ids.has(id));
    const undead = [...ended].filter((id) => ids.has(id));
    assert.deepEqual({ lost, undead }, { lost: [], undead: [] });
    for (const { role, usage } of (await call('userList', { query: {} })).items)
      if (role === 'member') assert.ok(usage.vms <= QUOTA);
  }
});
