/** The screen and the serial line of a real guest. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitUntil } from '@loucloud/libvirt/testing';
import { TEST_GUEST_GREETING } from './test-guest.ts';
import { type TestHost, joinThisHost } from './test-host.ts';
import { firstPicture } from './test-rfb.ts';
import { virsh } from './test-virsh.ts';

let host: TestHost;
let vmId: string;
before(async () => {
  host = await joinThisHost();
  ({ vmId } = await host.makeVm());
  await host.driver.start(vmId);
});
after(() => host.close());

test('the screen shows what the firmware writes, to several viewers', async () => {
  await waitUntil(
    async () => {
      const stream = await host.driver.openDesktop(vmId);
      try {
        const { width, height, isBlack } = await firstPicture(stream);
        return width >= 640 && height >= 400 && !isBlack;
      } finally {
        stream.destroy();
      }
    },
    { what: 'there is something on the screen', timeoutMs: 20_000 },
  );
  const streams = await Promise.all([host.driver.openDesktop(vmId), host.driver.openDesktop(vmId)]);
  await Promise.all(streams.map(firstPicture));
  for (const stream of streams) stream.destroy();
});

test('a viewer of the serial line takes it over from the one before', async () => {
  const first = await host.driver.openSerialConsole(vmId);
  let heard = '';
  first.on('error', () => {}).on('data', (text: Buffer) => (heard += text.toString()));
  // Typed until it comes back: the guest may still be starting.
  const typing = setInterval(() => first.write('a'), 100);
  await waitUntil(() => heard.includes('a'), { what: 'the guest echoes', timeoutMs: 20_000 });
  clearInterval(typing);

  const ended = new Promise((resolve) => first.once('close', resolve));
  const second = await host.driver.openSerialConsole(vmId);
  await ended;
  let heardBySecond = '';
  second.on('error', () => {}).on('data', (text: Buffer) => (heardBySecond += text.toString()));
  second.write('b');
  await waitUntil(() => heardBySecond.includes('b'), { what: 'the guest echoes to the second' });
  second.destroy();
});

test('the line is free again after its viewer has gone', async () => {
  for (let i = 0; i < 3; i++) {
    const stream = await host.driver.openSerialConsole(vmId);
    stream.on('error', () => {});
    stream.destroy();
  }
});

test('screen and line end with the guest', async () => {
  const streams = [await host.driver.openDesktop(vmId), await host.driver.openSerialConsole(vmId)];
  const ended = streams.map(
    (stream) =>
      new Promise((resolve) => {
        stream.on('error', () => {}).once('close', resolve);
        stream.resume();
      }),
  );
  await host.driver.powerOff(vmId);
  await Promise.all(ended);
});

test('VNC listens on no port', async () => {
  await host.driver.start(vmId);
  const { stdout } = await virsh('domdisplay', '--all', vmId);
  assert.match(stdout, /^vnc\+unix:|^vnc:\/\/\/|\.sock/m);
  const { stdout: monitor } = await virsh('qemu-monitor-command', vmId, '{"execute":"query-vnc-servers"}');
  const { return: servers } = JSON.parse(monitor) as { return: { server: { family: string }[] }[] };
  assert.deepEqual(
    servers.flatMap(({ server }) => server.map(({ family }) => family)),
    ['unix'],
  );
  await host.driver.powerOff(vmId);
});

test('the greeting is heard by who opens the line right after the start', async () => {
  const { vmId: other } = await host.makeVm();
  await host.driver.start(other);
  const stream = await host.driver.openSerialConsole(other);
  let heard = '';
  stream.on('error', () => {}).on('data', (text: Buffer) => (heard += text.toString()));
  await waitUntil(() => heard.includes(TEST_GUEST_GREETING), { what: 'READY', timeoutMs: 20_000 });
  await host.driver.powerOff(other);
});
