/** Empties a host: what runs there is moved while it runs, what is off is moved or left, one outcome for each VM. */
import type { DrainPlanItem, DrainedVm, Operation, Problem } from '@loucloud/api';
import type { Actor } from '../../platform/caller.ts';
import { UserError, toProblem } from '../../platform/errors.ts';
import { type StepContext, operation } from '../../platform/operations/operation.ts';

/** The VMs of a host, for who empties it. */
export interface VmsOfHost {
  plan(hostId: string): Promise<DrainPlanItem[]>;
  /** Resolves when no operation holds the VM; with how it would be treated then. null: it is not there any more. */
  whenFree(hostId: string, vmId: string, signal: AbortSignal): Promise<DrainPlanItem | null>;
  /** The host that it is on now; null: it is gone. */
  hostOf(vmId: string): Promise<{ readonly id: string; readonly name: string } | null>;
  /** Each starts an operation; throws what is in the way. */
  migrate(vmId: string, actor: Actor): Promise<string>;
  shutDown(vmId: string, actor: Actor): Promise<string>;
  /** Resolves when it is over. Once the signal is aborted it is cancelled, as far as it still can be. */
  settled(operationId: string, actor: Actor, signal: AbortSignal): Promise<Operation>;
}

export interface DrainInput {
  readonly hostId: string;
  readonly stopped: 'move' | 'leave';
  readonly unmovable: 'leave' | 'shutDown';
  readonly actor: Actor;
}

const DAY_MS = 86_400_000;
/** Each way between two hosts carries memory and a disk: more at once make none of them sooner. */
const AT_ONCE = 2;

export const hostDrain = (vms: VmsOfHost) =>
  operation<DrainInput>({
    type: 'host.drain',
    onRestart: 'resume',
    steps: [
      {
        name: 'vms',
        timeoutMs: 7 * DAY_MS,
        isOffLane: true,
        isCancellable: true,
        run: (input, context) => new Drain(vms, input, context).run(),
      },
    ],
  });

/** One host's way to being empty; a second one after a restart goes on where the first was. */
class Drain {
  readonly #vms: VmsOfHost;
  readonly #input: DrainInput;
  readonly #context: StepContext;
  readonly #results = new Map<string, DrainedVm>();
  #reported = Promise.resolve();

  constructor(vms: VmsOfHost, input: DrainInput, context: StepContext) {
    this.#vms = vms;
    this.#input = input;
    this.#context = context;
  }

  async run(): Promise<void> {
    for (const known of (this.#context.reported()['vms'] ?? []) as DrainedVm[])
      this.#results.set(known.vmId, known);
    const items = await this.#vms.plan(this.#input.hostId);
    for (const { vmId, name } of items)
      this.#note({ vmId, name, outcome: 'waiting', to: null, problem: null });
    const isHere = new Set(items.map(({ vmId }) => vmId));
    for (const known of this.#results.values()) if (!isHere.has(known.vmId)) await this.#followUp(known);

    const waiting = [...items];
    const worker = async () => {
      for (let item = waiting.shift(); item; item = waiting.shift()) await this.#drain(item);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await this.#reported;
    this.#context.signal.throwIfAborted();
    const stuck = [...this.#results.values()].filter(
      ({ outcome, problem }) => outcome === 'failed' || (outcome === 'left' && problem !== null),
    );
    if (stuck.length > 0) throw new UserError('host_not_empty', { vms: stuck.map(({ name }) => name) });
  }

  /** What was under way before a restart, and is over. */
  async #followUp(known: DrainedVm): Promise<void> {
    if (known.outcome !== 'moving' && known.outcome !== 'waiting') return;
    const host = await this.#vms.hostOf(known.vmId);
    this.#note({ ...known, outcome: host ? 'moved' : 'gone', to: host?.name ?? null });
  }

  async #drain({ vmId, name }: DrainPlanItem): Promise<void> {
    const { hostId, stopped, unmovable } = this.#input;
    const { signal } = this.#context;
    const note = (outcome: DrainedVm['outcome'], problem: Problem | null = null, to: string | null = null) =>
      this.#note({ vmId, name, outcome, to, problem });
    let problem: Problem | null = null;
    try {
      signal.throwIfAborted();
      // Somebody's operation may hold it, or one that this drain began before a restart.
      const item = await this.#vms.whenFree(hostId, vmId, signal);
      if (!item) return await this.#followUp({ vmId, name, outcome: 'moving', to: null, problem: null });
      const isOff = item.state !== 'running' && item.state !== 'paused';
      if (isOff && stopped === 'leave') return note('left');
      problem = item.way === 'none' ? problemOf(item) : await this.#move(vmId, note);
      if (problem === null) return;
      signal.throwIfAborted();
      if (isOff || unmovable === 'leave') return note(item.way === 'none' ? 'left' : 'failed', problem);
      await this.#shutDown(vmId, note);
    } catch (error) {
      if (signal.aborted) note('cancelled', problem);
      else note('failed', toProblem(error));
    }
  }

  /** null: it has moved; else why not. */
  async #move(vmId: string, note: Note): Promise<Problem | null> {
    const { actor } = this.#input;
    try {
      const operationId = await this.#vms.migrate(vmId, actor);
      note('moving');
      const { state, error } = await this.#vms.settled(operationId, actor, this.#context.signal);
      if (state !== 'done') return error ?? { code: 'internal', details: {} };
      note('moved', null, (await this.#vms.hostOf(vmId))?.name ?? null);
      return null;
    } catch (error) {
      if (error instanceof UserError) return toProblem(error);
      throw error;
    }
  }

  async #shutDown(vmId: string, note: Note): Promise<void> {
    const { actor } = this.#input;
    const operationId = await this.#vms.shutDown(vmId, actor);
    note('shutting_down');
    const { state, error } = await this.#vms.settled(operationId, actor, this.#context.signal);
    if (state === 'done') note('shut_down');
    else note('failed', error);
  }

  #note(result: DrainedVm): void {
    this.#results.set(result.vmId, result);
    const all = [...this.#results.values()];
    const over = all.filter(({ outcome }) => !UNDER_WAY.has(outcome)).length;
    this.#context.progress(all.length === 0 ? 1 : over / all.length);
    this.#reported = this.#reported.then(() => this.#context.report({ vms: all }));
  }
}

type Note = (outcome: DrainedVm['outcome'], problem?: Problem | null, to?: string | null) => void;

const UNDER_WAY: ReadonlySet<DrainedVm['outcome']> = new Set(['waiting', 'moving', 'shutting_down']);

/** Why a VM cannot move at all. */
function problemOf({ reason, state }: DrainPlanItem): Problem {
  if (reason === 'no_room') return { code: 'no_capacity', details: {} };
  return { code: 'wrong_state', details: { action: 'migrate', state } };
}
