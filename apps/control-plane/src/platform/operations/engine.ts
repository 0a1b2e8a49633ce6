/**
 * Runs durable operations: starts them in the caller's transaction, takes their steps one by one, undoes in reverse when
 * one fails, and goes on after a restart by each type's own rule. It knows no nouns.
 */
import type { Logger } from 'pino';
import type { ObjectKind } from '@loucloud/api';
import type { Actor } from '../caller.ts';
import { ALONE, ClaimLostError, type Claims, type Fence, type Work, alone } from '../claims/claims.ts';
import { type Permit, actingFreely } from '../claims/permit.ts';
import type { Database, Tx } from '../database/database.ts';
import { unhurried } from '../database/urgency.ts';
import { UserError, toProblem } from '../errors.ts';
import type { EventLog } from '../events/event-log.ts';
import { newId } from '../ids.ts';
import { fault } from './fault.ts';
import { Lanes, Place } from './lanes.ts';
import type { OperationType, Outcome } from './operation.ts';
import { type Backoff, OperationRun, Stopping, Superseded } from './operation-run.ts';
import {
  type ActiveOperation,
  type OperationChanges,
  type StepRecord,
  operationStore,
} from './operation-store.ts';

export interface StartOptions<Input> {
  /** Where it has to be known before: from `newId`. */
  readonly id?: string;
  readonly input: Input;
  readonly actor: Actor;
  readonly ownerId: string | null;
  readonly object: { readonly kind: ObjectKind; readonly id: string; readonly name: string };
  /** Where its work is done: a slow host holds up its own operations alone. */
  readonly hostId: string | null;
  /** What is to be said of it already. Its steps report the rest. */
  readonly result?: Readonly<Record<string, unknown>>;
}

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly log: Logger;
  /** Whose work is whose, where there are several control planes. */
  readonly claims?: Claims;
  /** Operations of one host that run at once; more wait in order. */
  readonly perHost?: number;
  readonly undoBackoff?: Backoff;
}

// The table's types differ in their input; the engine only hands it back to the type that it came from.
type AnyType = OperationType<never>;

interface Drive {
  readonly work: Work;
  readonly fence: Fence;
  readonly permit: Permit;
  readonly signal: AbortSignal;
  readonly cancel: AbortController;
  readonly place: Place;
}

interface Running {
  readonly work: Work;
  readonly abort: AbortController;
  readonly cancel: AbortController;
  readonly ended: Promise<unknown>;
}

/** Fewer than a link carries slow calls (16): what people wait for goes in between. */
const PER_HOST_DEFAULT = 12;
const RETRY_MS = 5000;

