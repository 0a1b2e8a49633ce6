/**
 * What every page owes everybody, in real Chromium: the way to a desktop by the keyboard alone, dialogs that give the
 * focus back, nothing wider than a phone, nothing that jumps when data comes, help, and forms that lose nothing.
 */
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Language } from '@loucloud/api';
import type { Browser, Page } from 'playwright-core';
import { findBarriers, findBarriersInBothThemes } from './accessibility.ts';
import { Visitor, openBrowser } from './browser.ts';
import { pictureOf } from './desktop-page.ts';
import { makeThings } from './state-pages.ts';
import { ADMIN_PASSWORD, type Login, World } from './world.ts';

const PASSWORD = 'a long password';
const BOOT_MS = 180_000;
const PHONE_PX = 375;
const WIDE_PX = 2560;
/** What browsers' makers call good is at most 0.1; a page that keeps its places has next to none. */
const SHIFT_MOST = 0.05;
const FITS_NOWHERE = 'No server can hold a machine of this size';
const TABS_MOST = 80;

const lists = [
  '/vms',
  '/recycle-bin',
  '/templates',
  '/images',
  '/networks',
  '/hosts',
  '/leftovers',
  '/users',
];
const others = [
  '/wall',
  '/overview',
  '/machines',
  '/vms/new',
  '/templates/new',
  '/hosts/new',
  '/operations',
  '/audit',
];
const pages = [...lists, ...others, '/settings', '/account', '/glossary'];

const days = {
  en: {
    label: 'Expires on',
    choose: 'Choose a day',
    day: 'Nov 30, 2099',
    long: 'Monday, November 30, 2099',
    month: 'November 2099',
    next: 'Tuesday, December 1, 2099',
    nextDay: 'Dec 1, 2099',
    refusal: 'This is no day. Write it like',
  },
  'zh-CN': {
    label: '到期日',
    choose: '选择日期',
    day: '2099年11月30日',
    long: '2099年11月30日星期一',
    month: '2099年11月',
    next: '2099年12月1日星期二',
    nextDay: '2099年12月1日',
    refusal: '无法识别该日期',
  },
} as const;

