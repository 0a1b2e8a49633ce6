import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatePassword } from './generate-password.ts';

test('a password has 16 characters that cannot be mistaken for one another', () => {
  for (let i = 0; i < 200; i += 1) assert.match(generatePassword(), /^[a-km-zA-HJ-NP-Z2-9]{16}$/);
});

test('bytes that would favour some characters are drawn again', () => {
  const draws = [new Uint8Array(16).fill(255), new Uint8Array(16).fill(1)];
  assert.equal(
    generatePassword(() => draws.shift() ?? new Uint8Array(16)),
    'b'.repeat(16),
  );
});
