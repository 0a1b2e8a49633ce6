import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Statistics } from '@loucloud/api';
import { highestOf, isEmpty, panelsOf, scaleTop, timesOf } from './panels.ts';

const statistics: Statistics = {
  from: '2026-01-01T00:00:00.000Z',
  pitchSeconds: 60,
  cpuCores: [1, null, 0.5],
  memoryBytes: [null, null, null],
  diskReadBytesPerSecond: [0, 0, 0],
  diskWrittenBytesPerSecond: [0, 5000, null],
  receivedBytesPerSecond: [0, 0, 0],
  sentBytesPerSecond: [0, 0, 0],
};
const limits = { cpuCores: 2, memoryBytes: 1024 };
const [cpu, memory, disk, network] = panelsOf(statistics, limits);
assert.ok(cpu && memory && disk && network);

test('processors are shown as a share of those there are, and gaps stay gaps', () => {
  assert.deepEqual(cpu.series[0]?.values, [0.5, null, 0.25]);
  assert.equal(highestOf(cpu.series[0]?.values ?? []), 0.5);
});

test('a figure of which nothing is known is empty, one that is zero is not', () => {
  assert.equal(isEmpty(memory), true);
  assert.equal(highestOf([null]), null);
  assert.equal(isEmpty(network), false);
});

test('a scale goes up to the limit, or to a power of two above what is shown', () => {
  assert.equal(scaleTop(cpu), 1);
  assert.equal(scaleTop(memory), 1024);
  assert.equal(scaleTop(disk), 8192);
  assert.equal(scaleTop(network), 1024);
});

test('each value has its time', () => {
  const first = Date.UTC(2026, 0, 1) / 1000;
  assert.deepEqual(timesOf(statistics), [first, first + 60, first + 120]);
});
