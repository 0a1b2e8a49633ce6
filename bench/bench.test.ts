import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentileFigure } from './bench.ts';

test('a percentile is taken in each fifth of what was measured, in its order', () => {
  const values = [1, 9, 2, 8, 3, 7, 4, 6, 5, 50];
  assert.deepEqual(percentileFigure(values, 50, 'ms'), { median: 3, min: 1, max: 5, unit: 'ms' });
  assert.deepEqual(percentileFigure(values, 100, 'ms'), { median: 8, min: 6, max: 50, unit: 'ms' });
});

test('less than five are a part each', () => {
  assert.deepEqual(percentileFigure([3, 1], 95, 'ms'), { median: 2, min: 1, max: 3, unit: 'ms' });
});
