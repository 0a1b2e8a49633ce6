import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStep } from './next-step.ts';

const failed = {
  type: 'vm.shutdown',
  error: { code: 'guest_ignored_shutdown', details: {} },
  objectKind: 'vm',
  objectId: 'some-vm',
} as const;

test('a VM that ignored its shutdown is to be opened', () => {
  assert.equal(nextStep(failed)?.to, '/vms/some-vm');
});

test('a VM that was never made is not offered', () => {
  assert.equal(
    nextStep({ ...failed, type: 'vm.create', error: { code: 'libvirt_refused', details: {} } }),
    null,
  );
});

test('a full pool leads to the servers, whatever it broke', () => {
  assert.equal(nextStep({ ...failed, error: { code: 'pool_full', details: {} } })?.to, '/hosts');
});

test('what did not fail has no next step', () => {
  assert.equal(nextStep({ ...failed, error: null }), null);
});
