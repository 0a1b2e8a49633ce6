/** One operation's way through its steps, forwards or back: each is recorded before and after, and has its deadline. */
import type { Logger } from 'pino';
import { ClaimLostError, type Fence } from '../claims/claims.ts';
import { type Permit, actingUnder } from '../claims/permit.ts';
import type { Database } from '../database/database.ts';
import { UserError, toProblem } from '../errors.ts';
import type { EventLog } from '../events/event-log.ts';
import { fault } from './fault.ts';
import type { Place } from './lanes.ts';
import type { OperationType, Outcome, Step, StepContext } from './operation.ts';
import {
  type ActiveOperation,
  type OperationChanges,
  type StepRecord,
  operationStore,
} from './operation-store.ts';

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly log: Logger;
  readonly undoBackoff?: Backoff | undefined;
}

/** Why a step's signal was aborted. */
export class Superseded extends Error {}
export class Stopping extends Error {}

/** How long a cancelled step may take to let go. */
const LET_GO_MS = 60_000;

/** Findings are told in bursts no closer than this. */
const REPORT_GAP_MS = 250;

const KEEP_PROGRESS_MS = 1000;

/** How long an undoing waits before it is tried again. */
export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
}
const BACKOFF: Backoff = { minMs: 1000, maxMs: 30_000 };
/** How often a host that is there may refuse an undoing. */
const REFUSALS_MAX = 4;

interface Way {
  readonly type: OperationType<never>;
  /** Ends it at once, and nothing is undone. */
  readonly signal: AbortSignal;
  /** Ends a step that lets itself be cancelled. */
  readonly cancel: AbortSignal;
  readonly place: Place;
  /** Of the claim under which it was taken up. */
  readonly fence: Fence;
  /** Asked before everything that is done to a host. */
  readonly permit: Permit;
}

export class OperationRun {
  readonly #deps: Deps;
  readonly #operation: ActiveOperation;
  readonly #steps: readonly Step<unknown>[];
  readonly #signal: AbortSignal;
  readonly #cancel: AbortSignal;
  readonly #place: Place;
  readonly #fence: Fence;
  readonly #permit: Permit;
  #records: readonly StepRecord[];
  #hasUnwritten = false;
  #result: Readonly<Record<string, unknown>>;
  /** What was told last, so that news of one kind do not take back the other's. */
  #told: { progress: number | null; deadlineAt: number | null } = { progress: null, deadlineAt: null };
  #progressKeptAt = -Infinity;
  #reports = 0;
  #reportTimer: NodeJS.Timeout | undefined;

  constructor(deps: Deps, operation: ActiveOperation, { type, signal, cancel, place, fence, permit }: Way) {
    this.#deps = deps;
    this.#operation = operation;
    this.#steps = type.steps;
    this.#signal = signal;
    this.#cancel = cancel;
    this.#place = place;
    this.#fence = fence;
    this.#permit = permit;
    this.#records = operation.steps;
    this.#result = operation.result;
  }

  /** As they are now, written down or not. */
  get steps(): readonly StepRecord[] {
    return this.#records;
  }

