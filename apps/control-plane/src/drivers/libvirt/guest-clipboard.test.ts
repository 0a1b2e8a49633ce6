import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorNumber, Impact } from '@loucloud/libvirt';
import { type FakeHandlers, refuse } from '@loucloud/libvirt/testing';
import { readClipboard, shareClipboard, withoutClipboard } from './guest-clipboard.ts';
import { withFakeHost } from './test-fake-host.ts';

const VM = '0b8e3a52-5b1c-4f0e-9a53-5d1f6f0f7b11';
const PORTS = `<controller type='virtio-serial' index='0'/>`;
const channel = (type = 'qemu-vdagent', state = '') =>
  `<channel type='${type}'><target type='virtio' name='com.redhat.spice.0'${state && ` state='${state}'`}/></channel>`;
const domain = (devices: string, id = '') =>
  `<domain type='qemu'${id}><devices>${devices}</devices></domain>`;
const running = (devices: string) => domain(devices, ` id='3'`);

/** A host whose domain is `defined` so and, unless it is off, runs as `live`; what is plugged in and out of it is listed. */
function hostWith(defined: string, live: string | null) {
  const done: string[] = [];
  let now = live;
  const handlers: FakeHandlers = {
    domainGetXmlDesc: ({ flags }) => ({ xml: flags === 0 && now !== null ? running(now) : domain(defined) }),
    domainDetachDeviceFlags: ({ xml, flags }) => {
      assert.deepEqual([flags, xml.includes('qemu-vdagent')], [Impact.live, true]);
      done.push('out');
      now = PORTS;
      return {};
    },
    domainAttachDeviceFlags: ({ xml, flags }) => {
      assert.deepEqual([flags, xml.includes('qemu-vdagent')], [Impact.live, true]);
      done.push('in');
      now = PORTS + channel();
      return {};
    },
  };
  return { done, handlers };
}

const states = [
  ['', 'none'],
  [channel('spicevmc', 'connected'), 'none'],
  [channel(), 'no_agent'],
  [channel('qemu-vdagent', 'disconnected'), 'no_agent'],
  [channel('qemu-vdagent', 'connected'), 'ready'],
] as const;
for (const [devices, expected] of states) {
  test(`the clipboard of a guest with "${devices}" is ${expected}`, async () => {
    const { handlers } = hostWith('', devices);
    assert.equal(await withFakeHost(handlers, (host) => readClipboard(host, VM)), expected);
  });
}

test('it is plugged in once, and out once', async () => {
  const { done, handlers } = hostWith(PORTS, PORTS);
  await withFakeHost(handlers, async (host) => {
    for (const isShared of [true, true, false, false]) await shareClipboard(host, VM, isShared);
  });
  assert.deepEqual(done, ['in', 'out']);
});

test('it is out while something is done that it forbids, and in again where that failed', async () => {
  const { done, handlers } = hostWith(PORTS, PORTS + channel());
  await withFakeHost(handlers, async (host) => {
    const failing = withoutClipboard(host, VM, () => Promise.reject(new Error('the disk is full')));
    await assert.rejects(failing, /the disk is full/);
    assert.deepEqual(done, ['out', 'in']);
    await withoutClipboard(host, VM, async () => done.push('saved'));
    assert.deepEqual(done, ['out', 'in', 'out', 'saved']);
  });
});

for (const [what, defined, live] of [
  ['that is off', PORTS, null],
  ['without ports for it', '', ''],
  ['to which somebody gave SPICE', PORTS + channel('spicevmc'), PORTS + channel('spicevmc')],
] as const) {
  test(`nothing is plugged in or out of a VM ${what}`, async () => {
    const { done, handlers } = hostWith(defined, live);
    await withFakeHost(handlers, async (host) => {
      await shareClipboard(host, VM, true);
      await withoutClipboard(host, VM, async () => done.push('saved'));
      await shareClipboard(host, VM, false);
    });
    assert.deepEqual(done, ['saved']);
  });
}

test('one that the VM is defined with stays in it', async () => {
  const { done, handlers } = hostWith(PORTS + channel(), PORTS + channel());
  await withFakeHost(handlers, (host) => shareClipboard(host, VM, false));
  assert.deepEqual(done, []);
});

test('a VM whose host knows no such thing goes on without', async () => {
  const { handlers } = hostWith(PORTS, PORTS);
  const domainAttachDeviceFlags = () => {
    throw refuse(ErrorNumber.configUnsupported, 'unknown source type');
  };
  await withFakeHost({ ...handlers, domainAttachDeviceFlags }, (host) => shareClipboard(host, VM, true));
});
