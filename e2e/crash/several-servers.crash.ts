// box: --no-libvirtd
// timeout: 90 min
/** SIGKILL before and after every step of what is done between several servers: moves, copies, starts elsewhere. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Case } from '../operations/cases.ts';
import { operationTable } from '../operations/table.ts';
import { attempt, kills } from '../operations/trials.ts';
import { labCases } from './lab-cases.ts';
import { LabStage } from './lab-stage.ts';
import { assertQuick, tell } from './tell.ts';

const table = await operationTable();

describe('LouCloud over several servers, killed', () => {
  let stage: LabStage;
  before(async () => void (stage = await LabStage.open()));
  after(() => stage[Symbol.asyncDispose]());

  for (const { type, name, how } of labCases)
    for (const trial of table.filter((row) => row.type === type).flatMap(kills))
      test(`${name}: ${trial.name}`, async () => {
        const { settledMs } = await attempt(stage, { type }, trial, besideOthers(how));
        tell(`${name}: ${trial.name}`, settledMs);
        assertQuick(settledMs);
      });
});

/** While VMs are made, which has to be done as well. */
function besideOthers(how: Case<LabStage>): Case<LabStage> {
  return {
    async prepare(stage) {
      const { ask, isDone, isUndone } = await how.prepare(stage);
      const { id: templateId } = await stage.cloud.starterTemplate();
      const body = { name: `${stage.newName('beside')}-{1..2}`, templateId, start: false };
      const { items } = await stage.call('vmCreate', { body });
      const assertMade = async () => {
        for (const { vmId } of items) assert.equal((await stage.vm(vmId)).state, 'stopped');
      };
      return {
        ask,
        async isDone() {
          await isDone();
          await assertMade();
        },
        async isUndone() {
          await isUndone?.();
          await assertMade();
        },
      };
    },
  };
}
