/** How each operation type is asked for, and what has to be so once it is done; nothing of it stays where it is not. */
import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import type { OperationType, VmState } from '@loucloud/api';
import { POOL, virsh } from '../agreement.ts';
import { finished, waitFor } from '../world.ts';
import type { Stage } from './stage.ts';

/** What is so: afterwards, one way or the other, database and server agree, which is looked at for all types. */
export interface Case<Ground = Stage> {
  /** Makes what it needs, and answers how to ask; that answers the operation's id, or nothing where it is found by type. */
  readonly prepare: (ground: Ground) => Promise<Asking>;
}
export interface Asking {
  readonly ask: () => Promise<{ readonly operationId: string } | null>;
  /** Fails unless it has taken effect. */
  readonly isDone: () => Promise<void>;
  /** Fails if anything of it is left; for types whose steps are undone. */
  readonly isUndone?: () => Promise<void>;
}

type Verb = 'vmStart' | 'vmShutdown' | 'vmPowerOff' | 'vmReboot' | 'vmReset' | 'vmSuspend' | 'vmResume';
const verb = (name: Verb | 'vmSave' | 'vmRestore' | 'vmDumpCore', from: VmState, to: VmState): Case => ({
  async prepare(stage) {
    const vmId = await stage.subject(from);
    return {
      ask: () => stage.call(name, { params: { vmId } }),
      isDone: async () => assert.equal((await stage.vm(vmId)).state, to),
    };
  },
});

const isGone = async (stage: Stage, vmId: string): Promise<void> =>
  assert.rejects(stage.vm(vmId), { status: 404 });

const create: Case = {
  async prepare(stage) {
    const templateId = (await stage.call('templateList', { query: {} })).items[0]?.id ?? '';
    const name = stage.newName('made');
    const made = async () => (await stage.call('vmList', { query: { search: name } })).items;
    return {
      async ask() {
        const { items } = await stage.call('vmCreate', { body: { name, templateId } });
        return { operationId: items[0]?.operationId ?? '' };
      },
      isDone: async () =>
        assert.deepEqual(
          (await made()).map(({ state }) => state),
          ['running'],
        ),
      isUndone: async () => assert.deepEqual(await made(), []),
    };
  },
};

const update: Case = {
  async prepare(stage) {
    const vmId = await stage.subject('stopped');
    const before = await stage.vm(vmId);
    const body = { description: stage.newName('said'), vcpus: before.vcpus === 1 ? 2 : 1 };
    const said = async () => {
      const { description, vcpus } = await stage.vm(vmId);
      const xml = virsh('dumpxml', vmId);
      return [description, vcpus, xml.includes(`>${vcpus}</vcpu>`), xml.includes(body.description)];
    };
    return {
      ask: () => stage.call('vmUpdate', { params: { vmId }, body }),
      isDone: async () => assert.deepEqual(await said(), [body.description, body.vcpus, true, true]),
      isUndone: async () => assert.deepEqual(await said(), [before.description, before.vcpus, true, false]),
    };
  },
};

const remove: Case = {
  async prepare(stage) {
    const vmId = await stage.subject('running');
    const query = { isDeleted: true, limit: 200 };
    const inBin = async () => (await stage.call('vmList', { query })).items.find(({ id }) => id === vmId);
    return {
      ask: () => stage.call('vmDelete', { params: { vmId } }),
      isDone: async () => assert.equal((await inBin())?.state, 'deleted'),
      isUndone: async () => assert.equal(await inBin(), undefined),
    };
  },
};

