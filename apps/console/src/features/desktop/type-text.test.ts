import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keystrokesFor } from './keystrokes.ts';
import { typeStrokes } from './type-text.ts';

function recorder() {
  const sent: string[] = [];
  return {
    sent,
    sendKey: (_: number, code: string | null, down?: boolean) => void sent.push(`${down ? '+' : '-'}${code}`),
  };
}

test('modifiers go down before their key and come up after it', async () => {
  const keyboard = recorder();
  await typeStrokes(keyboard, keystrokesFor('A', 'us').strokes, {
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  assert.deepEqual(keyboard.sent, ['+ShiftLeft', '+KeyA', '-KeyA', '-ShiftLeft']);
});

test('typing stops where it is told to, with no key left down', async () => {
  const keyboard = recorder();
  const stop = new AbortController();
  await typeStrokes(keyboard, keystrokesFor('abc', 'us').strokes, {
    signal: stop.signal,
    onProgress: (done) => {
      if (done === 2) stop.abort();
    },
  });
  assert.deepEqual(keyboard.sent, ['+KeyA', '-KeyA', '+KeyB', '-KeyB']);
});
