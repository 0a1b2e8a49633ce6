import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import {
  ConnectError,
  type ConnectReason,
  Connection,
  Link,
  type TlsOptions,
  tlsTransport,
  volumeRef,
} from './index.ts';
import { freePort } from './testing/free-port.ts';
import { PrivateLibvirtd } from './testing/private-libvirtd.ts';
import { createBootVolume, startPool } from './testing/real-pool.ts';
import { type Certificate, TestPki } from './testing/test-pki.ts';
import { canConnectTo, waitUntil } from './testing/wait-until.ts';

// box: --no-libvirtd
const uri = 'qemu+tls://lou-server/system';
const SERVER = { subject: '/O=lou/CN=lou-server', names: ['DNS:lou-server', 'IP:127.0.0.1'] };

let pki: TestPki;
let rogue: TestPki;
let libvirtd: PrivateLibvirtd;
let port: number;
let good: TlsOptions;

before(async () => {
  [pki, rogue, port] = await Promise.all([TestPki.make(), TestPki.make(), freePort()]);
  libvirtd = await PrivateLibvirtd.start({ listen: listening(await pki.issue(SERVER)) });
  await listens();
  const { certificate, key } = await pki.issue({ subject: '/O=lou/CN=lou-manager' });
  good = { host: '127.0.0.1', port, ca: pki.ca, certificate, key };
});

after(async () => {
  await libvirtd.stop();
  await Promise.all([pki.remove(), rogue.remove()]);
});

const listening = ({ certificatePath, keyPath }: Certificate): string[] => [
  'listen_tls = 1',
  'listen_tcp = 0',
  'listen_addr = "127.0.0.1"',
  `tls_port = "${port}"`,
  `ca_file = "${pki.caPath}"`,
  `cert_file = "${certificatePath}"`,
  `key_file = "${keyPath}"`,
  'tls_allowed_dn_list = ["O=lou,CN=lou-*"]',
  'tls_no_sanity_certificate = 1', // it is to serve one that has expired
];

const listens = () =>
  waitUntil(() => canConnectTo({ host: '127.0.0.1', port }), { what: 'libvirtd listens for TLS' });

async function relisten(server: Certificate): Promise<void> {
  await libvirtd.reconfigure({ listen: listening(server) });
  await listens();
}

async function connect(options: Partial<TlsOptions> = {}): Promise<void> {
  const connection = await Connection.open({ uri, transport: tlsTransport({ ...good, ...options }) });
  await connection.close();
}

const refuses = (opening: Promise<unknown>, reason: ConnectReason): Promise<void> =>
  assert.rejects(opening, (error) => {
    assert.ok(error instanceof ConnectError, String(error));
    assert.equal(error.reason, reason, String(error.cause));
    return true;
  });

test('calls, events and streams go over TLS', async () => {
  const link = new Link({ uri, transport: tlsTransport({ ...good, serverName: 'lou-server' }) });
  assert.equal(link.canForward, false);
  await refuses(link.forward({ port: 5900 }), 'forward_unsupported');
  const events: string[] = [];
  link.on('pool', ({ event }) => events.push(event));
  link.start();
  await link.whenConnected();
  const connection = await Connection.open({ uri, transport: tlsTransport(good) });
  await createBootVolume(connection, await startPool(connection, 'over-tls'), 'boot.img');
  await connection.close();
  await waitUntil(() => events.includes('started'), { what: 'the event of the pool' });
  const args = { volume: volumeRef('over-tls', 'boot.img'), offset: 0, length: 0, flags: 0 };
  const parts = await link.withStream(
    'storageVolDownload',
    args,
    async (s) => (await s.toArray()) as Buffer[],
  );
  assert.equal(Buffer.concat(parts).readUInt16LE(510), 0xaa55);
  await link.close();
});

test('a server whose certificate does not prove who it is is refused with the reason', async () => {
  await refuses(connect({ ca: rogue.ca }), 'tls_untrusted_ca');
  await refuses(connect({ serverName: 'lou-other' }), 'tls_wrong_name');
  await relisten(await pki.issue({ ...SERVER, days: -1 }));
  await refuses(connect(), 'tls_expired');
  await relisten(await pki.issue(SERVER));
  await connect();
});

test('a server that does not accept our certificate is told from one that wants any', async () => {
  const { certificate: _certificate, key: _key, ...none } = good;
  await refuses(Connection.open({ uri, transport: tlsTransport(none) }), 'tls_certificate_missing');
  const subject = '/O=lou/CN=lou-manager';
  await refuses(connect(await rogue.issue({ subject })), 'tls_refused_our_certificate');
  await refuses(connect(await pki.issue({ subject: '/O=lou/CN=stranger' })), 'tls_refused_our_certificate');
  await refuses(connect(await pki.issue({ subject, days: -1 })), 'tls_our_certificate_expired');
});

test('files of our own that cannot be used are refused before a word is said', async () => {
  await refuses(connect({ ca: 'not a certificate' }), 'tls_certificate_unreadable');
  await refuses(connect({ certificate: 'not a certificate' }), 'tls_certificate_unreadable');
  await refuses(connect({ key: 'not a key' }), 'tls_certificate_unreadable');
  const { key } = await pki.issue({ subject: '/CN=other' });
  await refuses(connect({ key }), 'tls_certificate_unreadable');
});

test('what is not libvirt over TLS is refused with the reason', async () => {
  await refuses(connect({ port: 1 }), 'connection_refused');
  const plain = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')).listen(0, '127.0.0.1');
  await once(plain, 'listening');
  await refuses(connect({ port: (plain.address() as { port: number }).port }), 'tls_protocol');
  plain.close();

  const { certificate, key } = await pki.issue(SERVER);
  const web = createTlsServer({ cert: certificate, key }, (socket) => socket.end('HTTP/1.1 400\r\n\r\n'));
  await once(web.listen(0, '127.0.0.1'), 'listening');
  await refuses(connect({ port: (web.address() as { port: number }).port }), 'libvirt_protocol');
  web.close();

  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const transport = tlsTransport({ ...good, port: (silent.address() as { port: number }).port });
  await refuses(transport.open(AbortSignal.timeout(200)), 'connect_timeout');
  silent.close();
});

test('calls made together are all answered at once', async () => {
  const connection = await Connection.open({ uri, transport: tlsTransport(good) });
  for (let i = 0; i < 200; i++) {
    // Sooner than the next keepalive, which would set free what lies in libvirtd.
    const calls = [1, 2, 3, 4].map(() => connection.call('connectGetHostname', {}, { timeoutMs: 3000 }));
    await Promise.all(calls);
  }
  await connection.close();
});

test('a libvirtd that is killed comes back by TLS', async () => {
  const link = new Link({ uri, transport: tlsTransport(good), backoff: { minMs: 50, maxMs: 500 } });
  link.start();
  await link.whenConnected();
  const lost = new Promise((resolve) => link.on('disconnected', resolve));
  await libvirtd.signal('SIGKILL');
  await lost;
  await link.whenConnected();
  await link.call('connectGetHostname', {});
  await link.close();
});
