/** What is done with a class. */
import assert from 'node:assert/strict';
import type { Class } from '@loucloud/api';
import { waitFor } from '../world.ts';
import type { Desk, Task } from './task.ts';

const LONG_MS = 120_000;
const MORE = 'More actions';
/** The end of the day in the browser’s zone, which is eight hours ahead. */
const END_OF_DAY = 'T15:59:59.000Z';

export const classTasks: readonly Task[] = [
  { name: 'make a class that expires on a day of a calendar', run: make },
  { name: 'put its day off by typing it, and never', run: change },
  { name: 'create the machines of a class, and bring its image to the servers', run: createVms },
  { name: 'start a class, watch its screens, and shut it down', run: act },
  { name: 'cancel what is being done with a class', run: cancel },
  { name: 'reset one of a class, and power all off', run: reset },
  { name: 'add members to a class and take one out', run: members },
  { name: 'remove a class with its machines', run: remove },
];

async function only({ admin }: Desk): Promise<Class> {
  const [found] = (await admin.call('classList', { query: {} })).items;
  assert.ok(found);
  return found;
}

async function make(desk: Desk): Promise<void> {
  const { keys } = desk;
  await keys.go('Classes');
  await keys.use('New class');
  await keys.seeHeading('New class');
  await keys.fill('Name', '5a');
  // Its machines hear nobody.
  await keys.select('Template', 'Blank');
  await keys.search('Led by', 'kim');
  await keys.fill('Expires on', '2099-11-27');
  await keys.press('Alt+ArrowDown');
  await keys.assertAt('Friday, November 27, 2099');
  // A week on, its first day, a month on and a year back.
  for (const key of ['ArrowDown', 'Home', 'PageDown', 'Shift+PageUp', 'ArrowRight']) await keys.press(key);
  await keys.assertAt('Tuesday, December 30, 2098');
  await keys.press('Escape');
  await keys.assertAt('Expires on');
  await keys.use('Choose a day');
  await keys.assertAt('Friday, November 27, 2099');
  await keys.press('ArrowRight', 3);
  await keys.press('Enter');
  await keys.see('Monday, November 30, 2099');
  await keys.assertAt('Choose a day');
  await keys.fill('Members', 'ann,first pass\nbob,first pass');
  await keys.see(/2 members, 2 of them new/);
  await keys.use('Create class');
  await keys.use('Go on to the class');
  await keys.seeHeading('5a');
  const { expiresAt, ownerName } = await only(desk);
  assert.deepEqual([expiresAt, ownerName], [`2099-11-30${END_OF_DAY}`, 'Kim']);
}

async function change(desk: Desk): Promise<void> {
  const { keys } = desk;
  await keys.menu(MORE, 'Edit…');
  await keys.dialog('Edit 5a');
  await keys.fill('Expires on', 'some day');
  await keys.press('Enter');
  await keys.see('This is no day');
  await keys.assertAt('Expires on');
  await keys.fill('Expires on', 'Dec 1, 2099');
  await keys.confirm('Save', { back: MORE });
  assert.equal((await only(desk)).expiresAt, `2099-12-01${END_OF_DAY}`);
  await keys.menu(MORE, 'Edit…');
  await keys.dialog('Edit 5a');
  await keys.fill('Expires on', '');
  await keys.confirm('Save', { back: MORE });
  assert.equal((await only(desk)).expiresAt, null);
}

const states = async (desk: Desk) => {
  const { id: classId } = await only(desk);
  const { items } = await desk.admin.call('classMemberList', { params: { classId } });
  return items.map(({ vm }) => (vm === null ? 'none' : vm.operation ? 'busy' : vm.state)).join();
};
const become = (desk: Desk, wanted: string) =>
  waitFor(`they are ${wanted}`, async () => (await states(desk)) === wanted, LONG_MS);
/** Nothing is done with all of them any more. */
const atRest = (desk: Desk) =>
  waitFor('the class is at rest', async () => (await only(desk)).operation === null, LONG_MS);

async function createVms(desk: Desk): Promise<void> {
  const { keys } = desk;
  await keys.use('Create machines (2)');
  await keys.dialog('Create 2 machines?');
  await keys.confirm('Create machines (2)');
  await become(desk, 'stopped,stopped');
  await keys.menu(MORE, 'Bring the image to all servers');
  await keys.see('The image is on all servers already.');
}

async function act(desk: Desk): Promise<void> {
  const { keys } = desk;
  await atRest(desk);
  await keys.use('Start all');
  await become(desk, 'running,running');
  await keys.use('Screens');
  await keys.use('Watch the screen of ann');
  await keys.seeScreen();
  // Nothing is typed there: no key is kept from the browser.
  await keys.goBack();
  await keys.use('Members');
  await atRest(desk);
  await keys.menu('Actions for bob', 'Shut down');
  await become(desk, 'running,busy');
}

async function cancel(desk: Desk): Promise<void> {
  const { keys, admin } = desk;
  await keys.go('Operations');
  await keys.select('Activity', 'Activity: Active');
  await keys.use('Act on all VMs');
  await keys.dialog('Act on all VMs · 5a');
  await keys.use('Cancel');
  await waitFor('it is cancelled', async () => {
    const { items } = await admin.call('operationList', { query: { type: 'class.act', limit: 1 } });
    return items[0]?.state === 'cancelled';
  });
  await keys.press('Escape');
  await keys.dialogGone();
  await keys.go('Classes');
  await keys.use('5a');
  await keys.seeHeading('5a');
}

async function reset(desk: Desk): Promise<void> {
  const { keys } = desk;
  await keys.menu(MORE, 'Power all off');
  await keys.dialog('Power 2 machines off?');
  await keys.confirm('Power off');
  await become(desk, 'stopped,stopped');
  await atRest(desk);
  await keys.tick('ann');
  await keys.menu(MORE, 'Reset…');
  await keys.dialog('Reset 1 machines?');
  await keys.confirm('Reset 1 machines', { back: MORE });
  await atRest(desk);
  const { items } = await desk.admin.call('operationList', { query: { type: 'vm.remake', limit: 1 } });
  assert.match(items[0]?.objectName ?? '', /ann/);
}

async function members(desk: Desk): Promise<void> {
  const { keys } = desk;
  const count = async () => (await only(desk)).memberCount;
  await keys.menu(MORE, 'Add members…');
  await keys.dialog('Add members to 5a');
  await keys.type('carl,first pass');
  await keys.use('Add');
  await keys.dialog('First passwords');
  await keys.press('Escape');
  await keys.dialogGone();
  assert.equal(await count(), 3);
  await keys.menu('Actions for carl', 'Take out of the class');
  await waitFor('they are out', async () => (await count()) === 2);
}

async function remove(desk: Desk): Promise<void> {
  const { keys, admin } = desk;
  await keys.menu(MORE, 'Remove the class…');
  await keys.dialog('Remove the class 5a?');
  await keys.tick('Move the 2 machines to the recycle bin too');
  await keys.confirm('Remove the class…');
  await keys.seeHeading('Classes');
  await keys.assertAt('main');
  assert.equal((await admin.call('classList', { query: {} })).total, 0);
  await waitFor(
    'they are in the bin',
    async () => (await admin.call('vmList', { query: { isDeleted: true } })).total === 2,
  );
}