/** A disk that is made anew is another file of the same name. */
const remake: Case = {
  async prepare(stage) {
    const vmId = await stage.subject('running');
    const before = await stage.vm(vmId);
    const file = `${POOL}/${vmId}.qcow2`;
    const identity = () => {
      const { ino, birthtimeMs } = statSync(file);
      return [ino, birthtimeMs];
    };
    const old = identity();
    const same = async () => {
      const { id, name, macAddress, ownerId: owner, state } = await stage.vm(vmId);
      assert.deepEqual(
        [id, name, macAddress, owner, state],
        [before.id, before.name, before.macAddress, before.ownerId, 'running'],
      );
    };
    return {
      ask: () => stage.call('vmRemake', { params: { vmId } }),
      async isDone() {
        await same();
        assert.notDeepEqual(identity(), old);
      },
      // What has been lost stays lost, but the VM is one that works.
      isUndone: same,
    };
  },
};

const actOnClass: Case = {
  async prepare(stage) {
    const templateId = (await stage.call('templateList', { query: {} })).items[0]?.id ?? '';
    const [name, members] = [stage.newName('class'), stage.newName('pupil')];
    const { class: made } = await stage.call('classCreate', { body: { name, templateId, members } });
    const params = { classId: made.id };
    const { items } = await stage.call('classVmsCreate', { params, body: {} });
    for (const { operationId } of items) await finished(stage.call, operationId ?? '');
    return {
      ask: () => stage.call('classAct', { params, body: { action: 'start' } }),
      async isDone() {
        assert.equal((await stage.vm(items[0]?.vmId ?? '')).state, 'running');
        await stage.call('classRemove', { params, query: {} });
      },
    };
  },
};

const purge: Case = {
  async prepare(stage) {
    const vmId = await stage.subject('running');
    return {
      ask: () => stage.call('vmPurge', { params: { vmId } }),
      isDone: () => isGone(stage, vmId),
    };
  },
};

async function ownerId(stage: Stage): Promise<string> {
  return (await stage.call('meGet')).user.id;
}

const adopt: Case = {
  async prepare(stage) {
    const domainId = await stage.foreignDomain();
    const params = { hostId: stage.hostId, domainId };
    const body = { ownerId: await ownerId(stage) };
    return {
      ask: () => stage.call('foreignDomainAdopt', { params, body }),
      isDone: async () => assert.ok((await stage.vm(domainId)).adoption),
      async isUndone() {
        await isGone(stage, domainId);
        assert.doesNotMatch(virsh('dumpxml', domainId), /loucloud/);
      },
    };
  },
};

const forget: Case = {
  async prepare(stage) {
    const adoption = await adopt.prepare(stage);
    const { operationId = '' } = (await adoption.ask()) ?? {};
    const { objectId: vmId } = await finished(stage.call, operationId);
    return {
      ask: () => stage.call('vmForget', { params: { vmId } }),
      async isDone() {
        await isGone(stage, vmId);
        assert.doesNotMatch(virsh('dumpxml', vmId), /loucloud/);
      },
      isUndone: async () => assert.match(virsh('dumpxml', vmId), /loucloud/),
    };
  },
};

const defineAgain: Case = {
  async prepare(stage) {
    const vmId = await stage.subject('stopped');
    virsh('undefine', '--nvram', vmId);
    await waitFor('it is missing', async () => (await stage.vm(vmId)).state === 'missing');
    return {
      ask: () => stage.call('vmDefineAgain', { params: { vmId } }),
      isDone: async () => assert.equal((await stage.vm(vmId)).state, 'stopped'),
    };
  },
};

const addHost: Case = {
  async prepare(stage) {
    const [host] = stage.fleet.hosts;
    assert.ok(host);
    const { name, uri } = host;
    const added = async () => (await stage.call('hostList', { query: { search: name } })).items.length;
    return {
      ask: () => stage.call('hostAdd', { body: { name, uri, poolName: 'fleet' } }),
      isDone: async () => assert.equal(await added(), 1),
      isUndone: async () => assert.equal(await added(), 0),
    };
  },
};

const recheck: Case = {
  async prepare(stage) {
    const params = { hostId: stage.hostId };
    return {
      ask: () => stage.call('hostRecheck', { params }),
      isDone: async () => assert.equal((await stage.call('hostGet', { params })).health, 'healthy'),
    };
  },
};

