/** Kill -9 of the control plane right after any step: the next run finishes the work or undoes it, with nothing left (P-08, P-09). */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Vm } from '@loucloud/api';
import { type Login, World, createVm, finished, waitFor } from './world.ts';

const POOL = '/var/lib/libvirt/loucloud';
const SETTLED_WITHIN_MS = 60_000;

/** What the host has, beside what the database says there is. */
async function assertInAgreement(admin: Login): Promise<Vm[]> {
  const live = (await admin.call('vmList', { query: {} })).items;
  const binned = (await admin.call('vmList', { query: { isDeleted: true } })).items;
  const vms = [...live, ...binned];
  const domains = execFileSync('virsh', ['-q', 'list', '--all', '--uuid'], { encoding: 'utf8' });
  assert.deepEqual(domains.split(/\s+/).filter(Boolean).sort(), vms.map((vm) => vm.id).sort());
  const disks = existsSync(POOL) ? readdirSync(POOL) : [];
  assert.deepEqual(disks.sort(), vms.map((vm) => `${vm.id}.qcow2`).sort());
  const { user } = await admin.call('meGet');
  const sum = (of: (vm: Vm) => number, which = live) => which.reduce((total, vm) => total + of(vm), 0);
  assert.deepEqual(user.usage, {
    vms: live.length,
    runningVms: sum((vm) => (vm.state === 'running' ? 1 : 0)),
    vcpus: sum((vm) => vm.vcpus),
    memoryMib: sum((vm) => vm.memoryMib),
    diskBytes: sum((vm) => vm.diskBytes, vms),
  });
  return live;
}

describe('a control plane that is killed in the middle', () => {
  let world: World;
  before(async () => void (world = await World.open()));
  after(() => world[Symbol.asyncDispose]());

  /** Starts it again; answers once nothing is under way. */
  async function restartAndSettle(): Promise<Login> {
    await world.start();
    const admin = await world.login();
    await waitFor(
      'no operation is under way',
      async () => (await admin.call('operationList', { query: { isActive: true } })).total === 0,
      SETTLED_WITHIN_MS,
    );
    return admin;
  }

  async function dieAfter(fault: string, request: (admin: Login) => Promise<unknown>): Promise<Login> {
    await world.stop();
    await world.start({ LOUCLOUD_FAULT: fault });
    const admin = await world.login();
    // The answer may get lost with the process: what was acknowledged is what the database has.
    await request(admin).catch(() => undefined);
    await world.ended();
    return restartAndSettle();
  }

  const create = async (admin: Login) => {
    const template = (await admin.call('templateList', { query: {} })).items[0];
    return admin.call('vmCreate', { body: { name: 'web-1', templateId: template?.id ?? '' } });
  };

  for (const step of ['disk', 'define', 'start']) {
    test(`create, killed after "${step}"`, async () => {
      const admin = await dieAfter(`vm.create.${step}`, create);
      const vms = await assertInAgreement(admin);
      assert.deepEqual(
        vms.map((vm) => [vm.state, vm.operation]),
        [['running', null]],
      );
      const { operationId } = await admin.call('vmPurge', { params: { vmId: vms[0]?.id ?? '' } });
      await finished(admin.call, operationId);
      await assertInAgreement(admin);
    });
  }

  for (const step of ['disk', 'define', 'start']) {
    test(`create, failing after "${step}" took effect, is undone`, async () => {
      await world.stop();
      await world.start({ LOUCLOUD_FAULT: `vm.create.${step}=error` });
      const admin = await world.login();
      const { items } = await create(admin);
      await finished(admin.call, items[0]?.operationId ?? '', 'failed');
      assert.deepEqual(await assertInAgreement(admin), []);
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
      assert.deepEqual(await assertInAgreement(admin), []);
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
      await assertInAgreement(admin);
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
    const again = await restartAndSettle();
    const vms = await assertInAgreement(again);
    assert.deepEqual(vms.map((vm) => vm.name).sort(), items.map((item) => item.name).sort());
    assert.ok(vms.every((vm) => vm.state === 'running' && vm.operation === null));
    assert.equal(await world.stop(), 0);
  });
});
