/** Settings, the overview, and the audit log. */
import { type Static, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import { ErrorDetails } from './errors.ts';
import { Event, eventTypes } from './events.ts';
import { HostHealth, SystemMemoryMib } from './hosts.ts';
import { ObjectKind, Operation } from './operations.ts';
import { Bytes, Count, Id, Time, changesOf, listQuery, nullable, object, oneOf, pageOf } from './schemas.ts';
import { Quota } from './users.ts';

const settings = {
  /** The quota of every user who has no value of their own. */
  defaultQuota: Quota,
  /** For hosts added from now on. */
  vcpuOvercommit: Type.Number({ minimum: 0.1, maximum: 64 }),
  memoryOvercommit: Type.Number({ minimum: 0.1, maximum: 64 }),
  systemMemoryMib: SystemMemoryMib,
  /** Idle time after which a session ends. */
  sessionLifetimeMinutes: Type.Integer({ minimum: 5, maximum: 525_600 }),
  /** How long a guest has to shut down; asked again at half time. */
  shutdownTimeoutSeconds: Type.Integer({ minimum: 10, maximum: 3600 }),
  /** How long deleted VMs stay in the recycle bin before they are purged; 0: they do not go there. */
  recycleDays: Type.Integer({ minimum: 0, maximum: 365 }),
  /** How long an image’s copy that no VM rests on stays on a server. */
  imageCopyDays: Type.Integer({ minimum: 1, maximum: 3650 }),
  /** For templates that name no network; null: there is none yet. */
  defaultNetworkId: nullable(Id),
};
export const Settings = object(settings);
export type Settings = Static<typeof Settings>;
export type SettingKey = keyof Settings;

export const SettingChange = object({
  key: oneOf(Object.keys(settings) as SettingKey[]),
  before: Type.Unknown(),
  after: Type.Unknown(),
  actorName: Type.String(),
  at: Time,
});
export type SettingChange = Static<typeof SettingChange>;

const Pair = object({ reserved: Count, capacity: Count });
export const Overview = object({
  hosts: Type.Array(
    object({
      id: Id,
      name: Type.String(),
      isEnabled: Type.Boolean(),
      isInMaintenance: Type.Boolean(),
      health: HostHealth,
      healthReason: nullable(Type.String()),
      healthDetails: ErrorDetails,
      vcpus: Pair,
      memoryMib: Pair,
      disk: object({ reserved: Bytes, capacity: Bytes, available: Bytes }),
      vmCount: Count,
      runningVmCount: Count,
      warnings: Count,
      /** What is really used, as last seen; null: not known. */
      use: object({ cpuCores: nullable(Type.Number()), memoryBytes: nullable(Bytes) }),
      physical: object({ vcpus: Count, memoryBytes: Bytes }),
    }),
  ),
  /** Of those in the recycle bin see `recycleBin`. */
  vmsByState: Type.Record(Type.String(), Count),
  recycleBin: object({ vmCount: Count, diskBytes: Bytes }),
  /** By the last sweep: what nobody knows, and VMs of which something is missing. */
  leftoverCount: Count,
  missingPartCount: Count,
  /** Those that share one database, and which servers each of them serves; none where there can be but one. */
  controlPlanes: Type.Array(
    object({
      id: Id,
      /** Its machine and its data folder. */
      name: Type.String(),
      version: Type.String(),
      startedAt: Time,
      hosts: Type.Array(object({ id: Id, name: Type.String() })),
    }),
  ),
  userCount: Count,
  imageCount: Count,
  templateCount: Count,
  runningOperations: Type.Array(Operation),
  lastFailures: Type.Array(Operation),
});
export type Overview = Static<typeof Overview>;

export const systemEndpoints = endpoints({
  settingsGet: {
    method: 'GET',
    path: '/settings',
    access: 'admin',
    tag: 'settings',
    summary: 'The settings, and their last changes',
    reply: object({ settings: Settings, changes: Type.Array(SettingChange) }),
  },
  settingsUpdate: {
    method: 'PATCH',
    path: '/settings',
    access: 'admin',
    tag: 'settings',
    summary: 'Change settings',
    body: changesOf(settings),
    reply: object({ settings: Settings, changes: Type.Array(SettingChange) }),
  },
  overviewGet: {
    method: 'GET',
    path: '/overview',
    access: 'admin',
    tag: 'overview',
    summary: 'Capacity, health, what runs, what failed',
    reply: Overview,
  },
  auditList: {
    method: 'GET',
    path: '/audit',
    access: 'admin',
    tag: 'audit',
    summary: 'Who did what, when, from where',
    query: listQuery(
      {
        type: Type.Optional(oneOf(eventTypes)),
        actorId: Type.Optional(Id),
        objectKind: Type.Optional(ObjectKind),
        objectId: Type.Optional(Id),
      },
      ['seq'],
    ),
    reply: pageOf(Event),
  },
});
