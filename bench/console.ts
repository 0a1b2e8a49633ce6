/** How long somebody at a browser waits: for the first page, and in a list of ten thousand VMs. Cold caches, real Chromium. */
import type { Browser } from 'playwright-core';
import { Visitor, openBrowser } from '../e2e/browser.ts';
import { addTenThousand } from '../e2e/ten-thousand.ts';
import { ADMIN_PASSWORD, World } from '../e2e/world.ts';
import { type Bench, figure, timeMs } from './bench.ts';

const MOST_MS = 1000;

export const console10k: Bench = {
  name: 'console',
  what: 'from an address to a page that can be used; a list of 10,000 VMs opened, narrowed, sorted and turned over',
  packages: ['chromium'],
  target: {
    first: { atMost: MOST_MS },
    list: { atMost: MOST_MS },
    filter: { atMost: MOST_MS },
    search: { atMost: MOST_MS },
    sort: { atMost: MOST_MS },
    next: { atMost: MOST_MS },
  },
  async run(size) {
    await using world = await World.open();
    await addTenThousand(world);
    const browser = await openBrowser();
    const rounds: Record<string, number>[] = [];
    try {
      for (let round = 0; round < size.of(9, 3, 1); round++) rounds.push(await visit(browser, world.url));
    } finally {
      await browser.close();
    }
    const names = Object.keys(rounds[0] ?? {});
    return Object.fromEntries(
      names.map((name) => [
        name,
        figure(
          rounds.map((round) => round[name] ?? NaN),
          'ms',
        ),
      ]),
    );
  },
};

/** Somebody who has never been there. */
async function visit(browser: Browser, url: string): Promise<Record<string, number>> {
  await using visitor = await Visitor.open(browser, { url });
  const { page } = visitor;
  const shown = () => visitor.seen('table[aria-busy=false]:not(.is-stale) tbody a');
  const first = await timeMs(async () => {
    await visitor.goto('/login');
    await visitor.seen('input[name=name]');
    await page.locator('input[name=name]').fill('admin');
  });
  await visitor.logIn('admin', ADMIN_PASSWORD);
  await visitor.settled();
  const list = await timeMs(async () => {
    await page.getByRole('link', { name: 'VMs', exact: true }).first().click();
    await shown();
    await page.getByRole('checkbox').nth(1).check();
  });
  await page.getByRole('checkbox').nth(1).uncheck();
  /** From what somebody does to rows that are others. */
  const until = (rows: RegExp, act: () => Promise<unknown>) =>
    timeMs(async () => {
      await act();
      await page.getByRole('status').getByText(rows).waitFor();
      await shown();
    });
  const next = await until(/^21–40 /, () => page.getByRole('button', { name: 'Next' }).click());
  const filter = await until(/of 1,42\d$/, () =>
    page.getByLabel('State', { exact: true }).selectOption('crashed'),
  );
  const search = await until(/of 2\d$/, () => page.getByRole('searchbox').fill('kept for'));
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await shown();
  const sort = await timeMs(async () => {
    await page.getByRole('columnheader', { name: 'Owner' }).getByRole('button').click();
    await page.locator('th[aria-sort=ascending]', { hasText: 'Owner' }).waitFor();
    await shown();
  });
  return { first, list, next, filter, search, sort };
}
