/** What a guest really uses, and what is on its screen, is seen: by the API, on the pages in Chromium. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import type { Statistics, StatisticsRange, Vm } from '@loucloud/api';
import type { Browser } from 'playwright-core';
import { findBarriers } from './accessibility.ts';
import { Visitor, openBrowser, stepsWith } from './browser.ts';
import { ADMIN_PASSWORD, type Login, World, createVm, finished, waitFor } from './world.ts';

const FOLDER = '/var/lib/libvirt/images/statistics';
/** Far less than a whole processor: this machine may have others to serve. */
const BUSY_CORES = 0.15;
/** For people to look at. */
const pictures = process.env['LOUCLOUD_SCREENSHOTS'];

/** A boot sector that fills its screen anew, with another letter each time, as fast as it can. */
function busyDisk(): Buffer {
  const disk = Buffer.alloc(1_048_576);
  disk.set(
    [
      [0xb8, 0x00, 0xb8], // mov ax, the screen
      [0x8e, 0xc0, 0xfc], // mov es, ax; cld
      [0x31, 0xff], // again: xor di, di
      [0xb9, 0xd0, 0x07], // mov cx, 80 * 25
      [0x40], // inc ax
      [0xf3, 0xab], // rep stosw
      [0xeb, 0xf6], // jmp again
    ].flat(),
  );
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}

async function templateOf(disk: Buffer, { call }: Login): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  chmodSync(FOLDER, 0o755);
  const path = join(FOLDER, 'busy.raw');
  writeFileSync(path, disk);
  const { operationId } = await call('imageRegister', { body: { name: 'Busy', path } });
  const { objectId: imageId } = await finished(call, operationId);
  const [network] = (await call('networkList', { query: {} })).items;
  assert.ok(network);
  const size = { vcpus: 1, memoryMib: 64, diskBytes: 2 ** 24 };
  const made = await call('templateCreate', {
    body: { name: 'Busy', ...size, imageId, networkId: network.id },
  });
  return made.id;
}

const last = (values: Statistics['cpuCores']): number => values.findLast((value) => value !== null) ?? 0;

/** Two looks of a minute each make the first figure. */
const MINUTES_MS = 150_000;

