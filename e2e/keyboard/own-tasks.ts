/** What everybody does for themselves, and the admin for all. */
import assert from 'node:assert/strict';
import { ADMIN_PASSWORD, loginTo, waitFor } from '../world.ts';
import type { Desk, Task } from './task.ts';

const NEW_PASSWORD = 'another long password';

export const ownTasks: readonly Task[] = [
  { name: 'change the settings', run: settings },
  { name: 'choose language and theme by one’s menu', run: choose },
  { name: 'change one’s name and how the console looks', run: profile },
  { name: 'make a token and revoke it', run: token },
  { name: 'end another session, and change one’s password', run: password },
  { name: 'log out', run: logOut },
  { name: 'log in as a member, and see one’s machines', run: logInAsMember },
];

const MENU = /^Your menu|^您的菜单|Administrator$|管理员$/;

async function settings({ keys, admin }: Desk): Promise<void> {
  await keys.go('Settings');
  await keys.fill('Shutdown countdown', '90');
  await keys.use('Save');
  await waitFor(
    'it is kept',
    async () => (await admin.call('settingsGet')).settings.shutdownTimeoutSeconds === 90,
  );
  await keys.see('Saved.');
}

async function choose({ keys, admin }: Desk): Promise<void> {
  const preferences = async () => (await admin.call('meGet')).preferences;
  await keys.menuBack(MENU, '简体中文');
  await waitFor('it is Chinese', async () => (await preferences()).language === 'zh-CN');
  await keys.seeHeading('系统配置');
  await keys.menuBack(MENU, 'English');
  await keys.seeHeading('Settings');
  await keys.menuBack(MENU, 'Dark theme');
  await waitFor('it is dark', async () => (await preferences()).theme === 'dark');
  await keys.menuBack(MENU, 'Light theme');
  await waitFor('it is light', async () => (await preferences()).theme === 'light');
}

async function profile({ keys, admin }: Desk): Promise<void> {
  const me = () => admin.call('meGet');
  await keys.menuBack(MENU, 'My account');
  await keys.seeHeading('My account');
  await keys.fill('Display name', 'The Boss');
  await keys.press('Enter');
  await waitFor('it is kept', async () => (await me()).user.displayName === 'The Boss');
  await keys.pick(/^(20|50|100)$/, '50');
  await waitFor('it is kept', async () => (await me()).preferences.pageSize === '50');
  await keys.tick('Fit desktops to the window');
  await waitFor('it is kept', async () => !(await me()).preferences.desktopScaling);
}

async function token({ keys, admin }: Desk): Promise<void> {
  const tokens = async () => (await admin.call('tokenList')).items.map(({ name }) => name).join();
  await keys.use('New token');
  await keys.dialog('New token');
  await keys.type('scripts');
  await keys.select('Expires', 'After 30 days');
  await keys.use('Make token');
  await keys.dialog('Your new token');
  await keys.confirm('I have copied it', { back: 'New token' });
  assert.equal(await tokens(), 'scripts');
  await keys.use('Revoke scripts');
  await keys.dialog('Revoke scripts?');
  await keys.confirm('Revoke');
  assert.equal(await tokens(), '');
}

async function password({ keys, admin, url }: Desk): Promise<void> {
  const sessions = async () => (await admin.call('sessionList')).items.length;
  await loginTo(url, 'admin', ADMIN_PASSWORD);
  const before = await sessions();
  await keys.visit('/account');
  // Which of the two it is does not matter: that of this test may be the first.
  await keys.use(/^End the session from/);
  await waitFor('it has ended', async () => (await sessions().catch(() => before - 1)) < before);
  await keys.fill('Current password', ADMIN_PASSWORD);
  await keys.fill('New password', NEW_PASSWORD);
  await keys.press('Enter');
  await keys.see('Your password has been changed');
  await loginTo(url, 'admin', NEW_PASSWORD);
}

async function logOut({ keys }: Desk): Promise<void> {
  await keys.menuBack(MENU, 'Log out');
  await keys.seeHeading('Log in to LouCloud');
  assert.equal(keys.path, '/login');
  await keys.assertAt('User name');
}

async function logInAsMember({ keys, url }: Desk): Promise<void> {
  const admin = await loginTo(url, 'admin', NEW_PASSWORD);
  await admin.call('userCreate', { body: { name: 'lee', password: NEW_PASSWORD } });
  await keys.tabTo('User name');
  await keys.type('lee');
  await keys.press('Tab');
  await keys.type(NEW_PASSWORD);
  await keys.press('Enter');
  await keys.seeHeading('My machines');
}