const drain: Case = {
  async prepare(stage) {
    const params = { hostId: stage.hostId };
    const vmId = await stage.subject('stopped');
    return {
      ask: () => stage.call('hostDrain', { params, body: { stopped: 'leave' } }),
      async isDone() {
        assert.ok((await stage.call('hostGet', { params })).isInMaintenance);
        assert.equal((await stage.vm(vmId)).state, 'stopped');
      },
    };
  },
};

const register: Case = {
  async prepare(stage) {
    const path = stage.imageFile();
    const found = async () =>
      (await stage.call('imageList', { query: { limit: 200 } })).items.filter((one) => one.path === path);
    return {
      ask: () => stage.call('imageRegister', { body: { name: stage.newName('image'), path } }),
      isDone: async () => assert.equal((await found()).length, 1),
      isUndone: async () => assert.deepEqual(await found(), []),
    };
  },
};

const hash: Case = {
  async prepare(stage) {
    const { ask, isDone } = await register.prepare(stage);
    return {
      async ask() {
        const { operationId = '' } = (await ask()) ?? {};
        await stage.over(operationId).catch(() => undefined); // it may be killed before that is told
        return null;
      },
      isDone,
    };
  },
};

const deleteUser: Case = {
  async prepare(stage) {
    const [name, password] = [stage.newName('user'), 'a long password'];
    const { id: userId } = await stage.call('userCreate', { body: { name, password } });
    const theirs = await stage.world.login(name, password);
    const templateId = (await stage.call('templateList', { query: {} })).items[0]?.id ?? '';
    const body = { name: stage.newName('theirs'), templateId, start: false };
    const { items } = await theirs.call('vmCreate', { body });
    await finished(stage.call, items[0]?.operationId ?? '');
    const find = () => stage.call('userGet', { params: { userId } });
    return {
      ask: () => stage.call('userDelete', { params: { userId }, query: { deleteVms: true } }),
      async isDone() {
        await assert.rejects(find(), { status: 404 });
        await isGone(stage, items[0]?.vmId ?? '');
      },
    };
  },
};

const removeLeftover: Case = {
  async prepare(stage) {
    const id = `${stage.newName('left')}.raw`;
    writeFileSync(`${POOL}/${id}`, 'left');
    const body = { hostId: stage.hostId, kind: 'disk', id, evenYoung: true } as const;
    virsh('pool-refresh', 'loucloud');
    return {
      ask: () => stage.call('leftoverRemove', { body }),
      isDone: async () => assert.ok(!existsSync(`${POOL}/${id}`)),
    };
  },
};

export const cases: Partial<Record<OperationType, Case>> = {
  'vm.create': create,
  'vm.start': verb('vmStart', 'stopped', 'running'),
  'vm.shutdown': verb('vmShutdown', 'running', 'stopped'),
  'vm.powerOff': verb('vmPowerOff', 'running', 'stopped'),
  'vm.reboot': verb('vmReboot', 'running', 'running'),
  'vm.reset': verb('vmReset', 'running', 'running'),
  'vm.remake': remake,
  'vm.suspend': verb('vmSuspend', 'running', 'paused'),
  'vm.resume': verb('vmResume', 'paused', 'running'),
  'vm.save': verb('vmSave', 'running', 'saved'),
  'vm.restore': verb('vmRestore', 'saved', 'running'),
  'vm.dumpCore': verb('vmDumpCore', 'running', 'running'),
  'vm.update': update,
  'vm.delete': remove,
  'vm.purge': purge,
  'vm.adopt': adopt,
  'vm.forget': forget,
  'vm.defineAgain': defineAgain,
  'host.add': addHost,
  'host.check': recheck,
  'host.drain': drain,
  'image.register': register,
  'image.hash': hash,
  'user.delete': deleteUser,
  'leftover.remove': removeLeftover,
  'class.act': actOnClass,
};

/** Between several servers: these files have their fault points. */
export const elsewhere: Partial<Record<OperationType, string>> = {
  'vm.migrate': 'migration-crash.real.test.ts',
};
