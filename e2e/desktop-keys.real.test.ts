/** Which keys reach a guest, by its own kernel's word: of whom only watches none, of everybody else the right ones. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Vm } from '@loucloud/api';
import { GuestKeys } from './guest-keys.ts';
import { readScreen } from './rfb.ts';
import { type Login, World, createVm, openConsole } from './world.ts';

const KEY_A = 30;
const KEY_O = 24;

describe('the keys that reach a guest', () => {
  let world: World;
  let admin: Login;
  let vm: Vm;
  let guest: GuestKeys;

  before(async () => {
    world = await World.open();
    admin = await world.login();
    vm = await createVm(admin.call, 'typed-into');
    guest = await GuestKeys.open(admin, vm.id);
  });
  after(async () => {
    guest?.[Symbol.dispose]();
    await world[Symbol.asyncDispose]();
  });

  test('who only watches sees the screen, and nothing of what they send reaches the VM', async () => {
    const eyes = await openConsole(admin, 'desktop', vm.id, { isViewOnly: true });
    const watcher = await readScreen(eyes);
    assert.ok(new Set((await watcher.frame()).pixels).size > 1);
    const key = [0, 0, 0, 0x61];
    // By keysym, by scan code, the pointer, the clipboard, another size: all that RFB and QEMU have.
    await watcher.type('aaa\n');
    for (const message of [
      [255, 0, 0, 1, ...key, 0, 0, 0, KEY_A],
      [255, 0, 0, 0, ...key, 0, 0, 0, KEY_A],
      [5, 1, 0, 10, 0, 10],
      [6, 0, 0, 0, 0, 0, 0, 2, 0x61, 0x61],
      [251, 0, 4, 0, 3, 0, 1, 0, ...Array.from({ length: 16 }, () => 0)],
    ])
      eyes.send(Uint8Array.from(message));
    // What it may say behind all that is still understood, and QEMU has read it all by then.
    await watcher.frame();

    const hands = await readScreen(await openConsole(admin, 'desktop', vm.id));
    await hands.type('o');
    assert.deepEqual(await guest.take(1), [KEY_O]);
    assert.deepEqual((await watcher.frame()).width, (await hands.frame()).width);
  });

  test('who only watches and wants the screen alone throws nobody out', async () => {
    const hands = await readScreen(await openConsole(admin, 'desktop', vm.id));
    await hands.frame();
    const eyes = await openConsole(admin, 'desktop', vm.id, { isViewOnly: true });
    eyes.send(Uint8Array.from(Buffer.from('RFB 003.008\n\u0001\u0000')));
    await new Promise((resolve) => eyes.addEventListener('message', resolve, { once: true }));
    eyes.close();
    assert.ok((await hands.frame()).width > 0);
  });

  test('what is no RFB ends it', async () => {
    const eyes = await openConsole(admin, 'desktop', vm.id, { isViewOnly: true });
    const closed = new Promise<number>((resolve) =>
      eyes.addEventListener('close', ({ code }) => resolve(code), { once: true }),
    );
    eyes.send(Uint8Array.from(Buffer.from('RFB 003.008\n\u0001\u0001GET /')));
    assert.equal(await closed, 1003);
  });
});
