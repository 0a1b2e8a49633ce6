/** What is taken away again, in the order in which it rests on each other. */
import assert from 'node:assert/strict';
import { waitFor } from '../world.ts';
import type { Desk, Task } from './task.ts';
import { toVm, vmOf } from './vm-tasks.ts';

const LONG_MS = 120_000;

export const endTasks: readonly Task[] = [
  { name: 'delete a user, and give their machine to another', run: deleteUser },
  { name: 'delete a user with their machine, by typing their name', run: deleteUserWithVm },
  { name: 'empty a server', run: drain },
  { name: 'remove a template, an image and a server', run: removeAll },
];

/** kim has had a machine; ann gets it. */
async function deleteUser(desk: Desk): Promise<void> {
  const { keys, admin } = desk;
  const [template] = (await admin.call('templateList', { query: {} })).items;
  const [kim] = (await admin.call('userList', { query: { search: 'kim' } })).items;
  const body = { name: 'inherited', templateId: template?.id ?? '', ownerId: kim?.id ?? '', start: false };
  await admin.call('vmCreate', { body });
  await waitFor('it is there', async () => (await vmOf(desk, 'inherited')).operation === null);
  await keys.go('Users');
  await keys.menu('Actions for kim', 'Delete…');
  await keys.dialog('Delete kim?');
  await keys.pick(/^Transfer them/, /^Transfer them/);
  await keys.search('Transfer to', 'ann');
  await keys.confirm('Delete kim');
  assert.equal((await vmOf(desk, 'inherited')).ownerName, 'ann');
  assert.equal((await admin.call('userList', { query: { search: 'kim' } })).total, 0);
}

async function deleteUserWithVm({ keys, admin }: Desk): Promise<void> {
  await keys.use('ann');
  await keys.use('Delete…');
  await keys.dialog('Delete ann?');
  await keys.pick(/^Transfer them/, /^Delete them/);
  await keys.fill('Type ann to confirm', 'ann');
  await keys.confirm('Delete ann');
  await keys.seeHeading('Users');
  await keys.assertAt('main');
  assert.equal((await admin.call('vmList', { query: { search: 'inherited' } })).total, 0);
}

async function drain(desk: Desk): Promise<void> {
  const { keys, admin } = desk;
  await toVm(desk, 'kept');
  await keys.menu('More actions', 'Delete');
  await keys.tick(/^Delete for good now/);
  await keys.confirm('Delete kept for good');
  await keys.go('Recycle bin');
  await keys.use('Empty the recycle bin…');
  await keys.use(/^Delete \d+ VMs? for good/);
  await keys.use('Close');
  await waitFor(
    'none is left',
    async () => {
      const lists = await Promise.all(
        [true, false].map((isDeleted) => admin.call('vmList', { query: { isDeleted } })),
      );
      return lists.every(({ total }) => total === 0);
    },
    LONG_MS,
  );
  await keys.go('Servers');
  await keys.use('rack');
  await keys.use('Empty…');
  await keys.dialog('Empty rack?');
  await keys.confirm('Empty rack');
  await waitFor('it is empty', async () => {
    const { items } = await admin.call('operationList', { query: { type: 'host.drain' } });
    return items[0]?.state === 'done';
  });
}

async function removeAll({ keys, admin }: Desk): Promise<void> {
  for (const [page, names, none] of [
    ['Templates', ['Blank', 'Small'], 'No template yet'],
    ['Images', ['blank', 'Tiny Linux'], 'No image yet'],
  ] as const) {
    await keys.go(page);
    for (const name of names) {
      await keys.menu(`Actions for ${name}`, 'Remove…');
      await keys.dialog(`Remove ${name}?`);
      await keys.confirm(`Remove ${name}`);
    }
    await keys.see(none);
  }
  await keys.go('Servers');
  await keys.menu('Actions for rack', 'Remove…');
  await keys.confirm('Remove rack');
  await keys.see('No server yet');
  assert.equal((await admin.call('hostList', { query: {} })).total, 0);
}
