import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { duplexPair } from '@loucloud/libvirt/testing';
import { PlainScreen } from './plain-screen.ts';
import { readBytes } from './read-bytes.ts';

const VERSION = Buffer.from('RFB 003.008\n');
const within = () => AbortSignal.timeout(5000);

test('the viewer is greeted as by a screen without a password, and then hears the screen', async () => {
  const said = Buffer.concat([VERSION, Buffer.from([1, 42, 43])]);
  // Cut anywhere: a browser sends as it likes.
  for (let at = 0; at <= said.length; at++) {
    const [secured, qemu] = duplexPair();
    const screen = new PlainScreen(secured);
    qemu.write('picture');
    screen.write(said.subarray(0, at));
    screen.write(said.subarray(at));
    const heard = await readBytes(screen, VERSION.length + 2 + 4 + 7, within());
    assert.deepEqual(
      heard,
      Buffer.concat([VERSION, Buffer.from([1, 1, 0, 0, 0, 0]), Buffer.from('picture')]),
    );
    assert.deepEqual(await readBytes(qemu, 2, within()), Buffer.from([42, 43]));
    screen.destroy();
  }
});

for (const [what, said] of [
  ['another RFB', Buffer.from('RFB 003.003\n')],
  ['what it was not offered', Buffer.concat([VERSION, Buffer.from([2])])],
] as const) {
  test(`a viewer that speaks or chooses ${what} is cut off`, async () => {
    const [secured] = duplexPair();
    const screen = new PlainScreen(secured);
    const failed = once(screen, 'error');
    screen.write(said);
    await failed;
    assert.ok(secured.destroyed);
  });
}

test('the end of either side is the end of the other', async () => {
  const [secured, qemu] = duplexPair();
  const screen = new PlainScreen(secured);
  const closed = once(screen, 'close');
  screen.resume();
  qemu.destroy();
  await closed;

  const [otherSecured] = duplexPair();
  new PlainScreen(otherSecured).destroy();
  assert.ok(otherSecured.destroyed);
});
