// box: --no-libvirtd
// mostly waits
/** The lab itself: that its servers are real, apart from each other, and suffer what they are told to. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Lab } from './lab.ts';
import type { LabHost } from './lab-host.ts';
import { run } from './run.ts';

const QUICK_MS = 1000;

/** `error`'s code, or `connected`, or `silence`. */
function reach(host: LabHost, port: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect({ host: host.address, port });
  socket.once('connect', () => resolve('connected'));
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
  const timer = setTimeout(() => resolve('silence'), QUICK_MS);
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}

/** What it answers within a second; null: nothing. */
const answer = (host: LabHost): Promise<string | null> =>
  run('timeout', String(QUICK_MS / 1000), 'virsh', '-q', '-c', host.socketUri, 'hostname').catch(() => null);

describe('three servers', () => {
  let lab: Lab;
  let local: LabHost;
  let ssh: LabHost;
  let tls: LabHost;

  before(async () => {
    lab = await Lab.open({ hosts: ['local', 'ssh', 'tls'] });
    [local, ssh, tls] = lab.hosts as [LabHost, LabHost, LabHost];
  });
  after(() => lab[Symbol.asyncDispose]());

  test('each has its own name, identity, network and storage, and one folder in common', async () => {
    const hostnames = await Promise.all(lab.hosts.map((host) => host.virsh('hostname')));
    assert.deepEqual(
      hostnames.map((text) => text.trim()),
      ['lab-1', 'lab-2', 'lab-3'],
    );
    const capabilities = await Promise.all(lab.hosts.map((host) => host.virsh('capabilities')));
    assert.equal(new Set(capabilities.map((xml) => /<uuid>(.*)<\/uuid>/.exec(xml)?.[1])).size, 3);
    for (const host of lab.hosts) {
      await host.virsh('net-start', 'default');
      await host.run('sh', '-c', 'hostname > /var/lib/libvirt/images/mine; hostname >> /srv/ours');
    }
    assert.ok(existsSync(tls.libPath('images/mine')));
    assert.equal(await tls.run('cat', '/var/lib/libvirt/images/mine'), 'lab-3\n');
    assert.equal(await run('cat', '/var/lib/libvirt/images/mine'), 'lab-1\n');
    assert.equal(await ssh.run('cat', `${lab.sharedPath}/ours`), 'lab-1\nlab-2\nlab-3\n');
  });

  test('libvirt’s own client gets in by SSH and by TLS with what the lab hands out, and nothing listens without', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'client-'));
    assert.ok(ssh.access.kind === 'ssh' && tls.access.kind === 'tls');
    const keyfile = join(folder, 'key');
    await writeFile(keyfile, ssh.access.privateKey, { mode: 0o600 });
    const bySsh = `${ssh.uri}?keyfile=${keyfile}&no_verify=1`;
    assert.equal((await run('virsh', '-q', '-c', bySsh, 'hostname')).trim(), 'lab-2');
    await writeFile(join(folder, 'cacert.pem'), tls.access.authority);
    await writeFile(join(folder, 'clientcert.pem'), tls.access.manager.certificate);
    await writeFile(join(folder, 'clientkey.pem'), tls.access.manager.key);
    const byTls = `${tls.uri}?pkipath=${folder}`;
    assert.equal((await run('virsh', '-q', '-c', byTls, 'hostname')).trim(), 'lab-3');
    assert.equal(await reach(tls, 16_509), 'ECONNREFUSED');
    assert.equal(await reach(ssh, 16_514), 'ECONNREFUSED');
  });

  test('frozen, it says nothing; thawed, it answers', async () => {
    for (const what of ['daemon', 'everything'] as const) {
      await ssh.freeze(what);
      assert.equal(await answer(ssh), null);
      await ssh.thaw();
      assert.equal((await ssh.virsh('hostname')).trim(), 'lab-2');
    }
  });

  test('cut off, packets vanish without a refusal; healed, they arrive', async () => {
    await tls.cut();
    assert.equal(await reach(tls, 16_514), 'silence');
    assert.equal((await tls.virsh('hostname')).trim(), 'lab-3');
    await tls.heal();
    assert.equal(await reach(tls, 16_514), 'connected');
  });

  test('delayed, each answer takes so much longer; then it does not', async () => {
    const roundTripMs = async (): Promise<number> => {
      const startedAt = performance.now();
      await run('ssh-keyscan', '-t', 'ed25519', ssh.name);
      return performance.now() - startedAt;
    };
    await ssh.delay(500);
    // Its greeting, the key exchange.
    assert.ok((await roundTripMs()) > 1000);
    await ssh.delay(0);
    assert.doesNotMatch(await run('iptables', '-t', 'nat', '-S', 'OUTPUT'), /REDIRECT/);
    assert.equal(await reach(ssh, 22), 'connected');
  });

  test('its daemon stopped, nobody answers; started, it is as before', async () => {
    await local.stopDaemon();
    assert.equal(await answer(local), null);
    await local.startDaemon();
    assert.match(await local.virsh('net-list', '--name'), /default/);
  });

  test('without power everything of it is gone, and nobody says so; booted, what was on its disk is there', async () => {
    await tls.powerCut();
    assert.equal(await answer(tls), null);
    assert.equal(await reach(tls, 16_514), 'silence');
    await tls.boot();
    assert.doesNotMatch(await tls.virsh('net-list', '--name'), /default/);
    assert.equal(await tls.run('cat', '/var/lib/libvirt/images/mine'), 'lab-3\n');
    assert.equal(await reach(tls, 16_514), 'connected');
  });

  test('its SSH key can become another', async () => {
    assert.ok(ssh.access.kind === 'ssh');
    assert.notEqual(await ssh.changeHostKey(), ssh.access.hostKeyFingerprint);
  });
});

test('when a lab closes, the box is as before', async () => {
  const lab = await Lab.open({ hosts: ['local'] });
  await lab[Symbol.asyncDispose]();
  assert.equal(await run('ip', '-br', 'link', 'show', 'type', 'bridge'), '');
  assert.ok(!existsSync('/var/lib/libvirt/images/mine') && !existsSync('/srv/ours'));
  assert.doesNotMatch(await run('cat', '/etc/hosts'), /lab-1/);
});