export class OperationEngine {
  readonly #deps: Deps;
  readonly #types = new Map<string, AnyType>();
  readonly #running = new Map<string, Running>();
  readonly #claims: Claims;
  readonly #lanes: Lanes;
  #isStopping = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#claims = deps.claims ?? alone;
    this.#claims.onChange((work, fence) => (fence === null ? this.#leave(work) : this.#resumeSoon()));
    this.#lanes = new Lanes(deps.perHost ?? PER_HOST_DEFAULT);
  }

  register(...types: readonly AnyType[]): void {
    for (const type of types) this.#types.set(type.type, type);
  }

  /** Inserts the operation in `tx`; it begins when that is committed. Answers its id. */
  async start<Input>(tx: Tx, type: OperationType<Input>, options: StartOptions<Input>): Promise<string> {
    const { id = newId() } = options;
    const steps = type.steps.map(({ name, isCancellable = false }) => ({ name, isCancellable }));
    await operationStore.insert(tx, { ...options, id, type: type.type, steps }, Date.now());
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

  /** In `tx`: it ends where it is, and what it did is undone. Throws `operation_not_cancellable` where that is too late. */
  async cancel(tx: Tx, id: string, actor: Actor): Promise<void> {
    const operation = await operationStore.getActive(tx.sql, id);
    if (!operation?.isCancellable) throw new UserError('operation_not_cancellable');
    await operationStore.change(tx.sql, id, { cancel_requested_at: Date.now() });
    await this.#deps.events.record(tx, {
      type: 'operation.cancelRequested',
      actor,
      object: operation.object,
      ownerId: operation.ownerId,
      details: { operationId: id, operation: operation.type },
    });
    tx.afterCommit(() => this.#running.get(id)?.cancel.abort(new Error('cancelled')));
  }

  /**
   * Takes up what is this control plane's to do and is not being done: what a former run left, or another one, or what
   * was begun by a commit that nobody heard of.
   */
  async resume(): Promise<void> {
    for (const { id, hostId } of await operationStore.listActive(this.#deps.database.db))
      this.#launch(id, hostId);
  }

  /** Begins what was started through another control plane, if it is this one's to do. */
  async begin(id: string): Promise<void> {
    const operation = await operationStore.getActive(this.#deps.database.db, id);
    if (operation) this.#launch(id, operation.hostId);
  }

  /** What has become of an operation through another control plane. */
  noticed(id: string, news: 'cancelRequested' | 'superseded'): void {
    const running = this.#running.get(id);
    if (news === 'superseded') running?.abort.abort(new Superseded());
    else running?.cancel.abort(new Error('cancelled'));
  }

  runs(id: string): boolean {
    return this.#running.has(id);
  }

  /** Something is done there. */
  isBusy(work: Work): boolean {
    return [...this.#running.values()].some((running) => running.work === work);
  }

  /** Gives up what was under way in a backup that has been restored. In `tx`, before `resume`. */
  async giveUpRestored(tx: Tx): Promise<void> {
    const error = new UserError('backup_restored');
    for (const operation of await operationStore.listActive(tx.sql))
      if (this.#types.get(operation.type)?.onRestore !== 'resume')
        await this.#end(tx, operation, { state: 'failed', error });
  }

  /** Resolves when the operation is over. For tests and the first start; requests never wait. */
  async settled(id: string): Promise<void> {
    await this.#running.get(id)?.ended;
  }

  /** Resolves when nothing runs, and nothing that it started. For the first start. */
  async quiet(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** Interrupts what runs; `resume` goes on with it in the next run. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const { abort } of this.#running.values()) abort.abort(new Stopping());
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** The table of all that can be done. */
  get types(): readonly AnyType[] {
    return [...this.#types.values()];
  }

  get activeCount(): number {
    return this.#running.size;
  }

  #launch(id: string, work: Work): void {
    const fence = this.#claims.fenceOf(work);
    if (fence === null || this.#running.has(id) || this.#isStopping) return;
    const abort = new AbortController();
    const cancel = new AbortController();
    const place = new Place(this.#lanes, work);
    const permit = () => {
      if (this.#claims.fenceOf(work) !== fence) throw new ClaimLostError();
    };
    // Not under the permit of the step that starts it.
    const drive = () => this.#drive(id, { work, fence, permit, signal: abort.signal, cancel, place });
    const ended = unhurried(() => actingFreely(drive))
      .finally(() => place.leave())
      .then(
        () => this.#running.delete(id),
        (error: unknown) => this.#retryLater(id, work, error),
      );
    this.#running.set(id, { work, abort, cancel, ended });
  }

  #leave(work: Work): void {
    for (const running of this.#running.values())
      if (running.work === work) running.abort.abort(new ClaimLostError());
  }

  #resumeSoon(): void {
    this.resume().catch((error: unknown) =>
      this.#deps.log.error({ err: error }, 'operations wait to be taken up'),
    );
  }

  /** The database was away, or there is a bug: the operation must not stay half-way. */
  #retryLater(id: string, work: Work, error: unknown): void {
    this.#running.delete(id);
    if (error instanceof ClaimLostError) return;
    this.#deps.log.error(
      { err: error, operationId: id },
      'an operation was interrupted; it goes on in a moment',
    );
    setTimeout(() => this.#launch(id, work), RETRY_MS).unref();
  }

  async #drive(id: string, { work, fence, permit, signal, cancel, place }: Drive): Promise<void> {
    const { db } = this.#deps.database;
    if (fence !== ALONE) {
      const isOurs = await this.#deps.database.write((sql) =>
        operationStore.takeUp(sql, { id, work, fence }),
      );
      if (!isOurs) return;
    }
    const operation = await operationStore.getActive(db, id);
    if (!operation || this.#isStopping) return;
    const type = this.#types.get(operation.type);
    if (!type) throw new Error(`no operation type ${operation.type}`);
    if (operation.cancelRequestedAt !== null) cancel.abort(new Error('cancelled'));
    const way = { type, signal, cancel: cancel.signal, place, fence, permit };
    const run = new OperationRun(this.#deps, operation, way);
    const isRestart = operation.state !== 'queued';

    const isUndone = isRestart && type.onRestart === 'undo';
    let outcome: Outcome | null;
    try {
      if (operation.state === 'undoing') outcome = await run.undo(null);
      else if (isUndone) outcome = await run.undo(new UserError('control_plane_restarted'));
      else outcome = await run.forward();
    } finally {
      run.close();
    }

    if (!outcome) return; // superseded (already ended), or the control plane stops (resumed in the next run)
    const end = outcome;
    await fault(`${operation.type}.end`);
    await this.#deps.database.transact((tx) => this.#end(tx, operation, end, { fence, steps: run.steps }));
  }

  async #end(
    tx: Tx,
    operation: ActiveOperation,
    outcome: Outcome,
    { fence = ALONE, steps }: { fence?: Fence; steps?: readonly StepRecord[] } = {},
  ): Promise<void> {
    const end: OperationChanges = {
      ...(steps && { steps }),
      state: outcome.state,
      deadline_at: null,
      progress: outcome.state === 'done' ? 1 : null,
      finished_at: Date.now(),
      ...(outcome.state === 'failed' && { error: operation.error ?? toProblem(outcome.error) }),
    };
    const isFirst = await operationStore.change(tx.sql, operation.id, end, fence);
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
