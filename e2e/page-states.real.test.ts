/**
 * Every page while it waits, when it is refused, and when there is nothing yet, in both languages and themes: that it
 * says so and nothing else, offers what helps, is usable by everybody, and that trying again brings the page.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Language } from '@loucloud/api';
import type { Browser, Page } from 'playwright-core';
import { findBarriersInBothThemes } from './accessibility.ts';
import { Visitor, openBrowser } from './browser.ts';
import { HeldAnswers } from './held-answers.ts';
import { PictureFolder, languages } from './picture-folder.ts';
import { type DataPage, type Things, type Who, dataPages, emptyPages, makeThings } from './state-pages.ts';
import { ADMIN_PASSWORD, type Login, World, waitFor } from './world.ts';

const PASSWORD = 'a long password';
/** Pages ask three times more before they give up; nobody waits for that here. */
const RETRY_MS = 2000;
/** As long after one has left it nothing is remembered of a page: the next begins without its answers. */
const FORGOTTEN_MS = 6 * 60_000;

const names = [
  ...dataPages.flatMap(({ name }) => [`${name}-loading`, `${name}-error`]),
  ...emptyPages.map(({ name }) => `${name}-empty`),
].flatMap((name) => [name, `${name}-dark`]);

const words = {
  en: { retry: 'Try again', refusal: 'The database cannot be reached. Try again in a moment.' },
  'zh-CN': { retry: '重试', refusal: '无法连接数据库，请稍后再试。' },
} as const;

/** Somebody whose pages get their answers when the test says so. */
interface Guest {
  readonly visitor: Visitor;
  readonly answers: HeldAnswers;
}

describe('the states of the pages', { concurrency: true }, () => {
  const opened = new AsyncDisposableStack();
  let things: Things;
  let full: World;
  let bare: World;
  let browser: Browser;
  let pictures: PictureFolder;

  before(async () => {
    pictures = await PictureFolder.open(names, 'states');
    browser = await openBrowser();
    opened.defer(() => browser.close());
    const worlds = await Promise.all([World.open(), World.open({ isBare: true })]);
    [full, bare] = worlds;
    for (const world of worlds) {
      opened.use(world);
      const { call }: Login = await world.login();
      await call('userCreate', { body: { name: 'kim', displayName: 'Kim', password: PASSWORD } });
      if (world === full) things = await makeThings(call);
    }
  });
  after(() => opened.disposeAsync());

  async function visit(world: World, language: Language, who: Who): Promise<Guest> {
    const visitor = await Visitor.open(browser, { url: world.url, language });
    const answers = await HeldAnswers.of(visitor.context);
    visitor.expectRefusal(503, /^\/api\/v1\//);
    // The desktop of a VM that is stopped is looked at too.
    visitor.expectRefusal(409, /\/api\/v1\/vms\/[^/]+\/(desktop|serial-console)$/);
    await visitor.page.clock.install();
    await (who === 'admin' ? visitor.logIn('admin', ADMIN_PASSWORD) : visitor.logIn('kim', PASSWORD));
    await visitor.arrived();
    return { visitor, answers };
  }

  for (const language of languages) {
    describe(`in ${language}`, { concurrency: false }, () => {
      const guests = new Map<Who, Guest>();
      const guest = async (who: Who = 'admin'): Promise<Guest> => {
        const known = guests.get(who) ?? (await visit(full, language, who));
        guests.set(who, known);
        return known;
      };
      after(async () => {
        for (const { visitor } of guests.values()) await visitor[Symbol.asyncDispose]();
      });

      for (const shown of dataPages) {
        test(`${shown.name} waits, is refused, and comes when it is tried again`, async () => {
          const { visitor, answers } = await guest(shown.who);
          const { page } = visitor;
          const path = shown.path(things);
          await visitor.settled();
          answers.hold({ includesSession: shown.name === 'console' });
          const onTheWay = () => page.clock.fastForward(FORGOTTEN_MS);
          await (shown.name === 'console' ? visitor.goto(path) : visitor.go(path, { onTheWay }));
          await assertWaits(page, shown);
          await assertNothingMoves(page);
          await pictures.takeInBothThemes(visitor, language, `${shown.name}-loading`);
          await answers.refuse();
          await pageGivesUp(page, words[language].refusal);
          await look(visitor, language, `${shown.name}-error`);
          answers.letThrough();
          await tryAgain(page, words[language].retry);
          await visitor.assertUnharmed();
        });
      }

      test('empty pages say what will be there, and how it begins', async () => {
        for (const who of ['admin', 'member'] as const) {
          const { visitor } = await visit(bare, language, who);
          for (const { name, path, says } of emptyPages.filter((empty) => (empty.who ?? 'admin') === who)) {
            await visitor.go(path);
            await visitor.page
              .getByText(says[language === 'en' ? 0 : 1])
              .first()
              .waitFor();
            await visitor.settled();
            await look(visitor, language, `${name}-empty`);
          }
          if (who === 'member') assert.equal(await visitor.page.locator('main .btn:visible').count(), 1);
          await visitor.assertUnharmed();
          await visitor[Symbol.asyncDispose]();
        }
      });
    });
  }

  /** Nothing keeps anybody from using it, nothing is wider than the window; and its pictures. */
  async function look(visitor: Visitor, language: Language, name: string): Promise<void> {
    const { page } = visitor;
    const isOverflowing = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
    assert.equal(isOverflowing, false, 'the page is wider than its window');
    await pictures.takeInBothThemes(visitor, language, name);
    assert.deepEqual(await findBarriersInBothThemes(page, 'main'), { light: [], dark: [] }, name);
  }
});

/** Something is on its way, and nothing says that there is nothing, or that it failed. */
async function assertWaits(page: Page, { name, hasNoFrame, isForm }: DataPage): Promise<void> {
  if (hasNoFrame !== true) await page.getByRole('heading', { level: 1 }).waitFor();
  const isComing = page.locator('[aria-busy=true], .placeholder, .spinner-border').first();
  if (isForm !== true) await isComing.waitFor({ state: 'attached' });
  assert.equal(
    await page.locator('.empty, [role=alert]').count(),
    0,
    `${name} says something before it knows`,
  );
}

/** Visitors have asked for reduced motion. What fades in late has done so; what turns or glows stands still. */
async function assertNothingMoves(page: Page): Promise<void> {
  await waitFor('nothing moves', () =>
    page.evaluate(() => document.getAnimations().every(({ playState }) => playState !== 'running')),
  );
}

/** All that it has asked for has been refused for the last time. */
async function pageGivesUp(page: Page, refusal: string): Promise<void> {
  await waitFor('the page says that it was refused', async () => {
    await page.clock.runFor(RETRY_MS);
    return (await page.getByRole('alert').filter({ hasText: refusal }).count()) > 0;
  });
  await waitFor('nothing is waited for any more', async () => {
    await page.clock.runFor(RETRY_MS);
    return (await page.locator('.placeholder, [aria-busy=true]').count()) === 0;
  });
  const isLying = await page.locator('.empty:not([role=alert])').count();
  assert.equal(isLying, 0, 'what could not be read is called empty');
}

/** Whatever says that it failed can be asked again there. */
async function tryAgain(page: Page, retry: string): Promise<void> {
  const buttons = page.getByRole('button', { name: retry, exact: true });
  await waitFor('nothing is refused any more', async () => {
    await buttons.evaluateAll((all) => all.forEach((button) => (button as HTMLElement).click()));
    return (await buttons.count()) === 0;
  });
}
