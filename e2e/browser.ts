/** Real Chromium on the console. Each visitor is a browser of their own, and nothing a page complains about is overheard. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import type { Language } from '@loucloud/api';
import { type Browser, type BrowserContext, type Page, type Request, chromium } from 'playwright-core';
import { waitFor } from './world.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Set by markup that was run instead of shown. */
const FLAG = '__markupRan';
/** As Chromium calls it. */
const NETWORK_CHANGED = 'net::ERR_NETWORK_CHANGED';
/** Of one page at most. */
const LOADS = 5;
/** What hostile people call their things. */
export const MARKUP = `<img src=x onerror=${FLAG}=1>`;

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: ARGUMENTS });
}

const isDropped = (request: Request, types: readonly string[]): boolean =>
  types.includes(request.resourceType()) && request.failure()?.errorText === NETWORK_CHANGED;

export interface VisitorOptions {
  readonly url: string;
  readonly language?: Language;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** For tools that put a script of their own into the page. */
  readonly bypassCSP?: boolean;
  readonly hasTouch?: boolean;
  /** Fingers, no mouse. */
  readonly isMobile?: boolean;
  /** For a certificate that a test has made itself. */
  readonly ignoreHTTPSErrors?: boolean;
}

/** Somebody at a browser, with everything that their pages should not have said. */
export class Visitor implements AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly #url: string;
  readonly #complaints: string[] = [];
  readonly #expected: { status: number; path: RegExp }[] = [];
  readonly #underway = new Set<Request>();

  private constructor(url: string, context: BrowserContext, page: Page) {
    this.#url = url;
    this.context = context;
    this.page = page;
    // Whoever is not logged in is told so by the first question that every page asks.
    this.expectRefusal(401, /\/api\/v1\/me$/);
  }

  static async open(
    browser: Browser,
    { url, language = 'en', theme = 'light', width = 1280, height = 800, ...rest }: VisitorOptions,
  ): Promise<Visitor> {
    const context = await browser.newContext({
      baseURL: url,
      locale: language === 'en' ? 'en-US' : language,
      timezoneId: 'Asia/Shanghai',
      colorScheme: theme,
      viewport: { width, height },
      deviceScaleFactor: 1,
      reducedMotion: 'reduce',
      // As it calls itself with a window: people read it in their list of sessions.
      userAgent: `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36`,
      ...rest,
    });
    context.setDefaultTimeout(30_000);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
    const visitor = new Visitor(url, context, await context.newPage());
    await visitor.#listen();
    return visitor;
  }

  async #listen(): Promise<void> {
    const complain = (what: string) => this.#complaints.push(`${new URL(this.page.url()).pathname}: ${what}`);
    const { page } = this;
    page.on('pageerror', (error) => complain(`exception: ${error.stack ?? error.message}`));
    page.on('dialog', (dialog) => {
      complain(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      // A refused request is judged by its status, below.
      if (message.type() !== 'error' || message.text().startsWith('Failed to load resource:')) return;
      complain(`console: ${message.text()}`);
    });
    page.on('response', (response) => {
      const status = response.status();
      const { pathname } = new URL(response.url());
      const isExpected = this.#expected.some(
        (refusal) => refusal.status === status && refusal.path.test(pathname),
      );
      if (status >= 400 && !isExpected)
        complain(`${response.request().method()} ${pathname} was answered ${status}`);
    });
    page.on('request', (request) => {
      if (request.resourceType() === 'fetch') this.#underway.add(request);
    });
    const end = (request: Request) => this.#underway.delete(request);
    page.on('requestfinished', end);
    page.on('requestfailed', end);
    await page.exposeFunction('__complain', complain);
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
        (globalThis as unknown as { __complain: (what: string) => void }).__complain(
          `content security policy: ${violatedDirective} forbids ${blockedURI} of ${sourceFile}`,
        ),
      );
    });
  }

  /** From now on, a request to such a path may be refused so. */
  expectRefusal(status: number, path: RegExp): void {
    this.#expected.push({ status, path });
  }

  /**
   * Again where a part of the page was dropped: whenever an interface is added to this machine, as VMs do, Chromium gives
   * up what it is asking for, and a page whose scripts are not all there stays blank.
   */
  async goto(path: string): Promise<void> {
    for (let left = LOADS; left > 0; left--) if (await this.#load(path)) return;
    assert.fail(`the network changed at each of ${LOADS} loads of ${path}`);
  }

  /** Whether the page and all that it begins with came. */
  async #load(path: string): Promise<boolean> {
    let isWhole = true;
    const judge = (request: Request) => {
      if (isDropped(request, ['document', 'script', 'stylesheet'])) isWhole = false;
    };
    this.page.on('requestfailed', judge);
    try {
      await this.page.goto(this.#url + path);
    } catch (error) {
      // What came of the load before may come late.
      if (!isWhole || String(error).includes('interrupted by another navigation to "chrome-error:'))
        return false;
      throw error;
    } finally {
      this.page.off('requestfailed', judge);
    }
    return isWhole;
  }

  /** As a link goes there, in the console that is open: it is not loaded anew, and nothing of the page before stays. */
  async go(path: string, { onTheWay = () => Promise.resolve() } = {}): Promise<void> {
    await this.#follow('/nowhere');
    await this.page.locator('.page-header, .screen-page').first().waitFor({ state: 'detached' });
    await onTheWay();
    await this.#follow(path);
  }

  /** Until the page that one comes to after the login is there. */
  async arrived(): Promise<void> {
    await this.page.locator('.page-header').waitFor();
  }

  async #follow(path: string): Promise<void> {
    await this.page.evaluate((to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
    }, path);
  }

  /** In the language of the page, whichever it is. */
  async logIn(name: string, password: string): Promise<void> {
    const { page } = this;
    if (!page.url().includes('/login')) await this.goto('/login');
    await page.locator('input[name=name]').fill(name);
    await page.locator('input[name=password]').fill(password);
    const submit = page.locator('button[type=submit]');
    const isIn = (): boolean => new URL(page.url()).pathname !== '/login';
    for (let left = LOADS; left > 0 && !isIn(); left--) {
      const isOurs = (request: Request) => request.method() === 'POST' && isDropped(request, ['fetch']);
      const dropped = page.waitForEvent('requestfailed', { predicate: isOurs, timeout: 0 });
      dropped.catch(() => undefined); // the page was closed before
      await submit.click();
      await Promise.race([page.waitForURL((url) => url.pathname !== '/login'), dropped]);
    }
    assert.ok(isIn(), `the network changed at each of ${LOADS} logins`);
  }

  /** Until everything that was asked for is there and drawn, fonts too. */
  async settled(): Promise<void> {
    await waitFor('nothing is under way', async () => {
      await this.drawn();
      return this.#underway.size === 0;
    });
  }

  /** In the frame in which it is there: a locator that waits looks again ever later, at last each half second. */
  async seen(selector: string): Promise<void> {
    await this.page.evaluate(async (wanted) => {
      const until = performance.now() + 30_000;
      while (!document.querySelector(wanted)) {
        if (performance.now() > until) throw new Error(`nothing is ${wanted}`);
        await new Promise(requestAnimationFrame);
      }
    }, selector);
  }

  /** What is there, fonts too, and what comes in slowly has come. */
  async drawn(): Promise<void> {
    await this.page.evaluate(async () => {
      await document.fonts.ready;
      const isEnding = ({ effect }: Animation) => effect?.getTiming().iterations !== Infinity;
      await Promise.allSettled(
        document
          .getAnimations()
          .filter(isEnding)
          .map(({ finished }) => finished),
      );
      for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
    });
  }

  /** `isWhole`: the window grows to the page's height, as bars that stick to its edges should be seen. */
  async photograph(path: string, isWhole: boolean): Promise<void> {
    const { page } = this;
    const before = page.viewportSize();
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    if (isWhole && before) await page.setViewportSize({ ...before, height: Math.max(height, before.height) });
    await page.screenshot({ path, animations: 'disabled' });
    if (before) await page.setViewportSize(before);
  }

  async assertUnharmed(): Promise<void> {
    const ran = await this.page.evaluate(
      (flag) => (globalThis as unknown as Record<string, unknown>)[flag],
      FLAG,
    );
    assert.equal(ran, undefined, `markup ran at ${this.page.url()}`);
    assert.equal(
      await this.page.locator('img[src=x]').count(),
      0,
      `markup is an element at ${this.page.url()}`,
    );
    assert.deepEqual(this.#complaints, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }
}

/** Tests that build upon each other: after the first that fails the rest fail at once, and what was on the screens is kept. */
export function stepsWith(visitors: () => readonly (Visitor | undefined)[]) {
  let failed: string | null = null;
  return (name: string, run: () => Promise<void>): void => {
    void test(name, async () => {
      assert.equal(failed, null, `not tried, because of: ${failed}`);
      try {
        await run();
      } catch (error) {
        failed = name;
        for (const [index, visitor] of visitors().entries()) {
          const path = join(tmpdir(), `failed-${index}.png`);
          await visitor?.page.screenshot({ path });
          if (visitor) console.error(`${visitor.page.url()} looked like ${path}`);
        }
        throw error;
      }
    });
  };
}
