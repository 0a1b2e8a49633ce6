/** Why a VM went to the host it went to: kept in the result of the operation that placed it, for the admin. */
import { type Static, Type } from 'typebox';
import { ErrorDetails } from './errors.ts';
import { object, oneOf } from './schemas.ts';

/** Why a host was left out, in the order they are asked. */
export const placementRefusals = [
  /** Of a VM that is to move. */
  'is_here',
  'disk_not_there',
  'other_accelerator',
  'disabled',
  'maintenance',
  'not_healthy',
  'other_architecture',
  'network_missing',
  'too_few_vcpus',
  'too_little_memory',
  'too_little_disk',
  /** It had room when it was looked at, and none when it was to be reserved. */
  'just_taken',
  /** Its copy of the image is not what it was, and stays because VMs rest on it. */
  'image_changed',
] as const;
export type PlacementRefusal = (typeof placementRefusals)[number];

/** Each from 0 to its weight; `total` is their sum, and the highest is chosen. */
export const PlacementScore = object({
  memory: Type.Number(),
  image: Type.Number(),
  spread: Type.Number(),
  total: Type.Number(),
});
export type PlacementScore = Static<typeof PlacementScore>;

export const Placement = object({
  /** The host's name, as it was then. */
  chosen: Type.String(),
  /** How many hosts would do. */
  candidateCount: Type.Optional(Type.Integer()),
  /** The first of them, best first, with what they were weighed by. */
  candidates: Type.Array(
    object({
      name: Type.String(),
      score: PlacementScore,
      freeMemoryMib: Type.Integer(),
      hasImage: Type.Boolean(),
      vmCount: Type.Integer(),
    }),
  ),
  refusals: Type.Array(
    object({ name: Type.String(), reason: oneOf(placementRefusals), details: ErrorDetails }),
  ),
});
export type Placement = Static<typeof Placement>;
