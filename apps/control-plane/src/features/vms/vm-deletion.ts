/**
 * A VM's end, in two parts: powered off and put into the recycle bin, where its domain and its disk stay as they are; and
 * purged, which leaves nothing. Both wait for a host that is away, and can be cancelled while they do.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import { type OperationType, type Step, operation } from '../../platform/operations/operation.ts';
import { recipeStore } from './recipe-store.ts';
import { vmBinStore } from './vm-bin-store.ts';
import type { VmInput } from './vm-operations.ts';
import type { VmStates } from './vm-states.ts';
import { type VmRecord, vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

export interface DeleteInput extends VmInput {
  /** How long it stays in the recycle bin. */
  readonly days: number;
}

export interface PurgeInput extends VmInput {
  /** Of an adopted VM: its disks' files, which LouCloud did not make, go too. */
  readonly withFiles?: boolean;
}

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly states: VmStates;
  readonly host: (hostId: string) => HostDriver;
  readonly finish: NonNullable<OperationType<VmInput>['finish']>;
  /** Removes the row and gives back what it held. */
  readonly forget: (tx: Tx, vm: VmRecord) => Promise<void>;
  readonly require: (vmId: string) => Promise<VmRecord>;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const LOOK_AGAIN_MS = 2000;

export function deletionOperations({ database, events, states, host: driver, ...deps }: Deps) {
  const { finish, forget, require } = deps;

  const reach: Step<VmInput> = {
    name: 'reach',
    timeoutMs: 7 * DAY_MS,
    isOffLane: true,
    isCancellable: true,
    run: ({ vmId, hostId }, { signal }) => onceReachable(() => driver(hostId).status(vmId), signal),
  };

  const powerOff: Step<VmInput> = {
    name: 'powerOff',
    timeoutMs: 2 * MINUTE_MS,
    run: ({ vmId, hostId }) => driver(hostId).powerOff(vmId),
  };

  const remove = operation<DeleteInput>({
    type: 'vm.delete',
    onRestart: 'resume',
    steps: [
      reach,
      {
        ...powerOff,
        async run(input, context) {
          await powerOff.run(input, context);
          await states.refresh(input.hostId, input.vmId);
        },
      },
    ],
    async finish(tx, input, outcome, operationId) {
      await finish(tx, input, outcome, operationId);
      const vm = outcome.state === 'done' ? await vmStore.findLocked(tx, input.vmId) : null;
      if (!vm || vm.isDeleted) return;
      const at = Date.now();
      const until = at + input.days * DAY_MS;
      await vmBinStore.putIn(tx, vm.id, { at, until });
      await vmUsage.intoBin(tx, vm);
      if (isOff(vm)) await vmStore.changeState(tx, vm.id, 'deleted', 'deleted', at);
      await events.record(tx, {
        type: 'vm.deleted',
        actor: null,
        object: { kind: 'vm', id: vm.id, name: vm.name },
        ownerId: vm.ownerId,
        details: { until: new Date(until).toISOString() },
      });
    },
  });

  const purge = operation<PurgeInput>({
    type: 'vm.purge',
    onRestart: 'resume',
    steps: [
      reach,
      powerOff,
      {
        name: 'undefine',
        timeoutMs: MINUTE_MS,
        async run({ vmId, hostId, withFiles = false }) {
          const isAdopted = (await require(vmId)).adoption !== null;
          await driver(hostId).undefine(vmId, { keepNvram: isAdopted && !withFiles });
        },
      },
      {
        name: 'disk',
        timeoutMs: 2 * MINUTE_MS,
        async run({ vmId, hostId, withFiles = false }, { report }) {
          const { adoption } = await require(vmId);
          const { poolName } = await recipeStore.place(database.db, vmId);
          const host = driver(hostId);
          if (!adoption) return host.deleteDisk(vmId, poolName);
          await host.deleteCore(vmId, poolName);
          const paths = adoption.disks.map(({ path }) => path);
          await report({ kept: withFiles ? await host.deleteFiles(paths) : paths });
        },
      },
    ],
    async finish(tx, input, outcome, operationId) {
      if (outcome.state !== 'done') return finish(tx, input, outcome, operationId);
      const vm = await vmStore.findLocked(tx, input.vmId);
      if (vm) await forget(tx, vm);
    },
  });

  return { remove, purge };
}

/** What is saved, missing or started behind our back is that in the recycle bin too. */
const isOff = ({ state }: VmRecord): boolean =>
  state === 'stopped' || state === 'crashed' || state === 'failed';

async function onceReachable(ask: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      const isAway =
        error instanceof UserError &&
        (error.code === 'host_unreachable' || error.code === 'deadline_exceeded');
      if (!isAway) throw error;
      await delay(LOOK_AGAIN_MS, undefined, { signal });
    }
  }
}
