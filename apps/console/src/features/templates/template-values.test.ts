import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, leastDiskBytes, newTemplate, roomyDiskBytes } from './template-values.ts';

const GIB = 2 ** 30;

test('a disk that the image does not fit in grows to the next round size', () => {
  const image = { format: 'qcow2', virtualSizeBytes: 3.2 * GIB } as const;
  assert.equal(roomyDiskBytes(image, GIB), 4 * GIB);
  assert.equal(roomyDiskBytes(image, 20 * GIB), 20 * GIB);
  assert.equal(roomyDiskBytes({ format: 'raw', virtualSizeBytes: 300 * 2 ** 20 }, 0), GIB / 2);
});

test('an installation disc asks nothing of the disk', () => {
  assert.equal(leastDiskBytes({ format: 'iso', virtualSizeBytes: 4 * GIB }), 0);
});

test('a template for everybody names no users, and the default network is not named', () => {
  const body = bodyOf({ ...newTemplate, userIds: ['somebody'] });
  assert.deepEqual(body.userIds, []);
  assert.ok(!('networkId' in body));
});
