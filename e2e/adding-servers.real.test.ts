// box: --no-libvirtd
/** Servers that are reached by SSH and by TLS: looked at, added, lost to another key, and taken back. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Host, HostCheck, HostCredentials, Operation } from '@loucloud/api';
import { poolEntry } from '../tools/lab/pool-entry.ts';
import { LabWorld } from './lab-world.ts';
import { waitFor } from './world.ts';

describe('servers over SSH and TLS', () => {
  let cloud: LabWorld;
  before(async () => {
    cloud = await LabWorld.open();
  });
  after(() => cloud[Symbol.asyncDispose]());

  async function ended(operationId: string): Promise<Operation> {
    return waitFor('the operation is over', async () => {
      const operation = await cloud.admin.call('operationGet', { params: { operationId } });
      return operation.finishedAt === null ? null : operation;
    });
  }

  /** The checks of an address that need not be in the pool, up to the first that does not pass. */
  async function look(uri: string, more: { credentials?: HostCredentials; hostKey?: string } = {}) {
    const { operationId } = await cloud.admin.call('hostCheck', { body: { uri, ...more } });
    const operation = await ended(operationId);
    const checks = operation.result['checks'] as HostCheck[];
    const wrong = checks.find(({ outcome }) => outcome !== 'ok');
    return { operation, checks, wrong, error: operation.error?.code };
  }

  const lab = () => ({ ssh: cloud.lab.host('ssh'), tls: cloud.lab.host('tls') });

  function sshAccess() {
    const { access } = lab().ssh;
    assert.ok(access.kind === 'ssh');
    return access;
  }

  function tlsAccess() {
    const { access } = lab().tls;
    assert.ok(access.kind === 'tls');
    const { certificate, key } = access.manager;
    return { kind: 'certificate', ca: access.authority, certificate, key } as const;
  }

  test('both have joined, with what they were added with, and secrets of neither', async () => {
    const [ssh, tls] = [await cloud.stateOf(lab().ssh), await cloud.stateOf(lab().tls)];
    assert.deepEqual([ssh.transport, ssh.credentialKind, ssh.health], ['ssh', 'privateKey', 'healthy']);
    assert.deepEqual(ssh.hostKey, { type: 'ssh-ed25519', fingerprint: sshAccess().hostKeyFingerprint });
    assert.deepEqual([tls.transport, tls.credentialKind, tls.health], ['tls', 'certificate', 'healthy']);
    assert.equal(tls.hostKey, null);
    const codes = (host: Host) => host.checks.slice(0, 5).map(({ code }) => code);
    assert.deepEqual(codes(ssh), ['name_ok', 'connect_ok', 'host_key_ok', 'login_ok', 'libvirt_ok']);
    assert.deepEqual(codes(tls).slice(0, 4), ['name_ok', 'connect_ok', 'certificate_ok', 'libvirt_ok']);
  });

  test('the same server is refused under another address, by the machine’s own id', async () => {
    const { address } = lab().ssh;
    const { privateKey, hostKeyFingerprint: hostKey } = sshAccess();
    const credentials = { kind: 'privateKey', privateKey } as const;
    const { error, operation } = await look(`qemu+ssh://root@${address}/system`, { credentials, hostKey });
    assert.equal(error, 'host_already_added');
    assert.equal(operation.error?.details['name'], lab().ssh.name);
  });

  test('a key that nobody has confirmed ends the checks before the login, and is shown', async () => {
    const credentials = { kind: 'password', password: 'not to be sent to anybody' } as const;
    const { error, operation, wrong } = await look(`qemu+ssh://root@${lab().ssh.address}/system`, {
      credentials,
    });
    assert.equal(error, 'host_key_unconfirmed');
    const seen = { type: 'ssh-ed25519', fingerprint: sshAccess().hostKeyFingerprint };
    assert.deepEqual(operation.error?.details, seen);
    assert.deepEqual([wrong?.name, wrong?.code], ['hostKey', 'host_key_unconfirmed']);
  });

  test('what is wrong with a login or a certificate is said by its name', async () => {
    const { address } = lab().ssh;
    const { hostKeyFingerprint: hostKey } = sshAccess();
    const uri = `qemu+ssh://root@${address}/system`;
    const wrongPassword = { kind: 'password', password: 'wrong' } as const;
    const found = async (...look1: Parameters<typeof look>) => {
      const { wrong } = await look(...look1);
      return `${wrong?.name}: ${wrong?.code}`;
    };
    assert.equal(
      await found(uri, { credentials: wrongPassword, hostKey }),
      'login: ssh_authentication_failed',
    );
    const garbage = { kind: 'privateKey', privateKey: 'no key' } as const;
    assert.equal(await found(uri, { credentials: garbage, hostKey }), 'login: ssh_key_unreadable');
    const other = `SHA256:${'A'.repeat(43)}`;
    assert.equal(
      await found(uri, { credentials: wrongPassword, hostKey: other }),
      'hostKey: host_key_changed',
    );
    const own = tlsAccess();
    const tls = `qemu+tls://${lab().tls.address}/system`;
    const stranger = await cloud.lab.authority.issue({ commonName: 'stranger' });
    assert.equal(
      await found(tls, { credentials: { ...own, ...stranger } }),
      'certificate: tls_refused_our_certificate',
    );
    assert.equal(
      await found(tls, { credentials: { ...own, ca: stranger.certificate } }),
      'certificate: tls_untrusted_ca',
    );
    assert.equal(
      await found(tls, { credentials: { ...own, key: stranger.key } }),
      'certificate: tls_certificate_unreadable',
    );
    assert.equal(
      await found('qemu+tls://nowhere.invalid/system', { credentials: own }),
      'name: name_not_found',
    );
    assert.equal(
      await found(`qemu+tls://${address}/system`, { credentials: own }),
      'connect: connection_refused',
    );
  });

  test('another key makes the server red, until the admin accepts it', async () => {
    const { ssh } = lab();
    const { id } = await cloud.stateOf(ssh);
    const before = sshAccess().hostKeyFingerprint;
    const fingerprint = await ssh.changeHostKey();
    // The connection that stands is of the old one's time.
    await ssh.powerCut();
    await ssh.boot();
    const red = await waitFor('the key is seen to be another', async () => {
      const host = await cloud.stateOf(ssh);
      return host.healthReason === 'host_key_changed' ? host : null;
    });
    assert.equal(red.health, 'unreachable');
    assert.deepEqual(
      [red.healthDetails['expected'], red.healthDetails['fingerprint'], red.healthDetails['type']],
      [before, fingerprint, 'ssh-ed25519'],
    );
    const accepted = await cloud.admin.call('hostUpdate', {
      params: { hostId: id },
      body: { hostKey: fingerprint },
    });
    assert.deepEqual(accepted.hostKey, { type: 'ssh-ed25519', fingerprint });
    await cloud.untilHealth(ssh, 'healthy');
  });

  test('a server that is removed can be added again, and its secret is gone meanwhile', async () => {
    const { tls } = lab();
    const { id } = await cloud.stateOf(tls);
    await cloud.admin.call('hostRemove', { params: { hostId: id } });
    const { operationId } = await cloud.admin.call('hostAdd', { body: poolEntry(tls) });
    assert.equal((await ended(operationId)).state, 'done');
    await cloud.untilHealth(tls, 'healthy');
  });
});
