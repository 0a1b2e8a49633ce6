/** Servers that this machine is not, played by a fake. What a real one finds is in host-checks.real.test.ts. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { test } from 'node:test';
import { ErrorNumber } from '@loucloud/libvirt';
import { type FakeHandlers, FakeLibvirtd, refuse } from '@loucloud/libvirt/testing';
import { checksOver } from '@loucloud/api';
import type { HostAccess } from '../../platform/hypervisor.ts';
import { probeGuestBootSector } from '../image-builder/probe-guest.ts';
import { checkHost } from './host-checks.ts';
import { transportKind } from './host-transport.ts';

async function checksOf(uri: string, access?: HostAccess) {
  const told: string[] = [];
  const target = { uri, poolName: 'loucloud', networks: [], ...(access && { access }) };
  const { checks, facts, accelerator } = await checkHost(
    target,
    ({ name, code }) => told.push(`${name}: ${code}`),
    probeGuestBootSector(),
  );
  assert.deepEqual(
    checks.map(({ name }) => name),
    checksOver[transportKind(uri)],
    'every check is there, in order',
  );
  assert.deepEqual(
    told,
    checks.map(({ name, code }) => `${name}: ${code}`),
  );
  return { codes: checks.map(({ code }) => code), checks, facts, accelerator };
}

async function withFake<T>(handlers: FakeHandlers, use: (uri: string) => Promise<T>): Promise<T> {
  const fake = await FakeLibvirtd.listen(handlers);
  try {
    return await use(fake.uri);
  } finally {
    await fake.close();
  }
}

const NOT_RUN = ['not_run', 'not_run', 'not_run', 'not_run'];

test('a libvirt that is not there is said to be so, and nothing else is run', async () => {
  const { codes, checks, facts } = await checksOf('qemu:///system?socket=/nowhere/libvirt-sock');
  assert.deepEqual(codes, ['libvirt_not_running', 'not_run', ...NOT_RUN]);
  assert.match(String(checks[0]?.details['reason']), /ENOENT/);
  assert.equal(facts, null);
});

test('a server that does not let us in says so, and whom', async () => {
  const handlers: FakeHandlers = {
    connectOpen: () => {
      throw refuse(ErrorNumber.authFailed, 'authentication failed');
    },
  };
  const { codes, checks } = await withFake(handlers, checksOf);
  assert.deepEqual(codes, ['libvirt_permission_denied', 'not_run', ...NOT_RUN]);
  assert.equal(checks[0]?.details['user'], userInfo().username);
});

test('a name that nobody knows, and a port where nobody listens, end the way there', async () => {
  const credentials = { kind: 'password', password: 'never sent' } as const;
  const access = { credentials, hostKey: `SHA256:${'a'.repeat(43)}` };
  const unknown = await checksOf('qemu+ssh://root@nowhere.invalid/system', access);
  assert.deepEqual(unknown.codes, ['name_not_found', ...Array<string>(9).fill('not_run')]);
  const port = await freePort();
  const refused = await checksOf(`qemu+ssh://root@127.0.0.1:${port}/system`, access);
  assert.deepEqual(refused.codes.slice(0, 3), ['name_ok', 'connection_refused', 'not_run']);
  const certificates = { kind: 'certificate', ca: '', certificate: '', key: '' } as const;
  const overTls = await checksOf(`qemu+tls://127.0.0.1:${port}/system`, {
    credentials: certificates,
    hostKey: null,
  });
  assert.deepEqual(overTls.codes.slice(0, 3), ['name_ok', 'connection_refused', 'not_run']);
  assert.doesNotMatch(JSON.stringify([unknown, refused]), /never sent/);
});

for (const [libvirt, qemu, code] of [
  [7_010_000, 7_002_022, 'version_too_old'],
  [9_000_000, 5_002_000, 'version_too_old'],
] as const) {
  test(`libvirt ${libvirt} with QEMU ${qemu}: ${code}`, async () => {
    const handlers: FakeHandlers = {
      connectGetLibVersion: () => ({ version: libvirt }),
      connectGetVersion: () => ({ version: qemu }),
    };
    assert.deepEqual((await withFake(handlers, checksOf)).codes, ['libvirt_ok', code, ...NOT_RUN]);
  });
}

test('a server that goes away between the checks fails the next one', async () => {
  const handlers: FakeHandlers = {
    connectGetLibVersion: (_, client) => {
      client.destroy();
      return { version: 9_000_000 };
    },
  };
  const { checks } = await withFake(handlers, checksOf);
  assert.equal(checks[1]?.outcome, 'failed');
  assert.equal(checks[2]?.outcome, 'not_run');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  server.close();
  await once(server, 'close');
  return port;
}
