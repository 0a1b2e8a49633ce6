/**
 * A desktop's bytes through LouCloud beside the same from QEMU's own socket, in turns: whole screens of 1280 × 1024 as fast
 * as they come, and how long the answers of the handshake take, which QEMU gives at once. And a hundred desktops at once
 * (ten VMs, ten viewers each), whose screens change 18 times a second: what each of them costs the control plane.
 */
import assert from 'node:assert/strict';
import { type Login, World, createVm, openConsole, waitFor } from '../e2e/world.ts';
import { type Bench, type Figure, type Size, figure, percentileFigure } from './bench.ts';
import { cpuMs, memoryMib } from './process-cost.ts';
import { Viewer, directLine, webSocketLine } from './rfb-line.ts';
import { makeRoom, smallTemplate } from './small-guest.ts';

const WIDE = 1280;
const PASSWORD = 'a long password';

export const desktop: Bench = {
  name: 'desktop',
  what: 'a desktop through LouCloud, beside QEMU’s own socket; a hundred at once',
  target: { throughput: { atLeast: 0.8 }, addedP95: { atMost: 2 }, memoryEach: { atMost: 1 } },
  async run(size) {
    await using world = await World.open();
    const admin = await world.login();
    await makeRoom(admin);
    const many = await hundred(world, admin, size);
    return { ...(await one(world, admin, size)), ...many };
  },
};

async function one(world: World, admin: Login, size: Size): Promise<Record<string, Figure>> {
  const vm = await createVm(admin.call, 'wide', (await smallTemplate(admin, 'wide')).id);
  const { xml } = await admin.call('vmXml', { params: { vmId: vm.id } });
  const path = /<graphics type='vnc'[^>]* socket='([^']+)'/.exec(xml)?.[1] ?? '';
  const direct = async () => Viewer.open(await directLine(path));
  const through = async () => Viewer.open(webSocketLine(await openConsole(admin, 'desktop', vm.id)));
  await waitFor('the guest has its wide screen', async () => {
    const viewer = await direct();
    viewer.close();
    return viewer.width === WIDE;
  });
  const rates = { direct: [] as number[], through: [] as number[], cpuMsPerGb: [] as number[] };
  for (let turn = 0; turn < size.of(7, 3, 1); turn++) {
    rates.direct.push(await readFrom(await direct(), size));
    const cpuBefore = cpuMs(world.pid);
    const viewer = await through();
    rates.through.push(await readFrom(viewer, size));
    rates.cpuMsPerGb.push(((cpuMs(world.pid) - cpuBefore) * 1e9) / viewer.screenBytes);
  }
  const added: number[] = [];
  const answers: number[] = [];
  const firstBytes: number[] = [];
  for (let turn = 0; turn < size.of(100, 30, 2); turn++) {
    const without = await direct();
    const clickedAt = performance.now();
    const within = await through();
    firstBytes.push(within.firstBytesAt - clickedAt);
    answers.push(...within.answersMs);
    added.push(...within.answersMs.map((ms, i) => ms - (without.answersMs[i] ?? NaN)));
    for (const viewer of [without, within]) viewer.close();
  }
  return {
    mbPerSecond: figure(rates.through, 'MB/s'),
    mbPerSecondDirect: figure(rates.direct, 'MB/s'),
    throughput: figure(
      rates.through.map((rate, turn) => rate / (rates.direct[turn] ?? NaN)),
      '×',
    ),
    cpuPerGb: figure(rates.cpuMsPerGb, 'ms'),
    answerP50: percentileFigure(answers, 50, 'ms'),
    firstBytes: figure(firstBytes, 'ms'),
    addedP50: percentileFigure(added, 50, 'ms'),
    addedP95: percentileFigure(added, 95, 'ms'),
  };
}

async function readFrom(viewer: Viewer, size: Size): Promise<number> {
  const rate = await viewer.readWhole(size.of(5000, 2000, 300));
  viewer.close();
  return rate;
}

async function hundred(world: World, admin: Login, size: Size): Promise<Record<string, Figure>> {
  const [vms, viewersEach] = [size.of(10, 10, 2), size.of(10, 10, 2)];
  const template = await smallTemplate(admin, 'counting');
  const { id: ownerId } = await admin.call('userCreate', { body: { name: 'viewer', password: PASSWORD } });
  const member = await world.login('viewer', PASSWORD);
  const name = `counting-{1..${vms}}`;
  const { items } = await admin.call('vmCreate', { body: { name, templateId: template.id, ownerId } });
  const vmIds = items.map(({ vmId }) => vmId);
  await waitFor('all run', async () => {
    const { items: running } = await admin.call('vmList', { query: { state: 'running' } });
    return vmIds.every((id) => running.some((vm) => vm.id === id));
  });
  // Half of them are the owner's own, as many as one user may have open.
  const open = () =>
    Promise.all(
      vmIds.flatMap((vmId) =>
        Array.from({ length: viewersEach }, async (_, i) => {
          const socket = await openConsole(i % 2 === 0 ? admin : member, 'desktop', vmId);
          return Viewer.open(webSocketLine(socket));
        }),
      ),
    );
  const before = memoryMib(world.pid, 'Pss');
  const viewers = await open();
  assert.equal(viewers.length, vms * viewersEach);
  for (const viewer of viewers) viewer.follow();
  await waitFor('every screen changes', async () => viewers.every(({ screenBytes }) => screenBytes > 0));
  const bytesOf = () => viewers.reduce((sum, { screenBytes }) => sum + screenBytes, 0);
  const cpuEach: number[] = [];
  const kbEach: number[] = [];
  const memoryEach: number[] = [];
  const seconds = size.of(10, 5, 1);
  for (let turn = 0; turn < size.of(3, 2, 1); turn++) {
    const [cpuBefore, bytesBefore] = [cpuMs(world.pid), bytesOf()];
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    cpuEach.push((cpuMs(world.pid) - cpuBefore) / 10 / seconds / viewers.length);
    kbEach.push((bytesOf() - bytesBefore) / 1000 / seconds / viewers.length);
    memoryEach.push((memoryMib(world.pid, 'Pss') - before) / viewers.length);
  }
  for (const viewer of viewers) viewer.close();
  return {
    memoryEach: figure(memoryEach, 'MiB'),
    cpuEach: figure(cpuEach, '% of a core'),
    kbPerSecondEach: figure(kbEach, 'kB/s'),
  };
}
