/** What is done in front of a machine’s screen, and how one leaves it. */
import assert from 'node:assert/strict';
import { waitFor } from '../world.ts';
import type { Desk, Task } from './task.ts';
import { becomes, boots, toVm, vmOf } from './vm-tasks.ts';

const WAY_OUT = ['Control', 'Alt', 'Shift'] as const;
const BACK = 'Back to kept';

export const screenTasks: readonly Task[] = [
  { name: 'open a desktop, leave it, and come back to it', run: desktop },
  { name: 'type a text into a desktop, and compose one', run: typeTexts },
  { name: 'choose how a desktop is shown, and only watch', run: view },
  { name: 'make a link by which others watch, watch by it, and revoke it', run: share },
  { name: 'pause a machine beside its screen', run: power },
  { name: 'open a serial console and leave it', run: serial },
  { name: 'see all screens, and open one of them', run: wall },
];

/** In front of it, and out of it: among its tools. */
async function toTools(desk: Desk): Promise<void> {
  const { keys } = desk;
  await keys.visit(`/vms/${(await vmOf(desk, 'kept')).id}/desktop`);
  await keys.seeScreen();
  await keys.chord(...WAY_OUT);
  await keys.assertAt(BACK);
}

async function desktop(desk: Desk): Promise<void> {
  const { keys } = desk;
  await toVm(desk, 'kept');
  await keys.use('Desktop');
  await keys.seeScreen();
  await keys.see('Ctrl-Alt-Shift leaves the screen');
  // Tab is the VM's, as every key is.
  await keys.press('Tab', 3);
  assert.equal(await keys.isAtScreen(), true);
  await keys.chord('Control', 'Alt', 'KeyT', 'Shift');
  assert.equal(await keys.isAtScreen(), true);
  await keys.chord(...WAY_OUT);
  await keys.assertAt(BACK);
  for (let tabs = 0; !(await keys.isAtScreen()); tabs++) {
    assert.ok(tabs < 20, 'there is a way back to the screen');
    await keys.press('Tab');
  }
  await keys.chord(...WAY_OUT);
  await keys.assertAt(BACK);
  await keys.use('Full screen');
  await keys.assertAt('Leave full screen');
  await keys.press('Enter');
  await keys.assertAt('Full screen');
}

async function typeTexts(desk: Desk): Promise<void> {
  const { keys } = desk;
  await toTools(desk);
  await keys.use('Type text');
  await keys.dialog('Type text into kept');
  await keys.type('guest');
  await keys.confirm('Type 5 characters', { back: 'Type text' });
  await keys.use('Compose');
  await keys.assertAt('Text to compose');
  await keys.type('ls');
  await keys.press('Enter');
  // With nothing in it, its Tab is the VM's.
  await keys.press('Tab');
  await keys.assertAt('Text to compose');
  await keys.chord(...WAY_OUT);
  await keys.assertAt(BACK);
  await keys.use('Compose');
  await keys.assertAt('Compose');
  await keys.press('Enter');
  await keys.assertAt('Text to compose');
  await keys.type('ls');
  await keys.use('Close');
  await keys.seeScreen();
  await keys.chord(...WAY_OUT);
  await keys.menu('Special keys', 'Ctrl-Alt-F2');
  await keys.assertAt('Special keys');
}

async function view(desk: Desk): Promise<void> {
  const { keys, admin } = desk;
  await toTools(desk);
  const isFitted = async () => (await admin.call('meGet')).preferences.desktopScaling;
  for (const wanted of [false, true]) {
    await keys.menu('View', wanted ? 'Fit to window' : 'Actual size');
    await waitFor('it is kept', async () => (await isFitted()) === wanted);
  }
  await keys.menu('View', 'View only');
  await keys.use('View only');
  await keys.seeScreen();
}

async function share(desk: Desk): Promise<void> {
  const { keys, admin } = desk;
  const { id: vmId } = await vmOf(desk, 'kept');
  const links = async () => (await admin.call('watchLinkList', { params: { vmId } })).items.length;
  await toTools(desk);
  await keys.menu('View', 'Let others watch…');
  await keys.dialog('Let others watch kept');
  await keys.select('Good for', '1 hour');
  await keys.use('Make a link');
  const { value: address } = await keys.tabTo('The link, shown this once:');
  assert.equal(await links(), 1);
  await keys.use('Revoke');
  await waitFor('it is revoked', async () => (await links()) === 0);
  await keys.use('Make a link');
  await waitFor('there is another', async () => (await links()) === 1);
  await keys.tabTo('The link, shown this once:');
  const second = await waitFor('it is another', async () => {
    const { value } = await keys.focus();
    return value !== address && value;
  });
  await keys.press('Escape');
  await keys.dialogGone();
  await keys.assertAt('View');
  await keys.visit(second.slice(desk.url.length));
  await keys.seeScreen();
  await keys.menu('View', 'Actual size');
  await keys.menu('View', 'Fit to window');
}

async function power(desk: Desk): Promise<void> {
  const { keys } = desk;
  await toTools(desk);
  await boots(desk, 'kept');
  for (const way of ['menu', 'note'] as const) {
    await keys.menu('Power', 'Pause');
    await becomes(desk, 'kept', 'paused');
    await keys.assertAt('Power');
    await keys.see('Resume');
    if (way === 'menu') {
      await keys.menu('Power', 'Resume');
      await keys.assertAt('Power');
    } else {
      await keys.use('Resume');
      await keys.seeScreen();
    }
    await becomes(desk, 'kept', 'running');
  }
  await keys.chord(...WAY_OUT);
  await keys.use(BACK);
  await keys.seeHeading(/^kept/);
}

async function serial(desk: Desk): Promise<void> {
  const { keys } = desk;
  await toVm(desk, 'kept');
  await keys.use('Serial console');
  await keys.see('Press Enter if nothing shows up.');
  await keys.tabTo('Serial console of kept');
  await keys.press('Tab', 2);
  await keys.assertAt('Serial console of kept');
  await keys.chord(...WAY_OUT);
  await keys.assertAt(BACK);
  await keys.use('Desktop');
  await keys.seeScreen();
  await keys.chord(...WAY_OUT);
  await keys.use(BACK);
}

async function wall(desk: Desk): Promise<void> {
  const { keys } = desk;
  await keys.go('VMs');
  await keys.use('Screens');
  await keys.seeHeading('Screens');
  await keys.use(/^Open the desktop of kept/);
  await keys.seeScreen();
  await keys.chord(...WAY_OUT);
  await keys.use(BACK);
  await keys.seeHeading(/^kept/);
}
