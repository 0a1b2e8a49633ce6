import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demandOf, firstOver } from './demand.ts';

const quota = { vms: 10, runningVms: 5, vcpus: 20, memoryMib: 8192, diskBytes: 100 };
const usage = { vms: 8, runningVms: 4, vcpus: 4, memoryMib: 1024, diskBytes: 100 };
const template = { vcpus: 2, memoryMib: 512, diskBytes: 0 };

test('several machines take their template as often', () => {
  assert.deepEqual(demandOf(template, 3, true), {
    vms: 3,
    runningVms: 3,
    vcpus: 6,
    memoryMib: 1536,
    diskBytes: 0,
  });
});

test('a machine that is not started does not run', () => {
  assert.equal(demandOf(template, 3, false).runningVms, 0);
});

test('what just fits is no excess', () => {
  assert.equal(firstOver(quota, usage, demandOf(template, 1, true)), null);
});

test('the first resource without room is named', () => {
  assert.equal(firstOver(quota, usage, demandOf(template, 2, true)), 'runningVms');
  assert.equal(firstOver(quota, usage, demandOf(template, 3, false)), 'vms');
});

test('what is not asked for does not matter, even if it is over its limit', () => {
  assert.equal(firstOver({ ...quota, diskBytes: 0 }, usage, demandOf(template, 1, true)), null);
});
