/**
 * Runs durable operations: starts them in the caller's transaction, takes their steps one by one, undoes in reverse when
 * one fails, and goes on after a restart by each type's own rule. It knows no nouns.
 */
import type { Logger } from 'pino';
import type { ObjectKind } from '@loucloud/api';
import type { Actor } from '../caller.ts';
import type { Database, Tx } from '../database/database.ts';
import { UserError, toProblem } from '../errors.ts';
import type { EventLog } from '../events/event-log.ts';
import { newId } from '../ids.ts';
import { fault } from './fault.ts';
import type { OperationType, Outcome, Step, StepContext } from './operation.ts';
import { type ActiveOperation, type StepRecord, operationStore } from './operation-store.ts';
import { Lanes } from './lanes.ts';

export interface StartOptions<Input> {
  readonly input: Input;
  readonly actor: Actor;
  readonly ownerId: string | null;
  readonly object: { readonly kind: ObjectKind; readonly id: string; readonly name: string };
  /** Where its work is done: a slow host holds up its own operations alone. */
  readonly hostId: string | null;
}

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly log: Logger;
  /** Operations of one host that run at once; more wait in order. */
  readonly perHost?: number;
}

// The table's types differ in their input; the engine only hands it back to the type that it came from.
type AnyType = OperationType<never>;

/** Why a step's signal was aborted. */
class Superseded extends Error {}
class Stopping extends Error {}

const PER_HOST_DEFAULT = 8;
const RETRY_MS = 5000;

export class OperationEngine {
  readonly #deps: Deps;
  readonly #types = new Map<string, AnyType>();
  readonly #running = new Map<string, { abort: AbortController; ended: Promise<unknown> }>();
  readonly #lanes: Lanes;
  #isStopping = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#lanes = new Lanes(deps.perHost ?? PER_HOST_DEFAULT);
  }

  register(...types: readonly AnyType[]): void {
    for (const type of types) this.#types.set(type.type, type);
  }

  /** Inserts the operation in `tx`; it begins when that is committed. Answers its id. */
  async start<Input>(tx: Tx, type: OperationType<Input>, options: StartOptions<Input>): Promise<string> {
    const id = newId();
    const stepNames = type.steps.map((step) => step.name);
    await operationStore.insert(tx.sql, { ...options, id, type: type.type, stepNames }, Date.now());
    await this.#deps.events.record(tx, {
      type: 'operation.started',
      actor: options.actor,
      object: options.object,
      ownerId: options.ownerId,
      details: { operationId: id, operation: type.type },
    });
    tx.afterCommit(() => this.#launch(id, options.hostId));
    return id;
  }

  /** Ends an operation in favour of another, in `tx`; what it did so far stays. False: it is over already. */
  async supersede(tx: Tx, id: string): Promise<boolean> {
    const operation = await operationStore.getActive(tx.sql, id);
    if (!operation) return false;
    await this.#end(tx, operation, { state: 'superseded' });
    tx.afterCommit(() => this.#running.get(id)?.abort.abort(new Superseded()));
    return true;
  }

  /** Takes up what a former run of the control plane left. */
  async resume(): Promise<void> {
    for (const { id, hostId } of await operationStore.listActive(this.#deps.database.db))
      this.#launch(id, hostId);
  }

  /** Resolves when the operation is over. For tests and the first start; requests never wait. */
  async settled(id: string): Promise<void> {
    await this.#running.get(id)?.ended;
  }

  /** Interrupts what runs; `resume` goes on with it in the next run. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const { abort } of this.#running.values()) abort.abort(new Stopping());
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  get activeCount(): number {
    return this.#running.size;
  }

  #launch(id: string, hostId: string | null): void {
    if (this.#running.has(id) || this.#isStopping) return;
    const abort = new AbortController();
    const ended = this.#lanes
      .run(hostId, () => this.#drive(id, abort.signal))
      .then(
        () => this.#running.delete(id),
        (error: unknown) => this.#retryLater(id, hostId, error),
      );
    this.#running.set(id, { abort, ended });
  }

  /** The database was away, or there is a bug: the operation must not stay half-way. */
  #retryLater(id: string, hostId: string | null, error: unknown): void {
    this.#running.delete(id);
    this.#deps.log.error(
      { err: error, operationId: id },
      'an operation was interrupted; it goes on in a moment',
    );
    setTimeout(() => this.#launch(id, hostId), RETRY_MS).unref();
  }

  async #drive(id: string, signal: AbortSignal): Promise<void> {
    const { db } = this.#deps.database;
    const operation = await operationStore.getActive(db, id);
    if (!operation || this.#isStopping) return;
    const type = this.#types.get(operation.type);
    if (!type) throw new Error(`no operation type ${operation.type}`);
    const run = new Run(this.#deps, operation, type, signal);
    const isRestart = operation.state !== 'queued';

    let outcome: Outcome | null;
    if (operation.state === 'undoing') outcome = await run.undo(null);
    else if (isRestart && type.onRestart === 'undo')
      outcome = await run.undo(new UserError('control_plane_restarted'));
    else outcome = await run.forward();

    if (!outcome) return; // superseded (already ended), or the control plane stops (resumed in the next run)
    const end = outcome;
    await this.#deps.database.transact((tx) => this.#end(tx, operation, end));
  }

  async #end(tx: Tx, operation: ActiveOperation, outcome: Outcome): Promise<void> {
    const isFirst = await operationStore.change(tx.sql, operation.id, {
      state: outcome.state,
      deadline_at: null,
      progress: outcome.state === 'done' ? 1 : null,
      finished_at: Date.now(),
      ...(outcome.state === 'failed' && { error: operation.error ?? toProblem(outcome.error) }),
    });
    if (!isFirst) return;
    // The input is what `start` was given with this very type.
    const type: OperationType<unknown> | undefined = this.#types.get(operation.type);
    await type?.finish?.(tx, operation.input, outcome, operation.id);
    await this.#deps.events.record(tx, {
      type: 'operation.finished',
      actor: operation.actor,
      object: operation.object,
      ownerId: operation.ownerId,
      details: { operationId: operation.id, operation: operation.type, state: outcome.state },
    });
  }
}

