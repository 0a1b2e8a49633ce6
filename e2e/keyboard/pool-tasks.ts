/** What an admin sets up: a server, an image, networks, templates, users. */
import assert from 'node:assert/strict';
import { ADMIN_PASSWORD, loginTo, waitFor } from '../world.ts';
import type { Desk, Task } from './task.ts';

export const IMAGES = '/var/lib/libvirt/images/';
export const IMAGE_FILE = 'tiny-linux.qcow2';
/** Made beforehand. */
export const BRIDGE = 'br-hall';
const PASSWORD = 'a long password';
const CHECKS_MS = 120_000;

export const poolTasks: readonly Task[] = [
  { name: 'log in', run: logIn },
  { name: 'read what a page is for, and what its words mean', run: readHelp },
  { name: 'add a server, once it has been checked', run: addServer },
  { name: 'check a server again, rename it, put it in maintenance, disable it', run: changeServer },
  { name: 'register an image, by what is found at its path', run: registerImage },
  { name: 'rename an image', run: renameImage },
  { name: 'register networks, make one the default, rename one, remove one', run: networks },
  { name: 'make a template, change it, and remove another', run: templates },
  { name: 'create a user with a quota, and set it anew', run: createUser },
  { name: 'give a user a new password, disable and enable them', run: changeUser },
];

async function logIn({ keys }: Desk): Promise<void> {
  await keys.visit('/login');
  await keys.tabTo('User name');
  await keys.type('admin');
  await keys.press('Tab');
  await keys.type(ADMIN_PASSWORD);
  await keys.press('Enter');
  await keys.seeHeading('Overview');
}

async function readHelp({ keys }: Desk): Promise<void> {
  await keys.use('Skip to the content');
  await keys.assertAt('main');
  await keys.use('What is this page?');
  await keys.see('Glossary');
  await keys.press('Escape');
  await keys.assertAt('What is this page?');
  await keys.press('Enter');
  await keys.use('Glossary');
  await keys.seeHeading('Glossary');
  await keys.assertAt('main');
}

async function addServer({ keys, admin }: Desk): Promise<void> {
  await keys.go('Servers');
  await keys.use('Add server');
  await keys.seeHeading('Add a server');
  await keys.fill('Name', 'rack');
  await keys.pick(/^(This machine|Over SSH)$/, 'This machine');
  await keys.use('Check only');
  await keys.see(/The server can be added|Every check passed/, CHECKS_MS);
  await keys.use('Check and add');
  await keys.seeHeading('rack', CHECKS_MS);
  const [host] = (await admin.call('hostList', { query: {} })).items;
  assert.deepEqual([host?.name, host?.health], ['rack', 'healthy']);
}

async function changeServer({ keys, admin }: Desk): Promise<void> {
  const host = async () => {
    const [found] = (await admin.call('hostList', { query: {} })).items;
    assert.ok(found);
    return found;
  };
  await keys.go('Servers');
  const actions = 'Actions for rack';
  await keys.menu(actions, 'Edit');
  await keys.dialog('Edit rack');
  await keys.fill('Memory overcommit', '2');
  await keys.confirm('Save', { back: actions });
  assert.equal((await host()).memoryOvercommit, 2);
  for (const isSo of [true, false]) {
    await keys.menu(actions, isSo ? 'Begin maintenance' : 'End maintenance');
    await waitFor('it is so', async () => (await host()).isInMaintenance === isSo);
    await keys.see(isSo ? /rack is in maintenance/ : /rack takes new VMs/);
  }
  for (const isSo of [false, true]) {
    await keys.menu(actions, isSo ? 'Enable' : 'Disable');
    await waitFor('it is so', async () => (await host()).isEnabled === isSo);
    await keys.see(isSo ? /rack is enabled again/ : /rack is disabled/);
  }
  const checks = async () =>
    (await admin.call('operationList', { query: { type: 'host.check', isActive: false } })).total;
  const before = await checks();
  await keys.menu(actions, 'Check again');
  await keys.seeHeading(/^rack/);
  await waitFor('it has been checked', async () => (await checks()) > before, CHECKS_MS);
}

async function registerImage({ keys, admin }: Desk): Promise<void> {
  await keys.go('Images');
  await keys.use('Register image');
  await keys.dialog('Register an image');
  await keys.fill('Path', IMAGES);
  await keys.use(new RegExp(`^${IMAGE_FILE}`));
  await keys.assertAt('Path');
  assert.equal((await keys.focus()).value, IMAGES + IMAGE_FILE);
  await keys.see(/a disk of/);
  await keys.fill('Name', 'Tiny');
  await keys.confirm('Register image');
  await keys.seeHeading('Tiny');
  await keys.assertAt('main');
  const [image] = (await admin.call('imageList', { query: {} })).items;
  assert.deepEqual([image?.name, image?.path], ['Tiny', IMAGES + IMAGE_FILE]);
}

