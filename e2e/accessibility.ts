/** What axe-core finds on a page that keeps somebody from using it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const rules = { colours: ['color-contrast', 'link-in-text-block'], targets: ['target-size'] } as const;

interface Sight {
  /**
   * Colours alone, for the other theme of a page whose structure has been looked at; targets: what is too small or too
   * close to something else for a finger.
   */
  readonly of?: 'everything' | keyof typeof rules;
  /** A selector: what surrounds it has been looked at on other pages. */
  readonly within?: string;
}

export async function findBarriers(
  page: Page,
  { of = 'everything', within = 'html' }: Sight = {},
): Promise<string[]> {
  await bringAxe(page);
  const { violations } = await page.evaluate(
    ([where, only]) =>
      (
        globalThis as unknown as { axe: { run(where: string, options: object): Promise<AxeResults> } }
      ).axe.run(where, { resultTypes: ['violations'], ...(only && { runOnly: only }) }),
    [within, of === 'everything' ? null : rules[of]] as const,
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

/** What looks as if it took a click, and which no key reaches: the keyboard alone has to do for everything. */
export function findOutOfReach(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const reached =
      'a[href], button, input, select, textarea, summary, label, [tabindex="0"], [role^=menuitem], [role=option]';
    return [...document.querySelectorAll('body *')]
      .filter(
        (element) =>
          getComputedStyle(element).cursor === 'pointer' &&
          element.checkVisibility() &&
          !element.closest(reached),
      )
      .map(({ outerHTML }) => outerHTML.slice(0, 120));
  });
}

/** What begins before the window's edge, where no page scrolls to. What is wholly beyond it is hidden on purpose. */
export function findCutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('main *, dialog[open] *')]
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return left < 0 && right > 0 && element.checkVisibility();
      })
      .map(({ outerHTML }) => outerHTML.slice(0, 120)),
  );
}

/** What a wide window draws out: lines that the eye loses, fields and dialogs as wide as the page. */
export function findStretched(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const LINE_EM = 70;
    const FIELD_PX = 900;
    const DIALOG_PX = 800;
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const range = document.createRange();
      range.selectNode(node);
      const px = Math.max(0, ...[...range.getClientRects()].map(({ width }) => width));
      const em = px / parseFloat(getComputedStyle(node.parentElement ?? document.body).fontSize);
      if (em > LINE_EM) found.push(`a line of ${Math.round(em)} em: ${node.textContent?.slice(0, 80)}`);
    }
    const limits = { 'input, select, textarea': FIELD_PX, 'dialog[open]': DIALOG_PX };
    for (const [selector, most] of Object.entries(limits))
      for (const element of document.querySelectorAll(selector))
        if (element.getBoundingClientRect().width > most) found.push(element.outerHTML.slice(0, 120));
    return found;
  });
}

/** In both themes, the dark one without loading the page again. */
export async function findBarriersInBothThemes(
  page: Page,
  within = 'html',
): Promise<Record<'light' | 'dark', string[]>> {
  const light = await findBarriers(page, { within });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-bs-theme=dark]').waitFor();
  const dark = await findBarriers(page, { of: 'colours', within });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.locator('html[data-bs-theme=light]').waitFor();
  return { light, dark };
}
