/** What is done about that which happened outside of LouCloud; virsh is somebody else's hand. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POOL, virsh } from '../agreement.ts';
import { waitFor } from '../world.ts';
import type { Desk, Task } from './task.ts';
import { becomes, toVm, vmOf } from './vm-tasks.ts';

const MORE = 'More actions';

export const outsideTasks: readonly Task[] = [
  { name: 'put a machine back that was changed, and take over a change', run: settle },
  { name: 'define a lost machine again, and forget it', run: lose },
  { name: 'look for leftovers, and remove one', run: sweep },
  { name: 'adopt a machine, and delete it with its files', run: adopt },
];

function define(xml: string): void {
  const path = join(mkdtempSync(join(tmpdir(), 'outside-')), 'domain.xml');
  writeFileSync(path, xml);
  virsh('define', path);
}

async function settle(desk: Desk): Promise<void> {
  const { keys } = desk;
  const { domainName, vcpus } = await vmOf(desk, 'spare-1');
  const agrees = () =>
    waitFor('they agree', async () => {
      const vm = await vmOf(desk, 'spare-1');
      return vm.operation === null && vm.differences.length === 0 && vm;
    });
  await toVm(desk, 'spare-1');
  for (const [way, left] of [
    ['Put it back', vcpus],
    ['Update the record', vcpus + 1],
  ] as const) {
    define(virsh('dumpxml', domainName ?? '').replace(/(<vcpu[^>]*>)\d+/, `$1${vcpus + 1}`));
    await keys.use(way);
    assert.equal((await agrees()).vcpus, left);
    await keys.seeNone('It differs from LouCloud’s record');
  }
}

async function lose(desk: Desk): Promise<void> {
  const { keys, admin } = desk;
  const { domainName } = await vmOf(desk, 'spare-1');
  virsh('undefine', domainName ?? '');
  await keys.use('Define again');
  await becomes(desk, 'spare-1', 'stopped');
  virsh('undefine', domainName ?? '');
  await keys.use('Forget');
  await keys.dialog('Remove the record of spare-1?');
  await keys.confirm('Forget spare-1');
  await waitFor(
    'it is forgotten',
    async () => (await admin.call('vmList', { query: { search: 'spare' } })).total === 0,
  );
}

async function sweep({ keys, admin }: Desk): Promise<void> {
  const left = async () => (await admin.call('leftoverList', { query: {} })).items.length;
  await keys.go('Leftovers');
  await keys.use('Read again');
  await keys.use('Remove…');
  await keys.dialog(/^Remove /);
  await keys.tick(/^Remove it all the same/);
  await keys.confirm('Remove it');
  await waitFor('it is gone', async () => (await left()) === 0);
}

async function adopt(desk: Desk): Promise<void> {
  const { keys, admin } = desk;
  const disk = join(POOL, 'old.img');
  execFileSync('qemu-img', ['create', '-q', '-f', 'raw', disk, '1M']);
  define(`<domain type='qemu'><name>old</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
      <os><type arch='x86_64'>hvm</type></os><devices><disk type='file' device='disk'>
      <driver name='qemu' type='raw'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk></devices></domain>`);
  await keys.go('Servers');
  await keys.use('rack');
  await keys.use('Adopt…');
  await keys.dialog('Adopt old?');
  await keys.confirm('Adopt');
  await becomes(desk, 'old', 'stopped');
  await toVm(desk, 'old');
  await keys.menu(MORE, 'Delete');
  await keys.dialog('Delete old?');
  await keys.tick(/^Delete for good now/);
  await keys.tick(/^Delete the files of its disks too/);
  await keys.confirm('Delete old for good');
  await waitFor(
    'it is gone',
    async () => (await admin.call('vmList', { query: { search: 'old' } })).total === 0,
  );
  assert.equal(existsSync(disk), false);
}
