import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeaveKeys } from './leave-keys.ts';

const none = { ctrlKey: false, altKey: false, shiftKey: false };

/** `+` is pressed, `-` is let go; answers whether the last of them leaves the screen. */
function typed(...keys: readonly string[]): boolean {
  const leave = new LeaveKeys();
  const down = new Set<string>();
  let isLeft = false;
  for (const key of keys) {
    const code = key.slice(1);
    if (key.startsWith('+')) {
      down.add(code);
      leave.press(code);
      continue;
    }
    down.delete(code);
    const holds = (name: string) => [...down].some((held) => held.startsWith(name));
    isLeft = leave.release({ ctrlKey: holds('Control'), altKey: holds('Alt'), shiftKey: holds('Shift') });
  }
  return isLeft;
}

const three = ['+ControlLeft', '+AltLeft', '+ShiftLeft'];
const letGo = ['-ShiftLeft', '-AltLeft', '-ControlLeft'];

test('Ctrl, Alt and Shift, pressed together and let go, leave the screen', () => {
  assert.equal(typed(...three, ...letGo), true);
  assert.equal(
    typed('+ShiftRight', '+AltRight', '+ControlRight', '-AltRight', '-ShiftRight', '-ControlRight'),
    true,
  );
});

test('as long as one of them is held nothing is left', () => {
  assert.equal(typed(...three, '-ShiftLeft', '-AltLeft'), false);
});

test('with another key they are the VM’s', () => {
  assert.equal(typed(...three, '+KeyT', '-KeyT', ...letGo), false);
  assert.equal(typed('+ControlLeft', '+AltLeft', '+KeyT', '+ShiftLeft', '-KeyT', ...letGo), false);
  assert.equal(typed('+ControlLeft', '+AltLeft', '-AltLeft', '-ControlLeft'), false);
});

test('what was held when the keys went elsewhere does not count later', () => {
  const leave = new LeaveKeys();
  for (const code of ['ControlLeft', 'AltLeft']) leave.press(code);
  leave.forget();
  leave.press('ShiftLeft');
  assert.equal(leave.release(none), false);
});
