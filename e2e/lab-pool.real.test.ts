// box: --no-libvirtd
/** A pool of three servers, one here, one by SSH, one by TLS: VMs on each, why they are there, and who does not get in. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  ApiError,
  type Client,
  type HostCheck,
  type Placement,
  type RequestFor,
  type Vm,
} from '@loucloud/api';
import { Authority } from '../tools/lab/authority.ts';
import type { LabHost } from '../tools/lab/lab-host.ts';
import { strangeNameOf } from '../tools/lab/lab.ts';
import { LabWorld } from './lab-world.ts';
import { readScreen } from './rfb.ts';
import { finished, guestSpeaks, openConsole, waitFor } from './world.ts';

type Candidate = RequestFor<'hostCheck'>['body'];
type SshHost = LabHost & { readonly access: { readonly kind: 'ssh' } };
type TlsHost = LabHost & { readonly access: { readonly kind: 'tls' } };

describe('a pool of three servers', () => {
  let world: LabWorld;
  let call: Client;
  let ssh: SshHost;
  let tls: TlsHost;

  before(async () => {
    world = await LabWorld.open({ hosts: ['local', 'ssh', 'tls'] });
    ({ call } = world.admin);
    ssh = world.lab.host('ssh') as SshHost;
    tls = world.lab.host('tls') as TlsHost;
  });
  after(() => world[Symbol.asyncDispose]());

  test('a VM is created by SSH and by TLS, and its screen and its serial line come the same way', async () => {
    const seeOn = async (host: LabHost, vm: Vm): Promise<void> => {
      assert.deepEqual([vm.hostName, vm.state], [host.name, 'running']);
      assert.match(await host.virsh('list', '--name'), new RegExp(vm.domainName ?? ''));
      const desktop = await openConsole(world.admin, 'desktop', vm.id);
      const { width, height } = await (await readScreen(desktop)).frame();
      assert.ok(width > 0 && height > 0);
      desktop.close();
      const serial = await openConsole(world.admin, 'serial', vm.id);
      await guestSpeaks(serial);
      serial.close();
      await finished(call, (await call('vmPurge', { params: { vmId: vm.id } })).operationId);
    };
    const [bySsh] = (await world.createOn(ssh, 'by SSH')) as [Vm];
    const [byTls] = (await world.createOn(tls, 'by TLS')) as [Vm];
    // Until the guests say something takes a while: both at once.
    await Promise.all([seeOn(ssh, bySsh), seeOn(tls, byTls)]);
  });

  test('VMs spread over the servers that are open, and each knows why it is where it is', async () => {
    const [local] = world.lab.hosts;
    assert.ok(local);
    const { id: hostId } = await world.stateOf(tls);
    const maintain = (isInMaintenance: boolean) =>
      call('hostUpdate', { params: { hostId }, body: { isInMaintenance } });
    const open = [local.name, ssh.name].toSorted();
    await maintain(true);
    const { id: templateId } = await world.starterTemplate();
    // The image is on both already: where it is weighs more than a few VMs.
    const { items } = await call('vmCreate', { body: { name: 'web-{1..4}', templateId, start: false } });
    const used = new Set<string>();
    for (const { vmId, operationId } of items) {
      const placement = (await finished(call, operationId)).result['placement'] as Placement;
      const { hostName } = await call('vmGet', { params: { vmId } });
      assert.equal(placement.chosen, hostName);
      assert.equal(placement.candidates[0]?.name, hostName);
      assert.deepEqual(placement.candidates.map(({ name }) => name).toSorted(), open);
      assert.deepEqual(
        placement.refusals.map(({ name, reason }) => [name, reason]),
        [[tls.name, 'maintenance']],
      );
      used.add(placement.chosen);
    }
    assert.deepEqual([...used].toSorted(), open);
    await maintain(false);
    const deleted = await Promise.all(items.map(({ vmId }) => call('vmPurge', { params: { vmId } })));
    for (const { operationId } of deleted) await finished(call, operationId);
  });

  /** The code of the check that kept it out. */
  async function refusal(body: Candidate): Promise<HostCheck['code']> {
    const { operationId } = await call('hostCheck', { body });
    const operation = await waitFor('the check is over', async () => {
      const now = await call('operationGet', { params: { operationId } });
      return now.finishedAt === null ? null : now;
    });
    assert.equal(operation.state, 'failed');
    const failed = (operation.result['checks'] as HostCheck[]).find(({ outcome }) => outcome === 'failed');
    assert.ok(failed, JSON.stringify(operation));
    return failed.code;
  }

  test('who may log in by SSH and not talk to libvirt does not get in; nor does plain TCP', async () => {
    const { privateKey, hostKeyFingerprint: hostKey } = ssh.access;
    const uri = `qemu+ssh://nobody@${ssh.address}/system`;
    const credentials = { kind: 'privateKey', privateKey } as const;
    assert.equal(await refusal({ uri, credentials, hostKey }), 'ssh_socket_refused');
    const plain = call('hostCheck', { body: { uri: `qemu+tcp://${tls.address}/system` } });
    await assert.rejects(plain, (error) => error instanceof ApiError && error.code === 'uri_tcp_refused');
  });

  test('by TLS nobody gets in with a certificate of another authority or an expired one, nor to another name', async () => {
    const { authority: ca, manager } = tls.access;
    const given = { kind: 'certificate', ca, ...manager } as const;
    const uri = `qemu+tls://${tls.address}/system`;
    const theirs = await Authority.found(join(world.world.dataDir, 'rogue'));
    const rogue = await theirs.issue({ commonName: 'manager' });
    const expired = await world.lab.authority.issue({ commonName: 'manager', isExpired: true });
    const found = {
      rogue: await refusal({ uri, credentials: { ...given, ...rogue } }),
      expired: await refusal({ uri, credentials: { ...given, ...expired } }),
      server: await refusal({ uri, credentials: { ...given, ca: theirs.certificate } }),
      name: await refusal({ uri: `qemu+tls://${strangeNameOf(tls.name)}/system`, credentials: given }),
    };
    assert.deepEqual(found, {
      rogue: 'tls_refused_our_certificate',
      expired: 'tls_our_certificate_expired',
      server: 'tls_untrusted_ca',
      name: 'tls_wrong_name',
    });
  });

  test('what LouCloud logs in with is nowhere to be read', async () => {
    const secrets = [ssh.access.privateKey, tls.access.manager.key].map((pem) => pem.split('\n')[1] ?? '');
    const { dataDir } = world.world;
    for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.parentPath.endsWith('rogue')) continue;
      const content = await readFile(join(entry.parentPath, entry.name));
      for (const secret of secrets) assert.ok(!content.includes(secret), entry.name);
    }
  });
});
