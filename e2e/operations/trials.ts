/** The checker: what is done to each operation type, and what has to be so afterwards. */
import assert from 'node:assert/strict';
import type { Case } from './cases.ts';
import type { Stage } from './stage.ts';
import type { TableRow } from './table.ts';

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

export async function attempt(stage: Stage, { type }: TableRow, trial: Trial, how: Case): Promise<void> {
  const { ask, isDone, isUndone } = await how.prepare(stage);
  stage.arm(...trial.points);
  // The answer may get lost with the process: what was acknowledged is what the database has.
  const asked = await ask().catch((error: unknown) => {
    if (!trial.isKilled) throw error;
    return null;
  });
  if (trial.isKilled) await stage.risen();
  const operation = await stage.over(asked?.operationId ?? (await stage.latest(type)));
  assert.equal(operation.type, type);
  assert.equal(operation.state, trial.end, JSON.stringify(operation));
  stage.arm();
  await stage.settled();
  if (trial.end === 'done') await isDone();
  else await isUndone?.();
  await stage.clear();
}
