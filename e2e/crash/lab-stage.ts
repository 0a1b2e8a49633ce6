/** Three servers, the second and the third with one storage, and a LouCloud over them that is killed at its fault points. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Image, Operation, Vm } from '@loucloud/api';
import type { LabHost } from '../../tools/lab/lab-host.ts';
import { LabWorld } from '../lab-world.ts';
import { Armed } from '../operations/armed.ts';
import { finished, waitFor } from '../world.ts';

const POOL = 'shared';
/** Only the first server sees it. */
const IMAGES = '/var/lib/libvirt/images';
const MIB = 2 ** 20;
const SETTLED_WITHIN_MS = 60_000;

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean).sort();
const isOn = ({ state }: Vm): boolean => state === 'running' || state === 'paused';
const sum = (of: readonly Vm[], amount: (vm: Vm) => number): number =>
  of.reduce((all, vm) => all + amount(vm), 0);

export class LabStage implements AsyncDisposable {
  readonly cloud: LabWorld;
  readonly #armed: Armed;
  readonly #off = new Set<LabHost>();
  readonly #images = new Set<string>();
  #names = 0;

  static async open(): Promise<LabStage> {
    const cloud = await LabWorld.open({ hosts: ['local', 'ssh', 'tls'], sharedPool: POOL });
    await cloud.world.stop();
    const stage = new LabStage(cloud);
    await stage.#armed.start();
    for (const host of stage.hosts) await cloud.untilHealth(host, 'healthy');
    return stage;
  }

  private constructor(cloud: LabWorld) {
    this.cloud = cloud;
    this.#armed = new Armed(cloud.world);
  }

  get call(): Client {
    return this.cloud.admin.call;
  }

  get hosts(): readonly [LabHost, LabHost, LabHost] {
    return this.cloud.lab.hosts as unknown as [LabHost, LabHost, LabHost]; // those that were asked for
  }

  arm(...points: readonly string[]): void {
    this.#armed.arm(...points);
  }

  risen(): Promise<void> {
    return this.#armed.risen();
  }

  newName(prefix: string): string {
    return `${prefix}-${++this.#names}`;
  }

  vm = (vmId: string): Promise<Vm> => this.call('vmGet', { params: { vmId } });

  idOf = async (host: LabHost): Promise<string> => (await this.cloud.stateOf(host)).id;

  over(operationId: string): Promise<Operation> {
    return waitFor(`operation ${operationId} is over`, async () => {
      const now = await this.call('operationGet', { params: { operationId } });
      return now.finishedAt === null ? null : now;
    });
  }

  async latest(type: Operation['type']): Promise<string> {
    const [operation] = (await this.call('operationList', { query: { type, limit: 1 } })).items;
    assert.ok(operation, type);
    return operation.id;
  }

  /** A VM that runs there. */
  async vmOn(host: LabHost): Promise<Vm> {
    const [vm] = await this.cloud.createOn(host, this.newName('web'));
    assert.ok(vm);
    return vm;
  }

  /** An image that only the first server has; it is not hashed yet. */
  async image(): Promise<Image> {
    const name = this.newName('image');
    const path = join(IMAGES, `${name}.img`);
    writeFileSync(path, randomBytes(24 * MIB));
    const body = { name, path, hostId: await this.idOf(this.hosts[0]) };
    const { operationId } = await this.call('imageRegister', { body });
    const { objectId: imageId } = await finished(this.call, operationId);
    this.#images.add(imageId);
    return this.call('imageGet', { params: { imageId } });
  }

  /** Its guests are gone, and nobody is told. */
  async powerCut(host: LabHost): Promise<void> {
    await host.stopDaemon();
    await host.powerCut();
    this.#off.add(host);
    await this.cloud.untilHealth(host, 'unreachable');
  }

