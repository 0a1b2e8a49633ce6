/** Screens of servers elsewhere: by SSH to the unix socket, by TLS through a port that is open for a moment. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Link, domainRef, openTcp, sshTransport, tlsTransport } from '@loucloud/libvirt';
import {
  type Certificate,
  PrivateLibvirtd,
  PrivateSshd,
  TestPki,
  addBoxUser,
  canConnectTo,
  freePort,
  waitUntil,
} from '@loucloud/libvirt/testing';
import type { HostDriver } from '../../platform/hypervisor.ts';
import { ChangingDomains } from './changing-domains.ts';
import { FolderPools } from './folder-pools.ts';
import { hostDriver } from './host-driver.ts';
import { callsWithin } from './host-link.ts';
import { OwnedDomains } from './owned-domains.ts';
import { ScreenDoors } from './screen-door.ts';
import { TEST_POOL } from './test-host.ts';
import { firstPicture } from './test-rfb.ts';
import { someSpec } from './test-spec.ts';
import { type ScreenTls, secureScreen } from './vencrypt.ts';

const SERVER = { subject: '/O=lou/CN=lou-server', names: ['DNS:lou-server', 'IP:127.0.0.1'] };
const PLAIN = { username: 'lou-plain', password: 'a good password' };
const PORTS = Array.from({ length: 100 }, (_, i) => 5900 + i);

let pki: TestPki;
let rogue: TestPki;
let libvirtd: PrivateLibvirtd;
let sshd: PrivateSshd;
let port: number;
let server: Certificate;
let tls: ScreenTls;
/** Each with a link of its own. */
const links: Link[] = [];

before(async () => {
  [pki, rogue, port] = await Promise.all([TestPki.make(), TestPki.make(), freePort()]);
  server = await pki.issue(SERVER);
  tls = { host: '127.0.0.1', ca: pki.ca, ...(await pki.issue({ subject: '/O=lou/CN=lou-manager' })) };
  const folder = join(pki.folder, 'vnc');
  mkdirSync(folder);
  copyFileSync(pki.caPath, join(folder, 'ca-cert.pem'));
  copyFileSync(server.certificatePath, join(folder, 'server-cert.pem'));
  copyFileSync(server.keyPath, join(folder, 'server-key.pem'));
  libvirtd = await PrivateLibvirtd.start(configuration(1, 1));
  sshd = await PrivateSshd.start({ config: ['PasswordAuthentication yes'] });
});

after(async () => {
  await Promise.all(links.map((link) => link.close()));
  await Promise.all([libvirtd.stop(), sshd.stop()]);
  await Promise.all([pki.remove(), rogue.remove()]);
});

const configuration = (isEncrypted: 0 | 1, verifies: 0 | 1) => ({
  listen: [
    'listen_tls = 1',
    'listen_addr = "127.0.0.1"',
    `tls_port = "${port}"`,
    `ca_file = "${pki.caPath}"`,
    `cert_file = "${server.certificatePath}"`,
    `key_file = "${server.keyPath}"`,
  ],
  qemu: [
    `vnc_tls = ${isEncrypted}`,
    `vnc_tls_x509_verify = ${verifies}`,
    `vnc_tls_x509_cert_dir = "${join(pki.folder, 'vnc')}"`,
  ],
});

function driverOf(link: Link, screens: ScreenTls | null): HostDriver {
  links.push(link);
  link.start();
  const folders = new FolderPools((timeoutMs) => callsWithin(link, timeoutMs));
  return hostDriver({
    link,
    changing: new ChangingDomains(() => undefined),
    owned: new OwnedDomains(link),
    folders,
    isLocal: false,
    isAnswering: () => true,
    onPortrait: () => undefined,
    tls: screens,
  });
}

const tlsLink = (): Link =>
  new Link({
    uri: 'qemu+tls://lou-server/system',
    transport: tlsTransport({ ...tls, port }),
    backoff: { minMs: 50, maxMs: 500 },
  });

/** A running VM without a system: its firmware has something to say on the screen. */
async function startVm(link: Link, driver: HostDriver): Promise<string> {
  const path = '/var/lib/libvirt/loucloud';
  const pool = `<pool type='dir'><name>${TEST_POOL}</name><target><path>${path}</path></target></pool>`;
  await link.whenConnected();
  const { count } = await link.call('connectListAllStoragePools', { needResults: 0, flags: 2 });
  if (count === 0) {
    await link.call('storagePoolCreateXml', { xml: pool, flags: 1 });
    await link.call('networkCreateXml', { xml: '<network><name>wire</name></network>' });
  }
  const vmId = randomUUID();
  const diskPath = await driver.createDisk({ vmId, poolName: TEST_POOL, sizeBytes: 2 ** 20, backing: null });
  const network = { kind: 'libvirt', source: 'wire' } as const;
  await driver.define({ ...someSpec(), vmId, domainName: `vm-${vmId}`, memoryMib: 64, diskPath, network });
  await driver.start(vmId);
  return vmId;
}

