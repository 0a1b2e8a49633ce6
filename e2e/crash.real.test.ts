// box: --keep-libvirtd
/** Kill -9 of the control plane right after any step: the next run finishes the work or undoes it, with nothing left (P-08, P-09). */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Vm } from '@loucloud/api';
import { assertSettled } from './agreement.ts';
import { type Login, World, createVm, finished, waitFor } from './world.ts';

/** Once all agree, to the last one: those that are not in the recycle bin. */
const settledVms = async (admin: Login): Promise<Vm[]> =>
  (await assertSettled(admin)).filter(({ state }) => state !== 'deleted');

describe('a control plane that is killed in the middle', () => {
  let world: World;
  before(async () => void (world = await World.open()));
  after(() => world[Symbol.asyncDispose]());

  async function dieAfter(fault: string, request: (admin: Login) => Promise<unknown>): Promise<Login> {
    await world.stop();
    await world.start({ LOUCLOUD_FAULT: fault });
    const admin = await world.login();
    // The answer may get lost with the process: what was acknowledged is what the database has.
    await request(admin).catch(() => undefined);
    await world.ended();
    await world.start();
    return world.login();
  }

  const create = async (admin: Login) => {
    const template = (await admin.call('templateList', { query: {} })).items[0];
    return admin.call('vmCreate', { body: { name: 'web-1', templateId: template?.id ?? '' } });
  };

  for (const step of ['disk', 'define', 'start']) {
    test(`create, killed after "${step}"`, async () => {
      const admin = await dieAfter(`vm.create.${step}`, create);
      const vms = await settledVms(admin);
      assert.deepEqual(
        vms.map((vm) => [vm.state, vm.operation]),
        [['running', null]],
      );
      const { operationId } = await admin.call('vmPurge', { params: { vmId: vms[0]?.id ?? '' } });
      await finished(admin.call, operationId);
      await settledVms(admin);
    });
  }

  for (const step of ['disk', 'define', 'start']) {
    test(`create, failing after "${step}" took effect, is undone`, async () => {
      await world.stop();
      await world.start({ LOUCLOUD_FAULT: `vm.create.${step}=error` });
      const admin = await world.login();
      const { items } = await create(admin);
      await finished(admin.call, items[0]?.operationId ?? '', 'failed');
      assert.deepEqual(await settledVms(admin), []);
      await world.stop();
      await world.start();
    });
  }

  for (const step of ['reach', 'powerOff']) {
    test(`delete, killed after "${step}"`, async () => {
      const vm = await createVm((await world.login()).call, 'web-2');
      const admin = await dieAfter(`vm.delete.${step}`, ({ call }) =>
        call('vmDelete', { params: { vmId: vm.id } }),
      );
      assert.deepEqual(await settledVms(admin), []);
      const binned = await admin.call('vmGet', { params: { vmId: vm.id } });
      assert.deepEqual([binned.state, binned.operation], ['deleted', null]);
    });
  }

  for (const step of ['reach', 'powerOff', 'undefine', 'disk']) {
    test(`purge, killed after "${step}"`, async () => {
      const { call } = await world.login();
      const binned = (await call('vmList', { query: { isDeleted: true } })).items[0];
      const vm = binned ?? (await createVm(call, 'web-2'));
      const admin = await dieAfter(`vm.purge.${step}`, (login) =>
        login.call('vmPurge', { params: { vmId: vm.id } }),
      );
      await settledVms(admin);
      await assert.rejects(admin.call('vmGet', { params: { vmId: vm.id } }), { code: 'not_found' });
    });
  }

  test('at no chosen moment: killed while five are created and one is deleted', async () => {
    const admin = await world.login();
    const old = await createVm(admin.call, 'old');
    const template = (await admin.call('templateList', { query: {} })).items[0];
    const body = { name: 'web-{1..4}', templateId: template?.id ?? '' };
    const { items } = await admin.call('vmCreate', { body });
    await admin.call('vmDelete', { params: { vmId: old.id } });
    await waitFor(
      'some have begun',
      async () => (await admin.call('operationList', { query: { state: 'running' } })).total > 0,
    );
    await world.kill();
    await world.start();
    const vms = await settledVms(await world.login());
    assert.deepEqual(vms.map((vm) => vm.name).sort(), items.map((item) => item.name).sort());
    assert.ok(vms.every((vm) => vm.state === 'running' && vm.operation === null));
    assert.equal(await world.stop(), 0);
  });
});
