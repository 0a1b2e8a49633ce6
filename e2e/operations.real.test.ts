/** Every operation type fails after every step, and takes every step and every undoing twice: nothing is left over. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { operationTypes } from '@loucloud/api';
import { labCases } from './crash/lab-cases.ts';
import { cases, elsewhere } from './operations/cases.ts';
import { Stage } from './operations/stage.ts';
import { operationTable } from './operations/table.ts';
import { attempt, failures } from './operations/trials.ts';

const table = await operationTable();

test('the table has every type that the contract names, and no type is forgotten here', () => {
  assert.deepEqual(table.map(({ type }) => type).sort(), [...operationTypes].sort());
  // What is in the lab's cases is killed at each step by `npm run test:crash`.
  const isInLab = (name: string) => labCases.some(({ type }) => type === name);
  const without = table.filter(({ type }) => !cases[type] && elsewhere[type] === undefined && !isInLab(type));
  assert.deepEqual(without, []);
});

for (const { type, steps } of table) {
  const file = elsewhere[type];
  if (file === undefined) continue;
  test(`${type}: the steps are tried in ${file}`, () => {
    const source = readFileSync(join(import.meta.dirname, file), 'utf8');
    for (const { name } of steps)
      assert.ok(source.includes(`${type}.${name}`) || source.includes(`'${name}'`), `${type}.${name}`);
  });
}

describe('each operation', () => {
  let stage: Stage;
  before(async () => void (stage = await Stage.open()));
  after(() => stage[Symbol.asyncDispose]());

  for (const row of table) {
    const how = cases[row.type];
    if (!how) continue;
    for (const trial of failures(row))
      test(`${row.type}: ${trial.name}`, async () => void (await attempt(stage, row, trial, how)));
  }
});
