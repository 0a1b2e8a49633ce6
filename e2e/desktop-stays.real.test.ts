/** A desktop that stays: through stops, restarts and dead lines, without a click; and in front of several people at once. */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { Vm } from '@loucloud/api';
import type { Browser } from 'playwright-core';
import { findBarriers } from './accessibility.ts';
import { Visitor, openBrowser, stepsWith } from './browser.ts';
import { pictureOf } from './desktop-page.ts';
import { GuestKeys } from './guest-keys.ts';
import { Wire } from './wire.ts';
import { ADMIN_PASSWORD, type Login, World, createVm, finished, loginTo } from './world.ts';

const PASSWORD = 'a long password';
/** From the moment that it could be there again. */
const BACK_WITHIN_MS = 3000;
const KEY_O = 24;

describe('a desktop that stays', () => {
  const opened = new AsyncDisposableStack();
  let world: World;
  let wire: Wire;
  let lin: Login;
  let vm: Vm;
  let browser: Browser;
  let owner: Visitor;
  let student: Visitor;
  let link = '';
  const step = stepsWith(() => [owner, student]);

  before(async () => {
    wire = opened.use(await Wire.open());
    world = opened.use(await World.open({ environment: { LOUCLOUD_PUBLIC_URL: wire.url } }));
    wire.leadTo(world.url);
    const admin = await loginTo(wire.url, 'admin', ADMIN_PASSWORD);
    for (const [name, displayName] of [
      ['lin', 'Lin Mei'],
      ['wang', 'Wang Fang'],
    ] as const)
      await admin.call('userCreate', { body: { name, displayName, password: PASSWORD } });
    lin = await loginTo(wire.url, 'lin', PASSWORD);
    vm = await createVm(lin.call, 'lesson');
    browser = await openBrowser();
    opened.defer(() => browser.close());
    owner = opened.use(await Visitor.open(browser, { url: wire.url, bypassCSP: true }));
    student = opened.use(await Visitor.open(browser, { url: wire.url }));
    for (const visitor of [owner, student]) {
      visitor.expectRefusal(409, /\/(desktop|watch)$/);
      visitor.expectRefusal(404, /\/watch$/);
    }
    await owner.logIn('lin', PASSWORD);
    await owner.goto(`/vms/${vm.id}/desktop`);
    await pictureOf(owner.page);
  });
  after(() => opened.disposeAsync());

  const overlay = (visitor: Visitor) => visitor.page.locator('.screen-overlay');
  const act = async (verb: 'vmReset' | 'vmPowerOff' | 'vmStart') => {
    const { operationId } = await lin.call(verb, { params: { vmId: vm.id } });
    await finished(lin.call, operationId);
  };
  const back = async (what: string, visitor = owner) => {
    const since = performance.now();
    await overlay(visitor).waitFor({ state: 'detached', timeout: BACK_WITHIN_MS });
    await pictureOf(visitor.page);
    console.log(`${what}: back after ${Math.round(performance.now() - since)} ms`);
  };

  step('a guest that boots again stays on the page', async () => {
    await act('vmReset');
    await back('reset');
  });

  step('a VM that was off says so, and is back when it runs', async () => {
    await act('vmPowerOff');
    await overlay(owner).getByText('lesson is not running').waitFor();
    await act('vmStart');
    await back('start');
  });

  step('a control plane that restarts is waited for', async () => {
    await world.stop();
    await overlay(owner).getByText('The connection to LouCloud was lost.').waitFor();
    assert.deepEqual(await findBarriers(owner.page), []);
    await world.start();
    await back('control plane');
  });

  step('a line that goes dead without a word is noticed, and the screen is back with it', async () => {
    const { page } = owner;
    await page.getByRole('button', { name: 'Compose', exact: true }).click();
    await page.keyboard.type('half a ');
    wire.die();
    await overlay(owner).getByText('The connection to LouCloud was lost.').waitFor();
    const compose = page.getByRole('group', { name: 'Compose' });
    await compose.getByText('The screen is not connected.').waitFor();
    await page.keyboard.type('sentence');
    await page.keyboard.press('Enter');
    wire.revive();
    await back('network');
    // Neither the text nor the keys went to the screen that came.
    await page.keyboard.type(', then the rest');
    const text = compose.getByRole('textbox', { name: 'Text to compose' });
    assert.equal(await text.inputValue(), 'half a sentence, then the rest');
    await page.keyboard.press('Enter');
    assert.equal(await text.inputValue(), '');
    await compose.getByRole('button', { name: 'Close' }).click();
  });

  step('the owner makes a link, which is shown once', async () => {
    const { page } = owner;
    await page.getByRole('button', { name: 'View', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Let others watch…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('There are none.').waitFor();
    await dialog.getByRole('button', { name: 'Make a link' }).click();
    link = await dialog.getByLabel('The link, shown this once:').inputValue();
    assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/watch#[\w-]{43}$/);
    await dialog.getByText('by lin').waitFor();
    assert.deepEqual(await findBarriers(page), []);
    assert.ok(!(await world.log()).includes(new URL(link).hash.slice(1)));
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  });

  step('whoever is logged in and has it watches, and both see that there are two', async () => {
    const { pathname, hash } = new URL(link);
    await student.logIn('wang', PASSWORD);
    await student.goto(pathname + hash);
    await pictureOf(student.page);
    await student.page.getByText('1 other is watching').waitFor();
    const seen = owner.page.getByText('1 other is watching');
    await seen.waitFor();
    assert.equal(await owner.page.locator('.screen-watchers').getAttribute('title'), 'Wang Fang');
    assert.equal(await student.page.locator('.screen-watchers').getAttribute('title'), '');
    assert.equal(await student.page.getByRole('button', { name: 'Power', exact: true }).count(), 0);
  });

  step('no key of a watcher reaches the VM, the owner’s do', async () => {
    using guest = await GuestKeys.open(lin, vm.id);
    await student.page.locator('.screen-target canvas').click();
    await student.page.keyboard.type('aaa');
    await owner.page.locator('.screen-target canvas').click();
    await owner.page.keyboard.type('o');
    assert.deepEqual(await guest.take(1), [KEY_O]);
  });

  step('the watcher’s page, too, is back by itself', async () => {
    await act('vmPowerOff');
    await overlay(student).getByText('The VM is not running, so it has no screen.').waitFor();
    await act('vmStart');
    await back('watcher', student);
  });

  step('a revoked link ends the screens that are open by it, and opens none', async () => {
    const { page } = owner;
    await page.getByRole('button', { name: 'View', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Let others watch…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await overlay(student).getByText('You may no longer see this screen').waitFor();
    await dialog.getByText('There are none.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await owner.page.getByText('1 other is watching').waitFor({ state: 'detached' });
    await student.page.reload();
    await overlay(student).getByText('This link is not good any more').waitFor();
    await assert.rejects(lin.call('watchDesktop', { body: { secret: new URL(link).hash.slice(1) } }), {
      status: 404,
    });
  });

  step('who takes their own hands off gets them back with a click', async () => {
    const { page } = owner;
    await page.getByRole('button', { name: 'View', exact: true }).click();
    await page.getByRole('menuitemradio', { name: 'View only' }).click();
    await page.waitForURL(/\?watch/);
    await back('view only');
    await page.getByTitle('Take keyboard and mouse again').click();
    await back('hands');
  });

  step('a screenshot is a PNG of the screen, named after the VM', async () => {
    const { page } = owner;
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'View', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Save a screenshot' }).click();
    const saved = await download;
    assert.match(saved.suggestedFilename(), /^lesson \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png$/);
    const chunks: Buffer[] = [];
    for await (const chunk of await saved.createReadStream()) chunks.push(chunk as Buffer);
    const png = Buffer.concat(chunks);
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    assert.ok(png.readUInt32BE(16) >= 640, 'as wide as the screen');
  });
});
