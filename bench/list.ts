/** A page of 50 VMs among ten thousand, filtered and sorted in many ways, asked by one at a time and by sixteen. */
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { RequestFor, Vm } from '@loucloud/api';
import type { Login } from '../e2e/world.ts';
import { type Bench, type Figure, type Size, figure, timeMs } from './bench.ts';
import { type Ask, type Outcome, load, perSecond, percentiles } from './load.ts';
import { ScaleWorld } from './scale-world.ts';

const SORTS = ['name', '-name', 'createdAt', '-createdAt', 'memoryMib', '-vcpus'];
const PAGE_MAX = 200;
const CHANGE_EVERY_MS = 20;

export const list: Bench = {
  name: 'list',
  what: 'a page of 50 of 10,000 VMs with filter and sort, 48 different pages in turn',
  target: { p95At1: { atMost: 20 }, perSecondAt16: { atLeast: 1500 } },
  async run(size) {
    await using world = await ScaleWorld.open({
      hosts: size.of(200, 20, 2),
      vms: size.of(10_000, 10_000, 100),
    });
    const admin = await world.login();
    return {
      ...(await measureList(world, size)),
      perSecondChanging: await measureChanging(admin, size),
      ...(await measureWhole(admin, size)),
    };
  },
};

export async function measureList(world: ScaleWorld, size: Size): Promise<Record<string, Figure>> {
  const admin = await world.login();
  const pages = await manyPages(admin);
  const at1 = await rounds(admin, pages, 1, size);
  const at16 = await rounds(admin, pages, 16, size);
  return { ...percentiles(at1, 'At1'), ...percentiles(at16, 'At16'), perSecondAt16: perSecond(at16) };
}

/** Sixteen at a time while VMs change, so that what is kept of them has to follow. */
async function measureChanging(admin: Login, size: Size): Promise<Figure> {
  const pages = await manyPages(admin);
  const { items } = await admin.call('vmList', { query: { limit: PAGE_MAX } });
  const over = new AbortController();
  const changing = changeInTurn(admin, items, over.signal);
  const outcomes = await rounds(admin, pages, 16, size);
  over.abort();
  await changing;
  return perSecond(outcomes);
}

/** Protects one after another, and then takes that away again. */
async function changeInTurn({ call }: Login, vms: readonly Vm[], until: AbortSignal): Promise<void> {
  for (let n = 0; !until.aborted; n++) {
    const vmId = vms[n % vms.length]?.id ?? '';
    const isProtected = Math.floor(n / vms.length) % 2 === 0;
    await call('vmProtect', { params: { vmId }, body: { isProtected } });
    await setTimeout(CHANGE_EVERY_MS);
  }
}

/** What was measured of OpenStack: twenty, and a thousand. */
async function measureWhole(admin: Login, size: Size): Promise<Record<string, Figure>> {
  const twenty = [{ path: '/vms?limit=20' }];
  const { p50Of20 = figure([], '') } = percentiles(await rounds(admin, twenty, 1, size), 'Of20');
  const perSecondOf20 = perSecond(await rounds(admin, twenty, 16, size));
  const times: number[] = [];
  for (let turn = -1; turn < size.of(20, 5, 1); turn++) {
    const ms = await timeMs(() => readThousand(admin));
    if (turn >= 0) times.push(ms);
  }
  return { p50Of20, perSecondOf20, p50Of1000: figure(times, 'ms') };
}

async function readThousand({ call }: Login): Promise<void> {
  let cursor: string | null = null;
  for (let read = 0; read < 1000; read += PAGE_MAX) {
    const query: Filter = { limit: PAGE_MAX, ...(cursor !== null && { cursor }) };
    cursor = (await call('vmList', { query })).nextCursor;
    if (cursor === null) return;
  }
}

/** The pages in turn, so many at once. */
async function rounds(admin: Login, pages: readonly Ask[], atOnce: number, size: Size): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  // The first round is the warm-up.
  for (let round = -1; round < size.of(5, 3, 1); round++) {
    const until = performance.now() + size.of(5000, 2000, 100);
    const ask = (n: number) => (performance.now() < until ? (pages[n % pages.length] ?? null) : null);
    const outcome = await load({ ...admin, atOnce, ask });
    assert.deepEqual([...outcome.statuses.keys()], [200]);
    if (round >= 0) outcomes.push(outcome);
  }
  return outcomes;
}

type Filter = RequestFor<'vmList'>['query'];

/** The first and the second page of everything that is filtered and sorted so. */
async function manyPages({ call }: Login): Promise<Ask[]> {
  const [host] = (await call('hostList', { query: { limit: 1 } })).items;
  const [user] = (await call('userList', { query: { limit: 1, sort: '-name' } })).items;
  assert.ok(host && user);
  const filters: readonly Filter[] = [
    { state: 'running' as const },
    { hostId: host.id },
    { ownerId: user.id },
    { search: 'web' },
  ];
  const pages: Ask[] = [];
  for (const filter of filters)
    for (const sort of SORTS) {
      const query = { ...filter, sort, limit: 50 };
      const { nextCursor } = await call('vmList', { query });
      const first = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
      pages.push({ path: `/vms?${first}` });
      pages.push({ path: `/vms?${first}${nextCursor === null ? '' : `&cursor=${nextCursor}`}` });
    }
  return pages;
}
