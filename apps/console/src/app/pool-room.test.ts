import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsAnywhere, roomFor } from './pool-room.ts';

const GIB = 2 ** 30;
const size = { vcpus: 2, memoryMib: 1024, diskBytes: 10 * GIB };
const host = (changes: object = {}) => ({
  isEnabled: true,
  isInMaintenance: false,
  health: 'healthy' as const,
  capacity: { vcpus: 8, memoryMib: 8192, diskBytes: 100 * GIB },
  reserved: { vcpus: 3, memoryMib: 1024, diskBytes: 0 },
  ...changes,
});

test('a server has room for as many as its scarcest resource has, and all servers together for their sum', () => {
  assert.equal(roomFor([host()], size, true), 2);
  assert.equal(roomFor([host(), host()], size, true), 4);
});

test('machines that are off need room on the disk alone', () => {
  assert.equal(roomFor([host()], size, false), 10);
});

test('a server that takes no new ones has room for none, however empty', () => {
  for (const changes of [{ isEnabled: false }, { isInMaintenance: true }, { health: 'unreachable' }])
    assert.equal(roomFor([host(changes)], size, true), 0);
});

test('more than is reserved already is none, not fewer than none', () => {
  const full = host({ reserved: { vcpus: 9, memoryMib: 0, diskBytes: 0 } });
  assert.equal(roomFor([full, host()], size, true), 2);
});

test('what no server could hold even when empty fits nowhere', () => {
  assert.equal(fitsAnywhere([host()], size), true);
  assert.equal(fitsAnywhere([host()], { ...size, vcpus: 9 }), false);
  assert.equal(fitsAnywhere([], size), false);
});
