import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLines } from './check-words.ts';

test('a check is told in words, not by its code', () => {
  const details = { libvirt: '9.0.0', qemu: '7.2.22' };
  assert.deepEqual(checkLines({ name: 'version', outcome: 'ok', code: 'version_ok', details }), [
    '✓ Versions: libvirt 9.0.0, QEMU 7.2.22',
  ]);
});

test('bytes are told as people say them', () => {
  const details = { availableBytes: 3 * 2 ** 30, capacityBytes: 80 * 2 ** 30 };
  assert.deepEqual(checkLines({ name: 'space', outcome: 'warning', code: 'space_low', details }), [
    '! Free space: little: 3.0 GiB of 80.0 GiB',
  ]);
});

test('what failed comes with the command that helps', () => {
  const [line, fix] = checkLines({
    name: 'libvirt',
    outcome: 'failed',
    code: 'libvirt_permission_denied',
    details: { user: 'karin' },
  });
  assert.equal(line, '✗ libvirt: libvirt runs, but karin may not use it');
  assert.equal(fix, '  To look into it: usermod -aG libvirt karin');
});
