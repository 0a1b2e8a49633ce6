/** What goes on beside whatever is tried: creates, deletes, starts, saves and restores, all at once. */
import assert from 'node:assert/strict';
import type { Client, OperationType, Vm, VmState } from '@loucloud/api';
import type { Stage } from '../operations/stage.ts';
import { createVm, finished } from '../world.ts';

/** Something that was promised by a 202. */
interface Promised {
  readonly type: OperationType;
  readonly vmId: string;
  readonly operationId: string;
}

interface Request {
  readonly type: OperationType;
  readonly ask: (call: Client) => Promise<Promised>;
}

const ENDS: Partial<Record<OperationType, VmState>> = {
  'vm.create': 'stopped',
  'vm.delete': 'deleted',
  'vm.start': 'running',
  'vm.powerOff': 'stopped',
  'vm.save': 'saved',
  'vm.restore': 'running',
};

export class Load {
  readonly #stage: Stage;
  #switched: Vm;
  #saved: Vm;
  #promised: Promise<Promised | null>[] = [];

  private constructor(stage: Stage, switched: Vm, saved: Vm) {
    this.#stage = stage;
    this.#switched = switched;
    this.#saved = saved;
  }

  /** Its VMs stay when a trial's are cleared away. */
  static async open(stage: Stage): Promise<Load> {
    const [switched, saved] = [await createVm(stage.call, 'switched'), await createVm(stage.call, 'saved')];
    for (const { name } of [switched, saved]) stage.kept.add(name);
    return new Load(stage, switched, saved);
  }

  /** Asks for all that it may and waits for nothing. `except`: the type whose points are armed. */
  async begin(except?: OperationType): Promise<void> {
    const { call } = this.#stage;
    [this.#switched, this.#saved] = [
      await this.#stage.vm(this.#switched.id),
      await this.#stage.vm(this.#saved.id),
    ];
    const doomed = await this.#doomed(except);
    const requests = [
      this.#create(),
      this.#verb('vm.delete', 'vmDelete', doomed),
      this.#switched.state === 'running'
        ? this.#verb('vm.powerOff', 'vmPowerOff', this.#switched.id)
        : this.#verb('vm.start', 'vmStart', this.#switched.id),
      this.#nextOfSaved(),
    ];
    this.#promised = requests
      .filter(({ type }) => type !== except)
      .map(({ ask }) => ask(call).catch(() => null)); // cut off before its answer: nothing was promised
  }

  /** Nothing runs any more. */
  async rest(): Promise<void> {
    for (const { id: vmId } of [this.#switched, this.#saved]) {
      const { state } = await this.#stage.vm(vmId);
      if (state !== 'running') continue;
      const { operationId } = await this.#stage.call('vmPowerOff', { params: { vmId } });
      await finished(this.#stage.call, operationId);
    }
  }

  /** Fails unless all that was promised has come about. `mayFail`: it must be over and true, one way or the other. */
  async assertKept({ mayFail = false } = {}): Promise<string> {
    const promised = (await Promise.all(this.#promised)).filter((one) => one !== null);
    this.#promised = [];
    const ends: string[] = [];
    for (const { type, vmId, operationId } of promised) {
      const { state, error } = await this.#stage.over(operationId);
      ends.push(`${type} ${error ? error.code : state}`);
      if (mayFail && state === 'failed') {
        // What was not made is not there; anything else is as it was, or as its server says.
        if (type !== 'vm.create') await this.#stage.vm(vmId);
        continue;
      }
      assert.equal(state, 'done', `${type}: ${JSON.stringify(error)}`);
      const now = (await this.#stage.vm(vmId)).state;
      // libvirtd that is killed between a guest's end and its own note of it takes that for a crash.
      if (mayFail && type === 'vm.powerOff' && now === 'crashed') continue;
      assert.equal(now, ENDS[type], type);
    }
    return ends.join(', ');
  }

  #create(): Request {
    return {
      type: 'vm.create',
      ask: async (call) => {
        const templateId = (await call('templateList', { query: {} })).items[0]?.id ?? '';
        const name = this.#stage.newName('load');
        const { items } = await call('vmCreate', { body: { name, templateId, start: false } });
        return { type: 'vm.create', vmId: items[0]?.vmId ?? '', operationId: items[0]?.operationId ?? '' };
      },
    };
  }

  #nextOfSaved(): Request {
    const { id, state } = this.#saved;
    if (state === 'saved') return this.#verb('vm.restore', 'vmRestore', id);
    if (state === 'running') return this.#verb('vm.save', 'vmSave', id);
    return this.#verb('vm.start', 'vmStart', id);
  }

  #verb(type: OperationType, name: Verb, vmId: string): Request {
    const ask = async (call: Client) => ({ type, vmId, ...(await call(name, { params: { vmId } })) });
    return { type, ask };
  }

  /** A VM that is there to be deleted. */
  async #doomed(except?: OperationType): Promise<string> {
    if (except === 'vm.delete') return '';
    const { call } = this.#stage;
    const { operationId, vmId } = await this.#create().ask(call);
    await finished(call, operationId);
    return vmId;
  }
}

type Verb = 'vmDelete' | 'vmStart' | 'vmPowerOff' | 'vmSave' | 'vmRestore';
