/** Domains that LouCloud did not make become VMs of users without being touched; what nobody knows any more is listed, and removed only on request. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ApiError, type Host, type Leftover, type Quota, type User, type Vm } from '@loucloud/api';
import { type Login, World, finished, waitFor } from './world.ts';

const POOL = '/var/lib/libvirt/loucloud';
const OUTSIDE = '/var/lib/libvirt/outside';
const MIB = 2 ** 20;
const virsh = (...argv: readonly string[]): string =>
  execFileSync('virsh', ['-q', ...argv], { encoding: 'utf8', timeout: 60_000 });

/** A machine as somebody else makes them: disks here and there, VNC on TCP, no serial line. */
function defineForeign(name: string, disks: readonly string[], more = ''): string {
  const folder = join(OUTSIDE, name);
  mkdirSync(folder, { recursive: true });
  for (const path of disks) {
    writeFileSync(path, Buffer.alloc(2 * MIB));
    chmodSync(path, 0o666);
  }
  const targets = ['vda', 'vdb', 'vdc'];
  const disksXml = disks.map(
    (path, i) => `<disk type='file' device='disk'><driver name='qemu' type='raw'/>
      <source file='${path}'/><target dev='${targets[i]}' bus='virtio'/></disk>`,
  );
  const xml = join(folder, 'domain.xml');
  writeFileSync(
    xml,
    `<domain type='qemu'><name>${name}</name><title>Old ${name}</title><memory unit='MiB'>64</memory>
      <currentMemory unit='MiB'>64</currentMemory><vcpu>2</vcpu><os><type arch='x86_64'>hvm</type></os>
      <devices>${disksXml.join('')}${more}</devices></domain>`,
  );
  virsh('define', xml);
  return virsh('domuuid', name).trim();
}

