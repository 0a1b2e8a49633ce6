/** What is done with lists, and with what has been done: search, sort, narrow, choose, page, act on many. */
import { waitFor } from '../world.ts';
import type { Desk, Task } from './task.ts';
import { becomes } from './vm-tasks.ts';

export const listTasks: readonly Task[] = [
  { name: 'search, sort and narrow a list, and clear that', run: narrow },
  { name: 'choose the columns of a list', run: columns },
  { name: 'act on several of a list', run: actOnSome },
  { name: 'delete several, and empty the recycle bin', run: deleteAll },
  { name: 'find an operation, and read its steps', run: operations },
  { name: 'page through the audit log, narrow it, and read an event', run: audit },
];

async function narrow(desk: Desk): Promise<void> {
  const { keys } = desk;
  const names = () => keys.texts('tbody .row-name');
  await keys.go('VMs');
  await keys.use('Name');
  await waitFor('it is sorted', async () => (await names()).join() === 'kept,spare-1,spare-3');
  await keys.assertAt('Name');
  await keys.press('Enter');
  await waitFor('the other way', async () => (await names()).join() === 'spare-3,spare-1,kept');
  await keys.fill('Search by name, address or text', 'spare');
  await waitFor('it is searched', async () => (await names()).join() === 'spare-3,spare-1');
  await keys.select('State', 'State: Running');
  await keys.see('Nothing matches');
  await keys.use('Clear the filters');
  await waitFor('all are there', async () => (await names()).length === 3);
  await keys.search('Owner', 'kim');
  await waitFor('those of one', async () => (await names()).length === 2);
  await keys.use('Clear');
  await waitFor('those of all', async () => (await names()).length === 3);
}

async function columns({ keys, admin }: Desk): Promise<void> {
  const chosen = async () => (await admin.call('meGet')).preferences.columns['vms'];
  await keys.openMenu('Columns');
  await keys.arrowTo('Disk');
  await keys.press('Enter');
  await waitFor('it is kept', async () => (await chosen())?.includes('disk') === true);
  await keys.arrowTo('The usual columns');
  await keys.press('Enter');
  await waitFor('it is the usual', async () => (await chosen()) === undefined);
  await keys.assertAt('Columns');
}

async function actOnSome(desk: Desk): Promise<void> {
  const { keys } = desk;
  await keys.go('VMs');
  for (const name of ['spare-1', 'spare-3']) await keys.tick(`Select ${name}`);
  await keys.see('2 selected');
  await keys.use('Start', 'Shift+Tab');
  await keys.use('Close');
  await keys.dialogGone();
  for (const name of ['spare-1', 'spare-3']) await becomes(desk, name, 'running');
  await keys.tick('Select all on this page');
  await keys.see('3 selected');
  for (const name of ['kept', 'spare-3']) await keys.tick(`Select ${name}`);
  await keys.use('Power off', 'Shift+Tab');
  await keys.dialog('Power off 1 VM?');
  await keys.use('Power off 1 VM');
  await keys.use('Close');
  await keys.dialogGone();
  // What was chosen is no more, and neither are its buttons.
  await keys.assertAt('main');
  await becomes(desk, 'spare-1', 'stopped');
}

async function deleteAll(desk: Desk): Promise<void> {
  const { keys, admin } = desk;
  const left = async (isDeleted: boolean) =>
    (await admin.call('vmList', { query: { isDeleted } })).items
      .filter(({ operation }) => operation === null)
      .map(({ name }) => name)
      .sort()
      .join();
  await keys.go('VMs');
  for (const name of ['spare-1', 'spare-3']) await keys.tick(`Select ${name}`);
  await keys.use('Delete', 'Shift+Tab');
  await keys.dialog('Delete 2 VMs?');
  await keys.use('Delete 2 VMs');
  await keys.use('Close');
  await keys.dialogGone();
  await waitFor('they are in the bin', async () => (await left(true)) === 'spare-1,spare-3');
  await keys.go('Recycle bin');
  await keys.tick('Select spare-1');
  await keys.use('Restore from the recycle bin', 'Shift+Tab');
  await keys.dialog('Restore 1 VM?');
  await keys.use('Restore 1 VM');
  await keys.use('Close');
  await keys.dialogGone();
  await waitFor('it is back', async () => (await left(false)) === 'kept,spare-1');
  await keys.use('Empty the recycle bin…');
  await keys.dialog('Delete 1 VM for good?');
  await keys.use('Delete 1 VM for good');
  await keys.use('Close');
  await keys.dialogGone();
  await waitFor(
    'it is empty',
    async () => (await admin.call('vmList', { query: { isDeleted: true } })).total === 0,
  );
}

async function operations({ keys }: Desk): Promise<void> {
  await keys.go('Operations');
  await keys.select('Type', /Pause$/);
  await keys.seeRow('kept');
  await keys.use('Pause');
  await keys.dialog('Pause · kept');
  await keys.see('Steps');
  await keys.press('Escape');
  await keys.dialogGone();
  await keys.assertAt('Pause');
}

async function audit({ keys }: Desk): Promise<void> {
  const first = async () => (await keys.texts('tbody tr'))[0];
  await keys.go('Audit log');
  const newest = await waitFor('it is read', async () => (await first()) || null);
  await keys.use('Next');
  await waitFor('the next page', async () => (await first()) !== newest);
  await keys.use('Previous');
  await waitFor('the first page', async () => (await first()) === newest);
  // It leads nowhere any more, and still has the focus.
  await keys.assertAt('Previous');
  await keys.select('Object', 'Object: Network');
  await keys.fill('Search by object', 'Aula');
  await waitFor('it is searched', async () => keys.parameter('search') === 'Aula');
  await keys.seeRow('Aula');
  await keys.use('Details');
  await keys.dialog(/./);
  await keys.press('Escape');
  await keys.dialogGone();
  await keys.assertAt('Details');
}
