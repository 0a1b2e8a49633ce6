import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import {
  ArgumentError,
  ConnectError,
  type ConnectReason,
  Connection,
  ConnectionLostError,
  Link,
  type SshOptions,
  readHostKey,
  sshTransport,
  volumeRef,
} from './index.ts';
import { addBoxUser } from './testing/box-user.ts';
import { PrivateSshd } from './testing/private-sshd.ts';
import { createBootVolume, startPool } from './testing/real-pool.ts';
import { waitUntil } from './testing/wait-until.ts';

const uri = 'qemu+ssh://root@127.0.0.1/system';
const keepalive = { intervalMs: 300, count: 2 };
const backoff = { minMs: 50, maxMs: 500 };
/** Somebody without rights, who is not on this machine outside of the box. */
const PLAIN = { username: 'lou-plain', password: 'a good password' };

let sshd: PrivateSshd;
let login: SshOptions;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ssh-'));
  await addBoxUser(PLAIN);
  sshd = await PrivateSshd.start({ config: ['PasswordAuthentication yes'] });
  login = await sshd.login();
});

after(async () => {
  await sshd.stop();
  rmSync(folder, { recursive: true });
});

async function connect(options: Partial<SshOptions> = {}): Promise<void> {
  const transport = sshTransport({ ...login, ...options });
  try {
    const connection = await Connection.open({ uri, transport });
    await connection.close();
  } finally {
    await transport.close();
  }
}

const refuses = (opening: Promise<unknown>, reason: ConnectReason): Promise<void> =>
  assert.rejects(opening, (error) => {
    assert.ok(error instanceof ConnectError, String(error));
    assert.equal(error.reason, reason, String(error.cause));
    return true;
  });

async function withSshd(config: readonly string[], use: (login: SshOptions) => Promise<void>): Promise<void> {
  const other = await PrivateSshd.start({ config });
  try {
    await use(await other.login());
  } finally {
    await other.stop();
  }
}

test('calls, events and streams go over one login', async () => {
  const link = new Link({ uri, transport: sshTransport(login) });
  const states: string[] = [];
  link.on('pool', ({ event }) => states.push(event));
  link.start();
  await link.whenConnected();
  const other = sshTransport(login);
  const connection = await Connection.open({ uri, transport: other });
  const pool = await startPool(connection, 'over-ssh');
  await createBootVolume(connection, pool, 'boot.img');
  await waitUntil(() => states.includes('started'), { what: 'the event of the pool' });
  const volume = volumeRef('over-ssh', 'boot.img');
  const args = { volume, offset: 0, length: 0, flags: 0 };
  const downloads = Array.from({ length: 12 }, () =>
    link.withStream('storageVolDownload', args, async (stream) => (await stream.toArray()) as Buffer[]),
  );
  for (const parts of await Promise.all(downloads))
    assert.equal(Buffer.concat(parts).readUInt16LE(510), 0xaa55);
  assert.equal(logins(), 2); // the link's, and the other connection's
  await connection.close();
  await other.close();
  await link.close();
});

test('the key of a server is read without a login', async () => {
  const signal = AbortSignal.timeout(10_000);
  const key = await readHostKey({ host: '127.0.0.1', port: sshd.port }, signal);
  assert.deepEqual(key, { type: 'ssh-ed25519', fingerprint: sshd.hostKey });
});

test('a server with another key than the pinned one is refused, and says which it has', async () => {
  const signal = AbortSignal.timeout(10_000);
  await withSshd([], async (pinned) => {
    await refuses(connect({ port: pinned.port ?? 0 }), 'host_key_changed');
    const seen = await readHostKey({ host: '127.0.0.1', port: pinned.port ?? 0 }, signal);
    const opening = sshTransport({ ...login, port: pinned.port ?? 0 }).open(signal);
    await assert.rejects(
      opening,
      (e) => e instanceof ConnectError && e.hostKey?.fingerprint === seen.fingerprint,
    );
  });
});

