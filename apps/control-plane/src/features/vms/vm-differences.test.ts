import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DomainHardware } from '../../platform/hypervisor.ts';
import type { AdoptionRecord } from './adoption-record.ts';
import { compare } from './vm-differences.ts';

const disks = [
  { target: 'vda', path: '/p/theirs.img', sizeBytes: 10, isInPool: true },
  { target: 'vdb', path: '/elsewhere/data.img', sizeBytes: 5, isInPool: false },
] as const;

const found: DomainHardware = {
  vmId: 'v',
  domainName: 'theirs',
  title: '',
  description: '',
  vcpus: 1,
  memoryMib: 64,
  runningVcpus: null,
  runningMemoryMib: null,
  disks,
  missingDisks: [],
  cdromPath: null,
  macAddresses: [],
  label: null,
  definition: '<domain/>',
};

const vm: Parameters<typeof compare>[0] = {
  id: 'v',
  name: 'theirs',
  description: '',
  ownerId: 'o',
  vcpus: 1,
  memoryMib: 64,
  diskBytes: 15,
  macAddress: null,
  adoption: { disks, cdromPath: null, macAddresses: [] } as unknown as AdoptionRecord, // all that is compared
};

const differencesOf = (sizes: readonly [number, number]) => {
  const measured = disks.map((disk, at) => ({ ...disk, sizeBytes: sizes[at] ?? 0 }));
  return compare(vm, { isoPath: null, ownerName: 'o' }, { ...found, disks: measured });
};

test('a disk that has grown is a difference', () => {
  assert.deepEqual(differencesOf([10, 5]), []);
  assert.deepEqual(differencesOf([20, 5]), [{ field: 'diskBytes', recorded: 15, found: 25 }]);
});

test('of disks of which one could not be measured, as one outside the pool, the size of all is not known', () => {
  assert.deepEqual(differencesOf([10, 0]), []);
  assert.deepEqual(differencesOf([0, 0]), []);
});