/** One operation's way through its steps. */
class Run {
  readonly #deps: Deps;
  readonly #operation: ActiveOperation;
  readonly #steps: readonly Step<unknown>[];
  readonly #signal: AbortSignal;
  #records: readonly StepRecord[];
  #result: Readonly<Record<string, unknown>> = {};

  constructor(deps: Deps, operation: ActiveOperation, type: AnyType, signal: AbortSignal) {
    this.#deps = deps;
    this.#operation = operation;
    this.#steps = type.steps;
    this.#signal = signal;
    this.#records = operation.steps;
  }

  async forward(): Promise<Outcome | null> {
    for (const [index, step] of this.#steps.entries()) {
      if (this.#records[index]?.state === 'done') continue;
      if (!(await this.#record(index, 'running'))) return null;
      try {
        await this.#attempt(step, (context) => step.run(this.#operation.input, context));
        fault(`${this.#operation.type}.${step.name}`);
      } catch (error) {
        if (isInterruption(this.#signal)) return null;
        this.#deps.log.warn({ err: error, operationId: this.#operation.id, step: step.name }, 'step failed');
        await this.#record(index, 'failed');
        return this.undo(error);
      }
      if (!(await this.#record(index, 'done'))) return null;
    }
    return { state: 'done' };
  }

  /** Undoes in reverse every step that began, the failed one too: it may have half happened. null error: go on undoing. */
  async undo(error: unknown): Promise<Outcome | null> {
    if (error !== null) {
      const isOurs = await operationStore.change(this.#deps.database.db, this.#operation.id, {
        state: 'undoing',
        error: toProblem(error),
      });
      if (!isOurs) return null;
    }
    for (const [index, step] of [...this.#steps.entries()].reverse()) {
      const state = this.#records[index]?.state;
      if (state === 'waiting' || state === 'undone' || !step.undo) continue;
      const undo = step.undo.bind(step);
      try {
        await this.#attempt(step, (context) => undo(this.#operation.input, context));
        fault(`${this.#operation.type}.${step.name}.undo`);
      } catch (cause) {
        if (isInterruption(this.#signal)) return null;
        this.#deps.log.error({ err: cause, operationId: this.#operation.id, step: step.name }, 'undo failed');
        continue; // The other steps' undoing is still worth it; the sweep lists what stayed.
      }
      if (state !== 'failed') await this.#record(index, 'undone');
    }
    return { state: 'failed', error };
  }

  /** False: the operation was ended by somebody else. */
  async #record(index: number, state: StepRecord['state']): Promise<boolean> {
    const now = Date.now();
    this.#records = this.#records.map((record, i) => {
      if (i !== index) return record;
      return state === 'running'
        ? { ...record, state, startedAt: now, finishedAt: null }
        : { ...record, state, finishedAt: now };
    });
    const isOurs = await operationStore.change(this.#deps.database.db, this.#operation.id, {
      steps: this.#records,
      progress: null,
      deadline_at: null,
      ...(state === 'running' && { state: 'running' as const }),
      ...(state === 'running' && index === 0 && { started_at: now }),
    });
    this.#tell({ progress: null, deadlineAt: null });
    return isOurs;
  }

  async #attempt(step: Step<unknown>, work: (context: StepContext) => Promise<void>): Promise<void> {
    const deadline = new UserError('deadline_exceeded', { step: step.name });
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(deadline), step.timeoutMs);
    const signal = AbortSignal.any([this.#signal, timer.signal]);
    try {
      await Promise.race([work(this.#contextOf(signal)), rejection(signal)]);
    } finally {
      clearTimeout(timeout);
    }
  }

  #contextOf(signal: AbortSignal): StepContext {
    const { id } = this.#operation;
    const { db } = this.#deps.database;
    return {
      operationId: id,
      signal,
      progress: (fraction) => this.#tell({ progress: fraction, deadlineAt: null }),
      countdown: async (deadlineAt) => {
        await operationStore.change(db, id, { deadline_at: deadlineAt });
        this.#tell({ progress: null, deadlineAt });
      },
      report: async (result) => {
        this.#result = { ...this.#result, ...result };
        await operationStore.change(db, id, { result: this.#result });
      },
    };
  }

  #tell({ progress, deadlineAt }: { progress: number | null; deadlineAt: number | null }): void {
    const { id, object, ownerId } = this.#operation;
    this.#deps.events.tellProgress({
      operationId: id,
      objectKind: object.kind,
      objectId: object.id,
      ownerId,
      progress,
      step: this.#records.find((record) => record.state === 'running')?.name ?? null,
      deadlineAt: deadlineAt === null ? null : new Date(deadlineAt).toISOString(),
    });
  }
}

const isInterruption = (signal: AbortSignal): boolean =>
  signal.reason instanceof Superseded || signal.reason instanceof Stopping;

/** Rejects with the signal's reason once it is aborted. */
function rejection(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const fail = () => reject(signal.reason as Error);
  if (signal.aborted) fail();
  else signal.addEventListener('abort', fail, { once: true });
  promise.catch(() => undefined); // Nobody may be racing it any more when the signal comes.
  return promise;
}
