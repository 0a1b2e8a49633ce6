/**
 * A VM moves to another host: live with its memory, or off with its disk alone. Until it has arrived it is where it was;
 * then, whatever else happens, it is where it has arrived.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Placement } from '@loucloud/api';
import type { Actor } from '../../platform/caller.ts';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError, toProblem } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import { type Outcome, type StepContext, operation } from '../../platform/operations/operation.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import type { Arrival, Move, MoveProgress, VmMoves } from '../../platform/vm-moves.ts';
import { recipeStore } from './recipe-store.ts';
import type { VmInput } from './vm-operations.ts';
import type { VmStates } from './vm-states.ts';
import { vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

export interface MigrateInput extends VmInput {
  readonly target: { readonly hostId: string; readonly name: string };
  readonly isLive: boolean;
  /** Why there. */
  readonly placement: Placement;
}

/** Images for VMs that come from elsewhere. */
export interface ImagesForMoves {
  /** In the transaction that reserves the VM's new place: the image comes, and stays. False: there is no room for it. */
  claim(tx: Tx, key: ImageOnHost, actor: Actor): Promise<boolean>;
  whenThere(
    key: ImageOnHost,
    options: { progress: (fraction: number) => void; signal: AbortSignal },
  ): Promise<void>;
  /** In the transaction in which the VM is no longer to come: what is copied for nobody any more ends. */
  giveUpUnwanted(tx: Tx, hostId: string): Promise<void>;
}
export interface ImageOnHost {
  readonly imageId: string;
  readonly hostId: string;
}

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly states: VmStates;
  readonly moves: VmMoves;
  readonly images: ImagesForMoves;
  readonly host: (hostId: string) => HostDriver;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Nothing has come across for so long: the way between the two hosts is blocked. */
const STALL_MS = 10 * MINUTE_MS;
/** How often the bytes are written down; the fraction is told each time. */
const REPORT_MS = 2000;

/** How long a host is waited for that alone knows where the VM is, and how often it is asked. */
const UNKNOWN_MS = 15 * MINUTE_MS;
const LOOK_AGAIN_MS = 2000;

/** What the steps find, in the operation's result. */
interface Findings {
  readonly isDiskShared?: boolean;
  readonly hasArrived?: boolean;
}

