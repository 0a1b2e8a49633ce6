import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeNext } from './safe-next.ts';

const ORIGIN = 'http://127.0.0.1:8080';

test('a path of the console is gone to, with its query', () => {
  assert.equal(safeNext('/vms?search=web#top', ORIGIN), '/vms?search=web#top');
});

// CVE-2021-3654 and its kin.
for (const evil of [
  '//evil.example',
  '//evil/%2f..',
  '/\\evil.example',
  '\\\\evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  '/\t/evil.example',
  '/.//evil.example',
  '',
]) {
  test(`“${evil.replace('\t', '\\t')}” leads to the start page`, () => {
    assert.equal(safeNext(evil, ORIGIN), '/');
  });
}
test('without an address the start page comes next', () => {
  assert.equal(safeNext(null, ORIGIN), '/');
});
