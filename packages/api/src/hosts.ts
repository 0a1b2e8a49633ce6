import { type Static, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import { ErrorDetails, Problem, ProblemCode } from './errors.ts';
import { CredentialKind, Fingerprint, HostCredentials, HostKey } from './host-access.ts';
import { HostCheck, HostTransport } from './host-checks.ts';
import { ImageFormat } from './images.ts';
import {
  Accepted,
  Bytes,
  Count,
  Id,
  Name,
  Nothing,
  Time,
  changesOf,
  listQuery,
  nullable,
  object,
  oneOf,
  pageOf,
} from './schemas.ts';
import { ActionVerdict, VmState } from './vm-actions.ts';
import { Adoption } from './vm-outside.ts';

/** `connecting`: just started or added, not heard of yet. */
export const HostHealth = oneOf(['connecting', 'healthy', 'degraded', 'unreachable']);
export type HostHealth = Static<typeof HostHealth>;

/** Whether VMs may go there: `open`, or why not, by the admin's word; a disabled host is `disabled` before anything. */
export const hostAvailabilities = ['open', 'maintenance', 'disabled'] as const;
export type HostAvailability = (typeof hostAvailabilities)[number];

export const availabilityOf = ({
  isEnabled,
  isInMaintenance,
}: {
  isEnabled: boolean;
  isInMaintenance: boolean;
}): HostAvailability => (isEnabled ? (isInMaintenance ? 'maintenance' : 'open') : 'disabled');

/** Why a server is `degraded`: it gets no new VMs, and what runs there goes on. */
export const degradedReasons = ['answers_slowly', 'calls_unanswered'] as const;
export type DegradedReason = (typeof degradedReasons)[number];

export const Accelerator = oneOf(['kvm', 'tcg']);
export type Accelerator = Static<typeof Accelerator>;

const Overcommit = Type.Number({ minimum: 0.1, maximum: 64 });
/** Memory that a host keeps for itself: no VM may reserve it. */
export const SystemMemoryMib = Type.Integer({ minimum: 0, maximum: 16_777_216 });
const PoolName = Type.String({ minLength: 1, maxLength: 63, pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$' });
export const LibvirtUri = Type.String({ minLength: 1, maxLength: 500 });

const Amounts = object({ vcpus: Count, memoryMib: Count, diskBytes: Bytes });
export type Amounts = Static<typeof Amounts>;

export const Host = object({
  id: Id,
  name: Name,
  uri: LibvirtUri,
  transport: HostTransport,
  /** Of a remote one: what LouCloud logs in with. */
  credentialKind: nullable(CredentialKind),
  /** The SSH key that the admin has confirmed to be the server's. */
  hostKey: nullable(HostKey),
  /** Off: LouCloud neither places nor starts VMs there. Those that run go on. */
  isEnabled: Type.Boolean(),
  /** No new VMs come; those that are there go on, and may be started. */
  isInMaintenance: Type.Boolean(),
  health: HostHealth,
  /** When not healthy: a DegradedReason, a check code (see `connectionProblems`) or an error code; the details fill its sentence. */
  healthReason: nullable(Type.String()),
  healthDetails: ErrorDetails,
  accelerator: Accelerator,
  poolName: PoolName,
  vcpuOvercommit: Overcommit,
  memoryOvercommit: Overcommit,
  systemMemoryMib: SystemMemoryMib,
  hostname: Type.String(),
  libvirtVersion: Type.String(),
  qemuVersion: Type.String(),
  cpuModel: Type.String(),
  arch: Type.String(),
  /** What the machine has. */
  physical: Amounts,
  /** What may be reserved: physical times overcommit (memory: without the system's); for disks the pool's size. */
  capacity: Amounts,
  /** What the VMs here have reserved: vCPUs and memory while active, disks always. */
  reserved: Amounts,
  /** Free bytes of the pool, as last read. */
  poolAvailableBytes: Bytes,
  vmCount: Count,
  runningVmCount: Count,
  /** VMs of other servers that run here behind their record's back. */
  conflictCount: Count,
  checks: Type.Array(HostCheck),
  createdAt: Time,
});
export type Host = Static<typeof Host>;

/** A domain on the server that is not ours: listed, never touched. */
export const ForeignDomain = object({ id: Id, name: Type.String(), state: Type.String() });
export type ForeignDomain = Static<typeof ForeignDomain>;

/** What an adoption would take over. */
export const ForeignDomainDetails = object({
  id: Id,
  name: Type.String(),
  title: Type.String(),
  state: VmState,
  vcpus: Count,
  memoryMib: Count,
  /** All of its disks together. */
  diskBytes: Bytes,
  /** Gone after its next shutdown: it cannot be adopted. */
  isTransient: Type.Boolean(),
  adoption: Adoption,
  /** Whose it was, if it carries LouCloud's metadata: then it can be taken back. */
  ownerId: nullable(Id),
  ownerName: nullable(Type.String()),
});
export type ForeignDomainDetails = Static<typeof ForeignDomainDetails>;
/** How a drain would treat a VM: with its memory, its disk alone, or not at all, for `reason`. */
export const DrainPlanItem = object({
  vmId: Id,
  name: Type.String(),
  ownerName: Type.String(),
  state: VmState,
  way: oneOf(['live', 'offline', 'none']),
  /** Why not; `no_room`: no other server takes it. */
  reason: nullable(Type.Union([ActionVerdict, Type.Literal('no_room')])),
});
export type DrainPlanItem = Static<typeof DrainPlanItem>;

/** What a drain did with a VM: in its result, as `vms`. */
export const drainOutcomes = [
  'waiting',
  'moving',
  'moved',
  'shutting_down',
  'shut_down',
  'left',
  'failed',
  'cancelled',
  'gone',
] as const;
export const DrainedVm = object({
  vmId: Id,
  name: Type.String(),
  outcome: oneOf(drainOutcomes),
  /** The server that it went to. */
  to: nullable(Type.String()),
  /** Why it could not go, or the operation failed. */
  problem: nullable(Problem),
});
export type DrainedVm = Static<typeof DrainedVm>;

const hostId = object({ hostId: Id });
const domainId = object({ hostId: Id, domainId: Id });

/** A folder’s path ends with a slash. */
const HostFile = object({ path: Type.String(), isFolder: Type.Boolean(), sizeBytes: Bytes });
export const HostFiles = object({
  items: Type.Array(HostFile),
  /** There are more than are listed. */
  isMore: Type.Boolean(),
  /** What the file at the path would be as an image. */
  image: nullable(object({ format: ImageFormat, sizeBytes: Bytes, virtualSizeBytes: Bytes })),
  /** Why it cannot be one. */
  refusal: nullable(ProblemCode),
});
export type HostFiles = Static<typeof HostFiles>;

export const hostEndpoints = endpoints({
  hostList: {
    method: 'GET',
    path: '/hosts',
    access: 'admin',
    tag: 'hosts',
    summary: 'List servers',
    query: listQuery(
      { health: Type.Optional(HostHealth), availability: Type.Optional(oneOf(hostAvailabilities)) },
      ['name', 'createdAt'],
    ),
    reply: pageOf(Host),
  },
  hostAdd: {
    method: 'POST',
    path: '/hosts',
    access: 'admin',
    tag: 'hosts',
    status: 202,
    summary: 'Check a server and, if every check passes, add it',
    body: object({
      name: Name,
      uri: LibvirtUri,
      credentials: Type.Optional(HostCredentials),
      hostKey: Type.Optional(Fingerprint),
      poolName: Type.Optional(PoolName),
      vcpuOvercommit: Type.Optional(Overcommit),
      memoryOvercommit: Type.Optional(Overcommit),
      systemMemoryMib: Type.Optional(SystemMemoryMib),
    }),
    reply: Accepted,
  },
  hostCheck: {
    method: 'POST',
    path: '/hosts/check',
    access: 'admin',
    tag: 'hosts',
    status: 202,
    summary: 'Run the checks of a server without adding it; they are in the operation’s result',
    body: object({
      uri: LibvirtUri,
      credentials: Type.Optional(HostCredentials),
      hostKey: Type.Optional(Fingerprint),
      poolName: Type.Optional(PoolName),
    }),
    reply: Accepted,
  },
  hostGet: {
    method: 'GET',
    path: '/hosts/:hostId',
    access: 'admin',
    tag: 'hosts',
    summary: 'One server',
    params: hostId,
    reply: Host,
  },
  hostUpdate: {
    method: 'PATCH',
    path: '/hosts/:hostId',
    access: 'admin',
    tag: 'hosts',
    summary: 'Change a server',
    params: hostId,
    body: changesOf({
      name: Name,
      isEnabled: Type.Boolean(),
      isInMaintenance: Type.Boolean(),
      credentials: HostCredentials,
      hostKey: Fingerprint,
      poolName: PoolName,
      vcpuOvercommit: Overcommit,
      memoryOvercommit: Overcommit,
      systemMemoryMib: SystemMemoryMib,
    }),
    reply: Host,
  },
  hostRecheck: {
    method: 'POST',
    path: '/hosts/:hostId/check',
    access: 'admin',
    tag: 'hosts',
    status: 202,
    summary: 'Run the checks of a server again and keep what they find',
    params: hostId,
    reply: Accepted,
  },
  hostDrainPlan: {
    method: 'GET',
    path: '/hosts/:hostId/drain-plan',
    access: 'admin',
    tag: 'hosts',
    summary: 'What a drain would do with each VM of the server',
    params: hostId,
    reply: object({ items: Type.Array(DrainPlanItem) }),
  },
  hostDrain: {
    method: 'POST',
    path: '/hosts/:hostId/drain',
    access: 'admin',
    tag: 'hosts',
    status: 202,
    summary: 'Put the server into maintenance and move its VMs to others; each VM’s outcome is in the result',
    params: hostId,
    /** `stopped`: VMs that are off. `unmovable`: those that run and cannot move. */
    body: object({
      stopped: Type.Optional(oneOf(['move', 'leave'])),
      unmovable: Type.Optional(oneOf(['leave', 'shutDown'])),
    }),
    reply: Accepted,
  },
  hostRemove: {
    method: 'DELETE',
    path: '/hosts/:hostId',
    access: 'admin',
    tag: 'hosts',
    status: 204,
    summary: 'Forget a server; refused while it has VMs. Nothing on the server is touched',
    params: hostId,
    reply: Nothing,
  },
  hostFiles: {
    method: 'GET',
    path: '/hosts/:hostId/files',
    access: 'admin',
    tag: 'hosts',
    summary:
      'What is at a path on the server: the entries of its folder that begin so, and what the file would be as an image',
    params: hostId,
    /** Without a path: the folders of the server’s storage pools. */
    query: object({ path: Type.Optional(Type.String({ maxLength: 1000 })) }),
    reply: HostFiles,
  },
  hostForeignDomains: {
    method: 'GET',
    path: '/hosts/:hostId/foreign-domains',
    access: 'admin',
    tag: 'hosts',
    summary: 'Domains on the server that LouCloud did not make',
    params: hostId,
    reply: object({ items: Type.Array(ForeignDomain) }),
  },
  foreignDomainGet: {
    method: 'GET',
    path: '/hosts/:hostId/foreign-domains/:domainId',
    access: 'admin',
    tag: 'hosts',
    summary: 'What a domain has, and what LouCloud could not do for it',
    params: domainId,
    reply: ForeignDomainDetails,
  },
  foreignDomainAdopt: {
    method: 'POST',
    path: '/hosts/:hostId/foreign-domains/:domainId/adopt',
    access: 'admin',
    tag: 'hosts',
    status: 202,
    summary: 'Make a domain a VM of a user: it is labelled, and neither redefined nor restarted',
    params: domainId,
    /** Without a name: its title, else its own. */
    body: object({ ownerId: Id, name: Type.Optional(Name) }),
    reply: Accepted,
  },
  sshKeyGet: {
    method: 'GET',
    path: '/ssh-key',
    access: 'admin',
    tag: 'hosts',
    summary:
      'LouCloud’s own SSH key, as a line for a server’s authorized_keys; made when it is first asked for',
    reply: object({ publicKey: Type.String(), fingerprint: Fingerprint }),
  },
});
