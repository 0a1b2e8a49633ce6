import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overview } from '@loucloud/api';
import { runsOutFirst } from './runs-out-first.ts';

type Host = Overview['hosts'][number];

const host = (name: string, changes: Partial<Host> = {}): Host => ({
  id: name,
  name,
  isEnabled: true,
  isInMaintenance: false,
  health: 'healthy',
  healthReason: null,
  healthDetails: {},
  vcpus: { reserved: 1, capacity: 10 },
  memoryMib: { reserved: 2, capacity: 10 },
  disk: { reserved: 0, capacity: 100, available: 100 },
  use: { cpuCores: null, memoryBytes: null },
  physical: { vcpus: 10, memoryBytes: 10 },
  vmCount: 0,
  runningVmCount: 0,
  warnings: 0,
  ...changes,
});

test('what is taken most of runs out first', () => {
  const first = runsOutFirst([host('a')]);
  assert.deepEqual(first, { resource: 'memory', share: 0.2, left: 8 * 2 ** 20, host: null, hostShare: 0.2 });
});

test('a disk that is really full runs out, whatever was promised of it', () => {
  const full = host('b', { disk: { reserved: 10, capacity: 100, available: 10 } });
  const first = runsOutFirst([host('a'), full]);
  assert.deepEqual([first?.resource, first?.share, first?.left], ['disk', 0.45, 110]);
  assert.deepEqual([first?.host, first?.hostShare], ['b', 0.9]);
});

test('a server that takes no VMs has nothing to give', () => {
  const closed = host('b', { isInMaintenance: true, vcpus: { reserved: 10, capacity: 10 } });
  assert.equal(runsOutFirst([host('a'), closed])?.resource, 'memory');
});

test('of nothing, and where nothing is taken, nothing runs out', () => {
  assert.equal(runsOutFirst([]), null);
  const empty = { reserved: 0, capacity: 10 };
  assert.equal(runsOutFirst([host('a', { vcpus: empty, memoryMib: empty })]), null);
});
