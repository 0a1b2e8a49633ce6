/** A class from a pasted list to its expiry date: made by the admin in the browser, led by a teacher, over real guests. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Class } from '@loucloud/api';
import type { Browser, Page } from 'playwright-core';
import { findBarriers } from './accessibility.ts';
import { POOL } from './agreement.ts';
import { Visitor, openBrowser } from './browser.ts';
import { pictureOf } from './desktop-page.ts';
import { ADMIN_PASSWORD, type Login, World, finished, waitFor } from './world.ts';

const SHOTS = process.env['LOUCLOUD_SCREENSHOTS'];
const GBK_ZHANG_SAN = Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]);
/** Takes two lines of a small tile. */
const LONG_NAME = 'Alexandra Featherstonehaugh';
const TEACHER = { name: 'teacher', password: 'a long password' };

describe('a class', () => {
  let world: World;
  let browser: Browser;
  let admin: Login;
  let teacher: Login;
  let made: Class;
  let visitor: Visitor;

  before(async () => {
    world = await World.open();
    admin = await world.login();
    await admin.call('userCreate', { body: TEACHER });
    teacher = await world.login(TEACHER.name, TEACHER.password);
    browser = await openBrowser();
    visitor = await Visitor.open(browser, { url: world.url, bypassCSP: true });
    await visitor.goto('/login');
    await visitor.logIn('admin', ADMIN_PASSWORD);
  });
  after(async () => {
    await visitor[Symbol.asyncDispose]();
    await browser.close();
    await world[Symbol.asyncDispose]();
  });

  const params = () => ({ classId: made.id });
  const members = async () => (await admin.call('classMemberList', { params: params() })).items;
  const states = async () => (await members()).map(({ vm }) => vm?.state ?? 'none');
  const act = async (body: { action: 'start' | 'powerOff' | 'remake'; userIds?: string[] }) => {
    const { operationId } = await teacher.call('classAct', { params: params(), body });
    return finished(teacher.call, operationId);
  };

  /** Nothing that keeps somebody out; a picture where they are asked for. */
  async function look(name: string): Promise<void> {
    assert.deepEqual(await findBarriers(visitor.page), [], name);
    if (SHOTS === undefined) return;
    await mkdir(SHOTS, { recursive: true });
    await visitor.page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  }

  test('is made of a pasted list, once its bad line is put right', async () => {
    const { page } = visitor;
    await visitor.goto('/classes');
    await page.getByText('No classes yet').waitFor();
    await look('classes-empty');
    await page.getByRole('link', { name: 'New class' }).first().click();
    await page.getByLabel('Name', { exact: false }).first().fill('5a');
    await page.getByLabel('Template').selectOption({ index: 1 });
    const list = page.getByLabel('Members', { exact: true });
    await list.fill('zhang,,张三\nli,first pass\n王五');
    await page.getByText('Line 3').waitFor();
    await look('class-new');
    // As an office's Excel saves it: not in UTF-8.
    const buffer = Buffer.concat([
      Buffer.from('zhang,,'),
      GBK_ZHANG_SAN,
      Buffer.from(`\nli,first pass\nwang,,${LONG_NAME}\n`),
    ]);
    await page.getByLabel('Open a CSV file').setInputFiles({ name: '5a.csv', mimeType: 'text/csv', buffer });
    await waitFor('the file is read', async () => (await list.inputValue()).startsWith('zhang,,张三\nli,'));
    await page.getByText('3 members, 3 of them new').waitFor();
    await page.getByRole('button', { name: 'Create class' }).click();
    await page.getByText('Download as CSV').waitFor();
    await look('class-passwords');
    await page.getByRole('link', { name: 'Go on to the class' }).click();
    await page.getByText('None yet').first().waitFor();
    [made] = (await admin.call('classList', { query: {} })).items as [Class];
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Edit…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Led by' }).fill(TEACHER.name);
    await page.getByRole('option', { name: TEACHER.name }).click();
    await look('class-edit');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    made = await admin.call('classGet', { params: params() });
    assert.deepEqual([made.ownerName, made.name, made.expiresAt], [TEACHER.name, '5a', null]);
    await world.login('li', 'first pass');
  });

  test('gets one machine each in one action', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'Create machines (3)' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Create machines (3)' }).click();
    await waitFor(
      'all are there',
      async () => (await states()).every((state) => state === 'stopped'),
      120_000,
    );
    await waitFor('nothing holds them', async () =>
      (await members()).every(({ vm }) => vm?.operation === null),
    );
    await page.getByText('5a-zhang').waitFor();
    await look('class');
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Bring the image to all servers' }).click();
    await page.getByText('The image is on all servers already.').waitFor();
    const li = await world.login('li', 'first pass');
    const [vm] = (await li.call('vmList', { query: {} })).items;
    assert.deepEqual([vm?.name, vm?.class?.name], ['5a-li', '5a']);
  });

  test('is started and reset by its teacher, who reaches nothing else', async () => {
    await act({ action: 'start' });
    assert.deepEqual(await states(), ['running', 'running', 'running']);
    const [li] = await members();
    const before = statSync(`${POOL}/${li?.vm?.id}.qcow2`);
    await act({ action: 'remake', userIds: [li?.userId ?? ''] });
    const now = statSync(`${POOL}/${li?.vm?.id}.qcow2`);
    assert.notDeepEqual([now.ino, now.birthtimeMs], [before.ino, before.birthtimeMs]);
    assert.deepEqual(await states(), ['running', 'running', 'running']);
    await assert.rejects(teacher.call('vmGet', { params: { vmId: li?.vm?.id ?? '' } }), {
      code: 'not_found',
    });
    const ticket = { params: { ...params(), userId: li?.userId ?? '' } };
    assert.ok((await teacher.call('classVmDesktop', ticket)).ticket);
  });

  test('is watched by its teacher: all screens beside each other, and each of them live', async () => {
    await using guide = await Visitor.open(browser, { url: world.url, bypassCSP: true });
    const { page } = guide;
    await guide.goto('/login');
    await guide.logIn(TEACHER.name, TEACHER.password);
    await guide.goto(`/classes/${made.id}`);
    await page.getByRole('button', { name: 'Screens', exact: true }).click();
    await page.getByRole('img', { name: 'Screen of 5a-zhang' }).waitFor();
    assert.deepEqual(await findBarriers(page), []);
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/class-wall.png`, fullPage: true });
    await assertPairsOnPhone(page);
    await page.getByRole('link', { name: 'Watch the screen of 张三' }).click();
    await page.getByText('View only', { exact: true }).waitFor();
    await page.locator('.screen-target canvas').waitFor();
    await page.getByRole('application', { name: 'The screen of 5a-zhang, to watch only.' }).waitFor();
    await pictureOf(page);
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/class-watch.png` });
    await guide.assertUnharmed();
    const other = { params: { ...params(), userId: made.id } };
    await assert.rejects(teacher.call('classVmScreenshot', other), { code: 'not_found' });
  });

  test('is stopped together; a member who is refused has the reason in their line', async () => {
    await act({ action: 'powerOff' });
    assert.deepEqual(await states(), ['stopped', 'stopped', 'stopped']);
    await admin.call('classMembersAdd', { params: params(), body: { members: 'late' } });
    const late = (await members()).find(({ name }) => name === 'late');
    const none = { params: { userId: late?.userId ?? '' }, body: { ownQuota: { vms: 0 } } };
    await admin.call('userUpdate', none);
    const { items } = await admin.call('classVmsCreate', { params: params(), body: {} });
    assert.deepEqual(
      items.map(({ name, problem }) => [name, problem?.code]),
      [['late', 'quota_exceeded']],
    );
    await visitor.page.getByText('Quota exceeded').waitFor();
    await look('class-refused');
  });

  test('goes to the recycle bin some time after its expiry date', async () => {
    const expiresAt = new Date(Date.now() - 40 * 60_000).toISOString();
    await admin.call('classUpdate', { params: params(), body: { expiresAt } });
    await waitFor(
      'it has expired',
      async () => (await admin.call('classGet', { params: params() })).expiredAt !== null,
      120_000,
    );
    const query = { isDeleted: true };
    await waitFor('all are in the bin', async () => (await admin.call('vmList', { query })).total === 3);
    await visitor.page.getByText('This class expired on').waitFor();
    await look('class-expired');
  });

  test('its teacher sees it, and its member sees nothing of it', async () => {
    await using guide = await Visitor.open(browser, { url: world.url, width: 375, language: 'zh-CN' });
    await guide.goto('/login');
    await guide.logIn(TEACHER.name, TEACHER.password);
    await guide.page.getByRole('link', { name: '班级' }).click();
    await guide.page.getByRole('link', { name: '5a' }).click();
    await guide.page.getByText('late').first().waitFor();
    if (SHOTS !== undefined)
      await guide.page.screenshot({ path: `${SHOTS}/class-teacher-phone.png`, fullPage: true });
    await using pupil = await Visitor.open(browser, { url: world.url });
    await pupil.goto('/login');
    await pupil.logIn('li', 'first pass');
    await pupil.page.getByRole('link', { name: 'My machines' }).waitFor();
    assert.equal(await pupil.page.getByRole('link', { name: 'Classes' }).count(), 0);
  });
});

/** On a phone, screens stand two in a row, and every name is there as a whole. */
async function assertPairsOnPhone(page: Page): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 375, height: 740 });
  await page.getByText(LONG_NAME, { exact: true }).waitFor();
  const { rows, cut, excess } = await page.evaluate(() => {
    const tiles = [...document.querySelectorAll('.screen-tile')];
    const names = [...document.querySelectorAll('.screen-tile-words > :first-child')];
    const { scrollWidth, clientWidth } = document.documentElement;
    return {
      rows: Object.values(Object.groupBy(tiles, (tile) => tile.getBoundingClientRect().top)).map(
        (row) => row?.length,
      ),
      cut: names
        .filter((name) => name.scrollWidth > name.clientWidth || name.scrollHeight > name.clientHeight)
        .map(({ textContent }) => textContent),
      excess: scrollWidth - clientWidth,
    };
  });
  assert.deepEqual({ rows, cut, excess }, { rows: [2, 1], cut: [], excess: 0 });
  if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/class-wall-phone.png`, fullPage: true });
  if (before) await page.setViewportSize(before);
}
