// box: --no-libvirtd
/**
 * Every page of a LouCloud in use, in both languages: that it is drawn, whole, at every width; and that nothing keeps
 * people with other senses and tools, or a keyboard alone, from using it, in both themes. With LOUCLOUD_SCREENSHOTS the
 * pictures are taken too, for people to look at (picture-folder.ts).
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Language } from '@loucloud/api';
import type { Browser } from 'playwright-core';
import { Lab } from '../tools/lab/lab.ts';
import {
  findBarriers,
  findBarriersInBothThemes,
  findCutOff,
  findOutOfReach,
  findStretched,
} from './accessibility.ts';
import { type BelievablePool, addServers } from './believable-servers.ts';
import { PASSWORD, fillBelievably } from './believable.ts';
import { Visitor, openBrowser } from './browser.ts';
import { PictureFolder, languages } from './picture-folder.ts';
import { shots } from './screenshot-pages.ts';
import { PHONE_PX, type Shot, WIDE_PX } from './screenshot-shot.ts';
import { ADMIN_PASSWORD, type Login, World } from './world.ts';

/** A visitor for each kind of browser that pages are looked at with, so that nobody logs in for every page. */
class Visitors implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #world: World;
  readonly #memberName: string;
  readonly #open = new Map<string, Visitor>();

  constructor(browser: Browser, world: World, memberName: string) {
    this.#browser = browser;
    this.#world = world;
    this.#memberName = memberName;
  }

  async for({ who, width = 1280 }: Shot, language: Language): Promise<Visitor> {
    const key = [who, width, language].join();
    const known = this.#open.get(key);
    if (known) return known;
    const { url } = this.#world;
    const height = { [PHONE_PX]: 740, [WIDE_PX]: 1300 }[width] ?? 800;
    const visitor = await Visitor.open(this.#browser, { url, language, width, height });
    this.#open.set(key, visitor);
    // The desktop of a VM that is stopped is looked at too.
    visitor.expectRefusal(409, /\/api\/v1\/vms\/[^/]+\/desktop$/);
    if (who === 'admin') await visitor.logIn('admin', ADMIN_PASSWORD);
    if (who === 'member') await visitor.logIn(this.#memberName, PASSWORD);
    if (who !== 'anybody') await visitor.arrived();
    return visitor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const visitor of this.#open.values()) await visitor[Symbol.asyncDispose]();
  }
}

/** The pictures: a wide screen shows nothing else of the dark theme. */
const isInBothThemes = ({ width }: Shot): boolean => width !== WIDE_PX;
const names = shots.flatMap((shot) => [shot.name, ...(isInBothThemes(shot) ? [`${shot.name}-dark`] : [])]);

describe('the pages', { concurrency: true }, () => {
  const opened = new AsyncDisposableStack();
  let visitors: Visitors;
  let things: BelievablePool;
  let pictures: PictureFolder;

  before(async () => {
    const lab = opened.use(await Lab.open({ hosts: ['local', 'ssh', 'ssh', 'ssh'] }));
    const world = opened.use(await World.open());
    const admin: Login = await world.login();
    things = await addServers(await fillBelievably(world, admin), lab, admin.call);
    const browser = await openBrowser();
    opened.defer(() => browser.close());
    visitors = opened.use(new Visitors(browser, world, things.memberName));
    pictures = await PictureFolder.open(names);
  });
  after(() => opened.disposeAsync());

  /** Two who type on one screen would disturb each other. */
  let screenIsFree: Promise<unknown> = Promise.resolve();
  const inTurn = (shot: Shot, look: () => Promise<void>): Promise<void> => {
    if (shot.typesInGuest !== true) return look();
    const mine = screenIsFree.then(look);
    screenIsFree = mine.catch(() => undefined);
    return mine;
  };

  async function look(shot: Shot, language: Language): Promise<void> {
    const visitor = await visitors.for(shot, language);
    const { page } = visitor;
    const { name, isWhole = true } = shot;
    const path = shot.path(things);
    // Where the page before was clicked, the pointer would lie on something of this one.
    await page.mouse.move(0, 0);
    await (shot.who === 'anybody' ? visitor.goto(path) : visitor.go(path));
    await page
      .getByText(shot.title[language === 'en' ? 0 : 1])
      .first()
      .waitFor();
    await shot.prepare?.(page, language, things);
    await page.locator('.placeholder').first().waitFor({ state: 'detached' });
    await visitor.settled();
    assert.match(await page.title(), /LouCloud$/);
    const { isOverflowing, hasFailed } = await page.evaluate(() => ({
      isOverflowing: document.documentElement.scrollWidth > document.documentElement.clientWidth,
      hasFailed: document.querySelector('.empty[role=alert]') !== null,
    }));
    assert.equal(isOverflowing, false, 'the page is wider than its window');
    assert.deepEqual(await findCutOff(page), []);
    assert.equal(hasFailed, false, 'something could not be loaded');
    await visitor.assertUnharmed();
    if (isInBothThemes(shot)) await pictures.takeInBothThemes(visitor, language, name, isWhole);
    else await pictures.take(visitor, language, name, isWhole);
    if (shot.width === PHONE_PX) assert.deepEqual(await findBarriers(page, { of: 'targets' }), []);
    else if (shot.width === WIDE_PX) assert.deepEqual(await findStretched(page), []);
    else {
      assert.deepEqual(await findOutOfReach(page), []);
      assert.deepEqual(await findBarriersInBothThemes(page), { light: [], dark: [] });
    }
  }

  for (const language of languages)
    describe(`in ${language}`, { concurrency: false }, () => {
      for (const shot of shots) test(shot.name, () => inTurn(shot, () => look(shot, language)));
    });
});
