import { type Static, type TSchema, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import { ErrorDetails, Problem } from './errors.ts';
import { OperationBrief } from './operations.ts';
import { placementRefusals } from './placement.ts';
import {
  Accepted,
  Bytes,
  Description,
  Id,
  MemoryMib,
  Name,
  Time,
  Vcpus,
  changesOf,
  listQuery,
  nullable,
  object,
  oneOf,
  pageOf,
} from './schemas.ts';
import { Firmware } from './templates.ts';
import { ActionVerdict, VmState, vmActionNames } from './vm-actions.ts';
import { Adoption, Difference } from './vm-outside.ts';

/** Why the VM is in its state. */
export const stateCauses = [
  'created',
  'started',
  'shut_down_by_guest',
  'shut_down',
  'powered_off',
  'crashed',
  'failed_to_start',
  'saved',
  'restored',
  'suspended',
  'resumed',
  'io_error',
  'migrated',
  'deleted',
  'undeleted',
  /** Not by us: virsh, the host's reboot, another tool. */
  'started_outside',
  'stopped_outside',
  'suspended_outside',
  'resumed_outside',
  'saved_outside',
  'undefined_outside',
  /** The domain is there, without the metadata that made it ours. */
  'label_removed_outside',
  'adopted',
  'found_so',
  'host_unreachable',
  'host_returned',
] as const;
export const StateCause = oneOf(stateCauses);
export type StateCause = (typeof stateCauses)[number];

/** The keys are written out, so that the client knows them: see vm-actions.ts. */
const verdicts = Object.fromEntries(vmActionNames.map((action) => [action, ActionVerdict])) as Record<
  (typeof vmActionNames)[number],
  typeof ActionVerdict
>;

/** A domain of a VM on a server that is not the VM's own: left there when the VM went elsewhere, or made by somebody. */
export const StaleCopy = object({ hostId: Id, hostName: Type.String(), isRunning: Type.Boolean() });
export type StaleCopy = Static<typeof StaleCopy>;
/** Of a VM in the recycle bin: it can be had back until it is purged. */
export const Deletion = object({ deletedAt: Time, purgeAt: Time });
export type Deletion = Static<typeof Deletion>;

/** `expiresAt`: when the class’s VMs go to the recycle bin; null: they stay. */
export const VmClass = object({ id: Id, name: Type.String(), expiresAt: nullable(Time) });
export type VmClass = Static<typeof VmClass>;

export const Vm = object({
  id: Id,
  name: Name,
  description: Description,
  ownerId: Id,
  ownerName: Type.String(),
  templateId: nullable(Id),
  templateName: Type.String(),
  imageId: nullable(Id),
  imageName: Type.String(),
  /** Where it runs: for the admin; null for others. */
  hostId: nullable(Id),
  hostName: nullable(Type.String()),
  domainName: nullable(Type.String()),
  networkId: nullable(Id),
  networkName: nullable(Type.String()),
  state: VmState,
  stateCause: StateCause,
  stateChangedAt: Time,
  operation: nullable(OperationBrief),
  vcpus: Vcpus,
  memoryMib: MemoryMib,
  diskBytes: Bytes,
  firmware: Firmware,
  macAddress: Type.String(),
  ipAddresses: Type.Array(Type.String()),
  /** The last operation on it that failed, until one succeeds. */
  lastProblem: nullable(Problem),
  /** Where it is not as recorded here: somebody changed it outside LouCloud. */
  differences: Type.Array(Difference),
  /** null: LouCloud made it. */
  adoption: nullable(Adoption),
  /** For the admin; empty for others. */
  staleCopies: Type.Array(StaleCopy),
  /** It cannot be deleted until that is taken away. */
  isProtected: Type.Boolean(),
  /** The class that it was made for; null: none. */
  class: nullable(VmClass),
  /** null: it does not lie in the recycle bin. */
  deletion: nullable(Deletion),
  createdAt: Time,
  actions: object(verdicts),
});
export type Vm = Static<typeof Vm>;

/** `{1..5}` once in a name stands for five names; at most 100. Leading zeros keep the width: `{01..20}`. */
export const VmNamePattern = Type.String({
  minLength: 1,
  maxLength: 80,
  pattern: '^(?! )[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffe\\uffff]*(?<! )$',
});

const vmId = object({ vmId: Id });

/** A verb that takes nothing but the VM: its endpoint is `POST /vms/:vmId/<path>`. */
const verb = (path: string, summary: string, access: 'owner' | 'admin' = 'owner') => ({
  method: 'POST' as const,
  path: `/vms/:vmId/${path}`,
  access,
  tag: 'vms',
  status: 202 as const,
  summary,
  params: vmId,
  reply: Accepted as typeof Accepted & TSchema,
});

/** A single-use key to one screen: redeemed as the WebSocket subprotocol `ticket.<ticket>`, beside `loucloud`. */
export const ConsoleTicket = object({ ticket: Type.String(), path: Type.String(), expiresAt: Time });
export type ConsoleTicket = Static<typeof ConsoleTicket>;

/** A server that a VM may move to, or why not. */
export const MigrationTarget = object({
  hostId: Id,
  name: Type.String(),
  freeVcpus: Type.Integer(),
  freeMemoryMib: Type.Integer(),
  hasImage: Type.Boolean(),
  refusal: nullable(oneOf(placementRefusals)),
  details: ErrorDetails,
});
export type MigrationTarget = Static<typeof MigrationTarget>;

export const vmEndpoints = endpoints({
  vmList: {
    method: 'GET',
    path: '/vms',
    access: 'user',
    tag: 'vms',
    summary:
      'List VMs: own, or all for the admin, who alone may sort by server. `search` is part of a name, a description or an address',
    query: listQuery(
      {
        state: Type.Optional(VmState),
        /** What lies in the recycle bin, instead of what does not. */
        isDeleted: Type.Optional(Type.Boolean()),
        ownerId: Type.Optional(Id),
        hostId: Type.Optional(Id),
        templateId: Type.Optional(Id),
        imageId: Type.Optional(Id),
        networkId: Type.Optional(Id),
        classId: Type.Optional(Id),
      },
      ['name', 'createdAt', 'state', 'ownerName', 'hostName', 'vcpus', 'memoryMib', 'diskBytes'],
    ),
    reply: pageOf(Vm),
  },
  vmCreate: {
    method: 'POST',
    path: '/vms',
    access: 'user',
    tag: 'vms',
    status: 202,
    summary: 'Create one VM or several from a template: all are reserved, or none',
    /** `ownerId`: for the admin, to create for a user. */
    body: object({
      name: VmNamePattern,
      templateId: Id,
      description: Type.Optional(Description),
      ownerId: Type.Optional(Id),
      start: Type.Optional(Type.Boolean({ default: true })),
    }),
    reply: object({ items: Type.Array(object({ vmId: Id, name: Name, operationId: Id })) }),
  },
  vmGet: {
    method: 'GET',
    path: '/vms/:vmId',
    access: 'owner',
    tag: 'vms',
    summary: 'One VM',
    params: vmId,
    reply: Vm,
  },
  vmUpdate: {
    method: 'PATCH',
    path: '/vms/:vmId',
    access: 'owner',
    tag: 'vms',
    status: 202,
    summary: 'Rename or describe; change vCPUs and memory while it is stopped',
    params: vmId,
    body: changesOf({ name: Name, description: Description, vcpus: Vcpus, memoryMib: MemoryMib }),
    reply: Accepted,
  },
  vmDelete: {
    method: 'DELETE',
    path: '/vms/:vmId',
    access: 'owner',
    tag: 'vms',
    status: 202,
    summary:
      'Power off and move to the recycle bin for as many days as the settings say; with none, delete for good',
    params: vmId,
    reply: Accepted,
  },
  vmUndelete: {
    method: 'POST',
    path: '/vms/:vmId/undelete',
    access: 'owner',
    tag: 'vms',
    summary: 'Take out of the recycle bin, under another name if its own is taken; the quota holds again',
    params: vmId,
    body: object({ name: Type.Optional(Name) }),
    reply: Vm,
  },
  vmPurge: verb('purge', 'Delete the VM and its disk for good, from the recycle bin or at once'),
  vmProtect: {
    method: 'POST',
    path: '/vms/:vmId/protection',
    access: 'owner',
    tag: 'vms',
    summary: 'Protect against deletion, or no longer',
    params: vmId,
    body: object({ isProtected: Type.Boolean() }),
    reply: Vm,
  },
  vmStart: verb('start', 'Start'),
  vmShutdown: verb(
    'shutdown',
    'Ask the guest to shut down: sent once more, then the operation fails and power off is offered',
  ),
  vmPowerOff: verb('power-off', 'Cut the power'),
  vmReboot: verb('reboot', 'Ask the guest to reboot'),
  vmReset: verb('reset', 'Reset, as by the button on the case'),
  vmRemake: verb('remake', 'Make the disk anew from the image: all that is on it is lost'),
  vmSuspend: verb('suspend', 'Pause the vCPUs; memory stays'),
  vmResume: verb('resume', 'Go on after a suspend'),
  vmSave: verb('save', 'Save memory to disk and stop'),
  vmRestore: verb('restore', 'Go on from the saved memory'),
  vmDumpCore: verb('dump-core', 'Write the guest’s memory to a file on the server', 'admin'),
  vmAcceptDifferences: verb(
    'accept-differences',
    'Record what was changed outside LouCloud; the quota holds for what grew',
  ),
  vmRevertDifferences: verb('revert-differences', 'Put the VM back as it is recorded'),
  vmDefineAgain: verb('define-again', 'Define a missing VM again, over its disk'),
  vmForget: verb(
    'forget',
    'Remove the record of a missing, unreachable or adopted VM; nothing on the server is removed',
    'admin',
  ),
  vmDeleteWithFiles: verb(
    'delete-with-files',
    'Delete an adopted VM and the files of its disks, which LouCloud did not make',
    'admin',
  ),
  vmMigrate: {
    method: 'POST',
    path: '/vms/:vmId/migrate',
    access: 'admin',
    tag: 'vms',
    status: 202,
    summary: 'Move to that server, or to the best one: with its memory while it runs, else its disk alone',
    params: vmId,
    body: object({ hostId: Type.Optional(Id) }),
    reply: Accepted,
  },
  vmMigrationTargets: {
    method: 'GET',
    path: '/vms/:vmId/migration-targets',
    access: 'admin',
    tag: 'vms',
    summary: 'The servers that it can move to, best first, and why it cannot go to the others',
    params: vmId,
    reply: object({ items: Type.Array(MigrationTarget) }),
  },
  vmStartElsewhere: {
    method: 'POST',
    path: '/vms/:vmId/start-elsewhere',
    access: 'admin',
    tag: 'vms',
    status: 202,
    summary:
      'Start a VM whose server cannot be reached on another one that has the same storage; only after somebody has made sure that its server is off',
    params: vmId,
    /** `hostIsOff`: it must be true, and be so: a VM that runs twice destroys its disk. */
    body: object({ hostIsOff: Type.Boolean(), hostId: Type.Optional(Id) }),
    reply: Accepted,
  },
  vmStartElsewhereTargets: {
    method: 'GET',
    path: '/vms/:vmId/start-elsewhere-targets',
    access: 'admin',
    tag: 'vms',
    summary:
      'The servers that it can be started on instead of its own, best first, and why not on the others',
    params: vmId,
    reply: object({ items: Type.Array(MigrationTarget) }),
  },
  vmXml: {
    method: 'GET',
    path: '/vms/:vmId/xml',
    access: 'admin',
    tag: 'vms',
    summary: 'The domain’s XML, as libvirt gives it now',
    params: vmId,
    reply: object({ xml: Type.String() }),
  },
  vmDesktop: {
    method: 'POST',
    path: '/vms/:vmId/desktop',
    access: 'owner',
    tag: 'vms',
    summary: 'A ticket to the VM’s screen',
    status: 201,
    params: vmId,
    /** `isViewOnly`: whatever the viewer sends, nothing reaches the VM. */
    query: object({ isViewOnly: Type.Optional(Type.Boolean()) }),
    reply: ConsoleTicket,
  },
  vmSerialConsole: {
    method: 'POST',
    path: '/vms/:vmId/serial-console',
    access: 'owner',
    tag: 'vms',
    status: 201,
    summary: 'A ticket to the VM’s serial line',
    params: vmId,
    reply: ConsoleTicket,
  },
});

/** Why a desktop or serial WebSocket was closed: WebSocket close code → reason. 1000 and 1001 are the ordinary ends. */
export const consoleCloseCodes = {
  4401: 'ticket_refused',
  4403: 'rights_ended',
  4404: 'vm_deleted',
  4409: 'vm_not_running',
  4410: 'vm_stopped',
  4423: 'taken_over',
  4429: 'too_many_desktops',
  4502: 'vnc_refused',
  4503: 'host_unreachable',
} as const;
export type ConsoleCloseReason = (typeof consoleCloseCodes)[keyof typeof consoleCloseCodes];
