/** Which keys reach a guest, by its own kernel's word: of whom only watches none, of everybody else the right ones. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Vm } from '@loucloud/api';
import type { Browser, CDPSession } from 'playwright-core';
import { findBarriers } from './accessibility.ts';
import { Visitor, openBrowser } from './browser.ts';
import { pictureOf } from './desktop-page.ts';
import { GuestAgent } from './guest-agent.ts';
import { GuestKeys } from './guest-keys.ts';
import { readScreen } from './rfb.ts';
import { ADMIN_PASSWORD, type Login, World, createVm, openConsole, waitFor } from './world.ts';

/** KeyboardEvent.key and .code, and Linux's number of the key: the same place has other signs in each country. */
const physicalKeys: Readonly<Record<string, readonly (readonly [string, string, number])[]>> = {
  US: [
    ['z', 'KeyZ', 44],
    ['[', 'BracketLeft', 26],
  ],
  German: [
    ['z', 'KeyY', 21],
    ['ö', 'Semicolon', 39],
    ['<', 'IntlBackslash', 86],
    ['Dead', 'Equal', 13],
  ],
  French: [
    ['a', 'KeyQ', 16],
    ['é', 'Digit2', 3],
    ['m', 'Semicolon', 39],
  ],
  Japanese: [
    ['@', 'BracketLeft', 26],
    ['¥', 'IntlYen', 124],
    ['_', 'IntlRo', 89],
  ],
};

const [SHIFT, ALT_GR] = [42, 100];
/** What is typed, and which keys of that country's keyboard make it. */
const typedTexts: Readonly<Record<string, readonly [string, string, readonly number[]]>> = {
  US: ['us', 'az@\\', [30, 44, SHIFT, 3, 43]],
  German: ['de', 'zß@', [21, 12, ALT_GR, 16]],
  French: ['fr', 'a1é', [16, SHIFT, 2, 3]],
  Japanese: ['jp', '@_\\', [26, SHIFT, 89, 124]],
};

const [CONTROL, KEY_V] = [29, 47];
const KEY_A = 30;
const KEY_BACKSPACE = 14;
const KEY_O = 24;

