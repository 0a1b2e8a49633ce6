/**
 * The list of ten thousand VMs in real Chromium: found, sorted, selected, acted on with one result per VM; its view in
 * the address. What is acted on is real: domains of this machine's libvirt.
 */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { Browser } from 'playwright-core';
import { Visitor, openBrowser, stepsWith } from './browser.ts';
import { MANY, addTenThousand } from './ten-thousand.ts';
import { ADMIN_PASSWORD, type Login, World, finished, waitFor } from './world.ts';

const REAL = 23;
const PAGE = 20;

describe('ten thousand VMs', () => {
  let world: World;
  let admin: Login;
  let browser: Browser;
  let boss: Visitor;
  /** On its own: what fails keeps no other from being tried. */
  const step = (name: string, run: () => Promise<void>) => stepsWith(() => [boss])(name, run);

  before(async () => {
    world = await World.open();
    admin = await world.login();
    browser = await openBrowser();
    await createReal(admin);
    await addTenThousand(world);
    boss = await Visitor.open(browser, { url: world.url });
    await boss.logIn('admin', ADMIN_PASSWORD);
  });
  after(async () => {
    await boss?.[Symbol.asyncDispose]();
    await browser.close();
    await world[Symbol.asyncDispose]();
  });

  const rows = () => boss.page.locator('tbody tr:not([aria-hidden])');
  const header = (name: string) => boss.page.getByRole('columnheader', { name, exact: true });
  const said = (text: string | RegExp) => boss.page.getByRole('status').getByText(text).first().waitFor();
  const cells = async (column: number) => {
    await boss.page.locator('table[aria-busy=false]:not(.is-stale)').waitFor();
    return rows().locator(`td:nth-child(${column})`).allTextContents();
  };
  const address = () => Object.fromEntries(new URL(boss.page.url()).searchParams);

  step('they are all there, a page at a time, and the next page is another', async () => {
    await boss.goto('/vms');
    await said(`1–${PAGE} of ${(MANY + REAL).toLocaleString('en')}`);
    const first = await cells(2);
    await boss.page.getByRole('button', { name: 'Next' }).click();
    await said(`${PAGE + 1}–${2 * PAGE} of`);
    assert.equal(new Set([...first, ...(await cells(2))]).size, 2 * PAGE);
    await boss.page.goBack();
    await said(`1–${PAGE} of`);
    assert.deepEqual(await cells(2), first);
  });

  step(
    'filters by state, owner, server and text stand in the address; back takes back the last',
    async () => {
      const { page } = boss;
      await page.getByLabel('State', { exact: true }).selectOption('running');
      await waitFor('only running ones', async () =>
        (await cells(4)).every((text) => text.includes('Running')),
      );
      await page.getByLabel('Server', { exact: true }).selectOption({ label: 'Server: rack-03' });
      await waitFor('only those of a server', async () =>
        (await cells(6)).every((text) => text === 'rack-03'),
      );
      await page.getByRole('combobox', { name: 'Owner' }).fill('陈');
      await page.getByRole('option', { name: /陈晓/ }).click();
      await waitFor('only those of an owner', async () => (await cells(5)).every((text) => text === '陈晓'));
      const narrowed = address();
      assert.deepEqual(Object.keys(narrowed).sort(), ['hostId', 'ownerId', 'state']);
      await page.reload();
      await waitFor('the same view', async () => {
        const owners = await cells(5);
        return owners.length > 0 && owners.every((text) => text === '陈晓');
      });
      await page.goBack();
      await waitFor('the owner is no filter', async () => new Set(await cells(5)).size > 1);
      assert.deepEqual(Object.keys(address()).sort(), ['hostId', 'state']);
      await page.getByRole('button', { name: 'Clear the filters' }).click();
      await page.getByRole('searchbox').fill('kept for the AUDIT');
      await said(`1–${PAGE} of ${MANY / 50}`);
      assert.deepEqual(address(), { search: 'kept for the AUDIT' });
      await page.getByRole('searchbox').fill('10.0.39.');
      await waitFor('found by an address', async () =>
        (await cells(7)).every((text) => text.includes('10.0.39.')),
      );
      await page.goBack();
      await said(`of ${(MANY + REAL).toLocaleString('en')}`);
      await boss.assertUnharmed();
    },
  );

  step('every column with an arrow sorts, both ways, and says so', async () => {
    const { page } = boss;
    for (const name of ['Name', 'State', 'Owner', 'Server', 'Size', 'Created']) {
      for (const direction of ['ascending', 'descending']) {
        await header(name).getByRole('button').click();
        await page.locator(`th[aria-sort=${direction}]`, { hasText: name }).waitFor();
        await boss.settled();
      }
    }
    await boss.goto('/vms?sort=-hostName');
    await waitFor('the last server is first', async () => (await cells(6))[0] !== undefined);
    assert.deepEqual(new Set(await cells(6)), new Set(['this-server']));
    await boss.assertUnharmed();
  });

  step('the columns are chosen, and are so in another browser of the same person', async () => {
    const { page } = boss;
    await boss.goto('/vms');
    await page.getByRole('button', { name: 'Columns', exact: true }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Owner' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Disk' }).click();
    await page.keyboard.press('Escape');
    await header('Disk').waitFor();
    assert.equal(await header('Owner').count(), 0);
    await boss.settled();
    await using elsewhere = await Visitor.open(browser, { url: world.url });
    await elsewhere.logIn('admin', ADMIN_PASSWORD);
    await elsewhere.goto('/vms');
    await elsewhere.page.getByRole('columnheader', { name: 'Disk', exact: true }).waitFor();
    assert.equal(await elsewhere.page.getByRole('columnheader', { name: 'Owner', exact: true }).count(), 0);
    await page.getByRole('button', { name: 'Columns', exact: true }).click();
    await page.getByRole('menuitem', { name: 'The usual columns' }).click();
    await header('Owner').waitFor();
    await elsewhere.assertUnharmed();
    await boss.assertUnharmed();
  });

  step(
    'all that match are deleted, with one result for each; one that is protected says why not',
    async () => {
      const { page } = boss;
      await boss.goto('/vms?search=real-');
      await said(`1–${PAGE} of ${REAL}`);
      await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
      await said(`All ${PAGE} on this page are selected.`);
      await page.getByRole('button', { name: `Select all ${REAL} that match` }).click();
      await said(`All ${REAL} that match are selected.`);
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('heading', { name: `Delete ${REAL} VMs?` }).waitFor();
      boss.expectRefusal(409, /\/vms\/[^/]+$/);
      await dialog.getByRole('button', { name: `Delete ${REAL} VMs` }).click();
      await dialog.getByText(`${REAL - 1} accepted`).waitFor();
      assert.equal(await dialog.getByRole('listitem').count(), REAL);
      await dialog.getByRole('listitem').first().getByText('Protected against deletion').waitFor();
      await waitFor('each is done', async () => (await dialog.getByText('done').count()) === REAL - 1);
      await dialog.getByRole('button', { name: 'Close' }).last().click();
      await page.getByText('real-23').waitFor();
      await boss.assertUnharmed();
    },
  );

  step('in the recycle bin some are restored by selection, and the rest deleted for good', async () => {
    const { page } = boss;
    await boss.goto('/recycle-bin');
    await said(`1–${PAGE} of ${REAL - 1}`);
    for (const name of ['real-01', 'real-02']) {
      await page.getByRole('searchbox').fill(name);
      await waitFor('it is found', async () => (await rows().count()) === 1);
      await page.getByRole('checkbox', { name: `Select ${name}` }).check();
      await page.getByRole('button', { name: 'Restore from the recycle bin' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Restore 1 VM' }).click();
      await dialog.getByText('1 accepted').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).last().click();
    }
    await page.getByRole('button', { name: 'Clear the filters' }).first().click();
    await said(`${REAL - 3} in total`);
    await page.getByRole('button', { name: 'Empty the recycle bin…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: `Delete ${REAL - 3} VMs for good` }).click();
    await waitFor('each is done', async () => (await dialog.getByText('done').count()) === REAL - 3);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByText('The recycle bin is empty').waitFor();
    const { items } = await admin.call('vmList', { query: { search: 'real-', sort: 'name' } });
    assert.deepEqual(
      items.map(({ name }) => name),
      ['real-01', 'real-02', 'real-23'],
    );
    await boss.assertUnharmed();
  });
});

/** Off, which costs next to nothing; the last is protected. */
async function createReal({ call }: Login): Promise<void> {
  const [template] = (await call('templateList', { query: {} })).items;
  assert.ok(template);
  const plenty = { vms: 100, vcpus: 100, memoryMib: 100_000, diskBytes: 2 ** 42 };
  const { user } = await call('meGet');
  await call('userUpdate', { params: { userId: user.id }, body: { ownQuota: plenty } });
  const { items } = await call('vmCreate', {
    body: { name: `real-{01..${REAL}}`, templateId: template.id, start: false },
  });
  for (const { operationId } of items) await finished(call, operationId);
  const last = items.at(-1);
  assert.ok(last);
  await call('vmProtect', { params: { vmId: last.vmId }, body: { isProtected: true } });
}