export function vmMigration({ database, events, states, moves, images, host }: Deps) {
  async function moveOf({ vmId, hostId, target }: MigrateInput): Promise<Move> {
    const [from, to] = await Promise.all([
      recipeStore.poolOf(database.db, hostId),
      recipeStore.poolOf(database.db, target.hostId),
    ]);
    return { vmId, from: { hostId, poolName: from }, to: { hostId: target.hostId, poolName: to } };
  }

  async function arrivalOf({ vmId, hostId, target }: MigrateInput, isDiskShared: boolean): Promise<Arrival> {
    const parts = await recipeStore.parts(database.db, vmId);
    const disk = await host(hostId).disk(vmId, parts.poolName);
    const image = await recipeStore.imageOn(database.db, { imageId: parts.imageId, hostId: target.hostId });
    const isIso = parts.image.format === 'iso';
    // The copy rests on the image if the disk does: one that was copied whole once does no more.
    const backing = disk?.backing && image && image.format !== 'iso' ? image : null;
    return {
      isDiskShared,
      backing: backing && { path: backing.path, format: backing.format === 'qcow2' ? 'qcow2' : 'raw' },
      cdromPath: isIso ? (image?.path ?? null) : null,
      network: parts.network,
    };
  }

  /** True once it is on the destination, and nothing of it runs here. */
  async function hasArrived(move: Move, isLive: boolean, context: StepContext): Promise<boolean> {
    const whereabouts = await moves.settle(move);
    if (whereabouts === 'torn') throw new UserError('vm_runs_twice');
    if (whereabouts === 'nowhere') throw new UserError('vm_vanished', { id: move.vmId });
    const isThere =
      whereabouts === 'destination' || (whereabouts === 'both' && !isLive && isDefined(context));
    if (isThere) await context.report({ hasArrived: true });
    return isThere;
  }

  /** Tells how far it is, and gives it up when nothing moves any more. */
  function watch({ progress, report, signal }: StepContext) {
    const stalled = new AbortController();
    const timer = setTimeout(
      () => stalled.abort(new UserError('deadline_exceeded', { step: 'move' })),
      STALL_MS,
    );
    let last: MoveProgress = { doneBytes: 0, totalBytes: 0 };
    let reportedAt = -Infinity;
    return {
      signal: AbortSignal.any([signal, stalled.signal]),
      onProgress(now: MoveProgress) {
        if (now.doneBytes !== last.doneBytes || now.totalBytes !== last.totalBytes) timer.refresh();
        last = now;
        progress(now.totalBytes === 0 ? 0 : now.doneBytes / now.totalBytes);
        if (performance.now() - reportedAt < REPORT_MS) return;
        reportedAt = performance.now();
        // What is told here is overtaken by what comes next: one that is lost is no loss.
        report({ bytes: now }).catch(() => undefined);
      },
      async [Symbol.asyncDispose]() {
        clearTimeout(timer);
        if (last.totalBytes > 0) await report({ bytes: last });
      },
    };
  }

  async function carry(input: MigrateInput, move: Move, context: StepContext): Promise<void> {
    const isDiskShared = found(context).isDiskShared === true;
    const arrival = await arrivalOf(input, isDiskShared);
    await using watched = watch(context);
    if (input.isLive) await moves.live(move, arrival, watched);
    else await moves.offline(move, arrival, watched);
  }

  return operation<MigrateInput>({
    type: 'vm.migrate',
    onRestart: 'resume',
    steps: [
      {
        name: 'check',
        timeoutMs: 3 * MINUTE_MS,
        isCancellable: true,
        async run(input, { report }) {
          await report({ placement: input.placement });
          await report({ isDiskShared: await moves.sharesPool(await moveOf(input)) });
        },
      },
      {
        name: 'image',
        timeoutMs: 1.5 * DAY_MS,
        isOffLane: true,
        isCancellable: true,
        async run({ vmId, target }, context) {
          const { imageId, image } = await recipeStore.parts(database.db, vmId);
          // A shared disk rests where it did; what lies in the drive is looked for by the new host itself.
          if (found(context).isDiskShared && image.format !== 'iso') return;
          await images.whenThere({ imageId, hostId: target.hostId }, context);
        },
      },
      {
        name: 'move',
        timeoutMs: DAY_MS,
        isOffLane: true,
        isCancellable: true,
        async run(input, context) {
          const move = await moveOf(input);
          if (await onceKnown(context, () => hasArrived(move, input.isLive, context))) return;
          try {
            await carry(input, move, context);
            if (!input.isLive) await context.report({ isDefined: true });
          } catch (error) {
            // It may have arrived all the same: a last word that was lost on the way back.
            if (input.isLive && (await hasArrived(move, true, context))) return;
            throw error;
          }
          if (!(await hasArrived(move, input.isLive, context)))
            throw new UserError('vm_vanished', { id: input.vmId });
        },
        async undo(input, context) {
          const move = await moveOf(input);
          const { isDiskShared } = found(context);
          if (isDiskShared === undefined) return;
          await context.report({ isDefined: false });
          if (await onceKnown(context, () => hasArrived(move, input.isLive, context))) return;
          try {
            await moves.clearDestination(move, isDiskShared);
          } catch (error) {
            await context.report({ leftBehind: toProblem(error) });
          }
        },
      },
      {
        name: 'cleanUp',
        timeoutMs: 5 * MINUTE_MS,
        async run(input, context) {
          const move = await moveOf(input);
          try {
            await moves.clearSource(move, found(context).isDiskShared === true);
          } catch (error) {
            // It runs where it is to run: what it has left is the only thing that stays, and is listed as nobody's.
            await context.report({ leftBehind: toProblem(error) });
          }
        },
      },
    ],

    async finish(tx: Tx, input: MigrateInput, outcome: Outcome, operationId: string): Promise<void> {
      const vm = await vmStore.findLocked(tx, input.vmId);
      if (vm?.operationId !== operationId) return;
      const { result } = await operationStore.get(tx.sql, operationId);
      const isThere = (result as Findings).hasArrived === true;
      await vmUsage.endMove(tx, vm, { hasArrived: isThere });
      if (!isThere) await images.giveUpUnwanted(tx, input.target.hostId);
      await vmStore.release(tx, input.vmId, operationId);
      if (isThere) {
        await vmStore.changeAddresses(tx, vm.id, []);
        const object = { kind: 'vm', id: vm.id, name: vm.name } as const;
        const details = { to: input.target.name };
        await events.record(tx, { type: 'vm.moved', actor: null, object, ownerId: vm.ownerId, details });
      }
      if (outcome.state === 'done' || isThere) await vmStore.setProblem(tx, vm.id, null);
      else if (outcome.state === 'failed') await vmStore.setProblem(tx, vm.id, toProblem(outcome.error));
      await states.settle(tx, vm.id);
      // What both hosts said meanwhile was not for the VM's page; what the right one says now is.
      tx.afterCommit(() => states.lookAgain(isThere ? input.target.hostId : input.hostId, vm.id));
    },
  });
}

/** Nothing may be decided about the VM before it is known where it is: a host that does not answer is waited for. */
async function onceKnown<T>({ signal }: StepContext, look: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + UNKNOWN_MS;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      const isAway =
        error instanceof UserError &&
        (error.code === 'host_unreachable' || error.code === 'deadline_exceeded');
      if (!isAway || performance.now() > deadline) throw error;
      await delay(LOOK_AGAIN_MS, undefined, { signal });
    }
  }
}

const found = (context: StepContext): Findings => context.reported();

/** The disk has been copied whole before the domain was defined there: both are as good as one. */
const isDefined = (context: StepContext): boolean => context.reported()['isDefined'] === true;