describe('the keys that reach a guest', () => {
  let world: World;
  let admin: Login;
  let vm: Vm;
  let guest: GuestKeys;

  before(async () => {
    world = await World.open();
    admin = await world.login();
    vm = await createVm(admin.call, 'typed-into');
    guest = await GuestKeys.open(admin, vm.id);
  });
  after(async () => {
    guest?.[Symbol.dispose]();
    await world[Symbol.asyncDispose]();
  });

  test('who only watches sees the screen, and nothing of what they send reaches the VM', async () => {
    const eyes = await openConsole(admin, 'desktop', vm.id, { isViewOnly: true });
    const watcher = await readScreen(eyes);
    assert.ok(new Set((await watcher.frame()).pixels).size > 1);
    const key = [0, 0, 0, 0x61];
    // By keysym, by scan code, the pointer, the clipboard, another size: all that RFB and QEMU have.
    await watcher.type('aaa\n');
    for (const message of [
      [255, 0, 0, 1, ...key, 0, 0, 0, KEY_A],
      [255, 0, 0, 0, ...key, 0, 0, 0, KEY_A],
      [5, 1, 0, 10, 0, 10],
      [6, 0, 0, 0, 0, 0, 0, 2, 0x61, 0x61],
      // The extended clipboard: that there is text; and among the encodings, to which QEMU would answer.
      [6, 0, 0, 0, 0xff, 0xff, 0xff, 0xfc, 8, 0, 0, 1],
      [2, 0, 0, 3, 0xc0, 0xa1, 0xe5, 0xce, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x21],
      [251, 0, 4, 0, 3, 0, 1, 0, ...Array.from({ length: 16 }, () => 0)],
    ])
      eyes.send(Uint8Array.from(message));
    // What it may say behind all that is still understood, and QEMU has read it all by then.
    await watcher.frame();

    const hands = await readScreen(await openConsole(admin, 'desktop', vm.id));
    await hands.type('o');
    assert.deepEqual(await guest.take(1), [KEY_O]);
    assert.deepEqual((await watcher.frame()).width, (await hands.frame()).width);
  });

  test('who only watches and wants the screen alone throws nobody out', async () => {
    const hands = await readScreen(await openConsole(admin, 'desktop', vm.id));
    await hands.frame();
    const eyes = await openConsole(admin, 'desktop', vm.id, { isViewOnly: true });
    eyes.send(Uint8Array.from(Buffer.from('RFB 003.008\n\u0001\u0000')));
    await new Promise((resolve) => eyes.addEventListener('message', resolve, { once: true }));
    eyes.close();
    assert.ok((await hands.frame()).width > 0);
  });

  describe('typed in a browser', () => {
    let browser: Browser;
    let visitor: Visitor;
    let keyboard: CDPSession;
    let agent: GuestAgent;
    before(async () => {
      browser = await openBrowser();
      visitor = await Visitor.open(browser, { url: world.url, bypassCSP: true });
      await visitor.logIn('admin', ADMIN_PASSWORD);
      await visitor.goto(`/vms/${vm.id}/desktop`);
      await pictureOf(visitor.page);
      keyboard = await visitor.context.newCDPSession(visitor.page);
    });
    after(() => browser.close());

    for (const [layout, presses] of Object.entries(physicalKeys)) {
      test(`keys of a ${layout} keyboard arrive by their place, not by what stands on them`, async () => {
        await visitor.page.locator('.screen-target canvas').click();
        guest.forget();
        for (const [key, code] of presses)
          for (const type of ['keyDown', 'keyUp'] as const)
            await keyboard.send('Input.dispatchKeyEvent', { type, key, code });
        const expected = presses.map(([, , number]) => number);
        assert.deepEqual(await guest.take(expected.length), expected);
      });
    }

    test('the special keys come down together and up again', async () => {
      guest.forget();
      await visitor.page.getByRole('button', { name: 'Special keys' }).click();
      await visitor.page.getByRole('menuitem', { name: 'Ctrl-Alt-F2' }).click();
      await guest.take(3);
      await waitFor('all are up', async () => guest.all.length === 6);
      assert.deepEqual(guest.all, [29, 56, 60, -60, -56, -29]);
    });

    for (const [layout, [name, text, expected]] of Object.entries(typedTexts)) {
      test(`text is typed for a guest with a ${layout} keyboard`, async () => {
        const { page } = visitor;
        await page.getByRole('button', { name: 'Type text' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Text', { exact: true }).fill(text);
        await dialog.getByLabel('Keyboard layout of the guest').selectOption(name);
        guest.forget();
        await dialog.getByRole('button', { name: /^Type \d/ }).click();
        assert.deepEqual(await guest.take(expected.length), expected);
        await dialog.waitFor({ state: 'detached' });
      });
    }

    test('what an input method makes is sent when it is finished; what cannot be typed is named', async () => {
      const { page } = visitor;
      await page.getByRole('button', { name: 'Compose' }).click();
      const bar = page.getByRole('group', { name: 'Compose' });
      await bar.getByLabel('Keyboard layout of the guest').selectOption('us');
      const line = bar.getByLabel('Text to compose');
      await line.focus();
      guest.forget();
      await keyboard.send('Input.imeSetComposition', { text: 'ni', selectionStart: 2, selectionEnd: 2 });
      await keyboard.send('Input.insertText', { text: '你o' });
      assert.equal(await line.inputValue(), '你o');
      await line.press('Enter');
      assert.deepEqual(await guest.take(1), [KEY_O]);
      await bar.getByText('Not on that keyboard, and not sent: 你').waitFor();
      assert.deepEqual(await findBarriers(page), []);

      // With nothing composed, Enter and Backspace are the guest's.
      guest.forget();
      await line.press('Backspace');
      assert.deepEqual(await guest.take(1), [14]);

      // Ctrl-Shift-U 4f60 space, as IBus and GTK take it.
      await bar.getByLabel('Other characters by Ctrl-Shift-U').check();
      await line.fill('你');
      guest.forget();
      await bar.getByRole('button', { name: 'Send' }).click();
      assert.deepEqual(await guest.take(8), [29, 42, 22, 5, 33, 7, 11, 57]);
      await bar.getByRole('button', { name: 'Close' }).click();
    });

    test('without an agent in the guest text goes by keys, and the page says what is missing', async () => {
      const { page } = visitor;
      await page.getByRole('button', { name: 'Compose' }).click();
      const bar = page.getByRole('group', { name: 'Compose' });
      await bar.getByText('once spice-vdagent runs in the VM').waitFor();
      assert.equal(await bar.getByLabel('How it is sent').count(), 0);
      agent = await GuestAgent.start(guest.line);
      await bar.getByLabel('How it is sent').waitFor();
      assert.deepEqual(await findBarriers(page), []);
    });

    test('what is composed arrives byte for byte, and is pasted', async () => {
      const { page } = visitor;
      const line = page.getByLabel('Text to compose');
      const text = '你好，世界 — ß 🖥️';
      await line.fill(text);
      guest.forget();
      await line.press('Enter');
      assert.deepEqual(await guest.take(2), [CONTROL, KEY_V]);
      assert.equal(await agent.paste(), text);
      await page.getByRole('group', { name: 'Compose' }).getByRole('button', { name: 'Close' }).click();
    });

    test('a longer text goes there at once', async () => {
      const { page } = visitor;
      const text = '第一行\n  second line\n';
      await page.getByRole('button', { name: 'Type text' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Text', { exact: true }).fill(text);
      guest.forget();
      await dialog.getByRole('button', { name: 'To the VM’s clipboard' }).click();
      await dialog.waitFor({ state: 'detached' });
      assert.equal(await agent.paste(), text);
      assert.deepEqual(guest.pressed, []);
    });

    test('what the guest copies is a click away from one’s own clipboard', async () => {
      const { page } = visitor;
      const text = '来自虚拟机 ✓';
      guest.forget();
      await agent.copy(text);
      await page.getByRole('button', { name: 'Copied in the VM' }).click();
      const bar = page.getByRole('group', { name: 'Copied in the VM' });
      assert.equal(await bar.getByRole('textbox').inputValue(), text);
      await bar.getByRole('button', { name: 'Copy' }).click();
      await waitFor(
        'it is on the clipboard',
        async () => (await page.evaluate(() => navigator.clipboard.readText())) === text,
      );
      assert.deepEqual(await findBarriers(page), []);
      await visitor.assertUnharmed();
    });

    test('on a phone its own keyboard types, and the line to compose has room beside what sends and closes it', async () => {
      await using phone = await Visitor.open(browser, {
        url: world.url,
        width: 375,
        height: 667,
        hasTouch: true,
        isMobile: true,
        bypassCSP: true,
      });
      const { page } = phone;
      await phone.logIn('admin', ADMIN_PASSWORD);
      await phone.goto(`/vms/${vm.id}/desktop`);
      await pictureOf(page);
      guest.forget();
      await page.getByRole('button', { name: 'Keyboard', exact: true }).tap();
      const fingers = await phone.context.newCDPSession(page);
      await fingers.send('Input.insertText', { text: 'ao' });
      assert.deepEqual(await guest.take(2), [KEY_A, KEY_O]);
      guest.forget();
      await page.keyboard.press('Backspace');
      assert.deepEqual(await guest.take(1), [KEY_BACKSPACE]);

      await page.getByRole('button', { name: 'Compose' }).tap();
      const bar = page.getByRole('group', { name: 'Compose' });
      const middles = await bar.locator('.is-text > *').evaluateAll((parts) =>
        parts.map((part) => {
          const { top, bottom } = part.getBoundingClientRect();
          return Math.round((top + bottom) / 2);
        }),
      );
      assert.equal(new Set(middles).size, 1, `in one row: ${middles.join()}`);
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(excess, 0);
      assert.deepEqual(await findBarriers(page), []);
      await phone.assertUnharmed();
    });

    test('the screen fills the window or has its own size, as it is chosen, and can have the whole display', async () => {
      const { page } = visitor;
      const canvas = page.locator('.screen-target canvas');
      const look = async (name: string) => {
        await page.getByRole('button', { name: 'View', exact: true }).click();
        await page.getByRole('menuitemradio', { name, exact: true }).click();
      };
      const isOwnSize = async () =>
        (await canvas.evaluate((it: HTMLCanvasElement) => it.clientWidth - it.width)) === 0;
      await look('Actual size');
      await waitFor('it has its own size', isOwnSize);
      await look('Fit to window');
      await waitFor('it fills the window', async () => !(await isOwnSize()));
      await look('Slow network: compress more');
      guest.forget();
      await canvas.click();
      await page.keyboard.press('a');
      assert.deepEqual(await guest.take(1), [KEY_A]);
      await page.getByRole('button', { name: 'Full screen' }).click();
      await page.getByRole('button', { name: 'Leave full screen' }).click();
      await page.getByRole('button', { name: 'Full screen' }).waitFor();
      await visitor.assertUnharmed();
    });

    test('its power is in the bar', async () => {
      const { page } = visitor;
      const choose = async (name: string) => {
        await page.getByRole('button', { name: 'Power', exact: true }).click();
        await page.getByRole('menuitem', { name, exact: true }).click();
      };
      await choose('Pause');
      const bar = page.getByRole('banner');
      await bar.getByText('Paused', { exact: true }).waitFor();
      // A screen that stands still says why, and what to do.
      const note = page.getByRole('main').getByRole('status').filter({ hasText: 'Paused' });
      assert.deepEqual(await findBarriers(page), []);
      await note.getByRole('button', { name: 'Resume' }).click();
      await bar.getByText('Running', { exact: true }).waitFor();
      await note.waitFor({ state: 'detached' });
      await pictureOf(page);
      await visitor.assertUnharmed();
    });
  });

  test('what is no RFB ends it', async () => {
    const eyes = await openConsole(admin, 'desktop', vm.id, { isViewOnly: true });
    const closed = new Promise<number>((resolve) =>
      eyes.addEventListener('close', ({ code }) => resolve(code), { once: true }),
    );
    eyes.send(Uint8Array.from(Buffer.from('RFB 003.008\n\u0001\u0001GET /')));
    assert.equal(await closed, 1003);
  });
});
