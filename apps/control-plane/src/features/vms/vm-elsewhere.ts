/**
 * A VM whose host is gone is started on another one that has the same storage. From `takeOver` on the record says that it
 * is there, so that whatever the old host still has of it is stale, whenever that host comes back.
 */
import type { Placement, Quota } from '@loucloud/api';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError, toProblem } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { DomainSpec, HostDriver } from '../../platform/hypervisor.ts';
import { operation } from '../../platform/operations/operation.ts';
import { recipeStore } from './recipe-store.ts';
import type { VmInput } from './vm-operations.ts';
import type { VmStates } from './vm-states.ts';
import { type VmRecord, vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

/** `hostId` is where it goes. */
export interface ElsewhereInput extends VmInput {
  readonly from: { readonly hostId: string; readonly name: string };
  readonly target: { readonly hostId: string; readonly name: string };
  /** As its host last said: what of its share it holds beside its disk. */
  readonly wasActive: boolean;
  readonly placement: Placement;
}

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly states: VmStates;
  readonly host: (hostId: string) => HostDriver;
  readonly specOf: (vm: VmRecord, diskPath: string) => Promise<DomainSpec>;
  readonly limitOf: (tx: Tx, ownerId: string) => Promise<Quota>;
}

const MINUTE_MS = 60_000;

export function vmElsewhere({ database, events, states, host, specOf, limitOf }: Deps) {
  /** Its disk as the new host has it, with all that it rests on. */
  async function diskOn({ vmId, hostId }: ElsewhereInput): Promise<string> {
    const driver = host(hostId);
    const poolName = await recipeStore.poolOf(database.db, hostId);
    const vm = await vmStore.find(database.db, vmId);
    const disk = await driver.disk(vmId, poolName);
    if (!disk) throw new UserError('disk_missing', { name: vm?.name ?? '' });
    if (disk.backing && !(await driver.stampFile(disk.backing.path)))
      throw new UserError('path_not_found', {}, { hint: disk.backing.path });
    return disk.path;
  }

  /** The iso image that it was made from, where the new host has it: by its own copy, or in the same place. */
  async function cdromOn({ vmId, hostId }: ElsewhereInput, before: string | null): Promise<string | null> {
    if (before === null) return null;
    const { imageId } = await recipeStore.parts(database.db, vmId);
    const image = await recipeStore.imageOn(database.db, { imageId, hostId });
    if (image) return image.path;
    return (await host(hostId).stampFile(before)) ? before : null;
  }

  const required = async (vmId: string): Promise<VmRecord> => {
    const vm = await vmStore.find(database.db, vmId);
    if (!vm) throw new UserError('vm_vanished', { id: vmId });
    return vm;
  };

  async function takeOver(tx: Tx, { vmId, hostId, from }: ElsewhereInput): Promise<void> {
    const vm = await vmStore.findLocked(tx, vmId);
    if (!vm) throw new UserError('vm_vanished', { id: vmId });
    if (vm.hostId !== hostId) {
      if (!(await recipeStore.isUnreachable(tx.sql, from.hostId)))
        throw new UserError('host_is_on', { host: from.name });
      await vmUsage.endMove(tx, vm, { hasArrived: true });
    }
    await vmUsage.takeActive(tx, { ...vm, hostId }, await limitOf(tx, vm.ownerId));
  }

  async function giveBack(tx: Tx, { vmId, hostId, from, wasActive }: ElsewhereInput): Promise<void> {
    const vm = await vmStore.findLocked(tx, vmId);
    if (vm?.hostId !== hostId) return;
    if (!wasActive) await vmUsage.recordInactive(tx, vm);
    const now = await vmStore.find(tx.sql, vmId);
    if (now) await vmUsage.returnMove(tx, now, from.hostId);
    await vmStore.changeState(tx, vmId, 'unknown', 'host_unreachable', Date.now());
  }

  return operation<ElsewhereInput>({
    type: 'vm.startElsewhere',
    onRestart: 'resume',
    steps: [
      {
        name: 'place',
        timeoutMs: 3 * MINUTE_MS,
        async run(input, { report }) {
          await report({ placement: input.placement });
          await diskOn(input);
          const found = await host(input.hostId).status(input.vmId);
          if (found?.state === 'running' || found?.state === 'paused') throw new UserError('vm_runs_twice');
        },
      },
      {
        name: 'takeOver',
        timeoutMs: MINUTE_MS,
        run: (input) => database.transact((tx) => takeOver(tx, input)),
        undo: (input) => database.transact((tx) => giveBack(tx, input)),
      },
      {
        name: 'define',
        timeoutMs: 3 * MINUTE_MS,
        async run(input, { report }) {
          const spec = await specOf(await required(input.vmId), await diskOn(input));
          const cdromPath = await cdromOn(input, spec.cdromPath);
          if (cdromPath === null && spec.cdromPath !== null) await report({ cdromLeft: spec.cdromPath });
          await host(input.hostId).define({ ...spec, cdromPath });
        },
        undo: ({ vmId, hostId }) => host(hostId).undefine(vmId),
      },
      {
        name: 'start',
        timeoutMs: 3 * MINUTE_MS,
        async run({ vmId, hostId }) {
          await host(hostId).start(vmId);
          await states.refresh(hostId, vmId);
        },
        undo: ({ vmId, hostId }) => host(hostId).powerOff(vmId),
      },
    ],

    async finish(tx, input, outcome, operationId) {
      const { vmId, from, target } = input;
      const vm = await vmStore.findLocked(tx, vmId);
      if (vm?.operationId !== operationId) return;
      const isThere = vm.hostId === target.hostId;
      if (!isThere) await vmUsage.endMove(tx, vm, { hasArrived: false });
      await vmStore.release(tx, vmId, operationId);
      await states.settle(tx, vmId);
      if (outcome.state === 'done') {
        await vmStore.setProblem(tx, vmId, null);
        await vmStore.changeAddresses(tx, vmId, []);
        const object = { kind: 'vm', id: vmId, name: vm.name } as const;
        const details = { from: from.name, to: target.name };
        const event = {
          type: 'vm.startedElsewhere',
          actor: null,
          object,
          ownerId: vm.ownerId,
          details,
        } as const;
        await events.record(tx, event);
      } else if (outcome.state === 'failed') await vmStore.setProblem(tx, vmId, toProblem(outcome.error));
      tx.afterCommit(() => states.lookAgain(isThere ? target.hostId : from.hostId, vmId));
    },
  });
}
