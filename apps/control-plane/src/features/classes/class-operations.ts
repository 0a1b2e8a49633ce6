/**
 * One action on the VMs of a class, a few at a time on each host: a class that starts at once would starve its hosts.
 * Each VM's part is an operation of its own, which goes on by itself; this one begins them, and waits.
 */
import type { ClassVerb, Problem } from '@loucloud/api';
import type { Actor } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import { UserError, toProblem } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { type StepContext, operation } from '../../platform/operations/operation.ts';
import { newsOfOperation } from '../../platform/operations/operation-news.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import { type MemberRecord, classMemberStore } from './class-member-store.ts';
import type { VmsOfClass } from './class-parts.ts';

export interface ClassActInput {
  readonly classId: string;
  readonly action: ClassVerb;
  /** null: all. */
  readonly userIds: readonly string[] | null;
  /** VMs that it acts on at once on one host. */
  readonly perHost: number;
  readonly actor: Actor;
}

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly vms: Pick<VmsOfClass, 'act'>;
}

const DAY_MS = 86_400_000;

export function classAct({ database, events, vms }: Deps) {
  /** The operation on that VM: the one of before a restart, or a new one. null: there is nothing to wait for. */
  async function begin(
    { classId, action, actor }: ClassActInput,
    { userId, vm, batchId: doneIn, operationId, problem }: MemberRecord,
    batchId: string,
  ): Promise<string | Problem | null> {
    if (!vm) return null;
    if (doneIn === batchId) return operationId ?? problem;
    const key = { classId, userId };
    try {
      return await database.transact(async (tx) => {
        const begun = await vms.act(tx, action, vm.id, actor);
        await classMemberStore.note(tx, key, { operationId: begun, batchId, problem: null });
        return begun;
      });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const refusal = toProblem(error);
      await database.transact((tx) =>
        classMemberStore.note(tx, key, { operationId: null, batchId, problem: refusal }),
      );
      return refusal;
    }
  }

  /** True once it has ended well; false: it has not, or nobody waits for it any more. */
  async function succeeds(operationId: string, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const { state, finishedAt } = await operationStore.get(database.db, operationId);
      if (finishedAt !== null) return state === 'done';
      await newsOfOperation(events, operationId, { signal });
    }
    return false;
  }

  async function run(input: ClassActInput, { operationId, signal, progress }: StepContext): Promise<void> {
    const all = await classMemberStore.list(database.db, input.classId);
    const members = all.filter(({ userId, vm }) => vm && (input.userIds?.includes(userId) ?? true));
    const failed: string[] = [];
    let over = 0;
    const inTurn = async (waiting: MemberRecord[]): Promise<void> => {
      for (let one = waiting.shift(); one && !signal.aborted; one = waiting.shift()) {
        const begun = await begin(input, one, operationId);
        const isWell = typeof begun === 'string' ? await succeeds(begun, signal) : begun === null;
        if (!isWell) failed.push(one.vm?.name ?? one.name);
        progress(++over / members.length);
      }
    };
    const byHost = Map.groupBy(members, ({ vm }) => vm?.hostId ?? '');
    const turns = [...byHost.values()].flatMap((waiting) => {
      return Array.from({ length: Math.min(input.perHost, waiting.length) }, () => inTurn(waiting));
    });
    await Promise.all(turns);
    signal.throwIfAborted();
    if (failed.length > 0) throw new UserError('class_vms_failed', { vms: failed.sort() });
  }

  return operation<ClassActInput>({
    type: 'class.act',
    onRestart: 'resume',
    steps: [{ name: 'members', timeoutMs: DAY_MS, isOffLane: true, isCancellable: true, run }],
  });
}
