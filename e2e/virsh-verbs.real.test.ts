/** Every verb of virsh, used behind our back on a VM of ours: within two seconds the API says what has become of it, and why (P-14, P-15). */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { DifferenceField, Event, Host, Vm } from '@loucloud/api';
import { type Login, World, finished, waitFor } from './world.ts';

const WITHIN_MS = 2000;
const POOL = '/var/lib/libvirt/loucloud';
const NAMESPACE = 'https://loucloud.net/xmlns/domain/1';
const virsh = (...argv: readonly string[]): string =>
  execFileSync('virsh', ['-q', ...argv], { encoding: 'utf8', timeout: 60_000 });

describe('virsh, behind our back', () => {
  let world: World;
  let admin: Login;
  let vmId: string;
  /** libvirt's name for it, which virsh may change. */
  let domain: string;
  let folder: string;

  before(async () => {
    world = await World.open();
    admin = await world.login();
    folder = mkdtempSync(join(tmpdir(), 'virsh-'));
    // QEMU runs as a user of its own.
    chmodSync(folder, 0o755);
    const template = (await admin.call('templateList', { query: {} })).items[0];
    const body = { name: 'web-1', templateId: template?.id ?? '', start: false };
    const { items } = await admin.call('vmCreate', { body });
    await finished(admin.call, items[0]?.operationId ?? '');
    vmId = items[0]?.vmId ?? '';
    domain = (await read()).domainName ?? '';
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await world[Symbol.asyncDispose]();
  });

  const read = (): Promise<Vm> => admin.call('vmGet', { params: { vmId } });
  const readHost = async (): Promise<Host> => {
    const [host] = (await admin.call('hostList', { query: {} })).items;
    assert.ok(host);
    return host;
  };
  const lastEvent = async (type: Event['type']): Promise<Event> => {
    const [event] = (await admin.call('auditList', { query: { type, limit: 1 } })).items;
    assert.ok(event, type);
    return event;
  };

  const becomes = async (state: Vm['state'], cause: Vm['stateCause']): Promise<void> => {
    let vm = await read();
    const isSo = async () => (vm = await read()).state === state;
    await waitFor(`it is ${state}`, isSo, WITHIN_MS).catch((error: unknown) => {
      throw new Error(`${vm.state}/${vm.stateCause} instead of ${state}/${cause}`, { cause: error });
    });
    assert.equal(vm.stateCause, cause);
    const { details } = await lastEvent('vm.stateChanged');
    assert.deepEqual([details['to'], details['cause']], [state, cause]);
  };

  const fields = async (): Promise<DifferenceField[]> => (await read()).differences.map(({ field }) => field);
  const differsIn = async (...expected: DifferenceField[]): Promise<void> => {
    const wanted = expected.toSorted().join();
    let now = '';
    const isSo = async () => (now = (await fields()).toSorted().join()) === wanted;
    await waitFor(`it differs in ${wanted}`, isSo, WITHIN_MS).catch((error: unknown) => {
      throw new Error(`it differs in [${now}] instead of [${wanted}]`, { cause: error });
    });
    const { details } = await lastEvent(expected.length > 0 ? 'vm.differs' : 'vm.agrees');
    assert.deepEqual(details['fields'] ?? [], await fields());
  };
  /** Nothing of it is news. */
  const stays = async (): Promise<void> => {
    const { state, differences } = await read();
    assert.deepEqual([state, differences], ['running', []]);
  };

  test('start, suspend, resume, reset, reboot', async () => {
    virsh('start', domain);
    await becomes('running', 'started_outside');
    virsh('suspend', domain);
    await becomes('paused', 'suspended_outside');
    virsh('resume', domain);
    await becomes('running', 'resumed_outside');
    virsh('reset', domain);
    virsh('reboot', domain);
    virsh('autostart', domain);
    virsh('screenshot', domain, join(folder, 'screen'));
    await stays();
  });

  test('dump, which pauses it meanwhile', async () => {
    virsh('dump', domain, join(folder, 'core'), '--memory-only');
    await waitFor('it runs', async () => (await read()).state === 'running', WITHIN_MS);
  });

  test('save to a file, and restore', async () => {
    virsh('save', domain, join(folder, 'saved'));
    await becomes('stopped', 'saved_outside');
    virsh('restore', join(folder, 'saved'));
    await becomes('running', 'started_outside');
  });

  test('managedsave, and start from it', async () => {
    virsh('managedsave', domain);
    await becomes('saved', 'saved_outside');
    virsh('start', domain);
    await becomes('running', 'started_outside');
  });

  test('snapshot-create, snapshot-revert, snapshot-delete', async () => {
    virsh('snapshot-create-as', domain, 'before');
    await waitFor('it runs', async () => (await read()).state === 'running', WITHIN_MS);
    virsh('destroy', domain);
    await becomes('stopped', 'stopped_outside');
    virsh('snapshot-revert', domain, 'before');
    await becomes('running', 'started_outside');
    virsh('snapshot-delete', domain, 'before');
    await stays();
  });

  test('attach-disk and detach-disk, of what runs and of what is defined', async () => {
    const extra = join(folder, 'extra.img');
    writeFileSync(extra, Buffer.alloc(1_048_576));
    virsh('attach-disk', domain, extra, 'vdb', '--live', '--config');
    await differsIn('disks');
    virsh('detach-disk', domain, 'vdb', '--config');
    await differsIn();
    // Of the running guest alone, which is not asked to let go.
    virsh('detach-disk', domain, 'vdb', '--live');
  });

  test('attach-interface and detach-interface', async () => {
    const nic = ['network', '--mac', '52:54:00:aa:bb:cc', '--config'];
    virsh('attach-interface', domain, 'network', 'default', '--mac', '52:54:00:aa:bb:cc', '--config');
    await differsIn('networkCards');
    virsh('detach-interface', domain, ...nic);
    await differsIn();
  });

  test('setvcpus, setmem and setmaxmem: shown, not recorded, and the reservation stays exact', async () => {
    const { user } = await admin.call('meGet');
    const before = await read();
    virsh('setvcpus', domain, '3', '--config', '--maximum');
    virsh('setvcpus', domain, '3', '--config');
    await differsIn('vcpus');
    virsh('setmaxmem', domain, '512M', '--config');
    virsh('setmem', domain, '512M', '--config');
    await differsIn('memoryMib', 'vcpus');
    const now = await read();
    assert.deepEqual([now.vcpus, now.memoryMib], [before.vcpus, before.memoryMib]);
    assert.deepEqual((await admin.call('meGet')).user.usage, user.usage);
    assert.equal(now.actions.acceptDifferences, 'ok');
  });

  test('desc, --title too; then the record follows all of it, within the quota', async () => {
    virsh('desc', domain, '--live', '--config', '--title', 'renamed by virsh');
    virsh('desc', domain, '--live', '--config', 'and described');
    await differsIn('description', 'memoryMib', 'name', 'vcpus');
    const usage = (await admin.call('meGet')).user.usage;
    const before = await read();
    const { operationId } = await admin.call('vmAcceptDifferences', { params: { vmId } });
    await finished(admin.call, operationId);
    const now = await read();
    assert.deepEqual(
      [now.name, now.description, now.vcpus, now.memoryMib],
      ['renamed by virsh', 'and described', 3, 512],
    );
    // The running guest has what it was started with.
    assert.deepEqual(
      now.differences.map(({ field }) => field),
      ['runningVcpus', 'runningMemoryMib'],
    );
    const after = (await admin.call('meGet')).user.usage;
    assert.equal(after.vcpus - usage.vcpus, 3 - before.vcpus);
    assert.equal(after.memoryMib - usage.memoryMib, 512 - before.memoryMib);
    const host = await readHost();
    assert.deepEqual([host.reserved.vcpus, host.reserved.memoryMib], [3, 512]);
    virsh('destroy', domain);
    await becomes('stopped', 'stopped_outside');
    await differsIn();
  });

  test('and what virsh changed can be put back', async () => {
    virsh('setvcpus', domain, '1', '--config');
    virsh('setmem', domain, '256M', '--config');
    virsh('setmaxmem', domain, '256M', '--config');
    await differsIn('memoryMib', 'vcpus');
    const { operationId } = await admin.call('vmRevertDifferences', { params: { vmId } });
    await finished(admin.call, operationId);
    await differsIn();
    assert.match(virsh('dominfo', domain), /CPU\(s\):\s+3\b/);
  });

  test('change-media', async () => {
    const iso = join(folder, 'empty.iso');
    writeFileSync(iso, Buffer.alloc(1_048_576));
    virsh('attach-disk', domain, iso, 'sda', '--type', 'cdrom', '--mode', 'readonly', '--config');
    await differsIn('cdrom');
    virsh('change-media', domain, 'sda', '--eject', '--config');
    await differsIn();
  });

  test('domrename: libvirt’s own name for it is followed', async () => {
    virsh('domrename', domain, 'by-another-name');
    domain = 'by-another-name';
    await waitFor('the name follows', async () => (await read()).domainName === domain, WITHIN_MS);
    assert.equal((await read()).state, 'stopped');
  });

  test('blockresize and blockcopy', async () => {
    virsh('start', domain);
    await becomes('running', 'started_outside');
    virsh('blockresize', domain, 'vda', '3G');
    await differsIn('diskBytes');
    const accepted = await admin.call('vmAcceptDifferences', { params: { vmId } });
    await finished(admin.call, accepted.operationId);
    assert.equal((await read()).diskBytes, 3 * 2 ** 30);
    await differsIn();
    const copy = join(POOL, 'copy.qcow2');
    virsh('blockcopy', domain, 'vda', copy, '--transient-job', '--wait', '--pivot');
    await differsIn('disk');
    virsh(
      'blockcopy',
      domain,
      'vda',
      `${POOL}/${vmId}.qcow2`,
      '--transient-job',
      '--wait',
      '--pivot',
      '--reuse-external',
    );
    await differsIn();
  });

  test('metadata: another’s owner is shown, and without our metadata it is missing, not forgotten', async () => {
    const ours = virsh('metadata', domain, NAMESPACE).trim();
    const change = (...rest: string[]) => virsh('metadata', domain, NAMESPACE, '--live', '--config', ...rest);
    change('--key', 'loucloud', '--set', ours.replace(/owner id="[^"]*"/, `owner id="${vmId}"`));
    await differsIn('owner');
    change('--remove');
    await becomes('missing', 'label_removed_outside');
    const { operationId } = await admin.call('vmDefineAgain', { params: { vmId } });
    await finished(admin.call, operationId);
    assert.equal((await read()).state, 'running');
    await differsIn();
  });

  test('shutdown, which the guest does itself, and destroy', async () => {
    // A guest that is still booting does not hear the button.
    await waitFor('the guest shuts down', async () => {
      // It may be off by now: then virsh refuses, and there is nothing left to ask for.
      spawnSync('virsh', ['-q', 'shutdown', domain]);
      return (await read()).state === 'stopped';
    });
    assert.equal((await read()).stateCause, 'shut_down_by_guest');
    virsh('start', domain);
    await becomes('running', 'started_outside');
    virsh('destroy', domain);
    await becomes('stopped', 'stopped_outside');
  });

  test('undefine, and define from its XML', async () => {
    const xml = join(folder, 'domain.xml');
    writeFileSync(xml, virsh('dumpxml', '--inactive', '--security-info', domain));
    virsh('undefine', domain, '--nvram', '--managed-save');
    await becomes('missing', 'undefined_outside');
    virsh('define', xml);
    await becomes('stopped', 'found_so');
    virsh('start', domain);
    virsh('undefine', domain);
    await becomes('running', 'started_outside');
    virsh('destroy', domain);
    await becomes('missing', 'undefined_outside');
  });

  test('a missing VM is defined again from the record, over its disk', async () => {
    const { operationId } = await admin.call('vmDefineAgain', { params: { vmId } });
    await finished(admin.call, operationId);
    const vm = await read();
    assert.deepEqual([vm.state, vm.differences, vm.vcpus], ['stopped', [], 3]);
    domain = vm.domainName ?? '';
  });

  test('pool-destroy, pool-start, pool-refresh', async () => {
    virsh('pool-destroy', 'loucloud');
    const hasRoom = async () => (await readHost()).poolAvailableBytes > 0;
    await waitFor('the pool is seen to be stopped', async () => !(await hasRoom()), WITHIN_MS);
    assert.deepEqual((await lastEvent('host.updated')).details['changed'], ['pool']);
    assert.equal((await read()).differences.length, 0, 'a stopped pool is no lost disk');
    virsh('pool-start', 'loucloud');
    await waitFor('the pool is seen to run', hasRoom, WITHIN_MS);
    virsh('pool-refresh', 'loucloud');
  });

  test('net-destroy and net-start', async () => {
    const isThere = async () => {
      const { items } = await admin.call('networkList', { query: {} });
      return items.some(({ hostIds }) => hostIds.length > 0);
    };
    assert.ok(await isThere());
    virsh('net-destroy', 'default');
    await waitFor('the network is seen to be gone', async () => !(await isThere()), WITHIN_MS);
    virsh('net-start', 'default');
    await waitFor('the network is seen to be back', isThere, WITHIN_MS);
  });

  test('vol-delete of its disk; without it the VM is not defined again, and says why', async () => {
    virsh('vol-delete', `${vmId}.qcow2`, 'loucloud');
    await differsIn('disk');
    virsh('undefine', domain);
    await becomes('missing', 'undefined_outside');
    const { operationId } = await admin.call('vmDefineAgain', { params: { vmId } });
    assert.equal((await finished(admin.call, operationId, 'failed')).error?.code, 'disk_missing');
    const forgotten = await admin.call('vmForget', { params: { vmId } });
    await finished(admin.call, forgotten.operationId);
    assert.equal((await admin.call('vmList', { query: {} })).total, 0);
    const { usage } = (await admin.call('meGet')).user;
    assert.deepEqual(usage, { vms: 0, runningVms: 0, vcpus: 0, memoryMib: 0, diskBytes: 0 });
    assert.deepEqual((await readHost()).reserved, { vcpus: 0, memoryMib: 0, diskBytes: 0 });
  });

  test('nothing went wrong behind the test’s back', async () => {
    assert.doesNotMatch(await world.log(), /"level":(50|60)/);
  });
});