test('a server that is not there is refused with the reason', async () => {
  await refuses(connect({ host: 'no-such-host.invalid' }), 'name_not_found');
  await refuses(connect({ port: 1 }), 'connection_refused');
  await refuses(connect({ host: '192.0.2.1' }), 'host_unreachable');
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const transport = sshTransport({ ...login, port });
  await refuses(transport.open(AbortSignal.timeout(200)), 'connect_timeout');
  await refuses(readHostKey({ host: '127.0.0.1', port }, AbortSignal.timeout(200)), 'connect_timeout');
  silent.on('connection', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await refuses(connect({ port }), 'connection_lost');
  silent.close();
  const strange = ['KexAlgorithms sntrup761x25519-sha512@openssh.com']; // which ssh2 does not have
  await withSshd(strange, async (other) => refuses(connect(other), 'ssh_protocol'));
});

test('a password is given however the server asks for it', async () => {
  for (const line of ['PasswordAuthentication yes', 'KbdInteractiveAuthentication yes']) {
    await withSshd([line, 'UsePAM yes'], async ({ privateKey: _key, ...asked }) => {
      const transport = sshTransport({ ...asked, ...PLAIN });
      (await transport.open(AbortSignal.timeout(20_000))).destroy();
      await transport.close();
    });
  }
});

test('a login with a wrong key, user or password is refused', async () => {
  await withSshd([], async ({ privateKey }) =>
    refuses(connect({ privateKey: privateKey ?? '' }), 'ssh_authentication_failed'),
  );
  await refuses(connect({ username: 'nobody-here' }), 'ssh_authentication_failed');
  const { privateKey: _none, ...byPassword } = login;
  login = { ...byPassword, ...PLAIN, password: 'a bad password' };
  try {
    await refuses(connect(), 'ssh_authentication_failed');
  } finally {
    login = await sshd.login();
  }
});

test('a private key that cannot be read, or not without its passphrase, is refused before any login', async () => {
  await refuses(connect({ privateKey: 'not a key' }), 'ssh_key_unreadable');
  await refuses(connect({ privateKey: readFileSync(sshd.path('client.pub')) }), 'ssh_key_unreadable');
  const path = join(folder, 'locked');
  copyFileSync(sshd.path('client'), path);
  chmodSync(path, 0o600);
  execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', path]);
  const privateKey = readFileSync(path);
  await refuses(connect({ privateKey }), 'ssh_key_unreadable');
  await refuses(connect({ privateKey, passphrase: 'wrong' }), 'ssh_key_unreadable');
  await connect({ privateKey, passphrase: 'open sesame' });
});

test('a server that forwards nothing is told from one where libvirt does not run', async () => {
  for (const line of ['AllowStreamLocalForwarding no', 'DisableForwarding yes']) {
    await withSshd([line], async (denied) => refuses(connect(denied), 'ssh_forwarding_denied'));
  }
  await withSshd(['AllowStreamLocalForwarding no', 'ForceCommand /bin/true'], async (mute) =>
    refuses(connect(mute), 'ssh_socket_refused'),
  );
  await refuses(connect({ uri: 'qemu:///system?socket=/run/no-such-socket' }), 'libvirt_not_running');
  await refuses(connect({ uri: `qemu:///system?socket=${leftBehind()}` }), 'libvirt_not_running');
});

/** A socket whose daemon is gone. */
function leftBehind(): string {
  const path = join(folder, 'left-behind');
  execFileSync('python3', ['-c', `import socket; socket.socket(socket.AF_UNIX).bind('${path}')`]);
  return path;
}

test('a user without rights on libvirt’s socket is refused with the reason', async () => {
  const { privateKey: _none, ...byPassword } = login;
  chmodSync('/run/libvirt/libvirt-sock', 0o770);
  const transport = sshTransport({ ...byPassword, ...PLAIN });
  await refuses(transport.open(AbortSignal.timeout(10_000)), 'libvirt_permission_denied');
  await transport.close();
});

test('what else listens on the server is reached by its path or port', async () => {
  const link = new Link({ uri, transport: sshTransport(login) });
  assert.ok(link.canForward);
  const path = join(folder, 'echo');
  const targets = [{ path }, { port: 0 }];
  for (const target of targets) {
    const server = createServer((socket) => socket.pipe(socket)).listen('path' in target ? path : 0);
    await once(server, 'listening');
    if ('port' in target) target.port = (server.address() as { port: number }).port;
    const stream = await link.forward(target);
    stream.end('there and back');
    assert.equal(await text(stream), 'there and back');
    server.close();
    await once(server, 'close');
    await refuses(link.forward(target), 'forward_not_listening');
  }
  await assert.rejects(link.forward({ path: 'relative' }), ArgumentError);
  await link.close();
  await refuses(link.forward({ path }), 'aborted');
});

test('a user who may not enter a socket’s folder is told so', async () => {
  const { privateKey: _none, ...byPassword } = login;
  const link = new Link({ uri, transport: sshTransport({ ...byPassword, ...PLAIN }) });
  mkdirSync(join(folder, 'closed/inner'), { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o755);
  const server = createServer().listen(join(folder, 'closed/inner/socket'));
  await once(server, 'listening');
  await refuses(link.forward({ path: join(folder, 'closed/inner/socket') }), 'forward_permission_denied');
  server.close();
  await link.close();
});

test('a killed sshd ends the link; it comes back with the server', async () => {
  const link = new Link({ uri, transport: sshTransport(login), backoff });
  link.start();
  await link.whenConnected();
  const waiting = Promise.allSettled([link.call('connectGetHostname', {})]);
  const stream = await link.forward({ path: '/var/run/libvirt/libvirt-sock' });
  stream.on('error', () => {}); // its end is what counts
  const cut = new Promise((resolve) => stream.on('close', resolve));
  const lost = new Promise<Error>((resolve) => link.on('disconnected', resolve));
  await sshd.kill();
  assert.ok((await lost) instanceof ConnectionLostError);
  await cut;
  await waiting;
  await assert.rejects(link.call('connectGetHostname', {}), ConnectionLostError);
  await sshd.restart();
  await link.whenConnected();
  assert.equal((await link.call('connectGetHostname', {})).hostname, 'loucloud-box');
  await link.close();
});

test('a frozen sshd is found out by the keepalive, and the next login is a new one', async () => {
  const transport = sshTransport({ ...login, keepalive });
  const link = new Link({ uri, transport, backoff, connectTimeoutMs: 1000 });
  link.start();
  await link.whenConnected();
  const lost = new Promise<Error>((resolve) => link.on('disconnected', resolve));
  await sshd.signal('SIGSTOP');
  const startedAt = performance.now();
  assert.ok((await lost) instanceof ConnectionLostError);
  assert.ok(performance.now() - startedAt < 5000);
  await sshd.signal('SIGCONT');
  await link.whenConnected();
  await link.call('connectGetHostname', {});
  await link.close();
});

test('many who need the login at once share it, and one who gives up spoils it for nobody', async () => {
  const transport = sshTransport(login);
  const before = logins();
  const impatient = transport.open(AbortSignal.timeout(1));
  const patient = Array.from({ length: 20 }, () => transport.open(AbortSignal.timeout(20_000)));
  await refuses(impatient, 'connect_timeout');
  const channels = await Promise.all(patient);
  assert.equal(logins() - before, 1);
  await transport.close();
  for (const channel of channels) assert.ok(channel.destroyed);
  // Closed, it may be used again.
  const again = await transport.open(AbortSignal.timeout(20_000));
  again.destroy();
  await transport.close();
});

const logins = (): number => readFileSync(sshd.path('log'), 'utf8').match(/Accepted publickey/g)?.length ?? 0;
