/** What is done with a machine, from its making to its end. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { OperationType, Vm, VmState } from '@loucloud/api';
import { createVm, finished, waitFor } from '../world.ts';
import { IMAGES } from './pool-tasks.ts';
import type { Desk, Task } from './task.ts';

const BLANK_BYTES = 2 ** 20;
const LONG_MS = 120_000;
const MORE = 'More actions';

export const vmTasks: readonly Task[] = [
  { name: 'make a machine, and several for somebody else', run: make },
  { name: 'pause and resume a machine', run: pause },
  { name: 'save a machine to its disk, and restore it', run: save },
  { name: 'dump a machine’s memory, and reset it', run: dump },
  { name: 'reboot a machine', run: reboot },
  { name: 'shut a machine down, and cut its power when it does not hear', run: shutDown },
  {
    name: 'cut a machine’s power, rename it, change its size, see its XML, reset it to its template',
    run: change,
  },
  { name: 'start a machine', run: start },
  { name: 'protect a machine, and take that back', run: protect },
  { name: 'delete a machine, and undo it', run: deleteAndUndo },
  { name: 'restore a machine from the recycle bin, and purge another', run: recycle },
];

/** As soon as there is one. */
export const vmOf = ({ admin }: Desk, name: string): Promise<Vm> =>
  waitFor(`there is ${name}`, async () => {
    const { items } = await admin.call('vmList', { query: { search: name } });
    return items.find((one) => one.name === name) ?? null;
  });

/** At rest in it. */
export async function becomes(desk: Desk, name: string, state: VmState): Promise<Vm> {
  return waitFor(
    `${name} is ${state}`,
    async () => {
      const vm = await vmOf(desk, name);
      return vm.state === state && vm.operation === null && vm;
    },
    LONG_MS,
  );
}

/** Its guest has asked for an address. In its firmware a guest does not always stand being paused. */
export async function boots(desk: Desk, name: string): Promise<void> {
  await waitFor(`${name} boots`, async () => (await vmOf(desk, name)).ipAddresses.length > 0, LONG_MS);
}

async function lastOperation({ admin }: Desk, type: OperationType): Promise<string> {
  const { items } = await admin.call('operationList', { query: { type, limit: 1, sort: '-createdAt' } });
  return items[0]?.state ?? 'none';
}

/** To the page of a machine, by the list. */
export async function toVm({ keys }: Desk, name: string): Promise<void> {
  await keys.go('VMs');
  await keys.use(name);
  await keys.seeHeading(new RegExp(`^${name}`));
  await keys.assertAt('main');
}

async function make(desk: Desk): Promise<void> {
  const { keys } = desk;
  await keys.go('VMs');
  await keys.use('New VM');
  await keys.seeHeading('New machine');
  await keys.pick(/^Small/, /^Small/);
  await keys.fill('Name', 'kept');
  await keys.press('Enter');
  await keys.seeHeading(/^kept/);
  await becomes(desk, 'kept', 'running');
  await keys.go('VMs');
  await keys.use('New VM');
  await keys.seeHeading('New machine');
  await keys.fill('Name', 'spare-{1..3}');
  await keys.see('This makes 3 machines');
  await keys.search('For', 'kim');
  await keys.tick('Start at once');
  await keys.use('Create 3 machines');
  for (const number of [1, 2, 3]) {
    const { ownerName } = await becomes(desk, `spare-${number}`, 'stopped');
    assert.equal(ownerName, 'Kim');
  }
}

async function pause(desk: Desk): Promise<void> {
  const { keys } = desk;
  await boots(desk, 'kept');
  await toVm(desk, 'kept');
  await keys.menu(MORE, 'Pause');
  await becomes(desk, 'kept', 'paused');
  await keys.seeState('Paused');
  await keys.use('Resume');
  await becomes(desk, 'kept', 'running');
  await keys.seeState('Running');
}

async function save(desk: Desk): Promise<void> {
  const { keys } = desk;
  await keys.menu(MORE, 'Save to disk');
  await becomes(desk, 'kept', 'saved');
  await keys.seeState('Saved');
  await keys.use('Restore');
  await becomes(desk, 'kept', 'running');
  await keys.seeState('Running');
}

async function dump(desk: Desk): Promise<void> {
  const { keys } = desk;
  await keys.menu(MORE, 'Dump memory');
  await keys.dialog('Dump the memory of kept?');
  await keys.confirm('Dump memory', { back: MORE });
  await waitFor('it is dumped', async () => (await lastOperation(desk, 'vm.dumpCore')) === 'done', LONG_MS);
  await becomes(desk, 'kept', 'running');
  await keys.menu(MORE, 'Reset');
  await keys.dialog('Reset kept?');
  await keys.confirm('Reset', { back: MORE });
  await waitFor('it is reset', async () => (await lastOperation(desk, 'vm.reset')) === 'done');
}

