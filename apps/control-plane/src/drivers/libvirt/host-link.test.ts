import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallTimeoutError, ConnectionLostError, LibvirtError, Link } from '@loucloud/libvirt';
import { FakeLibvirtd, refuse, waitUntil } from '@loucloud/libvirt/testing';
import { UserError } from '../../platform/errors.ts';
import { withFakeHost } from './test-fake-host.ts';
import { callsWithin, insisting } from './host-link.ts';

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

test('work that is safe to repeat is begun again when the connection is lost in the middle of it', async () => {
  let calls = 0;
  const handlers = {
    connectGetHostname: () => (++calls < 3 ? new Promise<never>(() => {}) : { hostname: 'hv-1' }),
  };
  await withFakeHost(handlers, async (_, link, libvirtd) => {
    const asking = insisting(link, 10_000, (host) => host.call('connectGetHostname', {}));
    for (const lost of [1, 2]) {
      await waitUntil(() => calls === lost, { what: `call ${lost} has come` });
      libvirtd.dropClients();
    }
    assert.deepEqual(await asking, { hostname: 'hv-1' });
  });
});

test('what libvirt refuses is not tried again', async () => {
  let calls = 0;
  const refusing = {
    connectGetHostname: () => {
      calls++;
      throw refuse(1, 'no');
    },
  };
  await withFakeHost(refusing, async (_, link) => {
    await assert.rejects(
      insisting(link, 10_000, (host) => host.call('connectGetHostname', {})),
      LibvirtError,
    );
    assert.equal(calls, 1);
  });
});
