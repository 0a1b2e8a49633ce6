/** How the operations between several servers are asked for, and what has to be so once they are done or undone. */
import assert from 'node:assert/strict';
import type { Image, OperationType, Vm, VmState } from '@loucloud/api';
import type { Case } from '../operations/cases.ts';
import { finished } from '../world.ts';
import type { LabStage } from './lab-stage.ts';

interface LabCase {
  readonly type: OperationType;
  readonly name: string;
  readonly how: Case<LabStage>;
}

/** To a server with another storage: its disk goes too. */
const migrate = (from: VmState): Case<LabStage> => ({
  async prepare(stage) {
    const [source, , to] = stage.hosts;
    const { id: vmId, hostName } = await stage.vmOn(source);
    if (from === 'stopped')
      await finished(stage.call, (await stage.call('vmPowerOff', { params: { vmId } })).operationId);
    const hostId = await stage.idOf(to);
    const now = async (): Promise<Vm> => stage.vm(vmId);
    return {
      ask: () => stage.call('vmMigrate', { params: { vmId }, body: { hostId } }),
      async isDone() {
        const { state, hostName: where, lastProblem } = await now();
        assert.deepEqual([state, where, lastProblem], [from, to.name, null]);
      },
      async isUndone() {
        const { state, hostName: where } = await now();
        assert.equal(state, from);
        assert.ok(where === hostName || where === to.name, String(where));
      },
    };
  },
});

const startElsewhere: Case<LabStage> = {
  async prepare(stage) {
    const [, one, other] = stage.hosts;
    const { id: vmId } = await stage.vmOn(other);
    await stage.powerCut(other);
    const whereabouts = async () => {
      const { state, hostName } = await stage.vm(vmId);
      return [state, hostName];
    };
    return {
      ask: () => stage.call('vmStartElsewhere', { params: { vmId }, body: { hostIsOff: true } }),
      isDone: async () => assert.deepEqual(await whereabouts(), ['running', one.name]),
      isUndone: async () => assert.deepEqual(await whereabouts(), ['unknown', other.name]),
    };
  },
};

async function prefetch(stage: LabStage, { id: imageId }: Image): Promise<{ operationId: string }> {
  const body = { hostIds: [await stage.idOf(stage.hosts[1])] };
  const { items } = await stage.call('imagePrefetch', { params: { imageId }, body });
  return { operationId: items[0]?.operationId ?? '' };
}

const stateOfCopy = async (stage: LabStage, { id: imageId }: Image): Promise<string | undefined> => {
  const { copies } = await stage.call('imageGet', { params: { imageId } });
  return copies.find(({ hostName }) => hostName === stage.hosts[1].name)?.state;
};

const copy: Case<LabStage> = {
  async prepare(stage) {
    const image = await stage.image();
    return {
      ask: () => prefetch(stage, image),
      isDone: async () => assert.equal(await stateOfCopy(stage, image), 'ready'),
    };
  },
};

const removeCopy: Case<LabStage> = {
  async prepare(stage) {
    const image = await stage.image();
    await finished(stage.call, (await prefetch(stage, image)).operationId);
    const params = { imageId: image.id, hostId: await stage.idOf(stage.hosts[1]) };
    return {
      ask: () => stage.call('imageCopyRemove', { params }),
      isDone: async () => assert.equal(await stateOfCopy(stage, image), undefined),
    };
  },
};

const drain: Case<LabStage> = {
  async prepare(stage) {
    const [source] = stage.hosts;
    const { id: vmId } = await stage.vmOn(source);
    const params = { hostId: await stage.idOf(source) };
    return {
      ask: () => stage.call('hostDrain', { params, body: {} }),
      async isDone() {
        const { state, hostName } = await stage.vm(vmId);
        assert.equal(state, 'running');
        assert.notEqual(hostName, source.name);
        assert.ok((await stage.call('hostGet', { params })).isInMaintenance);
      },
    };
  },
};

export const labCases: readonly LabCase[] = [
  { type: 'vm.migrate', name: 'vm.migrate of a VM that runs', how: migrate('running') },
  { type: 'vm.migrate', name: 'vm.migrate of a VM that is off', how: migrate('stopped') },
  { type: 'vm.startElsewhere', name: 'vm.startElsewhere', how: startElsewhere },
  { type: 'image.copy', name: 'image.copy', how: copy },
  { type: 'image.removeCopy', name: 'image.removeCopy', how: removeCopy },
  { type: 'host.drain', name: 'host.drain with a VM that moves', how: drain },
];
