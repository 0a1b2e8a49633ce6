import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesBetween, settingsOf, valuesOf } from './setting-values.ts';

const settings = {
  defaultQuota: { vms: 10, runningVms: 5, vcpus: 10, memoryMib: 16_384, diskBytes: 2 ** 30 },
  vcpuOvercommit: 4,
  memoryOvercommit: 1,
  systemMemoryMib: 1024,
  sessionLifetimeMinutes: 720,
  shutdownTimeoutSeconds: 120,
  recycleDays: 7,
  imageCopyDays: 14,
  defaultNetworkId: null,
};

test('settings survive the form', () => {
  assert.deepEqual(settingsOf(valuesOf(settings)), settings);
});

test('only what was changed is sent, a quota as a whole', () => {
  const before = valuesOf(settings);
  assert.deepEqual(changesBetween(before, before), {});
  assert.deepEqual(changesBetween(before, { ...before, recycleDays: 14, vms: 3 }), {
    recycleDays: 14,
    defaultQuota: { ...settings.defaultQuota, vms: 3 },
  });
});