async function renameImage({ keys, admin }: Desk): Promise<void> {
  await keys.use('Rename…');
  await keys.dialog('Rename Tiny');
  await keys.fill('Name', 'Tiny Linux');
  await keys.confirm('Save', { back: 'Rename…' });
  const [image] = (await admin.call('imageList', { query: {} })).items;
  assert.equal(image?.name, 'Tiny Linux');
}

async function networks({ keys, admin }: Desk): Promise<void> {
  const names = async () =>
    (await admin.call('networkList', { query: { sort: 'name' } })).items.map(
      ({ name, kind, isDefault }) => `${name} ${kind} ${isDefault}`,
    );
  await keys.go('Networks');
  for (const [name, kind, source] of [
    ['Lab', 'libvirt network', 'default'],
    ['Hall', 'Bridge', BRIDGE],
  ] as const) {
    await keys.use('Register network');
    await keys.dialog('Register a network');
    await keys.fill('Name', name);
    await keys.pick('libvirt network', kind);
    await keys.fill('Name on the servers', source);
    await keys.press('Enter');
    await keys.dialogGone();
    await keys.assertAt('Register network');
    await keys.seeRow(name);
  }
  assert.deepEqual(await names(), ['Hall bridge false', 'Lab libvirt true']);
  await keys.menu('Actions for Hall', 'Rename…');
  await keys.dialog('Rename Hall');
  await keys.fill('Name', 'Aula');
  await keys.confirm('Save');
  await keys.menu('Actions for Aula', 'Make it the default');
  await waitFor('it is the default', async () => (await names()).includes('Aula bridge true'));
  await keys.menu('Actions for Lab', 'Make it the default');
  await waitFor('the other is again', async () => (await names()).includes('Lab libvirt true'));
  await keys.menu('Actions for Aula', 'Remove…');
  await keys.dialog('Remove Aula?');
  await keys.confirm('Remove Aula');
  assert.deepEqual(await names(), ['Lab libvirt true']);
}

async function templates({ keys, admin }: Desk): Promise<void> {
  const all = async () => (await admin.call('templateList', { query: { sort: 'name' } })).items;
  for (const name of ['Small', 'Useless']) {
    await keys.go('Templates');
    await keys.use('New template');
    await keys.seeHeading('New template');
    await keys.fill('Name', name);
    await keys.select('Image', /^Tiny Linux/);
    await keys.fill('vCPUs', '1');
    await keys.select('Memory: unit', 'MiB');
    await keys.fill('Memory', '128');
    await keys.use('Create template');
    await keys.seeHeading('Templates');
    await keys.seeRow(name);
  }
  await keys.use('Small');
  await keys.seeHeading('Edit Small');
  await keys.fill('Description', 'For everybody');
  await keys.use('Save');
  await keys.seeHeading('Templates');
  await keys.menu('Actions for Useless', 'Remove…');
  await keys.dialog('Remove Useless?');
  await keys.confirm('Remove Useless');
  assert.deepEqual(
    (await all()).map(({ name, description, memoryMib }) => [name, description, memoryMib]),
    [['Small', 'For everybody', 128]],
  );
}

async function createUser({ keys, admin }: Desk): Promise<void> {
  await keys.go('Users');
  await keys.use('Create user');
  await keys.dialog('Create a user');
  await keys.fill('User name', 'kim');
  await keys.fill('Display name', 'Kim');
  await keys.fill('Password', PASSWORD);
  await keys.use(/^Quota \(the default/);
  await keys.tick('VMs: Default');
  await keys.fill('VMs', '3');
  await keys.use('Create user');
  await keys.dialog('kim has been created');
  await keys.press('Escape');
  await keys.dialogGone();
  await keys.assertAt('Create user');
  await keys.use(/^Kim/);
  await keys.seeHeading(/^Kim/);
  await keys.fill('VMs', '4');
  await keys.press('Enter');
  await waitFor('it is saved', async () => {
    const [kim] = (await admin.call('userList', { query: { search: 'kim' } })).items;
    return kim?.ownQuota.vms === 4;
  });
}

async function changeUser({ keys, admin, url }: Desk): Promise<void> {
  const kim = async () => (await admin.call('userList', { query: { search: 'kim' } })).items[0];
  await keys.use('New password…');
  await keys.dialog('New password for kim');
  await keys.use('Generate one');
  await keys.use('Set password');
  await keys.dialog('kim has a new password');
  await keys.press('Escape');
  await keys.dialogGone();
  await assert.rejects(loginTo(url, 'kim', PASSWORD));
  await keys.use('Disable…');
  await keys.confirm('Disable kim');
  await waitFor('they are disabled', async () => (await kim())?.isDisabled === true);
  await keys.use('Enable');
  await waitFor('they are not', async () => (await kim())?.isDisabled === false);
}
