/** Servers that this machine is not, played by a fake. What a real one finds is in host-checks.real.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorNumber } from '@loucloud/libvirt';
import { type FakeHandlers, FakeLibvirtd, refuse } from '@loucloud/libvirt/testing';
import { checkNames } from '@loucloud/api';
import { checkHost } from './host-checks.ts';
import { probeGuestForTests } from './test-guest.ts';

async function checksOf(uri: string) {
  const told: string[] = [];
  const target = { uri, poolName: 'loucloud', networks: [] };
  const { checks, facts, accelerator } = await checkHost(
    target,
    ({ name, code }) => told.push(`${name}: ${code}`),
    probeGuestForTests(),
  );
  assert.deepEqual(
    checks.map(({ name }) => name),
    checkNames,
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

test('a server that is not there is unreachable, and nothing else is run', async () => {
  const { codes, checks, facts } = await checksOf('qemu:///system?socket=/nowhere/libvirt-sock');
  assert.deepEqual(codes, ['unreachable', 'not_run', ...NOT_RUN]);
  assert.match(String(checks[0]?.details['reason']), /ENOENT/);
  assert.equal(facts, null);
});

test('a URI that nothing can be made of is unreachable', async () => {
  assert.equal((await checksOf('qemu+ssh://host/system')).codes[0], 'unreachable');
});

test('a server that does not let us in says so', async () => {
  const handlers: FakeHandlers = {
    connectOpen: () => {
      throw refuse(ErrorNumber.authFailed, 'authentication failed');
    },
  };
  const { codes } = await withFake(handlers, checksOf);
  assert.deepEqual(codes, ['permission_denied', 'not_run', ...NOT_RUN]);
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
    assert.deepEqual((await withFake(handlers, checksOf)).codes, ['reachable', code, ...NOT_RUN]);
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
