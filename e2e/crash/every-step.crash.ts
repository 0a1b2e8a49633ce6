// box: --keep-libvirtd
// timeout: 120 min
/** SIGKILL before and after every step, after every undoing and before the end of every operation type, under load. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Case, cases } from '../operations/cases.ts';
import { Stage } from '../operations/stage.ts';
import { type TableRow, operationTable } from '../operations/table.ts';
import { attempt, kills } from '../operations/trials.ts';
import { labCases } from './lab-cases.ts';
import { Load } from './load.ts';
import { assertQuick, tell } from './tell.ts';

const table = await operationTable();

test('every type of the table is killed, here or between several servers', () => {
  const without = table.filter(({ type }) => !cases[type] && !labCases.some((one) => one.type === type));
  assert.deepEqual(without, []);
  for (const row of table) assert.ok(kills(row).length > 2 * row.steps.length, row.type);
});

describe('LouCloud, killed', () => {
  let stage: Stage;
  let load: Load;
  before(async () => {
    stage = await Stage.open();
    load = await Load.open(stage);
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const row of table) {
    const how = cases[row.type];
    if (!how) continue;
    for (const trial of kills(row))
      test(`${row.type}: ${trial.name}`, async () => {
        const { settledMs } = await attempt(stage, row, trial, underLoad(how, row));
        tell(`${row.type}: ${trial.name}`, settledMs);
        assertQuick(settledMs);
      });
  }

  /** The case with other work beside it, all of which has to be done as well. */
  function underLoad(how: Case, { type }: TableRow): Case {
    return {
      async prepare(at) {
        const { ask, isDone, isUndone } = await how.prepare(at);
        // A server that is emptied takes no other work.
        await (type === 'host.drain' ? load.rest() : load.begin(type));
        return {
          ask,
          async isDone() {
            await isDone();
            await load.assertKept();
          },
          async isUndone() {
            await isUndone?.();
            await load.assertKept();
          },
        };
      },
    };
  }
});