async function showsFirmware(driver: HostDriver, vmId: string): Promise<void> {
  await waitUntil(
    async () => {
      const stream = await driver.openDesktop(vmId);
      try {
        const { width, height, isBlack } = await firstPicture(stream);
        return width >= 640 && height >= 400 && !isBlack;
      } finally {
        stream.destroy();
      }
    },
    { what: 'there is something on the screen', timeoutMs: 20_000 },
  );
}

const openPorts = async (): Promise<number[]> => {
  const isOpen = await Promise.all(PORTS.map((p) => canConnectTo({ host: '127.0.0.1', port: p })));
  return PORTS.filter((_, i) => isOpen[i]);
};

const refusedWith = (hint: RegExp) => (error: unknown) => {
  const { code, hint: said } = error as { code?: string; hint?: string };
  assert.deepEqual([code, hint.test(said ?? '')], ['libvirt_refused', true], `${String(error)}: ${said}`);
  return true;
};

test('over TLS the screen is as on this machine, and its port is open only while a viewer connects', async () => {
  const link = tlsLink();
  const driver = driverOf(link, tls);
  const vmId = await startVm(link, driver);
  assert.deepEqual(await openPorts(), []);
  await showsFirmware(driver, vmId);
  const streams = await Promise.all([1, 2, 3].map(() => driver.openDesktop(vmId)));
  await Promise.all(streams.map(firstPicture));
  assert.deepEqual(await openPorts(), []);
  for (const stream of streams) stream.destroy();

  const ended = await driver.openDesktop(vmId);
  const end = new Promise((resolve) => ended.on('error', () => {}).once('close', resolve));
  ended.resume();
  await driver.powerOff(vmId);
  await end;
});

test('while it is open, nobody without a certificate of ours comes in, and a false server gets nothing', async () => {
  const link = tlsLink();
  const vmId = await startVm(link, driverOf(link, tls));
  const host = callsWithin(link, 60_000);
  const { xml } = await host.call('domainGetXmlDesc', { domain: domainRef(vmId), flags: 0 });
  const path = /<listen type='socket' socket='([^']+)'/.exec(xml)?.[1] ?? '';
  const stranger = await rogue.issue({ subject: '/O=lou/CN=lou-manager' });
  const { certificate: _certificate, key: _key, ...without } = tls;
  await new ScreenDoors().through(host, { vmId, path }, async (screenPort) => {
    const signal = AbortSignal.timeout(10_000);
    const open = async (as: ScreenTls) =>
      secureScreen(await openTcp('127.0.0.1', screenPort, signal), as, signal);
    for (const refused of [
      { ...tls, ...stranger },
      without,
      { ...tls, ca: rogue.ca },
      { ...tls, host: 'lou-other' },
    ])
      await assert.rejects(open(refused));
    (await open(tls)).destroy();
  });
  assert.deepEqual(await openPorts(), []);
  for (const screens of [
    { ...tls, ...stranger },
    { ...tls, ca: rogue.ca },
  ])
    await assert.rejects(driverOf(tlsLink(), screens).openDesktop(vmId), refusedWith(/./));
  await driverOf(tlsLink(), tls).powerOff(vmId);
});

test('where QEMU asks viewers for no certificate, no port is opened at all', async () => {
  const cases = [
    [configuration(1, 0), /vnc_tls_x509_verify = 1/],
    [configuration(0, 0), /vnc_tls = 1/],
  ] as const;
  for (const [options, hint] of cases) {
    await libvirtd.reconfigure(options);
    const link = tlsLink();
    const driver = driverOf(link, tls);
    const vmId = await startVm(link, driver);
    await assert.rejects(driver.openDesktop(vmId), refusedWith(hint));
    assert.deepEqual(await openPorts(), []);
    await driver.powerOff(vmId);
  }
});

test('over SSH the screen’s socket is forwarded; a login that may not enter QEMU’s folder is told so', async () => {
  const uri = 'qemu+ssh://root@127.0.0.1/system';
  const login = await sshd.login();
  const link = new Link({ uri, transport: sshTransport(login) });
  const driver = driverOf(link, null);
  const vmId = await startVm(link, driver);
  await showsFirmware(driver, vmId);
  assert.deepEqual(await openPorts(), []);

  await addBoxUser(PLAIN);
  const { privateKey: _key, ...byPassword } = login;
  const plain = driverOf(new Link({ uri, transport: sshTransport({ ...byPassword, ...PLAIN }) }), null);
  await assert.rejects(plain.openDesktop(vmId), refusedWith(/log in on the server as root/));
  await driver.powerOff(vmId);
});