  /** Tells nothing more: what is over has no progress. */
  close(): void {
    clearTimeout(this.#reportTimer);
  }

  async forward(): Promise<Outcome | null> {
    for (const [index, step] of this.#steps.entries()) {
      if (this.#records[index]?.state === 'done') continue;
      // What the last step did is written down with this one's beginning, but not left unwritten while it waits.
      if (this.#mustWait(step) && !this.#place.takeIfFree() && !(await this.#write())) return null;
      if (!(await this.#takePlace(step))) return null;
      if (this.#isCancelled(step)) return this.undo(cancelled());
      const startedAt = this.#mark(index, 'running');
      if (!(await this.#write({ state: 'running', ...(index === 0 && { started_at: startedAt }) })))
        return null;
      try {
        const isCancellable = step.isCancellable === true;
        const run = () =>
          this.#attempt(step, (context) => step.run(this.#operation.input, context), isCancellable);
        await fault(`${this.#operation.type}.${step.name}.begin`);
        await run();
        await fault(`${this.#operation.type}.${step.name}`, run);
      } catch (error) {
        if (isInterruption(this.#signal, error)) return null;
        if (this.#isDatabaseAway(error)) throw error; // the step has not failed: it is taken again
        this.#deps.log.warn({ err: error, operationId: this.#operation.id, step: step.name }, 'step failed');
        this.#mark(index, 'failed');
        return this.undo(this.#isCancelled(step) ? cancelled() : error);
      }
      this.#mark(index, 'done');
    }
    return { state: 'done' };
  }

  /** Undoes in reverse every step that began, the failed one too: it may have half happened. null error: go on undoing. */
  async undo(error: unknown): Promise<Outcome | null> {
    if (error !== null) {
      if (!(await this.#write({ state: 'undoing', error: toProblem(error) }))) return null;
    }
    for (const [index, step] of [...this.#steps.entries()].reverse()) {
      const state = this.#records[index]?.state;
      if (state === 'waiting' || state === 'undone' || !step.undo) continue;
      const end = await this.#undoStep(step, step.undo.bind(step));
      if (end === 'interrupted') return null;
      // Where it was given up the other steps' undoing is still worth it; the sweep lists what stayed.
      if (end !== 'undone' || state === 'failed') continue;
      this.#mark(index, 'undone');
      await this.#write();
    }
    const reason = error === null ? this.#operation.error?.code : toProblem(error).code;
    return reason === 'operation_cancelled' ? { state: 'cancelled' } : { state: 'failed', error };
  }

  /** As often as it takes while the host is away; a host that is there and refuses is asked a few times. */
  async #undoStep(
    step: Step<unknown>,
    undo: NonNullable<Step<unknown>['undo']>,
  ): Promise<'undone' | 'given up' | 'interrupted'> {
    const { minMs, maxMs } = this.#deps.undoBackoff ?? BACKOFF;
    const about = { operationId: this.#operation.id, step: step.name };
    for (let attempt = 0, refusals = 0; ; attempt++) {
      if (!(await this.#takePlace(step))) return 'interrupted';
      try {
        const run = () => this.#attempt(step, (context) => undo(this.#operation.input, context));
        await run();
        await fault(`${this.#operation.type}.${step.name}.undo`, run);
        return 'undone';
      } catch (cause) {
        if (isInterruption(this.#signal, cause)) return 'interrupted';
        if (this.#isDatabaseAway(cause)) throw cause;
        if (!(await this.#isHostAway(cause)) && ++refusals >= REFUSALS_MAX) {
          this.#deps.log.error({ err: cause, ...about }, 'undo failed');
          return 'given up';
        }
        this.#deps.log.warn({ err: cause, ...about }, 'undo is tried again');
      }
      this.#place.leave(); // meanwhile others may have it
      const pause = AbortSignal.any([
        this.#signal,
        AbortSignal.timeout(Math.min(minMs * 2 ** attempt, maxMs)),
      ]);
      await rejection(pause).catch(() => undefined);
    }
  }

  /** What is on it can only be undone when it is back. */
  async #isHostAway(cause: unknown): Promise<boolean> {
    if (cause instanceof UserError && cause.code === 'host_unreachable') return true;
    return operationStore.waitsForHost(this.#deps.database.db, this.#operation.id);
  }

  #isDatabaseAway(error: unknown): boolean {
    return this.#deps.database.adapter.isUnavailable(error);
  }

  #isCancelled(step: Step<unknown>): boolean {
    return step.isCancellable === true && this.#cancel.aborted;
  }

  #mustWait(step: Step<unknown>): boolean {
    return step.isOffLane !== true && !this.#place.isTaken;
  }

  /** False: while it waited the operation was ended by somebody else, or the control plane stops. */
  async #takePlace(step: Step<unknown>): Promise<boolean> {
    if (this.#mustWait(step)) await this.#place.take();
    return !isInterruption(this.#signal);
  }

  /** Answers when. */
  #mark(index: number, state: StepRecord['state']): number {
    const now = Date.now();
    this.#records = this.#records.map((record, i) => {
      if (i !== index) return record;
      return state === 'running'
        ? { ...record, state, startedAt: now, finishedAt: null }
        : { ...record, state, finishedAt: now };
    });
    this.#hasUnwritten = true;
    return now;
  }

  /** What was marked, and `changes`. False: the operation was ended by somebody else. */
  async #write(changes: OperationChanges = {}): Promise<boolean> {
    if (!this.#hasUnwritten && Object.keys(changes).length === 0) return true;
    const isOurs = await this.#change({
      steps: this.#records,
      progress: null,
      deadline_at: null,
      ...changes,
    });
    this.#hasUnwritten = false;
    this.#tell({ progress: null, deadlineAt: null });
    return isOurs;
  }

  #change(changes: OperationChanges): Promise<boolean> {
    const { id } = this.#operation;
    return this.#deps.database.write((sql) => operationStore.change(sql, id, changes, this.#fence));
  }

  async #attempt(
    step: Step<unknown>,
    work: (context: StepContext) => Promise<void>,
    isCancellable = false,
  ): Promise<void> {
    const timer = new AbortController();
    const expire = () => timer.abort(new UserError('deadline_exceeded', { step: step.name }));
    const timeout = setTimeout(expire, step.timeoutMs);
    const signal = AbortSignal.any([this.#signal, timer.signal, ...(isCancellable ? [this.#cancel] : [])]);
    const working = actingUnder(this.#permit, () => work(this.#contextOf(signal)));
    try {
      await Promise.race([working, rejection(signal)]);
    } catch (error) {
      // Undoing must not begin beside it; and what ends well at the last moment is done.
      if (!isCancellable || !this.#cancel.aborted || !(await endsWell(working))) throw error;
    } finally {
      clearTimeout(timeout);
    }
  }

  #contextOf(signal: AbortSignal): StepContext {
    return {
      operationId: this.#operation.id,
      signal,
      progress: (fraction) => this.#tell({ progress: fraction, deadlineAt: null }),
      countdown: async (deadlineAt) => {
        await this.#change({ deadline_at: deadlineAt });
        this.#tell({ progress: null, deadlineAt });
      },
      report: async (result) => {
        this.#result = { ...this.#result, ...result };
        if (!(await this.#change({ result: this.#result }))) return;
        this.#reports++;
        this.#reportTimer ??= setTimeout(() => this.#tell(this.#told), REPORT_GAP_MS);
      },
      reported: () => this.#result,
    };
  }

  /** For whoever asks, and for other control planes' pages: not as often as it is told. */
  #keepProgress(progress: number | null): void {
    const now = performance.now();
    if (progress === null || now - this.#progressKeptAt < KEEP_PROGRESS_MS) return;
    this.#progressKeptAt = now;
    this.#change({ progress }).catch((error: unknown) =>
      this.#deps.log.debug({ err: error, operationId: this.#operation.id }, 'progress was not written down'),
    );
  }

  #tell(told: { progress: number | null; deadlineAt: number | null }): void {
    clearTimeout(this.#reportTimer);
    this.#reportTimer = undefined;
    this.#told = told;
    const { progress, deadlineAt } = told;
    this.#keepProgress(progress);
    const { id, object, ownerId } = this.#operation;
    this.#deps.events.tellProgress({
      operationId: id,
      objectKind: object.kind,
      objectId: object.id,
      ownerId,
      progress,
      step: this.#records.find((record) => record.state === 'running')?.name ?? null,
      deadlineAt: deadlineAt === null ? null : new Date(deadlineAt).toISOString(),
      reports: this.#reports,
    });
  }
}

/** Nothing is wrong with the operation: somebody else has ended it, or goes on with it. */
const isInterruption = ({ reason }: AbortSignal, error?: unknown): boolean =>
  error instanceof ClaimLostError ||
  reason instanceof ClaimLostError ||
  reason instanceof Superseded ||
  reason instanceof Stopping;

const cancelled = (): UserError => new UserError('operation_cancelled');

/** Whether it does, within the time that a cancelled step may take. */
async function endsWell(working: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), LET_GO_MS);
  });
  const ended = working.then(
    () => true,
    () => false,
  );
  const isDone = await Promise.race([ended, tooLong]);
  clearTimeout(timer);
  return isDone;
}

/** Rejects with the signal's reason once it is aborted. */
function rejection(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const fail = () => reject(signal.reason as Error);
  if (signal.aborted) fail();
  else signal.addEventListener('abort', fail, { once: true });
  promise.catch(() => undefined); // Nobody may be racing it any more when the signal comes.
  return promise;
}
