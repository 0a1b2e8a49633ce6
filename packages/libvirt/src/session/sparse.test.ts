import assert from 'node:assert/strict';
import { test } from 'node:test';
import { segmentsOf } from './sparse.ts';

const KIB = 1024;

/** Bytes of 0 or 1 in runs of so many KiB, beginning with ones. */
function runs(...sizes: readonly number[]): Buffer {
  return Buffer.concat(sizes.map((size, i) => Buffer.alloc(size * KIB, i % 2 === 0 ? 1 : 0)));
}

// [what, chunk, data (positive) and holes (negative) in KiB]
const cases: readonly (readonly [string, Buffer, readonly number[]])[] = [
  ['nothing', runs(), []],
  ['data alone', runs(100), [100]],
  ['zeros alone', runs(0, 128), [-128]],
  ['a hole in the middle', runs(64, 128, 64), [64, -128, 64]],
  ['zeros too few or in the wrong place', runs(60, 64, 4), [128]],
  ['a short hole at the end', runs(64, 10), [64, -10]],
];
for (const [what, chunk, expected] of cases) {
  test(`segments: ${what}`, () => {
    const segments = [...segmentsOf(chunk)];
    assert.deepEqual(
      segments.map((part) => ('data' in part ? part.data.length : -part.hole) / KIB),
      expected,
    );
  });
}
