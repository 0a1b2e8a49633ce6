import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlacementRefusal } from '@loucloud/api';
import { type Candidate, type Wish, placementOf, rank } from './placement.ts';

const GIB = 2 ** 30;
const network = { kind: 'libvirt', source: 'default' } as const;
const wish: Wish = { vcpus: 2, memoryMib: 1024, diskBytes: 10 * GIB, network, isStarting: true };
const host = (name: string, changes: Partial<Candidate> = {}): Candidate => ({
  id: name,
  name,
  isEnabled: true,
  isInMaintenance: false,
  health: 'healthy',
  arch: 'x86_64',
  freeVcpus: 16,
  freeMemoryMib: 8192,
  freeDiskBytes: 100 * GIB,
  poolAvailableBytes: 100 * GIB,
  networks: [network],
  hasImage: true,
  copyBytes: 0,
  vmCount: 0,
  ...changes,
});
const names = (hosts: readonly Candidate[], wanted = wish) =>
  rank(wanted, hosts).choices.map((choice) => choice.host.name);

const refused: readonly (readonly [PlacementRefusal, Partial<Candidate>, Record<string, unknown>])[] = [
  ['disabled', { isEnabled: false, isInMaintenance: true }, {}],
  ['maintenance', { isInMaintenance: true, health: 'degraded' }, {}],
  ['not_healthy', { health: 'unreachable' }, {}],
  ['not_healthy', { health: 'degraded' }, {}],
  ['other_architecture', { arch: 'aarch64' }, { arch: 'aarch64' }],
  ['network_missing', { networks: [{ kind: 'bridge', source: 'default' }] }, { network: 'default' }],
  ['too_few_vcpus', { freeVcpus: 1 }, { vcpus: 2, freeVcpus: 1 }],
  ['too_few_vcpus', { freeVcpus: -3 }, { vcpus: 2, freeVcpus: 0 }],
  ['too_little_memory', { freeMemoryMib: 1023 }, { memoryMib: 1024, freeMemoryMib: 1023 }],
  ['too_little_disk', { freeDiskBytes: GIB }, { diskBytes: 10 * GIB, freeDiskBytes: GIB }],
  [
    'too_little_disk',
    { hasImage: false, copyBytes: 95 * GIB },
    { diskBytes: 105 * GIB, freeDiskBytes: 100 * GIB },
  ],
  [
    'too_little_disk',
    { hasImage: false, copyBytes: 5 * GIB, poolAvailableBytes: 5 * GIB },
    { diskBytes: 15 * GIB, freeDiskBytes: 5 * GIB },
  ],
  ['too_little_disk', { poolAvailableBytes: 1000 }, { diskBytes: 10 * GIB, freeDiskBytes: 1000 }],
];
for (const [reason, changes, details] of refused) {
  test(`a host is left out: ${reason} (${JSON.stringify(changes)})`, () => {
    const { choices, refusals } = rank(wish, [host('a', changes)]);
    assert.deepEqual(choices, []);
    assert.deepEqual(refusals, [{ name: 'a', reason, details }]);
  });
}

test('a VM that is not to start asks for no vCPUs and no memory', () => {
  const full = host('full', { freeVcpus: 0, freeMemoryMib: 0 });
  assert.deepEqual(names([full]), []);
  assert.deepEqual(names([full], { ...wish, isStarting: false }), ['full']);
});

test('the host with the most free memory is first', () => {
  assert.deepEqual(
    names([host('a', { freeMemoryMib: 2048 }), host('b'), host('c', { freeMemoryMib: 4096 })]),
    ['b', 'c', 'a'],
  );
});

test('a host without the image will do, but one that has it is preferred unless it is much fuller', () => {
  const without = host('without', { hasImage: false, copyBytes: GIB });
  assert.deepEqual(names([without]), ['without']);
  assert.deepEqual(names([without, host('with', { freeMemoryMib: 6144 })]), ['with', 'without']);
  assert.deepEqual(names([without, host('with', { freeMemoryMib: 2048 })]), ['without', 'with']);
});

test('of hosts with the same free memory the one with fewer VMs is first, then the name decides', () => {
  const [a, b, c] = [host('a', { vmCount: 4 }), host('c'), host('b')];
  assert.deepEqual(names([a, b, c]), ['b', 'c', 'a']);
});

test('each part of a score has its weight, and is kept with its reasons', () => {
  const ranking = rank(wish, [
    host('small', { freeMemoryMib: 4096, vmCount: 1 }),
    host('big', { vmCount: 2 }),
    host('off', { isEnabled: false }),
  ]);
  const [best] = ranking.choices;
  assert.ok(best);
  assert.deepEqual(placementOf(best, ranking), {
    chosen: 'big',
    candidateCount: 2,
    candidates: [
      {
        name: 'big',
        score: { memory: 1, image: 0.5, spread: 0, total: 1.5 },
        freeMemoryMib: 8192,
        hasImage: true,
        vmCount: 2,
      },
      {
        name: 'small',
        score: { memory: 0.5, image: 0.5, spread: 0.25, total: 1.25 },
        freeMemoryMib: 4096,
        hasImage: true,
        vmCount: 1,
      },
    ],
    refusals: [{ name: 'off', reason: 'disabled', details: {} }],
  });
});
