import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferredHostId } from './preferred-host.ts';

test('the first server that is well is preferred, and one that cannot be reached only where there is no other', () => {
  const lost = { id: 'lost', health: 'unreachable' } as const;
  const slow = { id: 'slow', health: 'degraded' } as const;
  const well = { id: 'well', health: 'healthy' } as const;
  assert.equal(preferredHostId([lost, slow, well, { ...well, id: 'another' }]), 'well');
  assert.equal(preferredHostId([lost, slow]), 'slow');
  assert.equal(preferredHostId([lost]), 'lost');
  assert.equal(preferredHostId([]), '');
});
