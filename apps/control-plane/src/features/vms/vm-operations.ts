/**
 * The durable work on VMs. Every step asks the host for something that is safe to ask twice; what the host then says
 * goes into the database by VmStates, as everything that a host says does.
 */
import type { Quota, Settings } from '@loucloud/api';
import type { Database, Db, Tx } from '../../platform/database/database.ts';
import { UserError, toProblem } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { DomainSpec, HostDriver } from '../../platform/hypervisor.ts';
import {
  type OperationType,
  type Outcome,
  type Step,
  operation,
} from '../../platform/operations/operation.ts';
import { reservationStore } from '../../platform/reservations/reservation-store.ts';
import type { ImagesOnHosts } from './images-on-hosts.ts';
import { type Parts, recipeStore } from './recipe-store.ts';
import type { VmDifferences } from './vm-differences.ts';
import { vmElsewhere } from './vm-elsewhere.ts';
import { outsideOperations } from './vm-outside-operations.ts';
import type { VmStates } from './vm-states.ts';
import { type VmRecord, vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';
import { deletionOperations } from './vm-deletion.ts';
import { vmRemake } from './vm-remake.ts';

export interface VmInput {
  readonly vmId: string;
  readonly hostId: string;
}

export interface CreateInput extends VmInput {
  readonly start: boolean;
}

export interface UpdateInput extends VmInput {
  readonly before: Pick<VmRecord, 'name' | 'description' | 'vcpus' | 'memoryMib'>;
  readonly after: UpdateInput['before'];
  /** vCPUs or memory are to be set, though they may be recorded so already. */
  readonly isResizing: boolean;
}

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly states: VmStates;
  readonly differences: VmDifferences;
  readonly images: ImagesOnHosts;
  readonly host: (hostId: string) => HostDriver;
  readonly settings: { read(sql?: Db | Tx['sql']): Promise<Settings> };
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** HTTP's status of what is wrong with a file rather than with its host. */
const UNPROCESSABLE = 422;

export type VmOperations = ReturnType<typeof vmOperations>;

export function vmOperations(deps: Deps) {
  const { database, states, differences } = deps;

  /** Asks the host for one thing, then takes over what the VM has become. */
  const ask = (
    name: string,
    request: (host: HostDriver, vmId: string) => Promise<unknown>,
    timeoutMs = 2 * MINUTE_MS,
  ): Step<VmInput> => ({
    name,
    timeoutMs,
    async run({ vmId, hostId }) {
      await request(deps.host(hostId), vmId);
      await states.refresh(hostId, vmId);
    },
  });

  async function finish(tx: Tx, input: VmInput, outcome: Outcome, operationId: string): Promise<void> {
    const { vmId, hostId } = input;
    await vmStore.release(tx, vmId, operationId);
    await states.settle(tx, vmId);
    await differences.settle(tx, vmId);
    if (outcome.state === 'done') await vmStore.setProblem(tx, vmId, null);
    if (outcome.state === 'failed') await vmStore.setProblem(tx, vmId, toProblem(outcome.error));
    // A step that failed or ran out of time may have had its effect all the same.
    const isOver = outcome.state === 'failed' || outcome.state === 'cancelled';
    if (isOver) tx.afterCommit(() => states.lookAgain(hostId, vmId));
  }

  const verb = (type: OperationType<VmInput>['type'], step: Step<VmInput>): OperationType<VmInput> =>
    operation({ type, onRestart: 'resume', steps: [step], finish });

  async function specOf(vm: VmRecord, diskPath: string): Promise<DomainSpec> {
    const parts = await recipeStore.parts(database.db, vm.id);
    const isIso = parts.image.format === 'iso';
    return {
      vmId: vm.id,
      domainName: vm.domainName,
      name: vm.name,
      description: vm.description,
      ownerId: vm.ownerId,
      ownerName: parts.ownerName,
      templateName: parts.templateName,
      vcpus: vm.vcpus,
      memoryMib: vm.memoryMib,
      firmware: parts.firmware,
      accelerator: parts.accelerator,
      diskPath,
      cdromPath: isIso ? parts.image.path : null,
      network: parts.network,
      macAddress: parts.macAddress,
    };
  }

  async function limitOf(tx: Tx, ownerId: string): Promise<Quota> {
    const { defaultQuota } = await deps.settings.read(tx.sql);
    return recipeStore.limitOf(tx.sql, ownerId, defaultQuota);
  }

  async function relabel({ id, hostId, name, description, ownerId }: VmRecord): Promise<void> {
    const { ownerName } = await recipeStore.place(database.db, id);
    await deps.host(hostId).relabel(id, { name, description, ownerId, ownerName });
  }

  async function require(vmId: string): Promise<VmRecord> {
    const vm = await vmStore.find(database.db, vmId);
    if (!vm) throw new UserError('vm_vanished', { id: vmId });
    return vm;
  }

  const makeDisk = (vm: VmRecord, parts: Parts): Promise<string> =>
    deps.host(vm.hostId).createDisk(diskOf(vm, parts));

  const create = operation<CreateInput>({
    type: 'vm.create',
    onRestart: 'resume',
    steps: [
      {
        name: 'image',
        timeoutMs: 36 * 60 * MINUTE_MS, // longer than an image may take to arrive
        isOffLane: true,
        isCancellable: true,
        async run({ vmId, hostId }, { progress, signal }) {
          const { imageId } = await recipeStore.parts(database.db, vmId);
          await deps.images.whenThere({ imageId, hostId }, { progress, signal });
        },
      },
      {
        name: 'disk',
        timeoutMs: 2 * MINUTE_MS,
        async run({ vmId, hostId }) {
          const vm = await require(vmId);
          const parts = await recipeStore.parts(database.db, vmId);
          await recheckImage(hostId, parts);
          await makeDisk(vm, parts);
        },
        async undo({ vmId, hostId }) {
          const { poolName } = await recipeStore.parts(database.db, vmId);
          await deps.host(hostId).deleteDisk(vmId, poolName);
        },
      },
      {
        name: 'define',
        timeoutMs: MINUTE_MS,
        async run({ vmId, hostId }) {
          const vm = await require(vmId);
          const parts = await recipeStore.parts(database.db, vmId);
          const diskPath = await makeDisk(vm, parts);
          await deps.host(hostId).define(await specOf(vm, diskPath));
        },
        undo: ({ vmId, hostId }) => deps.host(hostId).undefine(vmId),
      },
      {
        name: 'start',
        timeoutMs: 3 * MINUTE_MS,
        async run({ vmId, hostId, start }) {
          if (start) await deps.host(hostId).start(vmId);
          await states.refresh(hostId, vmId);
        },
        undo: ({ vmId, hostId }) => deps.host(hostId).powerOff(vmId),
      },
    ],
    async finish(tx, input, outcome, operationId) {
      const isMade = outcome.state === 'done' || outcome.state === 'superseded';
      if (isMade) return finish(tx, input, outcome, operationId);
      const vm = await vmStore.findLocked(tx, input.vmId);
      if (!vm) return;
      await forget(tx, vm);
      await deps.images.giveUpUnwanted(tx, vm.hostId);
    },
  });

  /** The file may have been exchanged since it was registered: a hostile image must not get in by the second door. */
  async function recheckImage(hostId: string, { image, imageId, imageName }: Parts): Promise<void> {
    const changed = new UserError('image_changed', { name: imageName });
    try {
      const facts = await deps.host(hostId).inspectImage(image.path, image.format);
      const isWhole = !image.isCopy || facts.sizeBytes === image.sizeBytes;
      if (isWhole && facts.virtualSizeBytes === image.virtualSizeBytes) return;
    } catch (error) {
      const isOfFile = error instanceof UserError && error.status === UNPROCESSABLE;
      if (image.isCopy && isOfFile) await deps.images.markChanged({ imageId, hostId }, error);
      throw error;
    }
    if (image.isCopy) await deps.images.markChanged({ imageId, hostId }, changed);
    else await database.transact((tx) => recipeStore.markImageChanged(tx, imageId));
    throw changed;
  }

  /** The VM is gone from the host: its row and all that it held go too. */
  async function forget(tx: Tx, vm: VmRecord): Promise<void> {
    if (!(await vmUsage.forget(tx, vm))) return;
    const object = { kind: 'vm', id: vm.id, name: vm.name } as const;
    await deps.events.record(tx, { type: 'vm.purged', actor: null, object, ownerId: vm.ownerId });
  }

  const update = operation<UpdateInput>({
    type: 'vm.update',
    onRestart: 'resume',
    steps: [
      {
        name: 'apply',
        timeoutMs: MINUTE_MS,
        async run({ vmId, hostId, after, isResizing }) {
          const vm = await require(vmId);
          if (isResizing) await deps.host(hostId).resize(vmId, after);
          await relabel({ ...vm, ...after });
          await differences.look(hostId, vmId);
        },
        async undo({ vmId, hostId, before, isResizing }) {
          const vm = await require(vmId);
          if (isResizing) await deps.host(hostId).resize(vmId, before);
          await relabel({ ...vm, ...before });
          await differences.look(hostId, vmId);
        },
      },
    ],
    async finish(tx, input, outcome, operationId) {
      const { vmId, before, after } = input;
      const vm = await vmStore.findLocked(tx, vmId);
      // The request reserved the larger of both; what is not taken is given back.
      if (vm?.operationId === operationId) {
        const final = outcome.state === 'done' ? after : before;
        await vmStore.change(tx, vmId, final);
        await reservationStore.recordUser(tx, vm.ownerId, {
          vcpus: final.vcpus - vm.vcpus,
          memoryMib: final.memoryMib - vm.memoryMib,
        });
      }
      await finish(tx, input, outcome, operationId);
    },
  });

  const shutdown = operation<VmInput>({
    type: 'vm.shutdown',
    onRestart: 'resume',
    steps: [
      {
        name: 'shutdown',
        timeoutMs: 2 * 60 * MINUTE_MS, // more than the setting's maximum: the countdown ends it
        async run({ vmId, hostId }, { signal, countdown }) {
          const { shutdownTimeoutSeconds } = await deps.settings.read();
          const host = deps.host(hostId);
          const timeoutMs = (shutdownTimeoutSeconds * SECOND_MS) / 2;
          await countdown(Date.now() + 2 * timeoutMs);
          await host.requestShutdown(vmId);
          let isOff = await host.waitUntilOff(vmId, { timeoutMs, signal });
          if (!isOff && !signal.aborted) {
            await host.requestShutdown(vmId);
            isOff = await host.waitUntilOff(vmId, { timeoutMs, signal });
          }
          if (!isOff) throw new UserError('guest_ignored_shutdown', { seconds: shutdownTimeoutSeconds });
          await states.refresh(hostId, vmId);
        },
      },
    ],
    finish,
  });

  const dumpCore = operation<VmInput>({
    type: 'vm.dumpCore',
    onRestart: 'resume',
    steps: [
      {
        name: 'dumpCore',
        timeoutMs: 30 * MINUTE_MS,
        async run({ vmId, hostId }, { report }) {
          const { poolName } = await recipeStore.place(database.db, vmId);
          await report({ path: await deps.host(hostId).dumpCore(vmId, poolName) });
        },
      },
    ],
    finish,
  });

  return {
    ...outsideOperations({ ...deps, finish, forget, require, specOf }),
    startElsewhere: vmElsewhere({ ...deps, specOf, limitOf }),
    ...deletionOperations({ ...deps, finish, forget, require }),
    remake: vmRemake({ ...deps, finish, require, recheckImage, makeDisk, specOf }),
    create,
    update,
    shutdown,
    dumpCore,
    start: verb(
      'vm.start',
      ask('start', (host, vmId) => host.start(vmId), 3 * MINUTE_MS),
    ),
    powerOff: verb(
      'vm.powerOff',
      ask('powerOff', (host, vmId) => host.powerOff(vmId)),
    ),
    reboot: verb(
      'vm.reboot',
      ask('reboot', (host, vmId) => host.requestReboot(vmId)),
    ),
    reset: verb(
      'vm.reset',
      ask('reset', (host, vmId) => host.reset(vmId)),
    ),
    suspend: verb(
      'vm.suspend',
      ask('suspend', (host, vmId) => host.suspend(vmId)),
    ),
    resume: verb(
      'vm.resume',
      ask('resume', (host, vmId) => host.resume(vmId)),
    ),
    save: verb(
      'vm.save',
      ask('save', (host, vmId) => host.save(vmId), 30 * MINUTE_MS),
    ),
    restore: verb(
      'vm.restore',
      ask('restore', (host, vmId) => host.start(vmId), 30 * MINUTE_MS),
    ),
  };
}

function diskOf(vm: VmRecord, parts: Parts) {
  const { path, format } = parts.image;
  const backing = format === 'iso' ? null : { path, format };
  return { vmId: vm.id, poolName: parts.poolName, sizeBytes: vm.diskBytes, backing };
}
