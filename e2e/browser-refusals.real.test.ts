/** What the console does when something is refused, has ended, or is hostile: it says why, and keeps what was typed. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Template } from '@loucloud/api';
import type { Browser, Page } from 'playwright-core';
import { MARKUP, Visitor, openBrowser } from './browser.ts';
import { pictureOf } from './desktop-page.ts';
import { ADMIN_PASSWORD, type Login, World, finished, waitFor } from './world.ts';

const PASSWORD = 'a long password';
const BOOT_MS = 180_000;
const GIB = 2 ** 30;

describe('refusals', () => {
  let world: World;
  let admin: Login;
  let browser: Browser;
  let starter: Template;

  before(async () => {
    world = await World.open();
    admin = await world.login();
    browser = await openBrowser();
    const [template] = (await admin.call('templateList', { query: {} })).items;
    assert.ok(template);
    starter = template;
  });
  after(async () => {
    await browser.close();
    await world[Symbol.asyncDispose]();
  });

  const createMember = (name: string, vms: number, displayName = name) =>
    admin.call('userCreate', { body: { name, displayName, password: PASSWORD, ownQuota: { vms } } });

  const visit = async (name: string, password = PASSWORD): Promise<Visitor> => {
    const visitor = await Visitor.open(browser, { url: world.url });
    await visitor.logIn(name, password);
    return visitor;
  };

  /** A VM that is never started costs next to nothing. */
  const createOff = async ({ call }: Login, name: string, templateId = starter.id): Promise<string> => {
    const { items } = await call('vmCreate', { body: { name, templateId, start: false } });
    const [created] = items;
    assert.ok(created);
    await finished(call, created.operationId);
    return created.vmId;
  };

  test('a quota that has no room says which resource, its limit, what is used and what was asked', async () => {
    await createMember('anna', 2);
    await createOff(await world.login('anna', PASSWORD), 'first');
    await using anna = await visit('anna');
    const { page } = anna;
    await anna.goto('/vms/new');
    await page.getByLabel('Name', { exact: true }).fill('lab-{1..4}');
    await page.getByLabel('Description').fill('for the lab');
    await page.getByText('VMs: limit 2, used 1, asked 4.').waitFor();
    const create = page.getByRole('button', { name: 'Create 4 machines' });
    assert.equal(await create.isDisabled(), true);
    assert.match((await create.getAttribute('title')) ?? '', /limit 2, used 1, asked 4/);
    // What is wanted is less now, and everything else is still there.
    await page.getByLabel('Name', { exact: true }).fill('lab-1');
    await page.getByRole('button', { name: 'Create', exact: true }).waitFor();
    assert.equal(await page.getByLabel('Description').inputValue(), 'for the lab');
    await anna.assertUnharmed();
  });

  test('what only the server can refuse comes back to the form, which keeps what was typed', async () => {
    await admin.call('templateCreate', {
      body: { name: 'huge', imageId: starter.imageId, vcpus: 1, memoryMib: 800_000, diskBytes: GIB },
    });
    const { id: userId } = await createMember('ben', 5);
    await admin.call('userUpdate', { params: { userId }, body: { ownQuota: { memoryMib: 900_000 } } });
    await createOff(await world.login('ben', PASSWORD), 'taken');
    await using ben = await visit('ben');
    const { page } = ben;
    await ben.goto('/vms/new');
    await page.getByRole('radio', { name: /^starter/ }).check();
    await page.getByLabel('Name', { exact: true }).fill('taken');
    await page.getByLabel('Description').fill('mine');
    ben.expectRefusal(409, /\/vms$/);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText('The name taken is taken').waitFor();
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'taken');
    assert.equal(await page.getByLabel('Description').inputValue(), 'mine');
    assert.equal(await page.getByRole('radio', { name: /^starter/ }).isChecked(), true);
    await page.getByLabel('Name', { exact: true }).fill('vast');
    await page.getByRole('radio', { name: /^huge/ }).check();
    ben.expectRefusal(507, /\/vms$/);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('alert').getByText('No server has room for this now.').waitFor();
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'vast');
    await ben.assertUnharmed();
  });

  test('buttons that cannot be pressed say why', async () => {
    await createMember('chen', 2);
    const vmId = await createOff(await world.login('chen', PASSWORD), 'off');
    await using chen = await visit('chen');
    const { page } = chen;
    chen.expectRefusal(409, /\/desktop$/);
    for (const path of ['/machines', `/vms/${vmId}`, `/vms/${vmId}/desktop`, '/account']) {
      await chen.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await chen.settled();
      assert.deepEqual(await silentButtons(page), [], path);
    }
    await chen.goto(`/vms/${vmId}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    const desktop = page.getByRole('menuitem', { name: 'Desktop' });
    assert.equal(await desktop.getAttribute('aria-disabled'), 'true');
    await desktop.hover();
    await page.getByText('Not while it is stopped.').waitFor();

    await using boss = await visit('admin', ADMIN_PASSWORD);
    const { user } = await admin.call('meGet');
    await boss.goto(`/users/${user.id}`);
    const disable = boss.page.getByRole('button', { name: 'Disable…' });
    // Pressed all the same, as people do.
    await disable.click({ force: true });
    await boss.page.getByRole('tooltip').getByText('cannot be disabled or deleted').first().waitFor();
    assert.equal(await boss.page.getByRole('dialog').count(), 0);
    await boss.assertUnharmed();
  });

  test('when the session ends, the form waits for the login, and goes on with what was typed', async () => {
    await createMember('dana', 2);
    const own = await world.login('dana', PASSWORD);
    await using dana = await visit('dana');
    const { page } = dana;
    await dana.goto('/vms/new');
    await page.getByRole('radio', { name: /^starter/ }).check();
    await page.getByLabel('Name', { exact: true }).fill('kept');
    await page.getByLabel('Description').fill('typed before the session ended');
    await page.getByText('Start at once').click();
    for (const { id, isCurrent } of (await own.call('sessionList')).items)
      if (!isCurrent) await own.call('sessionDelete', { params: { sessionId: id } });
    dana.expectRefusal(401, /./);
    const sheet = page.getByRole('dialog', { name: 'Your session has ended' });
    // It may be noticed before anything is asked of the server: the event stream ends with the session.
    if (!(await sheet.isVisible())) await page.getByRole('button', { name: 'Create', exact: true }).click();
    await sheet.getByLabel('Password', { exact: true }).fill('not this one');
    await sheet.getByRole('button', { name: 'Log in', exact: true }).click();
    await sheet.getByText('The name or the password is wrong.').waitFor();
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'kept');
    await sheet.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await sheet.getByRole('button', { name: 'Log in', exact: true }).click();
    await sheet.waitFor({ state: 'detached' });
    await finishCreation(page);
    assert.ok(await page.getByText('typed before the session ended').isVisible());
    await dana.assertUnharmed();
  });

  test('what is somebody else’s, or the admin’s, does not exist', async () => {
    await createMember('eve', 2);
    const foreign = await createOff(admin, 'not-yours');
    await using eve = await visit('eve');
    eve.expectRefusal(404, /\/api\/v1\/vms\//);
    for (const path of [
      '/overview',
      '/users',
      '/settings',
      '/hosts',
      '/hosts/new',
      '/leftovers',
      '/nowhere',
      `/vms/${foreign}`,
      `/vms/${foreign}/desktop`,
    ]) {
      await eve.goto(path);
      await eve.page.getByText('There is no such page').waitFor();
    }
    await eve.assertUnharmed();
  });

  test('markup in every name and text is shown, and never run', async () => {
    const { call } = admin;
    const [image] = (await call('imageList', { query: {} })).items;
    assert.ok(image);
    await call('imageUpdate', {
      params: { imageId: image.id },
      body: { name: `i ${MARKUP}`, description: MARKUP },
    });
    const [network] = (await call('networkList', { query: {} })).items;
    assert.ok(network);
    await call('networkUpdate', {
      params: { networkId: network.id },
      body: { name: `n ${MARKUP}`, description: MARKUP },
    });
    const [host] = (await call('hostList', { query: {} })).items;
    assert.ok(host);
    await call('hostUpdate', { params: { hostId: host.id }, body: { name: `h ${MARKUP}` } });
    const template = await call('templateCreate', {
      body: {
        name: `t ${MARKUP}`,
        description: MARKUP,
        imageId: image.id,
        vcpus: 1,
        memoryMib: 256,
        diskBytes: GIB,
      },
    });
    const user = await createMember('mallory', 5, `u ${MARKUP}`);
    const mallory = await world.login('mallory', PASSWORD);
    await mallory.call('tokenCreate', { body: { name: MARKUP, expiresInDays: null } });
    const { items } = await mallory.call('vmCreate', {
      body: { name: MARKUP, templateId: template.id, description: MARKUP, start: false },
    });
    const vmId = items[0]?.vmId ?? '';
    await finished(mallory.call, items[0]?.operationId ?? '');

    await using member = await visit('mallory');
    member.expectRefusal(409, /\/desktop$/);
    await showsMarkup(member, [
      '/machines',
      '/vms/new',
      `/vms/${vmId}`,
      `/vms/${vmId}/desktop`,
      '/account',
      '/operations',
    ]);
    await using boss = await visit('admin', ADMIN_PASSWORD);
    boss.expectRefusal(409, /\/desktop$/);
    await showsMarkup(boss, [
      '/overview',
      '/vms',
      `/vms/${vmId}`,
      '/templates',
      `/templates/${template.id}`,
      `/templates/new?imageId=${image.id}`,
      '/images',
      `/images/${image.id}`,
      '/networks',
      '/hosts',
      `/hosts/${host.id}`,
      '/users',
      `/users/${user.id}`,
      '/operations',
      '/audit',
      '/settings',
    ]);
    // Dialogs and the toast that follows.
    const { page } = boss;
    await boss.goto(`/vms/${vmId}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(MARKUP).first().waitFor();
    boss.expectRefusal(404, /\/vms\//);
    await dialog.getByRole('button', { name: /^Delete/ }).click();
    await page.getByRole('status').getByText(MARKUP).waitFor();
    await boss.assertUnharmed();
  });

  test('what a guest writes to its serial line is text', async () => {
    await createMember('grace', 2);
    await using grace = await visit('grace');
    const { page } = grace;
    await grace.goto('/vms/new');
    await page.getByRole('radio', { name: /^starter/ }).check();
    await page.getByLabel('Name', { exact: true }).fill('writer');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.locator('h1 .status', { hasText: 'Running' }).waitFor({ timeout: BOOT_MS });
    await page.getByRole('button', { name: 'Serial console' }).click();
    const line = page.locator('.xterm-rows');
    await waitFor(
      'the guest asks who logs in',
      async () => {
        await page.keyboard.press('Enter');
        return /login:/.test((await line.textContent()) ?? '');
      },
      BOOT_MS,
    );
    await page.keyboard.type('guest\n');
    await line.getByText('guest@').first().waitFor();
    const title = await page.title();
    // As text, as the window's title, and as a link.
    await page.keyboard.type(`printf '%s\\n' '${MARKUP}'\n`);
    await page.keyboard.type(
      `printf '\\033]0;${MARKUP}\\007\\033]8;;javascript:${MARKUP}\\007link\\033]8;;\\007\\n'\n`,
    );
    await page.keyboard.type('echo all-$((40 + 2))\n');
    await line.getByText('all-42').waitFor();
    assert.ok(((await line.textContent()) ?? '').includes(MARKUP));
    assert.equal(await page.title(), title);
    await grace.assertUnharmed();
    await page.getByRole('link', { name: 'Desktop' }).click();
    await pictureOf(page);
    await grace.assertUnharmed();
  });

  async function showsMarkup(visitor: Visitor, paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      await visitor.goto(path);
      await visitor.page.getByRole('heading', { level: 1 }).waitFor();
      await visitor.settled();
      // Settings name the network in a select, whose options are not "visible".
      assert.ok((await visitor.page.getByText(MARKUP).count()) > 0, `${path} does not show it`);
      await visitor.assertUnharmed();
    }
  }

  test('a page whose code does not come is loaded as a whole, or says why not', async () => {
    await using visitor = await visit('admin', ADMIN_PASSWORD);
    const { page } = visitor;
    const goTo = (name: string) => page.getByRole('link', { name, exact: true }).click();
    const arrive = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
    await arrive('Overview');
    // As after an upgrade: the file that this page knows is gone.
    await page.route(/NetworksPage/, (route) => route.fulfill({ status: 404 }), { times: 1 });
    const loaded = page.waitForEvent('load');
    await goTo('Networks');
    await loaded;
    await arrive('Networks');

    const lost = /ImagesPage|\/$/;
    await page.route(lost, (route) => route.abort());
    await goTo('Images');
    await page.getByText('This page could not be loaded').waitFor();
    await page.unroute(lost);
    await page.getByRole('button', { name: 'Reload' }).click();
    await arrive('Images');
  });
});

/** The call that waited for the login is sent again by itself; one that was never made is made now. */
async function finishCreation(page: Page): Promise<void> {
  const create = page.getByRole('button', { name: 'Create', exact: true });
  const heading = page.getByRole('heading', { level: 1, name: 'kept' });
  if (await create.isVisible()) await create.click({ timeout: 5000 }).catch(() => undefined);
  await heading.waitFor();
}

/** Buttons that cannot be pressed and do not say why; a pager's end says it by itself. */
function silentButtons(page: Page): Promise<string[]> {
  return page.locator('button:disabled, [aria-disabled=true]').evaluateAll((buttons) =>
    buttons
      .filter((button) => {
        const described = button.getAttribute('aria-describedby');
        const says =
          button.getAttribute('title') ??
          button.getAttribute('aria-description') ??
          (described === null ? null : document.getElementById(described)?.textContent);
        return !says && !button.closest('nav');
      })
      .map((button) => button.outerHTML.slice(0, 200)),
  );
}
