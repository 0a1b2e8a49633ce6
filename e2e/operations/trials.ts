/** The checker: what is done to each operation type, and what has to be so afterwards. */
import assert from 'node:assert/strict';
import type { Operation } from '@loucloud/api';
import type { Case } from './cases.ts';
import type { TableRow } from './table.ts';

/** What a trial needs of the world that it is made in. */
export interface Ground {
  arm(...points: readonly string[]): void;
  /** Resolves when the control plane has killed itself and serves again. */
  risen(): Promise<void>;
  over(operationId: string): Promise<Operation>;
  latest(type: Operation['type']): Promise<string>;
  /** Fails unless all agree within a minute. */
  settled(): Promise<unknown>;
  /** Takes away what the trial left. */
  clear(): Promise<void>;
}

export interface Trial {
  readonly name: string;
  readonly points: readonly string[];
  /** The control plane kills itself on the way. */
  readonly isKilled: boolean;
  readonly end: 'done' | 'failed';
}

/** Quick: within one run of the control plane. */
export function failures({ type, steps }: TableRow): Trial[] {
  const at = (name: string, how: string) => `${type}.${name}=${how}`;
  const undone = steps.filter(({ hasUndo }) => hasUndo);
  const last = steps.at(-1)?.name ?? '';
  return [
    {
      name: 'every step twice',
      points: steps.map(({ name }) => at(name, 'twice')),
      isKilled: false,
      end: 'done',
    },
    ...steps.map(({ name }): Trial => ({
      name: `fails after "${name}"`,
      points: [at(name, 'error')],
      isKilled: false,
      end: 'failed',
    })),
    ...(undone.length === 0
      ? []
      : [
          {
            name: 'every undo twice',
            points: [at(last, 'error'), ...undone.map(({ name }) => at(`${name}.undo`, 'twice'))],
            isKilled: false,
            end: 'failed',
          } as const,
        ]),
  ];
}

/** Each with a SIGKILL and another run. */
export function kills({ type, steps, onRestart }: TableRow): Trial[] {
  const last = steps.at(-1)?.name ?? '';
  const at = (name: string, points: readonly string[], end: Trial['end']): Trial => ({
    name,
    points,
    isKilled: true,
    end,
  });
  const restarted = onRestart === 'resume' ? 'done' : 'failed';
  return [
    ...steps.flatMap(({ name }) => [
      at(`killed before "${name}"`, [`${type}.${name}.begin`], restarted),
      at(`killed after "${name}"`, [`${type}.${name}`], restarted),
    ]),
    at('killed before its end', [`${type}.end`], restarted),
    ...steps
      .filter(({ hasUndo }) => hasUndo)
      .flatMap(({ name }) => [
        at(
          `killed after the undoing of "${name}", which did nothing`,
          [`${type}.${name}.begin=error`, `${type}.${name}.undo`],
          'failed',
        ),
        at(
          `killed after the undoing of "${name}"`,
          [`${type}.${last}=error`, `${type}.${name}.undo`],
          'failed',
        ),
      ]),
  ];
}

/** Answers how long all took to settle after the control plane had died, or after the request. */
export async function attempt<G extends Ground>(
  ground: G,
  { type }: Pick<TableRow, 'type'>,
  trial: Trial,
  how: Case<G>,
): Promise<{ readonly settledMs: number }> {
  const { ask, isDone, isUndone } = await how.prepare(ground);
  ground.arm(...trial.points);
  // The answer may get lost with the process: what was acknowledged is what the database has.
  const asked = await ask().catch((error: unknown) => {
    if (!trial.isKilled) throw error;
    return null;
  });
  if (trial.isKilled) await ground.risen();
  const startedAt = performance.now();
  const operation = await ground.over(asked?.operationId ?? (await ground.latest(type)));
  assert.equal(operation.type, type);
  assert.equal(operation.state, trial.end, JSON.stringify(operation));
  ground.arm();
  await ground.settled();
  const settledMs = performance.now() - startedAt;
  if (trial.end === 'done') await isDone();
  else await isUndone?.();
  await ground.clear();
  return { settledMs };
}