describe('statistics of a real guest', () => {
  let world: World;
  let admin: Login;
  let browser: Browser;
  let visitor: Visitor;
  let vm: Vm;
  const step = stepsWith(() => [visitor]);

  before(async () => {
    world = await World.open();
    admin = await world.login();
    browser = await openBrowser();
    vm = await createVm(admin.call, 'busy', await templateOf(busyDisk(), admin));
    visitor = await Visitor.open(browser, { url: world.url, bypassCSP: true });
    await visitor.logIn('admin', ADMIN_PASSWORD);
  });
  after(async () => {
    await visitor?.[Symbol.asyncDispose]();
    await browser.close();
    await world[Symbol.asyncDispose]();
  });

  const statistics = (range: StatisticsRange) =>
    admin.call('vmStatistics', { params: { vmId: vm.id }, query: { range } });

  const look = async (name: string) => {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await visitor.page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  };

  step('a guest that burns a processor shows it within seconds', async () => {
    const live = await waitFor('it is seen', async () => {
      const now = await statistics('live');
      return last(now.cpuCores) > BUSY_CORES && now;
    });
    assert.equal(live.pitchSeconds, 5);
    const memory = last(live.memoryBytes);
    assert.ok(memory > 0 && memory <= 64 * 2 ** 20, `${memory}`);
    const hostId = vm.hostId ?? '';
    const host = await waitFor('so does its server', async () => {
      const now = await admin.call('hostStatistics', { params: { hostId }, query: { range: 'live' } });
      return last(now.cpuCores) > BUSY_CORES && now;
    });
    assert.ok(last(host.memoryBytes) > memory);
  });

  step('its page draws it, live, in words too', async () => {
    const { page } = visitor;
    await page.goto(`/vms/${vm.id}`);
    await page.getByRole('button', { name: 'Live', exact: true }).click();
    const cpu = page.getByRole('group', { name: 'CPU', exact: true });
    await cpu.locator('canvas').waitFor();
    await cpu.getByText(/^\d+%$/).waitFor();
    await visitor.settled();
    assert.deepEqual(await findBarriers(page), []);
    await look('vm-live');
    await page.emulateMedia({ colorScheme: 'dark' });
    await cpu.locator('canvas').waitFor();
    await look('vm-live-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.getByRole('button', { name: 'Last day', exact: true }).click();
    // Its first figure is of five minutes, which may not be over yet: then it says so, and is no chart of nothing.
    const memory = page.getByRole('group', { name: 'Memory', exact: true });
    await memory.locator('canvas').or(page.getByText('No figures for this time')).first().waitFor();
  });

  step('so does the page of its server, and the overview says what is in use', async () => {
    const { page } = visitor;
    await page.goto(`/hosts/${vm.hostId}`);
    const network = page.getByRole('group', { name: 'Network', exact: true });
    await network.or(page.getByText('The first figures come within two minutes')).first().waitFor();
    await visitor.settled();
    assert.deepEqual(await findBarriers(page), []);
    await look('host');
    await waitFor(
      'a minute’s figures are there',
      async () => {
        const { hosts } = await admin.call('overviewGet');
        const { cpuCores } = await statistics('hour');
        return hosts[0]?.use.cpuCores != null && cpuCores.some((value) => value !== null);
      },
      MINUTES_MS,
    );
    await page.goto(`/vms/${vm.id}`);
    await page.getByRole('button', { name: 'Last hour', exact: true }).click();
    for (const name of ['CPU', 'Memory'])
      await page.getByRole('group', { name, exact: true }).locator('canvas').waitFor();
    await page.goto('/overview');
    await page.getByText(/^In use: CPU \d+%/).waitFor();
    await page.getByText('will run out first.').waitFor();
    await look('overview');
    await visitor.assertUnharmed();
  });

  step('its screen is on the wall, and comes anew', async () => {
    const { page } = visitor;
    await page.goto('/wall');
    const screen = page.getByRole('img', { name: 'Screen of busy' });
    await screen.waitFor();
    const source = () => screen.getAttribute('src');
    const first = await source();
    const size = await screen.evaluate((image: HTMLImageElement) => image.naturalWidth);
    assert.ok(size > 100 && size <= 320, `${size}`);
    await visitor.settled();
    assert.deepEqual(await findBarriers(page), []);
    await look('wall');
    await waitFor('another picture comes', async () => (await source()) !== first);
    await page.goto('/vms');
    await page.getByRole('img', { name: 'Screen of busy' }).waitFor();
    await look('vms');
  });

  step('a screen that is out of sight, or in a tab behind others, is not asked for', async () => {
    const { page } = visitor;
    await page.clock.install();
    await page.goto('/wall');
    const screen = page.getByRole('img', { name: 'Screen of busy' });
    await screen.waitFor();
    let asked = 0;
    page.on('request', (request) => void (asked += request.url().endsWith('/screenshot') ? 1 : 0));
    const askedWithin = async (ms: number) => {
      await visitor.settled();
      asked = 0;
      await page.clock.runFor(ms);
      await visitor.settled();
      return asked;
    };
    const hide = (state: 'hidden' | 'visible') =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { value: now, configurable: true });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      }, state);
    const shift = (px: number) =>
      page
        .locator('.screen-wall')
        .evaluate((wall: HTMLElement, by) => (wall.style.marginTop = `${by}px`), px);
    assert.ok((await askedWithin(20_000)) > 0);
    await hide('hidden');
    assert.equal(await askedWithin(20_000), 0);
    await hide('visible');
    await shift(4000);
    assert.equal(await askedWithin(20_000), 0);
    await shift(0);
    await waitFor('it is asked for again', async () => (await askedWithin(20_000)) > 0);
  });

  step('of one that is off there is a plain picture, and a link to its page', async () => {
    const { page } = visitor;
    const { operationId } = await admin.call('vmPowerOff', { params: { vmId: vm.id } });
    await finished(admin.call, operationId);
    await page.goto('/wall');
    await page.getByRole('link', { name: 'Show busy' }).getByText('Off', { exact: true }).waitFor();
    const { reason, picture } = await admin.call('vmScreenshot', { params: { vmId: vm.id } });
    assert.deepEqual([reason, picture], ['off', null]);
    await look('wall-off');
    await visitor.assertUnharmed();
  });
});