  /** What is off is left out: nobody can say what it has. */
  async settled(): Promise<void> {
    await waitFor(
      'nothing is under way',
      async () => (await this.call('operationList', { query: { isActive: true } })).total === 0,
      SETTLED_WITHIN_MS,
    );
    let last: unknown;
    const agrees = () =>
      this.#assertAgreement().then(
        () => true,
        (error: unknown) => {
          last = error;
          return false;
        },
      );
    await waitFor('database and servers agree', agrees, SETTLED_WITHIN_MS).catch((cause: unknown) => {
      throw last ?? cause;
    });
  }

  async #assertAgreement(): Promise<void> {
    const { items: vms } = await this.call('vmList', { query: { limit: 200 } });
    const { items: images } = await this.call('imageList', { query: { limit: 200 } });
    for (const vm of vms) assert.equal(vm.operation, null, vm.name);
    for (const host of this.hosts) {
      if (this.#off.has(host)) continue;
      const { id, health, reserved } = await this.cloud.stateOf(host);
      assert.equal(health, 'healthy', host.name);
      const own = vms.filter(({ hostId }) => hostId === id);
      const stale = vms.filter(({ staleCopies }) => staleCopies.some((copy) => copy.hostId === id));
      const ids = (of: readonly Vm[]) => of.map((vm) => vm.id).sort();
      assert.deepEqual(
        words(await host.virsh('list', '--all', '--uuid')),
        ids([...own, ...stale]),
        host.name,
      );
      assert.deepEqual(words(await host.virsh('list', '--uuid')), ids(own.filter(isOn)), host.name);
      const copies = images.flatMap((image) => image.copies).filter((copy) => copy.hostId === id);
      for (const { state } of copies) assert.equal(state, 'ready');
      const on = own.filter(isOn);
      const held = [sum(on, (vm) => vm.vcpus), sum(on, (vm) => vm.memoryMib)];
      assert.deepEqual([reserved.vcpus, reserved.memoryMib], held, host.name);
    }
    this.#assertFiles(vms, images);
    if (this.#off.size === 0) await this.#assertUsage(vms);
  }

  /** Each folder of disks has those of its VMs, and copies of images that are copied there, and nothing else. */
  #assertFiles(vms: readonly Vm[], images: readonly Image[]): void {
    const [local, ...others] = this.hosts.map(({ name }) => name);
    const folders = [
      [this.hosts[0].libPath('loucloud'), [local]],
      [join(this.cloud.lab.sharedPath, POOL), others],
    ] as const;
    for (const [folder, names] of folders) {
      const isHere = (name: string | null) => names.includes(name ?? '');
      const disks = vms.filter(({ hostName }) => isHere(hostName)).map(({ id }) => `${id}.qcow2`);
      const copies = images
        .flatMap((image) => image.copies)
        .filter((copy) => isHere(copy.hostName) && copy.path?.startsWith(`${folder}/`))
        .map((copy) => copy.path?.slice(folder.length + 1) ?? '');
      const files = existsSync(folder) ? readdirSync(folder) : [];
      assert.deepEqual(files.sort(), [...disks, ...copies].sort(), folder);
    }
  }

  async #assertUsage(vms: readonly Vm[]): Promise<void> {
    for (const { id, name, usage } of (await this.call('userList', { query: {} })).items) {
      const own = vms.filter(({ ownerId }) => ownerId === id);
      const held = {
        vms: own.length,
        runningVms: own.filter(isOn).length,
        vcpus: sum(own, (vm) => vm.vcpus),
        memoryMib: sum(own, (vm) => vm.memoryMib),
        diskBytes: sum(own, (vm) => vm.diskBytes),
      };
      assert.deepEqual(usage, held, name);
    }
  }

  async clear(): Promise<void> {
    for (const host of this.#off) {
      await host.boot();
      await this.cloud.untilHealth(host, 'healthy');
    }
    this.#off.clear();
    await this.settled();
    for (const vm of (await this.call('vmList', { query: { limit: 200 } })).items) {
      for (const { hostId } of vm.staleCopies) {
        const body = { hostId, kind: 'domain', id: vm.id, evenYoung: true } as const;
        await finished(this.call, (await this.call('leftoverRemove', { body })).operationId);
      }
      await finished(this.call, (await this.call('vmPurge', { params: { vmId: vm.id } })).operationId);
    }
    for (const imageId of this.#images) await this.call('imageRemove', { params: { imageId } });
    this.#images.clear();
    for (const host of this.hosts) {
      const hostId = await this.idOf(host);
      await this.call('hostUpdate', { params: { hostId }, body: { isInMaintenance: false } });
    }
    await this.settled();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.cloud[Symbol.asyncDispose]();
  }
}
