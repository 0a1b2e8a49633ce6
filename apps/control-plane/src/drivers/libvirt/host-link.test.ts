import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallTimeoutError, ConnectionLostError, Link } from '@loucloud/libvirt';
import { FakeLibvirtd } from '@loucloud/libvirt/testing';
import { UserError } from '../../platform/errors.ts';
import { withFakeHost } from './test-fake-host.ts';
import { callsWithin } from './host-link.ts';

const unreachable = (error: unknown) => error instanceof UserError && error.code === 'host_unreachable';
const hostname = { connectGetHostname: () => ({ hostname: 'hv-1' }) };

test('a call waits for the link to connect', async () => {
  const libvirtd = new FakeLibvirtd(hostname);
  const link = new Link({ uri: 'qemu:///system', transport: libvirtd.transport });
  const calling = callsWithin(link, 5000).call('connectGetHostname', {});
  link.start();
  assert.deepEqual(await calling, { hostname: 'hv-1' });
  await link.close();
});

test('a link that stays away fails the call at its deadline, with the reason', async () => {
  const link = new Link({ uri: 'qemu:///system?socket=/nowhere/libvirt-sock' });
  link.start();
  await assert.rejects(
    callsWithin(link, 300).call('connectGetHostname', {}),
    (error) => unreachable(error) && /ENOENT/.test((error as UserError).hint ?? ''),
  );
  await link.close();
});

test('closing the link, or an abort, ends the wait', async () => {
  const link = new Link({ uri: 'qemu:///system?socket=/nowhere/libvirt-sock' });
  link.start();
  const controller = new AbortController();
  const aborted = callsWithin(link, 60_000, controller.signal).call('connectGetHostname', {});
  controller.abort(new Error('enough'));
  await assert.rejects(aborted, /enough/);
  const waiting = callsWithin(link, 60_000).call('connectGetHostname', {});
  const rejected = assert.rejects(waiting, ConnectionLostError);
  await link.close();
  await rejected;
  await assert.rejects(callsWithin(link, 60_000).call('connectGetHostname', {}), ConnectionLostError);
});

test('one deadline covers all calls together', async () => {
  const hangs = { ...hostname, connectGetVersion: () => new Promise<never>(() => {}) };
  await withFakeHost(hangs, async (_, link) => {
    const host = callsWithin(link, 500);
    await host.call('connectGetHostname', {});
    await assert.rejects(host.call('connectGetVersion', {}), CallTimeoutError);
    await assert.rejects(
      host.call('connectGetHostname', {}),
      (error) => error instanceof UserError && error.code === 'deadline_exceeded',
    );
  });
});
