/** A VM that is deleted comes back with its data, or goes for good and leaves nothing; what it holds is exact at each point. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Vm } from '@loucloud/api';
import { type Login, World, createVm, finished, waitFor } from './world.ts';

const POOL = '/var/lib/libvirt/loucloud';
const virsh = (...argv: string[]): string => execFileSync('virsh', ['-q', ...argv], { encoding: 'utf8' });
/** Behind the last cluster: a guest neither sees nor touches it. */
const MARK = 'written before it was deleted';

describe('the recycle bin', () => {
  let world: World;
  let admin: Login;
  let vm: Vm;

  before(async () => {
    world = await World.open();
    admin = await world.login();
  });
  after(() => world[Symbol.asyncDispose]());

  const params = () => ({ params: { vmId: vm.id } });
  const get = () => admin.call('vmGet', params());
  const act = async (endpoint: 'vmDelete' | 'vmPurge' | 'vmStart') =>
    finished(admin.call, (await admin.call(endpoint, params())).operationId);
  const disk = () => `${POOL}/${vm.id}.qcow2`;

  async function assertHeld(held: 'all' | 'off' | 'disk' | 'nothing'): Promise<void> {
    const { vcpus, memoryMib, diskBytes } = vm;
    const isThere = held === 'all' || held === 'off';
    const { user } = await admin.call('meGet');
    assert.deepEqual(user.usage, {
      vms: isThere ? 1 : 0,
      runningVms: held === 'all' ? 1 : 0,
      vcpus: isThere ? vcpus : 0,
      memoryMib: isThere ? memoryMib : 0,
      diskBytes: held === 'nothing' ? 0 : diskBytes,
    });
    const [host] = (await admin.call('hostList', { query: {} })).items;
    assert.deepEqual(host?.reserved, {
      vcpus: held === 'all' ? vcpus : 0,
      memoryMib: held === 'all' ? memoryMib : 0,
      diskBytes: held === 'nothing' ? 0 : diskBytes,
    });
  }

  test('a VM that runs is protected: it cannot be deleted', async () => {
    vm = await createVm(admin.call, 'web');
    await admin.call('vmProtect', { ...params(), body: { isProtected: true } });
    await assert.rejects(admin.call('vmDelete', params()), { code: 'vm_protected' });
    await admin.call('vmProtect', { ...params(), body: { isProtected: false } });
    await assertHeld('all');
  });

  test('deleted, it is off, and its domain and its disk are there', async () => {
    await act('vmDelete');
    assert.equal((await get()).state, 'deleted');
    assert.match(virsh('list', '--all', '--uuid', '--state-shutoff'), new RegExp(vm.id));
    assert.deepEqual(readdirSync(POOL), [`${vm.id}.qcow2`]);
    await assertHeld('disk');
    appendFileSync(disk(), MARK);
  });

  test('what holds its image and its server says that it is in the bin', async () => {
    const recycled = { details: { vms: [], recycled: ['web'] } };
    await assert.rejects(admin.call('hostRemove', { params: { hostId: vm.hostId ?? '' } }), recycled);
    await assert.rejects(admin.call('imageRemove', { params: { imageId: vm.imageId ?? '' } }), (error) => {
      const { code, details } = error as { code: string; details: Record<string, unknown> };
      assert.deepEqual([code, details['recycled']], ['image_in_use', ['web']]);
      return true;
    });
  });

  test('virsh starts it: that is shown and counted, and powering it off is allowed', async () => {
    virsh('start', vm.domainName ?? '');
    await waitFor('it runs', async () => (await get()).state === 'running', 5000);
    assert.equal((await get()).actions.powerOff, 'ok');
    await finished(admin.call, (await admin.call('vmPowerOff', params())).operationId);
    assert.equal((await get()).state, 'deleted');
    await assertHeld('disk');
  });

  test('restored past another VM of its name, it runs with its data', async () => {
    const other = await createVm(admin.call, 'web');
    await assert.rejects(admin.call('vmUndelete', { ...params(), body: {} }), {
      code: 'undelete_name_taken',
    });
    const purge = await admin.call('vmPurge', { params: { vmId: other.id } });
    await finished(admin.call, purge.operationId);
    const restored = await admin.call('vmUndelete', { ...params(), body: {} });
    assert.deepEqual([restored.name, restored.deletion], ['web', null]);
    await assertHeld('off');
    assert.ok(readFileSync(disk()).includes(MARK));
    await act('vmStart');
    await assertHeld('all');
    assert.equal((await get()).state, 'running');
  });

  test('deleted and purged, nothing of it is left', async () => {
    await act('vmDelete');
    await assertHeld('disk');
    await act('vmPurge');
    await assertHeld('nothing');
    assert.equal(virsh('list', '--all', '--name').trim(), '');
    assert.deepEqual(readdirSync(POOL), []);
    await assert.rejects(get(), { code: 'not_found' });
  });
});
