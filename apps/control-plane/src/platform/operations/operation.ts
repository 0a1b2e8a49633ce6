/**
 * A durable operation is a list of named steps. The engine records each step before it runs, and that it is done with
 * the next one's beginning or the operation's end, so after a crash it may run a step again: every `run` and `undo` must be safe to repeat. Each step has a deadline.
 */
import type { OperationType as OperationName } from '@loucloud/api';
import type { Tx } from '../database/database.ts';

export interface StepContext {
  readonly operationId: string;
  /** Aborted at the step's deadline, when it is cancelled or superseded, and when the control plane stops. */
  readonly signal: AbortSignal;
  /** 0 to 1. */
  readonly progress: (fraction: number) => void;
  /** Shown as a countdown: a wait that ends by itself. */
  readonly countdown: (deadlineAt: number | null) => Promise<void>;
  /** Added to the operation's result, which outlives it. */
  readonly report: (result: Readonly<Record<string, unknown>>) => Promise<void>;
  /** All that this operation's steps have reported so far, in earlier runs too. */
  readonly reported: () => Readonly<Record<string, unknown>>;
}

export interface Step<Input> {
  readonly name: string;
  readonly timeoutMs: number;
  /** It waits for something that has bounds of its own, so it takes no place among its host's operations. */
  readonly isOffLane?: true;
  /**
   * Somebody may cancel the operation while this step runs or is next: its signal is aborted, and once it has ended
   * everything is undone, unless it ends well.
   */
  readonly isCancellable?: true;
  run(input: Input, context: StepContext): Promise<void>;
  undo?(input: Input, context: StepContext): Promise<void>;
}

export type Outcome =
  | { readonly state: 'done' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'cancelled' }
  | { readonly state: 'superseded' };

export interface OperationType<Input> {
  readonly type: OperationName;
  /** After a restart of the control plane: go on from the step that ran, or undo what was done. */
  readonly onRestart: 'resume' | 'undo';
  /** After a backup has been restored nobody knows how far it came since: it is given up, unless it only reads. */
  readonly onRestore?: 'resume';
  readonly steps: readonly Step<Input>[];
  /** In the transaction that ends the operation: release what it holds. Must be safe to repeat. */
  finish?(tx: Tx, input: Input, outcome: Outcome, operationId: string): Promise<void>;
}

/** Keeps an operation's input type while it is declared; the engine's table forgets it. */
export const operation = <Input>(type: OperationType<Input>): OperationType<Input> => type;
