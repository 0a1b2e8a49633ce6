/** What becomes of a VM outside LouCloud: where it differs from the record, and what an adopted one has that LouCloud did not make. */
import { type Static, Type } from 'typebox';
import { Bytes, object, oneOf } from './schemas.ts';

/** What a VM has that LouCloud's record does not say, or says otherwise. */
export const differenceFields = [
  'name',
  'description',
  'owner',
  'vcpus',
  'memoryMib',
  /** Of the running guest alone; gone at its next start. */
  'runningVcpus',
  'runningMemoryMib',
  'diskBytes',
  /** Its path; `found` is empty: the file is gone. */
  'disk',
  'disks',
  'cdrom',
  'networkCards',
] as const;
export type DifferenceField = (typeof differenceFields)[number];

const Amount = Type.Union([Type.String(), Type.Number()]);
export const Difference = object({ field: oneOf(differenceFields), recorded: Amount, found: Amount });
export type Difference = Static<typeof Difference>;

/** Fields that the record can follow; the others go away only by what is done on the server. */
export const acceptableFields: readonly DifferenceField[] = [
  'name',
  'description',
  'owner',
  'vcpus',
  'memoryMib',
  'diskBytes',
];
/** Fields that can be put back on the server as they are recorded. */
export const revertibleFields: readonly DifferenceField[] = [
  'name',
  'description',
  'owner',
  'vcpus',
  'memoryMib',
];

/** What LouCloud cannot do for an adopted VM, or what it leaves alone. */
export const adoptionLimits = [
  'no_disk',
  'several_disks',
  'disk_outside_pool',
  'disk_not_file',
  'passthrough',
  'no_vnc_socket',
  'no_serial',
  'no_network_card',
  'several_network_cards',
  'network_not_registered',
  'mac_address_taken',
] as const;
export type AdoptionLimit = (typeof adoptionLimits)[number];

/** An empty path: not a file or a block device of the server. */
export const AdoptedDisk = object({
  target: Type.String(),
  path: Type.String(),
  sizeBytes: Bytes,
  isInPool: Type.Boolean(),
});
export type AdoptedDisk = Static<typeof AdoptedDisk>;

/** Of a VM that LouCloud did not make. Its disks' files are never deleted unless the admin says so. */
export const Adoption = object({
  limits: Type.Array(oneOf(adoptionLimits)),
  /** For the admin; empty for others. */
  disks: Type.Array(AdoptedDisk),
});
export type Adoption = Static<typeof Adoption>;