describe('everybody', () => {
  let world: World;
  let admin: Login;
  let browser: Browser;

  before(async () => {
    world = await World.open();
    admin = await world.login();
    browser = await openBrowser();
    await admin.call('userCreate', { body: { name: 'kim', displayName: 'Kim', password: PASSWORD } });
  });
  after(async () => {
    await browser.close();
    await world[Symbol.asyncDispose]();
  });

  const visitAdmin = async (options: { width?: number; language?: Language; bypassCSP?: boolean } = {}) => {
    const visitor = await Visitor.open(browser, { url: world.url, ...options });
    await visitor.logIn('admin', ADMIN_PASSWORD);
    return visitor;
  };

  test('by the keyboard alone somebody logs in, creates a machine, opens its desktop, and dialogs give the focus back', async () => {
    await using kim = await Visitor.open(browser, { url: world.url });
    const { page } = kim;
    const { keyboard } = page;
    await kim.goto('/login');
    await page.locator('input[name=name]').waitFor();
    await tabTo(page, { name: 'name' });
    await keyboard.type('kim');
    await keyboard.press('Tab');
    await keyboard.type(PASSWORD);
    await keyboard.press('Enter');
    await page.getByRole('link', { name: 'Create your first machine' }).waitFor();
    await tabTo(page, { text: 'Create your first machine' });
    await keyboard.press('Enter');
    await page.getByRole('radio').first().waitFor();
    await tabTo(page, { name: 'name' });
    await keyboard.type('by-keyboard');
    await keyboard.press('Enter');
    await page.locator('h1 .status', { hasText: 'Running' }).waitFor({ timeout: BOOT_MS });
    await tabTo(page, { text: 'More actions' });
    await keyboard.press('Enter');
    await page.locator('[role=menuitem]:focus').waitFor();
    await keyboard.press('End');
    await keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.closest('dialog') !== null), true);
    for (let tabs = 0; tabs < 12; tabs++) {
      await keyboard.press('Tab');
      const isOut = await page.evaluate(
        () => document.activeElement !== document.body && document.activeElement?.closest('dialog') === null,
      );
      assert.equal(isOut, false, 'the focus leaves the dialog');
    }
    await keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await focused(page), 'More actions');
    await tabTo(page, { text: 'Desktop' });
    await keyboard.press('Enter');
    await pictureOf(page);
    await kim.assertUnharmed();
  });

  for (const language of ['en', 'zh-CN'] as const) {
    test(`no page is wider than a phone, or lost on a wide screen, in ${language}`, async () => {
      await using boss = await visitAdmin({ width: PHONE_PX, language });
      for (const path of pages) {
        for (const width of [PHONE_PX, WIDE_PX]) {
          await boss.page.setViewportSize({ width, height: 740 });
          if (width === PHONE_PX) await boss.goto(path);
          await boss.page.getByRole('heading', { level: 1 }).waitFor();
          await boss.settled();
          const excess = await boss.page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          assert.equal(excess, 0, `${path} at ${width} px`);
        }
      }
      await boss.assertUnharmed();
    });
  }

  test('nothing that is read jumps when the data comes', async () => {
    await using boss = await visitAdmin();
    await boss.page.addInitScript(() => {
      let sum = 0;
      new PerformanceObserver((seen) => {
        for (const entry of seen.getEntries() as (PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
        })[])
          if (!entry.hadRecentInput) sum += entry.value;
        Object.assign(globalThis, { __shift: sum });
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const { vmId, hostId, imageId, templateId, userId, classId } = await makeThings(admin.call);
    const details = [
      `/vms/${vmId}`,
      `/hosts/${hostId}`,
      `/images/${imageId}`,
      `/templates/${templateId}`,
      `/users/${userId}`,
      `/classes/${classId}`,
    ];
    const jumping: string[] = [];
    for (const path of [...pages, ...details]) {
      await boss.goto(path);
      await boss.page.getByRole('heading', { level: 1 }).waitFor();
      await boss.settled();
      const shift = await boss.page.evaluate(
        () => (globalThis as unknown as { __shift?: number }).__shift ?? 0,
      );
      if (shift > SHIFT_MOST) jumping.push(`${path}: ${shift.toFixed(3)}`);
    }
    assert.deepEqual(jumping, []);
  });

  test('each page says what it is for, in both languages, and leads to the words that it uses', async () => {
    for (const language of ['en', 'zh-CN'] as const) {
      await using boss = await visitAdmin({ language, bypassCSP: true });
      const { page } = boss;
      const help = page.getByRole('button', {
        name: language === 'en' ? 'What is this page?' : '这个页面是什么？',
      });
      const told = new Set<string>();
      for (const path of pages) {
        await boss.goto(path);
        await help.click();
        const note = page.locator('.help-text');
        await note.waitFor();
        told.add((await note.textContent()) ?? '');
      }
      assert.equal(told.size, pages.length);
      await boss.goto('/templates');
      await help.click();
      await page
        .locator('.help-note')
        .getByRole('link', { name: language === 'en' ? 'Template' : '模板', exact: true })
        .click();
      await page.locator('#template.is-sought').waitFor();
      assert.deepEqual(await findBarriers(page), []);
      await boss.assertUnharmed();
    }
  });

  test('an image’s path is looked up while it is typed', async () => {
    await using boss = await visitAdmin();
    const { page } = boss;
    const [starter] = (await admin.call('imageList', { query: {} })).items;
    assert.ok(starter);
    await boss.goto('/images');
    await page.getByRole('button', { name: 'Register image' }).first().click();
    const dialog = page.getByRole('dialog');
    const path = dialog.getByLabel('Path', { exact: true });
    await dialog.getByRole('list', { name: 'On the server' }).getByRole('button').first().waitFor();
    await path.fill(`${posix.dirname(starter.path)}/`);
    await dialog.getByRole('button', { name: posix.basename(starter.path) }).click();
    await dialog.getByText(new RegExp(`${starter.format}, .*: a disk of`)).waitFor();
    assert.equal(await path.inputValue(), starter.path);
    assert.equal(
      await dialog.getByLabel('Name', { exact: true }).inputValue(),
      posix.basename(starter.path).replace(/\.\w+$/, ''),
    );
    await path.fill('/var/lib/no-such-folder/disk.qcow2');
    await dialog.getByText('There is no file at this path').waitFor();
    await boss.assertUnharmed();
  });

  for (const [language, words] of Object.entries(days) as [Language, (typeof days)[Language]][]) {
    test(`a day is written as ${language} does, whatever the browser speaks, and chosen with a finger`, async () => {
      await admin.call('meUpdate', { body: { language } });
      const other = language === 'en' ? 'zh-CN' : 'en';
      await using boss = await visitAdmin({ width: PHONE_PX, language: other, bypassCSP: true });
      const { page } = boss;
      await boss.goto('/classes/new');
      const field = page.getByRole('textbox', { name: words.label, exact: true });
      await field.fill('2099-11-30');
      await page.getByText(words.long, { exact: true }).waitFor();
      await field.blur();
      assert.equal(await field.inputValue(), words.day);
      await page.getByRole('button', { name: words.choose }).click();
      const calendar = page.getByRole('dialog', { name: words.label });
      await calendar.getByText(words.month, { exact: true }).waitFor();
      assert.deepEqual(await findBarriersInBothThemes(page, 'main'), { light: [], dark: [] });
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(excess, 0);
      await calendar.getByRole('button', { name: words.next }).click();
      await calendar.waitFor({ state: 'hidden' });
      assert.equal(await field.inputValue(), words.nextDay);
      await field.fill('?');
      await field.blur();
      await page.getByText(words.refusal).waitFor();
      await boss.assertUnharmed();
      await admin.call('meUpdate', { body: { language: null } });
    });
  }

  test('a form says beforehand what no server can hold', async () => {
    await using boss = await visitAdmin();
    const { page } = boss;
    await boss.goto('/templates/new');
    const memory = page.getByLabel('Memory', { exact: true });
    await memory.fill('1');
    assert.equal(await page.getByText(FITS_NOWHERE).count(), 0);
    await memory.fill('99999');
    await page.getByText(FITS_NOWHERE).waitFor();
    await boss.assertUnharmed();
  });

  test('a form that is refused keeps what was typed, whichever it is', async () => {
    await using boss = await visitAdmin();
    boss.expectRefusal(503, /./);
    const open: { page: Page; name: string; typed: string[] }[] = [];
    for (const { path, button } of forms) {
      const page = await boss.context.newPage();
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      if (button !== undefined) await page.getByRole('button', { name: button, exact: true }).first().click();
      await page.locator('form').last().waitFor();
      open.push({ page, name: path, typed: await fillIn(page) });
    }
    // Nobody answers: the one refusal that each of them can get.
    await world.stop();
    for (const { page, name, typed } of open) {
      await page.bringToFront();
      await page.locator('form').last().locator('button[type=submit]').click();
      await page.locator('form [role=alert], form .field-error').first().waitFor();
      assert.deepEqual(await valuesOf(page), typed, name);
    }
    await world.start();
  });
});

const forms: readonly { path: string; button?: string }[] = [
  { path: '/vms/new' },
  { path: '/templates/new' },
  { path: '/hosts/new' },
  { path: '/images', button: 'Register image' },
  { path: '/networks', button: 'Register network' },
  { path: '/users', button: 'Create user' },
  { path: '/settings' },
  { path: '/account' },
];

const examples: Readonly<Record<string, string>> = {
  path: '/var/lib/kept.qcow2',
  source: 'br0',
  uri: 'qemu+ssh://root@kept/system',
};
const byType: Readonly<Record<string, string>> = { number: '7', password: PASSWORD };

/** Everything that can be typed into the page's last form; answers all its values. */
async function fillIn(page: Page): Promise<string[]> {
  const form = page.locator('form').last();
  const typable = ':is(input[type=text], input[type=number], input[type=password], textarea):visible';
  for (const field of await form.locator(typable).all()) {
    const [name, type] = [await field.getAttribute('name'), await field.getAttribute('type')];
    if (await field.isEditable()) await field.fill(examples[name ?? ''] ?? byType[type ?? ''] ?? 'kept');
  }
  return valuesOf(page);
}

const valuesOf = (page: Page): Promise<string[]> =>
  page
    .locator('form')
    .last()
    .locator('input, select, textarea')
    .evaluateAll((fields) =>
      (fields as HTMLInputElement[]).map(({ name, value, checked }) => `${name}=${value} ${checked}`),
    );

/** Its label or text, as a person would call it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
  });

async function tabTo(page: Page, { name, text }: { name?: string; text?: string }): Promise<void> {
  const isThere = async () =>
    name === undefined
      ? (await focused(page)) === text
      : (await page.evaluate(() => document.activeElement?.getAttribute('name'))) === name;
  for (let tabs = 0; !(await isThere()); tabs++) {
    assert.ok(tabs < TABS_MOST, `no way to ${name ?? text} by the keyboard`);
    await page.keyboard.press('Tab');
  }
}
