// box: --no-libvirtd
/**
 * Every page of a LouCloud in use, in both languages: that it is drawn, whole, at every width; and that nothing keeps
 * people with other senses and tools from using it, in both themes. With LOUCLOUD_SCREENSHOTS=docs the pictures go to
 * docs/screenshots, with a path to that folder, for people to look at.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Language } from '@loucloud/api';
import type { Browser } from 'playwright-core';
import { Lab } from '../tools/lab/lab.ts';
import { findBarriers } from './accessibility.ts';
import { type BelievablePool, addServers } from './believable-servers.ts';
import { PASSWORD, fillBelievably } from './believable.ts';
import { Visitor, openBrowser } from './browser.ts';
import { shots } from './screenshot-pages.ts';
import type { Shot } from './screenshot-shot.ts';
import { ADMIN_PASSWORD, type Login, World } from './world.ts';

const DOCS = join(import.meta.dirname, '../docs/screenshots');
const wanted = process.env['LOUCLOUD_SCREENSHOTS'];
const languages = ['en', 'zh-CN'] as const satisfies Language[];

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

  async for({ who, theme, width = 1280 }: Shot, language: Language): Promise<Visitor> {
    const key = [who, theme ?? 'light', width, language].join();
    const known = this.#open.get(key);
    if (known) return known;
    const { url } = this.#world;
    const height = width < 500 ? 740 : 800;
    const visitor = await Visitor.open(this.#browser, {
      url,
      language,
      theme: theme ?? 'light',
      width,
      height,
    });
    this.#open.set(key, visitor);
    // The desktop of a VM that is stopped is looked at too.
    visitor.expectRefusal(409, /\/api\/v1\/vms\/[^/]+\/desktop$/);
    if (who === 'admin') await visitor.logIn('admin', ADMIN_PASSWORD);
    if (who === 'member') await visitor.logIn(this.#memberName, PASSWORD);
    return visitor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const visitor of this.#open.values()) await visitor[Symbol.asyncDispose]();
  }
}

describe('the pages', () => {
  const opened = new AsyncDisposableStack();
  let world: World;
  let admin: Login;
  let browser: Browser;
  let visitors: Visitors;
  let things: BelievablePool;
  let folder: string;

  before(async () => {
    const lab = opened.use(await Lab.open({ hosts: ['local', 'ssh', 'ssh', 'ssh'] }));
    world = opened.use(await World.open());
    admin = await world.login();
    things = await addServers(await fillBelievably(world, admin), lab, admin.call);
    browser = await openBrowser();
    opened.defer(() => browser.close());
    visitors = opened.use(new Visitors(browser, world, things.memberName));
    folder = wanted === 'docs' ? DOCS : (wanted ?? (await mkdtemp(join(tmpdir(), 'screenshots-'))));
    for (const language of languages) {
      await mkdir(join(folder, language), { recursive: true });
      // Of pages that there are no more.
      for (const name of await readdir(join(folder, language)))
        if (!shots.some((shot) => name === `${shot.name}.png`)) await rm(join(folder, language, name));
    }
  });
  after(async () => {
    await opened.disposeAsync();
    if (wanted === undefined) await rm(folder, { recursive: true });
  });

  /** In both themes, the other one without loading the page again. */
  async function barriersOn(visitor: Visitor): Promise<Record<'light' | 'dark', string[]>> {
    const { page } = visitor;
    const light = await findBarriers(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('html[data-bs-theme=dark]').waitFor();
    await visitor.settled();
    const dark = await findBarriers(page);
    await page.emulateMedia({ colorScheme: 'light' });
    return { light, dark };
  }

  for (const language of languages) {
    for (const shot of shots) {
      test(`${shot.name} in ${language}`, async () => {
        const visitor = await visitors.for(shot, language);
        const { page } = visitor;
        const path = shot.path(things);
        const [english, chinese] = shot.title;
        await visitor.goto(path);
        await page
          .getByText(language === 'en' ? english : chinese)
          .first()
          .waitFor();
        await shot.prepare?.(page, language, things);
        await visitor.settled();
        assert.match(await page.title(), /LouCloud$/);
        const { isOverflowing, hasFailed } = await page.evaluate(() => ({
          isOverflowing: document.documentElement.scrollWidth > document.documentElement.clientWidth,
          hasFailed: document.querySelector('.empty[role=alert], .placeholder') !== null,
        }));
        assert.equal(isOverflowing, false, 'the page is wider than its window');
        assert.equal(hasFailed, false, 'something could not be loaded');
        await visitor.photograph(join(folder, language, `${shot.name}.png`), shot.isWhole ?? true);
        await visitor.assertUnharmed();
        if (shot.width === undefined && shot.theme === undefined)
          assert.deepEqual(await barriersOn(visitor), { light: [], dark: [] });
      });
    }
  }
});
