/** What axe-core finds on a page that keeps somebody from using it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** `of`: colours alone, for the other theme of a page whose structure has been looked at. */
export async function findBarriers(
  page: Page,
  of: 'everything' | 'colours' = 'everything',
): Promise<string[]> {
  await bringAxe(page);
  const { violations } = await page.evaluate(
    (only) =>
      (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
        resultTypes: ['violations'],
        ...(only && { runOnly: only }),
      }),
    of === 'colours' ? ['color-contrast', 'link-in-text-block'] : null,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
}

/** As a debugger does it: the page's content security policy, which is not to be loosened for this, lets no page do it. */
async function bringAxe(page: Page): Promise<void> {
  if (await page.evaluate(() => 'axe' in globalThis)) return;
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe });
  await session.detach();
}

/** In both themes, the dark one without loading the page again. */
export async function findBarriersInBothThemes(page: Page): Promise<Record<'light' | 'dark', string[]>> {
  const light = await findBarriers(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-bs-theme=dark]').waitFor();
  const dark = await findBarriers(page, 'colours');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.locator('html[data-bs-theme=light]').waitFor();
  return { light, dark };
}
