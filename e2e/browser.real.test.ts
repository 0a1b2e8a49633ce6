/**
 * The way from a LouCloud that has nothing to a desktop in the browser, in both languages, led by what the pages say:
 * the admin adds a server, an image, a template and a user, the user makes a machine by the one button that there is;
 * real Chromium, real libvirtd, real guests.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { after, before, describe } from 'node:test';
import type { Language } from '@loucloud/api';
import type { Browser, Locator } from 'playwright-core';
import { buildStarterImage } from '../apps/control-plane/src/drivers/image-builder/starter-image.ts';
import { type Words, words } from './browser-words.ts';
import { Visitor, openBrowser, stepsWith } from './browser.ts';
import { pictureAfter, pictureOf } from './desktop-page.ts';
import { ADMIN_PASSWORD, type Login, World, openConsole, waitFor } from './world.ts';

const BOOT_MS = 180_000;
/** Half as long as such a message stays. */
const NEXT_MS = 3000;
const CHECKS_MS = 120_000;
const PASSWORD = 'a long password';
const IMAGES = '/var/lib/libvirt/images/';
const IMAGE_FILE = 'tiny-linux.qcow2';
const virsh = (...argv: string[]): string => execFileSync('virsh', ['-q', ...argv], { encoding: 'utf8' });

const paths = [
  {
    language: 'en',
    user: 'li.wei',
    displayName: 'Li Wei',
    vm: 'web-1',
    template: 'Small Linux',
    image: 'Tiny',
    server: 'Rack 1',
    network: 'Lab',
  },
  {
    language: 'zh-CN',
    user: 'mei',
    displayName: '林梅',
    vm: '测试机-1',
    template: '小型 Linux',
    image: '微型镜像',
    server: '一号机柜',
    network: '实验室',
  },
] as const satisfies ({ language: Language } & Record<string, string>)[];