/** It boots nothing, and hears nobody. */
async function makeDeaf(desk: Desk): Promise<void> {
  const { admin } = desk;
  const path = `${IMAGES}blank.raw`;
  writeFileSync(path, Buffer.alloc(BLANK_BYTES));
  const { operationId } = await admin.call('imageRegister', { body: { name: 'blank', path } });
  const { objectId: imageId } = await finished(admin.call, operationId);
  const size = { vcpus: 1, memoryMib: 64, diskBytes: BLANK_BYTES };
  const { id } = await admin.call('templateCreate', { body: { name: 'Blank', imageId, ...size } });
  await createVm(admin.call, 'deaf', id);
}

async function reboot(desk: Desk): Promise<void> {
  const { keys } = desk;
  await makeDeaf(desk);
  await toVm(desk, 'deaf');
  await keys.menu(MORE, 'Reboot');
  await waitFor('it is asked', async () => (await lastOperation(desk, 'vm.reboot')) !== 'none');
}

async function shutDown(desk: Desk): Promise<void> {
  const { keys, admin } = desk;
  await becomes(desk, 'deaf', 'running');
  await keys.use('Shut down');
  await keys.use('Power off now');
  await keys.dialog('Power off deaf?');
  await keys.confirm('Power off');
  await becomes(desk, 'deaf', 'stopped');
  await keys.seeState('Stopped');
  await keys.menu(MORE, 'Delete');
  await keys.tick(/^Delete for good now/);
  await keys.confirm('Delete deaf for good');
  await waitFor(
    'it is gone',
    async () => (await admin.call('vmList', { query: { search: 'deaf' } })).total === 0,
  );
}

async function change(desk: Desk): Promise<void> {
  const { keys } = desk;
  await toVm(desk, 'kept');
  await keys.menu(MORE, 'Power off');
  await keys.confirm('Power off', { back: MORE });
  await becomes(desk, 'kept', 'stopped');
  await keys.menu(MORE, 'Rename');
  await keys.dialog('Rename kept');
  await keys.fill('Description', 'kept for long');
  await keys.confirm('Save', { back: MORE });
  assert.equal((await vmOf(desk, 'kept')).description, 'kept for long');
  await keys.menu(MORE, 'Change size');
  await keys.dialog('Change the size of kept');
  await keys.fill('Memory', '160');
  await keys.confirm('Save', { back: MORE });
  assert.equal((await becomes(desk, 'kept', 'stopped')).memoryMib, 160);
  await keys.menu(MORE, 'Show XML');
  await keys.dialog('XML of kept');
  await keys.see('<vcpu');
  await keys.press('Escape');
  await keys.dialogGone();
  await keys.assertAt(MORE);
  await keys.menu(MORE, 'Reset to template');
  await keys.dialog('Reset kept to its template?');
  await keys.confirm('Reset to template', { back: MORE });
  await waitFor('its disk is new', async () => (await lastOperation(desk, 'vm.remake')) === 'done');
}

async function start(desk: Desk): Promise<void> {
  await becomes(desk, 'kept', 'stopped');
  await desk.keys.use('Start');
  await becomes(desk, 'kept', 'running');
  await desk.keys.seeState('Running');
}

async function protect(desk: Desk): Promise<void> {
  const { keys } = desk;
  for (const isProtected of [true, false]) {
    await keys.menu(MORE, isProtected ? 'Protect against deletion' : 'Take the protection away');
    await keys.confirm(isProtected ? 'Protect' : 'Take the protection away', { back: MORE });
    assert.equal((await vmOf(desk, 'kept')).isProtected, isProtected);
  }
}

async function deleteAndUndo(desk: Desk): Promise<void> {
  const { keys } = desk;
  await toVm(desk, 'spare-1');
  await keys.menu(MORE, 'Delete');
  await keys.dialog('Delete spare-1?');
  await keys.confirm('Delete spare-1');
  await keys.seeHeading('VMs');
  await keys.use('Undo', 'Shift+Tab');
  await keys.see('spare-1 has been restored');
  await becomes(desk, 'spare-1', 'stopped');
}

async function recycle(desk: Desk): Promise<void> {
  const { keys, admin } = desk;
  for (const name of ['spare-1', 'spare-2']) {
    await keys.go('VMs');
    await keys.menu(`Actions for ${name}`, 'Delete');
    await keys.dialog(`Delete ${name}?`);
    await keys.confirm(`Delete ${name}`);
  }
  const binned = async () =>
    (await admin.call('vmList', { query: { isDeleted: true } })).items
      .filter(({ operation }) => operation === null)
      .map(({ name }) => name)
      .sort();
  await waitFor('both are there', async () => (await binned()).join() === 'spare-1,spare-2');
  await keys.go('Recycle bin');
  await keys.menu('Actions for spare-1', 'Restore from the recycle bin');
  await keys.dialog('Restore spare-1?');
  await keys.confirm('Restore');
  await becomes(desk, 'spare-1', 'stopped');
  await keys.menu('Actions for spare-2', 'Delete for good');
  await keys.dialog('Delete spare-2 for good?');
  await keys.confirm('Delete spare-2 for good');
  await waitFor('it is gone', async () => (await binned()).length === 0);
}
