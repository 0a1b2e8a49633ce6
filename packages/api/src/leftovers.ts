/** What lies on the servers and no record knows: listed with its age and owner, removed only when asked to be. */
import { type Static, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import { Accepted, Bytes, Id, Time, nullable, object, oneOf } from './schemas.ts';

export const leftoverKinds = ['disk', 'domain'] as const;

export const Leftover = object({
  kind: oneOf(leftoverKinds),
  hostId: Id,
  hostName: Type.String(),
  /** A file's name in the pool; a domain's UUID. */
  id: Type.String(),
  /** A file's path; a domain's name. */
  name: Type.String(),
  /** What it takes on the server; 0 for a domain. */
  sizeBytes: Bytes,
  /** A file's last change; unknown of a domain. */
  changedAt: nullable(Time),
  /** Of a domain that runs: it is removed only where its VM is another server's, and after its power has been cut. */
  isActive: Type.Boolean(),
  /** The server that the VM is on by its record: this domain is a stale copy of it. */
  recordedOn: nullable(Type.String()),
  /** The VM that it was, by its metadata or the file’s name, as far as that is known. */
  vmId: nullable(Id),
  vmName: nullable(Type.String()),
  ownerId: nullable(Id),
  ownerName: nullable(Type.String()),
  /** By a sweep; null: by none yet. */
  firstSeenAt: nullable(Time),
});
export type Leftover = Static<typeof Leftover>;

/** The other way round: a VM whose domain or disk a sweep did not find on its server. */
export const MissingPart = object({
  hostId: Id,
  hostName: Type.String(),
  vmId: Id,
  vmName: Type.String(),
  ownerId: Id,
  ownerName: Type.String(),
  part: oneOf(['disk', 'domain']),
  firstSeenAt: Time,
});
export type MissingPart = Static<typeof MissingPart>;

/** Unless it is confirmed that it is young, nothing is removed within so long of a sweep's having seen it first. */
export const LEFTOVER_AGE_MS = 24 * 60 * 60_000;

export const LeftoverHost = object({
  hostId: Id,
  hostName: Type.String(),
  /** An error code: it was not read, so what lies there is not in the list. */
  problem: nullable(Type.String()),
});
export type LeftoverHost = Static<typeof LeftoverHost>;

/** `sweptAt`: when all was last compared, both ways; null: never. */
const LeftoverList = object({
  items: Type.Array(Leftover),
  missing: Type.Array(MissingPart),
  hosts: Type.Array(LeftoverHost),
  sweptAt: nullable(Time),
});

export const leftoverEndpoints = endpoints({
  leftoverList: {
    method: 'GET',
    path: '/leftovers',
    access: 'admin',
    tag: 'leftovers',
    summary:
      'Disks in the servers’ pools and domains with LouCloud’s metadata that no record knows, read now',
    query: object({ hostId: Type.Optional(Id) }),
    reply: LeftoverList,
  },
  leftoverSweep: {
    method: 'POST',
    path: '/leftovers/sweep',
    access: 'admin',
    tag: 'leftovers',
    summary: 'Compare servers and records now, both ways, as it is done each night; nothing is removed',
    reply: LeftoverList,
  },
  leftoverRemove: {
    method: 'POST',
    path: '/leftovers/remove',
    access: 'admin',
    tag: 'leftovers',
    status: 202,
    summary:
      'Delete a leftover disk’s file, or forget a leftover domain: one that does not run, or, with `powerOff`, a running stale copy of a VM that is on another server',
    body: object({
      hostId: Id,
      kind: oneOf(leftoverKinds),
      id: Type.String({ minLength: 1, maxLength: 255 }),
      powerOff: Type.Optional(Type.Boolean()),
      /** Though no sweep has known it for a day. */
      evenYoung: Type.Optional(Type.Boolean()),
    }),
    reply: Accepted,
  },
});