describe('from nothing to a desktop in the browser', () => {
  let world: World;
  let api: Login;
  let browser: Browser;

  before(async () => {
    browser = await openBrowser();
    // What an admin has copied to the server.
    await buildStarterImage({
      outputPath: IMAGES + IMAGE_FILE,
      workDir: tmpdir(),
      onProgress: () => undefined,
    });
  });
  after(() => browser.close());

  const visit = async (language: Language, name: string, password: string): Promise<Visitor> => {
    const visitor = await Visitor.open(browser, { url: world.url, language });
    await visitor.goto('/');
    await visitor.page.getByRole('button', { name: words[language].logIn, exact: true }).waitFor();
    await visitor.logIn(name, password);
    return visitor;
  };

  for (const path of paths) {
    const { language, user, displayName } = path;
    const w: Words = words[language];

    describe(`in ${language}`, () => {
      let admin: Visitor;
      let member: Visitor;
      const step = stepsWith(() => [admin, member]);
      let domain = '';

      before(async () => {
        world = await World.open({ isBare: true });
        api = await world.login();
        admin = await visit(language, 'admin', ADMIN_PASSWORD);
      });
      after(async () => {
        await admin[Symbol.asyncDispose]();
        await member?.[Symbol.asyncDispose]();
        await world[Symbol.asyncDispose]();
      });

      const firstStep = (name: string): Locator =>
        admin.page.locator('.first-step', { has: admin.page.getByText(name, { exact: true }) });
      const isDone = { name: w.done, exact: true };
      /** What the overview leads to next; without it nobody would know. */
      const follow = (name: string): Promise<void> => firstStep(name).getByRole('link').click();
      async function assertDone(name: string): Promise<void> {
        await admin.page.getByRole('link', { name: w.overview, exact: true }).click();
        await firstStep(name).getByRole('img', isDone).waitFor();
        assert.equal(await firstStep(name).getByRole('link').count(), 0);
      }

      step('the overview leads the admin to the first server', async () => {
        const { page } = admin;
        await firstStep(w.stepHost).waitFor();
        assert.equal(await page.locator('.first-step').getByRole('img', isDone).count(), 0);
        // Nothing can be done before what it rests on.
        for (const name of [w.stepImage, w.stepTemplate, w.stepVm])
          assert.equal(await firstStep(name).getByRole('link').count(), 0);
        await follow(w.stepHost);
        await page.getByLabel(w.name, { exact: true }).fill(path.server);
        await page.getByText(w.thisMachine, { exact: true }).click();
        await page.getByRole('button', { name: w.checkAndAdd }).click();
        await page.getByRole('heading', { level: 1, name: path.server }).waitFor({ timeout: CHECKS_MS });
        await assertDone(w.stepHost);
      });

      step('to an image, which is found on it', async () => {
        const { page } = admin;
        await follow(w.stepImage);
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel(w.path, { exact: true }).fill(IMAGES);
        await dialog.getByRole('button', { name: IMAGE_FILE }).click();
        await dialog.getByLabel(w.name, { exact: true }).fill(path.image);
        await dialog.getByRole('button', { name: w.registerImage }).click();
        await page.getByRole('heading', { level: 1, name: path.image }).waitFor();
        // The checksum is computed meanwhile; that it is done arrives by itself.
        await page.locator('main .status', { hasText: w.ready }).waitFor({ timeout: 60_000 });
        await assertDone(w.stepImage);
      });

      step('to a template of it, and a network on the way', async () => {
        const { page } = admin;
        await follow(w.stepTemplate);
        await page.getByRole('heading', { level: 1, name: w.newTemplate }).waitFor();
        await page.getByLabel(w.name, { exact: true }).fill(path.template);
        const image = await page.getByRole('option', { name: path.image }).getAttribute('value');
        await page.getByLabel(w.image, { exact: true }).selectOption(image);
        await page.getByLabel(`${w.memory}: ${w.unit}`).selectOption('MiB');
        await page.getByLabel(w.memory, { exact: true }).fill('256');
        await page.getByRole('button', { name: w.registerANetwork }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel(w.name, { exact: true }).fill(path.network);
        await dialog.getByLabel(w.nameOnServers, { exact: true }).fill('default');
        await dialog.getByRole('button', { name: w.registerNetwork }).click();
        // What was typed is still there, and the network is chosen.
        await page.locator('option:checked', { hasText: path.network }).waitFor({ state: 'attached' });
        // And what says so lies on no button.
        await page.getByRole('button', { name: w.createTemplate }).click({ timeout: NEXT_MS });
        await page.getByRole('link', { name: path.template }).waitFor();
        await assertDone(w.stepTemplate);
        await admin.assertUnharmed();
      });

      step('and to the users', async () => {
        const { page } = admin;
        await follow(w.stepUser);
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel(w.userName, { exact: true }).fill(user);
        await dialog.getByLabel(w.displayName, { exact: true }).fill(displayName);
        await dialog.getByLabel(w.password, { exact: true }).fill(PASSWORD);
        await dialog.getByRole('button', { name: w.createUser }).click();
        await dialog.getByRole('heading', { name: w.hasBeenCreated(user) }).waitFor();
        assert.ok(await dialog.getByText(PASSWORD, { exact: true }).isVisible());
        await dialog.getByRole('button', { name: w.close }).last().click();
        await page.getByRole('row', { name: displayName }).waitFor();
        await assertDone(w.stepUser);
      });

      step('the admin sets their quota', async () => {
        const { page } = admin;
        await page.getByRole('link', { name: w.users, exact: true }).click();
        await page.getByRole('link', { name: displayName }).click();
        await page.getByRole('heading', { name: w.quota, exact: true }).waitFor();
        await page.getByLabel(`${w.vms}: ${w.byDefault}`, { exact: true }).click();
        await page.getByRole('spinbutton', { name: w.vms, exact: true }).fill('3');
        await page
          .locator('form', { has: page.getByRole('spinbutton', { name: w.vms, exact: true }) })
          .getByRole('button', { name: w.save })
          .click();
        await page.getByRole('status').getByText(w.saved).waitFor();
        await page.getByText(w.of('0', '3')).waitFor();
      });

      step(
        'the user logs in, and sees one button: to a VM, which becomes running without a reload',
        async () => {
          await admin.page.getByRole('link', { name: w.overview, exact: true }).click();
          await firstStep(w.stepVm).getByRole('link').waitFor();
          member = await visit(language, user, PASSWORD);
          const { page } = member;
          await page.getByRole('link', { name: w.firstMachine }).waitFor();
          assert.deepEqual(
            await page.locator('.page-body, .page-header').locator('a, button').allTextContents(),
            ['', w.firstMachine],
          );
          await page.getByRole('link', { name: w.firstMachine }).click();
          await page.getByRole('heading', { level: 1, name: w.newMachine }).waitFor();
          await page.getByRole('radio', { name: path.template }).check();
          await page.getByLabel(w.name, { exact: true }).fill(path.vm);
          await page.getByText(w.of('0', '3')).waitFor();
          await page.evaluate(() => Object.assign(globalThis, { __sameDocument: true }));
          await page.getByRole('button', { name: w.create, exact: true }).click();
          await page.getByRole('heading', { level: 1, name: path.vm }).waitFor();
          await page.locator('h1 .status', { hasText: w.running }).waitFor({ timeout: BOOT_MS });
          const { items } = await api.call('vmList', { query: { search: path.vm } });
          domain = items[0]?.domainName ?? '';
          assert.match(virsh('domstate', domain), /running/);
          // When the guest has asked for an address, its login prompt is there.
          await page.getByText(/^192\.168\.122\.\d+$/).waitFor({ timeout: BOOT_MS });
          assert.equal(await page.evaluate(() => '__sameDocument' in globalThis), true);
          // All is done: the steps leave the admin's overview by themselves.
          await firstStep(w.stepHost).waitFor({ state: 'detached' });
        },
      );

      step('types into its desktop, and sees the screen change', async () => {
        const { page } = member;
        await page.getByRole('button', { name: w.desktop, exact: true }).click();
        const first = await pictureOf(page);
        await page.locator('.screen-target canvas').click();
        await page.keyboard.type('guest\n');
        const loggedIn = await pictureAfter(page, first);
        await page.keyboard.type('ls -l /\n');
        await pictureAfter(page, loggedIn);
        await member.assertUnharmed();
      });

      step('types into its serial console, and reads the answer', async () => {
        const { page } = member;
        await page.getByRole('button', { name: w.view, exact: true }).click();
        await page.getByRole('menuitem', { name: w.serialConsole }).click();
        const line = page.locator('.xterm-rows');
        await line.waitFor();
        await waitFor('the login prompt answers', async () => {
          await page.keyboard.press('Enter');
          return /login:/.test((await line.textContent()) ?? '');
        });
        await page.keyboard.type('guest\n');
        await line.getByText('guest@').first().waitFor();
        await page.keyboard.type('echo $((6 * 7))-ok\n');
        await line.getByText('42-ok').waitFor();
        await member.assertUnharmed();
      });

      step('Ctrl-Alt-Del reaches the guest, which boots again', async () => {
        const { page } = member;
        const { items } = await api.call('vmList', { query: { search: path.vm } });
        await page.getByRole('link', { name: w.desktop, exact: true }).click();
        await pictureOf(page);
        let said = '';
        const socket = await openConsole(api, 'serial', items[0]?.id ?? '');
        socket.addEventListener(
          'message',
          ({ data }) => (said += Buffer.from(data as ArrayBuffer).toString()),
        );
        await page.getByRole('button', { name: w.ctrlAltDel }).click();
        await waitFor('it boots again', async () => said.includes('LOUCLOUD-STARTER READY'), BOOT_MS);
        socket.close();
      });

      step('a virsh destroy behind the page’s back is on it within two seconds (P-14)', async () => {
        const { page } = member;
        await page.locator('.screen-bar a').first().click();
        await page.locator('h1 .status', { hasText: w.running }).waitFor();
        virsh('destroy', domain);
        await page.locator('h1 .status', { hasText: w.stopped }).waitFor({ timeout: 2000 });
        assert.ok(await page.getByText(new RegExp(w.stoppedOutside, 'i')).first().isVisible());
      });

      step(
        'its desktop says why there is none, and comes back by itself when it is started (P-20, P-21)',
        async () => {
          const { page } = member;
          const vmPath = new URL(page.url()).pathname;
          member.expectRefusal(409, /\/desktop$/);
          await member.goto(`${vmPath}/desktop`);
          const overlay = page.locator('.screen-overlay');
          await overlay.getByText(w.isNotRunning(path.vm)).waitFor();
          assert.ok(await overlay.getByText(new RegExp(w.stoppedOutside, 'i')).isVisible());
          const { page: elsewhere } = admin;
          await admin.goto(vmPath);
          await elsewhere.getByRole('button', { name: w.start, exact: true }).click();
          await overlay.waitFor({ state: 'detached', timeout: BOOT_MS });
          await pictureOf(page);
        },
      );

      step('powers it off and deletes it, and has none', async () => {
        const { page } = member;
        // The page may ask once more for what is gone.
        for (const visitor of [member, admin]) visitor.expectRefusal(404, /\/vms\/[^/]+$/);
        await page.locator('.screen-bar a').first().click();
        await page.getByRole('button', { name: w.moreActions, exact: true }).click();
        await page.getByRole('menuitem', { name: w.delete, exact: true }).click();
        await page.getByRole('dialog').getByLabel(w.forGood).check();
        await page
          .getByRole('dialog')
          .getByRole('button', { name: w.deleteName(path.vm) })
          .click();
        await page.getByRole('heading', { level: 1, name: w.myMachines }).waitFor();
        await page.getByText(w.noMachines).waitFor({ timeout: 60_000 });
        assert.equal(virsh('list', '--all', '--name').trim(), '');
        await member.assertUnharmed();
        await admin.assertUnharmed();
      });
    });
  }
});
