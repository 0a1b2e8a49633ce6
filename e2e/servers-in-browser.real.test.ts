// box: --no-libvirtd
/** A pool of servers as the admin has it in the browser: one is added over SSH, changes its key, and VMs come and go. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { LabHost } from '../tools/lab/lab-host.ts';
import { Visitor, openBrowser, stepsWith } from './browser.ts';
import { LabWorld } from './lab-world.ts';
import { ADMIN_PASSWORD, createVm, waitFor } from './world.ts';

const OUTSIDE = '/var/lib/libvirt/outside';
const NEW_NAME = 'hv-02';
const MOVE_MS = 120_000;

describe('the pool in the browser', () => {
  let cloud: LabWorld;
  let browser: Browser;
  let admin: Visitor;
  let page: Page;
  let here: LabHost;
  let there: LabHost;
  const step = stepsWith(() => [admin]);

  before(async () => {
    cloud = await LabWorld.open({ hosts: ['local', 'ssh'] });
    [here, there] = cloud.lab.hosts as [LabHost, LabHost];
    // It is to be added by hand.
    const { id: hostId } = await cloud.stateOf(there);
    await cloud.admin.call('hostRemove', { params: { hostId } });
    browser = await openBrowser();
    admin = await Visitor.open(browser, { url: cloud.world.url });
    await admin.logIn('admin', ADMIN_PASSWORD);
    page = admin.page;
  });
  after(async () => {
    await admin[Symbol.asyncDispose]();
    await browser.close();
    await cloud[Symbol.asyncDispose]();
  });

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const checkOf = (name: string) => page.locator('li.check', { has: page.getByText(name, { exact: true }) });

  /** The fingerprint of its key, as somebody reads it on its own screen. */
  async function ownFingerprint(): Promise<string> {
    const printed = await there.run('ssh-keygen', '-lf', join(there.libPath('..'), 'host_key.pub'));
    return printed.split(' ')[1] ?? '';
  }

  /** Every check that the page shows as under way, from now on. */
  const watchChecks = () =>
    page.evaluate(() => {
      const seen = new Set<string>();
      const note = () => {
        for (const name of document.querySelectorAll('li.check:has(.spinning) strong'))
          seen.add(name.textContent ?? '');
      };
      new MutationObserver(note).observe(document.body, { childList: true, subtree: true, attributes: true });
      (globalThis as unknown as { seenChecks: Set<string> }).seenChecks = seen;
    });
  const seenChecks = () =>
    page.evaluate(() => [...(globalThis as unknown as { seenChecks: Set<string> }).seenChecks]);

  step('the form says what is missing, and builds the address of what is filled in', async () => {
    await admin.goto('/hosts/new');
    await button('Check and add').click();
    assert.equal(await page.getByText('Fill this in.').count(), 2);
    await page.getByLabel('Name', { exact: true }).fill(NEW_NAME);
    await page.getByLabel('Host name or IP address').fill(there.name);
    await page.getByText(`qemu+ssh://root@${there.name}/system`, { exact: true }).waitFor();
    // The other way round: an address is pasted, and the fields say what it says.
    await button('Enter an address instead').click();
    await page.getByLabel('Address', { exact: true }).fill(`qemu+ssh://root@${there.address}/system`);
    await button('Fill in the fields instead').click();
    assert.equal(await page.getByLabel('Host name or IP address').inputValue(), there.address);
    assert.equal(await page.getByLabel('User').inputValue(), 'root');
  });

  step('LouCloud’s key is shown, and the command beside it installs it', async () => {
    const command = page.locator('.own-key .command').first();
    await command.getByRole('button').click();
    await command.getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, await command.locator('code').textContent());
    const { publicKey } = await cloud.admin.call('sshKeyGet');
    assert.ok(copied.includes(publicKey));
    await there.runAtHome(copied);
  });

  step(
    'the server’s key is shown before anybody logs in, and the checks go on once it is confirmed',
    async () => {
      await button('Check and add').click();
      const question = page.getByRole('region', { name: 'Is this the server?' });
      await question.getByText(await ownFingerprint(), { exact: true }).waitFor();
      await checkOf('Login').getByText('Not run').waitFor();
      assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), NEW_NAME, 'nothing is lost');
      await watchChecks();
      await question.getByRole('button', { name: 'Yes, this is its key' }).click();
      await page.waitForURL(/\/hosts\/(?!new)/);
      const seen = await seenChecks();
      assert.ok(seen.length > 1, `seen running: ${seen.join()}`);
      await page.locator('h1', { hasText: NEW_NAME }).getByText('Healthy').waitFor();
      for (const name of ['SSH host key', 'Login', 'Storage pool'])
        await checkOf(name).getByLabel('Passed').waitFor();
      await page.getByText('LouCloud’s own key').waitFor();
      await admin.assertUnharmed();
    },
  );

  step('another key makes it red, with both fingerprints; it is accepted by hand alone', async () => {
    const before = await ownFingerprint();
    // What runs there is asked for once more before the page knows.
    admin.expectRefusal(503, /\/foreign-domains$/);
    await there.changeHostKey();
    // The connection that stands is of the old one's time.
    await there.powerCut();
    await there.boot();
    const banner = page.getByRole('alert').filter({ hasText: `${NEW_NAME} cannot be reached` });
    await banner.getByText('another SSH key than the one that was confirmed').waitFor();
    const now = await ownFingerprint();
    for (const fingerprint of [before, now]) await banner.getByText(fingerprint, { exact: true }).waitFor();
    await banner.getByText(/^Since /).waitFor();
    await button('Accept the new key…').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('somebody else may be answering in its place').waitFor();
    await dialog.getByText(now, { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Accept the new key', exact: true }).click();
    await page.locator('h1', { hasText: NEW_NAME }).getByText('Healthy').waitFor();
    await banner.waitFor({ state: 'detached' });
    await admin.assertUnharmed();
  });

  step('a login that the server refuses is said with its fix, and put right on the page', async () => {
    await button('Change login…').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Password', { exact: true }).click();
    await dialog.locator('input[name=password]').fill('not its password');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const banner = page.getByRole('alert').filter({ hasText: 'The server does not accept the login.' });
    await banner.getByText('journalctl -u ssh -n 20').waitFor();
    await banner.getByRole('button', { name: 'Change login…' }).click();
    await dialog.getByText('LouCloud’s own key').click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.locator('h1', { hasText: NEW_NAME }).getByText('Healthy').waitFor();
    await admin.assertUnharmed();
  });

  step('a VM moves there while it runs, with the page open', async () => {
    // Made before the other server could take it.
    const { id: otherId } = await cloud.admin
      .call('hostList', { query: { search: NEW_NAME } })
      .then(({ items }) => items[0] ?? assert.fail('it is in the pool'));
    const keep = (isInMaintenance: boolean) =>
      cloud.admin.call('hostUpdate', { params: { hostId: otherId }, body: { isInMaintenance } });
    await keep(true);
    const vm = await createVm(cloud.admin.call, 'web');
    await keep(false);
    await admin.goto(`/vms/${vm.id}`);
    await button('More actions').click();
    await page.getByRole('menuitem', { name: /^Move/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: NEW_NAME }).check({ force: true });
    await dialog.getByRole('button', { name: 'Move web' }).click();
    await page.locator('h1').getByText('Moving').waitFor();
    await page.getByRole('link', { name: NEW_NAME }).waitFor({ timeout: MOVE_MS });
    await page.locator('h1').getByText('Running').waitFor();
    await waitFor('it runs there', async () => (await there.virsh('list', '--uuid')).includes(vm.id));
    await admin.assertUnharmed();
  });

  step('a machine that somebody else made is adopted', async () => {
    await defineForeign(here, 'old-mail');
    const { id } = await cloud.stateOf(here);
    await admin.goto(`/hosts/${id}`);
    const row = page.getByRole('listitem').filter({ hasText: 'old-mail' });
    await row.getByRole('button').click();
    const dialog = page.getByRole('dialog');
    await row.getByText('Stopped').waitFor();
    await dialog.getByLabel('Name in LouCloud').fill('mail');
    await dialog.getByRole('button', { name: 'Adopt', exact: true }).click();
    await row.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'mail', exact: true }).click();
    await page.getByText('LouCloud did not make this machine').waitFor();
    await admin.assertUnharmed();
  });
});

async function defineForeign(host: LabHost, name: string): Promise<void> {
  mkdirSync(OUTSIDE, { recursive: true });
  const [disk, xml] = [join(OUTSIDE, `${name}.img`), join(OUTSIDE, `${name}.xml`)];
  writeFileSync(disk, Buffer.alloc(2 ** 20));
  chmodSync(disk, 0o666);
  writeFileSync(
    xml,
    `<domain type='qemu'><name>${name}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
      <os><type arch='x86_64'>hvm</type></os><devices><disk type='file' device='disk'>
      <driver name='qemu' type='raw'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk></devices></domain>`,
  );
  await host.virsh('define', xml);
}
