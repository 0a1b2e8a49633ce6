/** Somebody with a keyboard alone: all that they can do is to press keys, and to read what is on the page. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Visitor } from '../browser.ts';
import { pictureOf } from '../desktop-page.ts';
import { waitFor } from '../world.ts';
import { type Focus, judgeFocus, readFocus, sayFocus } from './focus.ts';

/** The page is gone through again and again: what is waited for may come meanwhile. */
const WAY_MS = 15_000;
const FOCUS_MS = 5000;
const LONG_MS = 60_000;
const SETTLE_MS = 500;
/** As `judgeFocus` begins to say so. */
const OUT_OF_SIGHT = 'out of sight';

const PRESSED = ['button', 'a', 'summary'];
const FIELDS = ['input', 'textarea'];

export type Name = string | RegExp;

const isCalled = (focus: Focus, name: Name): boolean =>
  typeof name === 'string' ? focus.name === name : name.test(focus.name);

export class Keys {
  /** Places of the focus that nobody can see. */
  readonly unseen = new Set<string>();
  readonly #visitor: Visitor;
  readonly #page: Page;

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
    this.#page = visitor.page;
  }

  get path(): string {
    return new URL(this.#page.url()).pathname;
  }

  /** In the address. */
  parameter(name: string): string | null {
    return new URL(this.#page.url()).searchParams.get(name);
  }

  /** As an address is typed into the browser. */
  async visit(path: string): Promise<void> {
    await this.#visitor.goto(path);
  }

  async press(key: string, times = 1): Promise<void> {
    for (let time = 0; time < times; time++) await this.#page.keyboard.press(key);
  }

  /** Pressed together and let go in reverse. */
  async chord(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.down(key);
    for (const key of keys.toReversed()) await this.#page.keyboard.up(key);
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
  }

  async focus(): Promise<Focus> {
    const [focus, first] = await Promise.all([
      this.#page.evaluate(readFocus),
      this.#page.evaluate(judgeFocus),
    ]);
    // A screen that is being connected lies behind a notice for a moment.
    const complaint = first?.startsWith(OUT_OF_SIGHT) === true ? await this.#judgedAgain() : first;
    if (complaint !== null) this.unseen.add(`${this.path}: ${complaint}`);
    return focus;
  }

  async #judgedAgain(): Promise<string | null> {
    await pause(SETTLE_MS);
    return this.#page.evaluate(judgeFocus);
  }

  /** `kinds`: of those, where a page has several of the name. */
  async tabTo(name: Name, key: 'Tab' | 'Shift+Tab' = 'Tab', kinds?: readonly string[]): Promise<Focus> {
    const passed: string[] = [];
    for (const end = Date.now() + WAY_MS; Date.now() < end;) {
      const focus = await this.focus();
      if (isCalled(focus, name) && kinds?.includes(focus.kind) !== false) return focus;
      passed.push(focus.name.slice(0, 40));
      await this.press(key);
    }
    const names = [...new Set(passed)].join(' | ');
    throw new Error(`no way to ${String(name)} at ${this.path} by the keyboard, only to ${names}`);
  }

  /** As Alt and the left arrow do in a browser that has a window. */
  async goBack(): Promise<void> {
    await this.#page.goBack();
  }

  /** A button or a link, once it can be pressed. */
  async use(name: Name, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    const isPossible = async () => (await this.tabTo(name, key, PRESSED)).isPossible;
    await waitFor(`${String(name)} can be pressed`, isPossible);
    await this.press('Enter');
  }

  /** Backwards to the side bar, which comes before the page. */
  async go(to: string, title: Name = to): Promise<void> {
    await this.tabTo(to, 'Shift+Tab', ['a']);
    await this.press('Enter');
    await this.seeHeading(title);
  }

  async fill(field: Name, text: string): Promise<void> {
    await this.tabTo(field, 'Tab', FIELDS);
    await this.press('Control+A');
    await this.press('Delete');
    await this.type(text);
  }

  /** A switch or a box. */
  async tick(name: Name): Promise<void> {
    const { isChecked } = await this.tabTo(name);
    await this.press('Space');
    await waitFor(`${String(name)} is changed`, async () => (await this.focus()).isChecked !== isChecked);
  }

  /** Of a few that are in sight together; one comes to them by Tab, at whichever is chosen. */
  async pick(first: Name, wanted: Name): Promise<void> {
    await this.tabTo(first);
    await this.#walk('ArrowDown', (focus) => isCalled(focus, wanted));
    if (!(await this.focus()).isChecked) await this.press('Space');
  }

  /** Of a list that drops down. */
  async select(name: Name, option: Name): Promise<void> {
    const isWanted = (text: string) => (typeof option === 'string' ? text === option : option.test(text));
    const { value } = await this.tabTo(name, 'Tab', ['select']);
    const options = await waitFor(`${String(name)} has ${String(option)}`, async () => {
      const texts = (await this.texts('select:focus option')).map((text) =>
        text.replaceAll(/\s+/g, ' ').trim(),
      );
      return texts.some(isWanted) && texts;
    });
    const key = options.findIndex(isWanted) < options.indexOf(value) ? 'ArrowUp' : 'ArrowDown';
    for (let at = value; !isWanted(at);) {
      await this.press(key);
      // What a list is narrowed by stands in the address first: pressed again too early, it is passed.
      at = await waitFor(`${String(name)} leads from ${at} to ${String(option)}`, async () => {
        const focus = await this.focus();
        return focus.value !== at && focus.value;
      });
    }
  }

  /** Of a list that is searched. */
  async search(name: Name, text: string): Promise<void> {
    await this.tabTo(name, 'Tab', ['combobox']);
    await this.type(text);
    const found = this.#page.locator('[role=option].is-at').filter({ hasText: text });
    await found.waitFor();
    await this.press('Enter');
    await found.waitFor({ state: 'hidden' });
  }

  async menu(button: Name, item: Name): Promise<void> {
    await this.openMenu(button);
    await this.#walk('ArrowDown', (focus) => isCalled(focus, item) && focus.isPossible);
    await this.press('Enter');
  }

  /** Of the side bar, which comes before the page. */
  async menuBack(button: Name, item: Name): Promise<void> {
    await this.tabTo(button, 'Shift+Tab');
    await this.menu(button, item);
  }

  /** Among what the arrows lead through. */
  async arrowTo(name: Name): Promise<void> {
    await this.#walk('ArrowDown', (focus) => isCalled(focus, name));
  }

  async openMenu(button: Name): Promise<void> {
    await this.use(button);
    try {
      await this.#page.locator('[role^=menuitem]:focus').waitFor({ timeout: 10_000 });
    } catch (cause) {
      throw new Error(
        `the menu ${String(button)} did not get the focus: ${await this.#page.evaluate(sayFocus)}`,
        {
          cause,
        },
      );
    }
  }

  /** Presses what the dialog is for, and finds the focus where it came from. */
  async confirm(button: Name, { back }: { back?: Name } = {}): Promise<void> {
    await this.use(button);
    await this.dialogGone();
    if (back !== undefined) await this.assertAt(back);
  }

  async assertAt(name: Name): Promise<void> {
    let last = '';
    const isThere = async () =>
      isCalled(await this.focus().then((focus) => ((last = focus.name), focus)), name);
    await waitFor('it is there', isThere, FOCUS_MS).catch((cause: unknown) => {
      throw new Error(`the focus is at “${last}”, not at ${String(name)}`, { cause });
    });
  }

  /** The focus is somewhere in it. */
  async dialog(title: Name): Promise<void> {
    await this.#page.getByRole('dialog', { name: title }).waitFor();
    await waitFor(`the focus is in ${String(title)}`, async () => (await this.focus()).isInDialog, FOCUS_MS);
  }

  async dialogGone(timeoutMs = 60_000): Promise<void> {
    await this.#page.locator('dialog').waitFor({ state: 'detached', timeout: timeoutMs });
  }

  async see(text: Name, timeoutMs = 30_000): Promise<void> {
    await this.#page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: timeoutMs });
  }

  /** Not any more. */
  async seeNone(text: Name): Promise<void> {
    await this.#page.getByText(text).filter({ visible: true }).waitFor({ state: 'detached' });
  }

  async seeHeading(name: Name, timeoutMs = LONG_MS): Promise<void> {
    const heading = this.#page.getByRole('heading', { level: 1, name });
    await heading.waitFor({ timeout: timeoutMs });
  }

  /** Beside a VM's name. */
  async seeState(state: string): Promise<void> {
    await this.#page.locator('h1 .status', { hasText: state }).waitFor({ timeout: LONG_MS });
  }

  async seeRow(text: Name): Promise<void> {
    await this.#page.getByRole('row').filter({ hasText: text }).first().waitFor();
  }

  /** It is drawn, and has the focus. */
  async seeScreen(): Promise<void> {
    await pictureOf(this.#page);
    await waitFor('the screen has the focus', () => this.isAtScreen());
  }

  async isAtScreen(): Promise<boolean> {
    return this.#page.evaluate(() => document.activeElement?.closest('.screen-target') !== null);
  }

  async texts(selector: string): Promise<string[]> {
    return this.#page.locator(selector).allTextContents();
  }

  /** Some lists are chosen from as they are gone through: what each step chooses has to be there before the next. */
  async #walk(key: string, isThere: (focus: Focus) => boolean): Promise<void> {
    const seen: string[] = [];
    for (const end = Date.now() + WAY_MS; Date.now() < end;) {
      const focus = await this.focus();
      if (isThere(focus)) return;
      seen.push(`${focus.name}=${focus.value}`.slice(0, 60));
      await this.press(key);
    }
    throw new Error(
      `the arrows do not lead there at ${this.path}, only to ${[...new Set(seen)].join(' | ')}`,
    );
  }
}
