/**
 * How many creates are accepted in a second: each with its quota and its place among all hosts reserved, by members who
 * ask for more than they may have. What becomes of them afterwards is `converge`.
 */
import assert from 'node:assert/strict';
import { loginTo } from '../e2e/world.ts';
import { startMariaDb } from '../tools/mariadb.ts';
import { type Bench, type Figure, type Size, figure, percentile } from './bench.ts';
import { type Outcome, load } from './load.ts';
import { ScaleWorld } from './scale-world.ts';

const ASKERS = 8;
const PASSWORD = 'a long password';
const ACCEPTED = 202;
/** quota_exceeded */
const REFUSED = 403;

export const accept: Bench = {
  name: 'accept',
  what: 'creates accepted per second over 200 hosts, sixteen asking; on SQLite and on MariaDB',
  packages: ['mariadb-server'],
  target: {
    perSecondSqlite: { atLeast: 300 },
    p95Sqlite: { atMost: 50 },
    perSecondMariaDb: { atLeast: 300 },
    p95MariaDb: { atMost: 50 },
    errors: { atMost: 0 },
    overQuota: { atMost: 0 },
  },
  async run(size) {
    const hosts = size.of(200, 20, 2);
    const onSqlite = await withWorld({ hosts, vms: 0 }, (world) => measureAccept(world, size));
    await using mariaDb = await startMariaDb();
    const databaseUrl = await mariaDb.createDatabase('loucloud');
    const onMariaDb = await withWorld({ hosts, vms: 0, databaseUrl }, (world) => measureAccept(world, size));
    return {
      perSecondSqlite: onSqlite.perSecond,
      p95Sqlite: onSqlite.p95,
      perSecondMariaDb: onMariaDb.perSecond,
      p95MariaDb: onMariaDb.p95,
      errors: figure([onSqlite.errors.median + onMariaDb.errors.median], ''),
      overQuota: figure([onSqlite.overQuota.median + onMariaDb.overQuota.median], ''),
    };
  },
};

async function withWorld<T>(
  scale: Parameters<typeof ScaleWorld.open>[0],
  work: (world: ScaleWorld) => Promise<T>,
): Promise<T> {
  await using world = await ScaleWorld.open(scale);
  return await work(world);
}

interface Accepted {
  readonly perSecond: Figure;
  readonly p95: Figure;
  readonly errors: Figure;
  readonly overQuota: Figure;
}

/** Several rounds; each is a burst that its members' quota ends. */
export async function measureAccept(world: ScaleWorld, size: Size): Promise<Accepted> {
  const templateId = await templateForAll(world);
  const quota = size.of(100, 30, 2);
  const rounds: Outcome[] = [];
  let overQuota = 0;
  let errors = 0;
  for (let round = 0; round < size.of(5, 3, 1); round++) {
    const outcome = await burst(world, { round, templateId, quota });
    rounds.push(outcome);
    const wrong = [...outcome.statuses].filter(([status]) => status !== ACCEPTED && status !== REFUSED);
    errors += wrong.reduce((sum, [, count]) => sum + count, 0);
    overQuota += Math.max(0, (outcome.statuses.get(ACCEPTED) ?? 0) - ASKERS * quota);
    await world.untilIdle();
  }
  return {
    perSecond: figure(
      rounds.map(({ statuses, seconds }) => (statuses.get(ACCEPTED) ?? 0) / seconds),
      '/s',
    ),
    p95: figure(
      rounds.map(({ times }) => percentile(times, 95)),
      'ms',
    ),
    errors: figure([errors], ''),
    overQuota: figure([overQuota], ''),
  };
}

async function burst(
  world: ScaleWorld,
  { round, templateId, quota }: { round: number; templateId: string; quota: number },
): Promise<Outcome> {
  const call = await world.client();
  const cookies = await Promise.all(
    Array.from({ length: ASKERS }, async (_, index) => {
      const name = `asker-${round}-${index}`;
      await call('userCreate', { body: { name, password: PASSWORD, ownQuota: { vms: quota } } });
      return (await loginTo(world.served.url, name, PASSWORD)).cookie;
    }),
  );
  // A tenth more than they may have.
  const each = Math.ceil(quota * 1.1);
  return load({
    url: world.served.url,
    atOnce: 16,
    ask: (n) => {
      if (n >= each * ASKERS) return null;
      const body = JSON.stringify({ name: `vm-${Math.floor(n / ASKERS)}`, templateId });
      return { method: 'POST', path: '/vms', body, cookie: cookies[n % ASKERS] ?? '' };
    },
  });
}

const FOR_ALL = 'for-all';

/** Its network is on every host, and so is its image. */
export async function templateForAll(world: ScaleWorld): Promise<string> {
  const call = await world.client();
  const [known] = (await call('templateList', { query: { search: FOR_ALL } })).items;
  if (known) return known.id;
  const [first] = world.hosts.values();
  const templateId = first?.templateId ?? '';
  const { imageId, vcpus, memoryMib, diskBytes } = await call('templateGet', { params: { templateId } });
  const { defaultNetworkId } = (await call('settingsGet')).settings;
  assert.ok(defaultNetworkId !== null);
  const size = { vcpus, memoryMib, diskBytes };
  const body = { name: FOR_ALL, imageId, networkId: defaultNetworkId, ...size };
  return (await call('templateCreate', { body })).id;
}