describe('domains that LouCloud did not make', () => {
  let world: World;
  let admin: Login;
  let host: Host;
  let owner: User;

  before(async () => {
    world = await World.open();
    admin = await world.login();
    mkdirSync(OUTSIDE, { recursive: true });
    chmodSync(OUTSIDE, 0o755);
    const ownQuota = { vms: 3, runningVms: 1, vcpus: 8, memoryMib: 1024, diskBytes: 8 * 2 ** 30 };
    owner = await admin.call('userCreate', {
      body: { name: 'lihua', password: 'a long password', ownQuota },
    });
    await readHost();
  });
  after(() => world[Symbol.asyncDispose]());

  const readHost = async (): Promise<Host> => {
    const [found] = (await admin.call('hostList', { query: {} })).items;
    assert.ok(found);
    return (host = found);
  };
  const usage = async (): Promise<Quota> =>
    (await admin.call('userGet', { params: { userId: owner.id } })).usage;
  const get = (vmId: string): Promise<Vm> => admin.call('vmGet', { params: { vmId } });
  const leftovers = async (): Promise<Leftover[]> => (await admin.call('leftoverList', { query: {} })).items;
  const foreign = async (): Promise<string[]> =>
    (await admin.call('hostForeignDomains', { params: { hostId: host.id } })).items.map(({ name }) => name);
  const adopt = async (domainId: string, body: { name?: string } = {}, end: 'done' | 'failed' = 'done') => {
    const params = { hostId: host.id, domainId };
    const { operationId } = await admin.call('foreignDomainAdopt', {
      params,
      body: { ownerId: owner.id, ...body },
    });
    return finished(admin.call, operationId, end);
  };
  const run = async (
    verb: 'vmPurge' | 'vmForget' | 'vmDeleteWithFiles' | 'vmDefineAgain' | 'vmStart',
    vmId: string,
  ) => {
    const { operationId } = await admin.call(verb, { params: { vmId } });
    return finished(admin.call, operationId);
  };
  /** What it is without our label, on the server's disk and in QEMU. */
  const without = (xml: string): string =>
    xml.replace(/<metadata>[\s\S]*?<\/metadata>\s*|<metadata\/>\s*/, '').replace(/\s+/g, ' ');

  test('a running one is adopted as it is: neither redefined nor restarted, and the quota counts it', async () => {
    const disks = [`${OUTSIDE}/old.img`, `${POOL}/old-data.img`];
    const id = defineForeign(
      'old',
      disks,
      `<graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>`,
    );
    virsh('start', 'old');
    const before = { xml: virsh('dumpxml', 'old'), defined: virsh('dumpxml', '--inactive', 'old') };
    const pid = execFileSync('pgrep', ['-f', 'guest=old,'], { encoding: 'utf8' });
    assert.deepEqual(await foreign(), ['old']);
    const details = await admin.call('foreignDomainGet', { params: { hostId: host.id, domainId: id } });
    assert.deepEqual(details.adoption.limits.toSorted(), [
      'disk_outside_pool',
      'no_network_card',
      'no_serial',
      'no_vnc_socket',
      'several_disks',
    ]);
    assert.equal(details.diskBytes, 4 * MIB);

    await adopt(id);
    const vm = await get(id);
    assert.deepEqual(
      [vm.name, vm.ownerName, vm.state, vm.stateCause, vm.vcpus, vm.memoryMib, vm.diskBytes],
      ['Old old', 'lihua', 'running', 'adopted', 2, 64, 4 * MIB],
    );
    assert.deepEqual(
      [vm.actions.openDesktop, vm.actions.openSerialConsole],
      ['no_desktop', 'no_serial_line'],
    );
    assert.deepEqual(vm.differences, []);
    assert.deepEqual(await usage(), { vms: 1, runningVms: 1, vcpus: 2, memoryMib: 64, diskBytes: 4 * MIB });
    // What lies outside the pool takes nothing of it.
    assert.deepEqual((await readHost()).reserved, { vcpus: 2, memoryMib: 64, diskBytes: 2 * MIB });
    assert.equal(execFileSync('pgrep', ['-f', 'guest=old,'], { encoding: 'utf8' }), pid);
    assert.equal(without(virsh('dumpxml', 'old')), without(before.xml));
    assert.equal(without(virsh('dumpxml', '--inactive', 'old')), without(before.defined));
    assert.deepEqual(await foreign(), []);
    assert.deepEqual(await leftovers(), []);
  });

  test('what does not fit the quota, has a name that is taken, or is managed already, is refused and left as it was', async () => {
    const id = defineForeign('second', [`${OUTSIDE}/second.img`]);
    const before = virsh('dumpxml', 'second');
    virsh('start', 'second');
    const refused = await adopt(id, {}, 'failed');
    assert.deepEqual(
      [refused.error?.code, refused.error?.details['resource']],
      ['quota_exceeded', 'runningVms'],
    );
    virsh('destroy', 'second');
    assert.equal((await adopt(id, { name: 'Old old' }, 'failed')).error?.code, 'name_taken');
    assert.equal(virsh('dumpxml', 'second'), before);
    assert.deepEqual(await foreign(), ['second']);
    const [vm] = (await admin.call('vmList', { query: {} })).items;
    const again = admin.call('foreignDomainAdopt', {
      params: { hostId: host.id, domainId: vm?.id ?? '' },
      body: { ownerId: owner.id },
    });
    await assert.rejects(again, (e) => e instanceof ApiError && e.code === 'domain_already_managed');
    virsh('undefine', 'second');
  });

  test('renaming and resizing it leave the rest of its definition alone', async () => {
    const [vm] = (await admin.call('vmList', { query: {} })).items;
    const vmId = vm?.id ?? '';
    const renamed = await admin.call('vmUpdate', { params: { vmId }, body: { name: 'kept' } });
    await finished(admin.call, renamed.operationId);
    const stopped = await admin.call('vmPowerOff', { params: { vmId } });
    await finished(admin.call, stopped.operationId);
    const resized = await admin.call('vmUpdate', { params: { vmId }, body: { vcpus: 1, memoryMib: 96 } });
    await finished(admin.call, resized.operationId);
    const xml = virsh('dumpxml', '--inactive', 'old');
    assert.match(xml, /<title>kept<\/title>/);
    assert.match(xml, /<vcpu[^>]*>1<\/vcpu>/);
    assert.equal(xml.match(/<disk /g)?.length, 2);
    assert.match(xml, /listen='127\.0\.0\.1'/);
    assert.deepEqual((await get(vmId)).differences, []);
    const { vcpus, memoryMib } = await usage();
    assert.deepEqual([vcpus, memoryMib], [1, 96]);
  });

  test('missing, it is defined again as it was', async () => {
    const [vm] = (await admin.call('vmList', { query: {} })).items;
    const before = virsh('dumpxml', '--inactive', 'old');
    virsh('undefine', 'old');
    await waitFor('it is missing', async () => (await get(vm?.id ?? '')).state === 'missing');
    await run('vmDefineAgain', vm?.id ?? '');
    assert.equal(without(virsh('dumpxml', '--inactive', 'old')), without(before));
    assert.equal((await get(vm?.id ?? '')).state, 'stopped');
  });

  test('deleting it leaves the files that LouCloud did not make; forgetting it leaves all of it', async () => {
    const [vm] = (await admin.call('vmList', { query: {} })).items;
    const vmId = vm?.id ?? '';
    await run('vmForget', vmId);
    assert.deepEqual(await foreign(), ['old']);
    assert.doesNotMatch(virsh('dumpxml', 'old'), /loucloud:vm/);
    assert.deepEqual(await usage(), { vms: 0, runningVms: 0, vcpus: 0, memoryMib: 0, diskBytes: 0 });
    await adopt(vmId);
    await run('vmPurge', vmId);
    assert.deepEqual(await foreign(), []);
    assert.ok(existsSync(`${OUTSIDE}/old.img`) && existsSync(`${POOL}/old-data.img`));
    const [left, ...others] = await leftovers();
    assert.deepEqual(
      [left?.kind, left?.name, left?.vmId, others],
      ['disk', `${POOL}/old-data.img`, null, []],
    );
    assert.ok(left?.changedAt && left.sizeBytes > 0);
    const body = { hostId: host.id, kind: 'disk', id: 'old-data.img' } as const;
    await assert.rejects(admin.call('leftoverRemove', { body }), { code: 'leftover_too_young' });
    assert.equal(left.firstSeenAt, null);
    const swept = await admin.call('leftoverSweep');
    assert.ok(swept.sweptAt !== null && swept.items[0]?.firstSeenAt);
    assert.equal((await admin.call('overviewGet')).leftoverCount, 1);
    await assert.rejects(admin.call('leftoverRemove', { body }), { code: 'leftover_too_young' });
    const { operationId } = await admin.call('leftoverRemove', { body: { ...body, evenYoung: true } });
    await finished(admin.call, operationId);
    assert.deepEqual(await leftovers(), []);
    assert.deepEqual(readdirSync(POOL), []);
  });

  test('with its files, when the admin says so', async () => {
    const id = defineForeign('third', [`${POOL}/third.img`]);
    await adopt(id, { name: 'third' });
    await run('vmDeleteWithFiles', id);
    assert.deepEqual([readdirSync(POOL), await foreign()], [[], []]);
  });

  test('a transient one is refused', async () => {
    const id = defineForeign('passing', [`${OUTSIDE}/passing.img`]);
    virsh('start', 'passing');
    virsh('undefine', 'passing');
    assert.equal((await adopt(id, {}, 'failed')).error?.code, 'domain_not_adoptable');
    virsh('destroy', 'passing');
  });

  test('an adoption that is cut off is finished; one that fails is undone', async () => {
    const id = defineForeign('cut', [`${OUTSIDE}/cut.img`]);
    const defined = virsh('dumpxml', 'cut');
    for (const step of ['record', 'label']) {
      await world.stop();
      await world.start({ LOUCLOUD_FAULT: `vm.adopt.${step}=error` });
      admin = await world.login();
      await waitFor('the server is back', async () => (await readHost()).health === 'healthy');
      await adopt(id, {}, 'failed');
      assert.deepEqual(await foreign(), ['cut']);
      assert.equal(without(virsh('dumpxml', 'cut')), without(defined));
      assert.equal((await usage()).vms, 0);
    }
    await world.stop();
    await world.start({ LOUCLOUD_FAULT: 'vm.adopt.label' });
    admin = await world.login();
    await waitFor('the server is back', async () => (await readHost()).health === 'healthy');
    const params = { hostId: host.id, domainId: id };
    await admin.call('foreignDomainAdopt', { params, body: { ownerId: owner.id } }).catch(() => undefined);
    await world.ended();
    await world.start();
    admin = await world.login();
    await waitFor('it is adopted', async () => {
      const [vm] = (await admin.call('vmList', { query: {} })).items;
      return vm?.state === 'stopped' && vm.operation === null;
    });
    assert.equal((await usage()).vms, 1);
    await run('vmForget', id);
    virsh('undefine', 'cut');
  });

  describe('a database that is older than the servers', () => {
    const files = ['loucloud.db', 'loucloud.db-wal', 'loucloud.db-shm'];
    let kept: Vm;
    let made: Vm;

    const create = async (name: string): Promise<Vm> => {
      const [template] = (await admin.call('templateList', { query: {} })).items;
      const body = { name, templateId: template?.id ?? '', ownerId: owner.id, start: false };
      const { items } = await admin.call('vmCreate', { body });
      await finished(admin.call, items[0]?.operationId ?? '');
      return get(items[0]?.vmId ?? '');
    };

    before(async () => {
      kept = await create('kept');
      await world.stop();
      for (const file of files) {
        const path = join(world.dataDir, file);
        if (existsSync(path)) copyFileSync(path, `${path}.old`);
      }
      await world.start();
      admin = await world.login();
      await waitFor('the server is back', async () => (await readHost()).health === 'healthy');
      await run('vmPurge', kept.id);
      made = await create('made');
      await run('vmStart', made.id);
      await world.stop();
      for (const file of files) {
        const path = join(world.dataDir, file);
        rmSync(path, { force: true });
        if (existsSync(`${path}.old`)) copyFileSync(`${path}.old`, path);
      }
      await world.start();
      admin = await world.login();
    });

    test('what is gone is missing, what is new is a leftover, and nothing has happened to either', async () => {
      await waitFor('the old VM is missing', async () => (await get(kept.id)).state === 'missing');
      const { items } = await admin.call('vmList', { query: {} });
      assert.deepEqual(
        items.map(({ id }) => id),
        [kept.id],
      );
      assert.match(virsh('domstate', made.id), /running/);
      const [domain, ...others] = await leftovers();
      assert.deepEqual(
        [domain?.kind, domain?.vmId, domain?.vmName, domain?.ownerName, domain?.isActive, others.length],
        ['domain', made.id, 'made', 'lihua', true, 0],
      );
      const body = { hostId: host.id, kind: 'domain', id: made.id, evenYoung: true } as const;
      const { operationId } = await admin.call('leftoverRemove', { body });
      assert.equal((await finished(admin.call, operationId, 'failed')).error?.code, 'leftover_in_use');
      const inUse = { hostId: host.id, kind: 'disk', id: `${made.id}.qcow2`, evenYoung: true } as const;
      const second = await admin.call('leftoverRemove', { body: inUse });
      assert.equal((await finished(admin.call, second.operationId, 'failed')).error?.code, 'leftover_in_use');
      assert.match(virsh('domstate', made.id), /running/);
    });

    test('what LouCloud made is taken back whole, by the same way as an adoption', async () => {
      await adopt(made.id);
      const vm = await get(made.id);
      assert.deepEqual(
        [vm.name, vm.state, vm.adoption, vm.imageName, vm.templateName, vm.networkName, vm.differences],
        ['made', 'running', null, made.imageName, made.templateName, made.networkName, []],
      );
      assert.deepEqual(await leftovers(), []);
      assert.equal((await usage()).vms, 2);
      await run('vmPurge', made.id);
      assert.ok(!existsSync(`${POOL}/${made.id}.qcow2`), 'its own disk goes with it');
    });

    test('forgetting what is missing frees the quota', async () => {
      await run('vmForget', kept.id);
      assert.deepEqual(await usage(), { vms: 0, runningVms: 0, vcpus: 0, memoryMib: 0, diskBytes: 0 });
      assert.deepEqual((await readHost()).reserved, { vcpus: 0, memoryMib: 0, diskBytes: 0 });
    });

    test('a disk whose domain and record are gone is listed with whose it was', async () => {
      const vm = await create('lost');
      virsh('undefine', vm.domainName ?? '');
      await waitFor('it is missing', async () => (await get(vm.id)).state === 'missing');
      assert.deepEqual(await leftovers(), [], 'a missing VM’s disk is known');
      await run('vmForget', vm.id);
      const [disk] = await leftovers();
      assert.deepEqual(
        [disk?.kind, disk?.id, disk?.vmName, disk?.ownerName],
        ['disk', `${vm.id}.qcow2`, 'lost', 'lihua'],
      );
    });

    test('a server that does not answer is named, and nobody waits for it', async () => {
      const pid = Number(readFileSync('/run/libvirt/libvirtd.pid', 'utf8'));
      process.kill(pid, 'SIGSTOP');
      try {
        const { hosts, items } = await admin.call('leftoverList', { query: {} });
        assert.deepEqual(items, []);
        assert.notEqual(hosts[0]?.problem, null);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
    });
  });
});
