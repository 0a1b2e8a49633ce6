/** Where operations are tried: a real LouCloud over the box's libvirtd, with fault points armed while it runs. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation, Vm, VmState } from '@loucloud/api';
import { Fleet } from '../../fleet/fleet.ts';
import { assertSettled, virsh } from '../agreement.ts';
import { type Login, World, type WorldOptions, createVm, finished, waitFor } from '../world.ts';
import { Armed } from './armed.ts';

const FILES = '/var/lib/libvirt/images/crash';

export class Stage implements AsyncDisposable {
  readonly world: World;
  readonly armed: Armed;
  readonly fleet: Fleet;
  readonly hostId: string;
  admin: Login;
  /** Domains that are somebody else's. */
  readonly foreign = new Set<string>();
  /** Names of VMs that outlast a case. */
  readonly kept = new Set(['subject']);
  #names = 0;

  static async open(options: WorldOptions = {}): Promise<Stage> {
    const fleet = await Fleet.start({ hosts: 1 });
    const world = await World.open({
      ...options,
      environment: { ...options.environment, LOUCLOUD_TEST_HOSTS: 'allow' },
    });
    await world.stop();
    mkdirSync(FILES, { recursive: true });
    chmodSync(FILES, 0o755);
    const armed = new Armed(world);
    await armed.start();
    const admin = await world.login();
    const [host] = (await admin.call('hostList', { query: {} })).items;
    await admin.call('settingsUpdate', { body: { shutdownTimeoutSeconds: 60 } });
    return new Stage({ world, armed, fleet, admin, hostId: host?.id ?? '' });
  }

  private constructor(parts: Pick<Stage, 'world' | 'armed' | 'fleet' | 'admin' | 'hostId'>) {
    this.world = parts.world;
    this.armed = parts.armed;
    this.fleet = parts.fleet;
    this.admin = parts.admin;
    this.hostId = parts.hostId;
  }

  get call() {
    return this.admin.call;
  }

  arm(...points: readonly string[]): void {
    this.armed.arm(...points);
  }

  newName(prefix: string): string {
    return `${prefix}-${++this.#names}`;
  }

  /** Resolves when it has killed itself and serves again. */
  async risen(): Promise<void> {
    await this.armed.risen();
    this.admin = await this.world.login();
  }

  over(operationId: string): Promise<Operation> {
    return waitFor(`operation ${operationId} is over`, async () => {
      const now = await this.call('operationGet', { params: { operationId } });
      return now.finishedAt === null ? null : now;
    });
  }

  settled(): Promise<Vm[]> {
    return assertSettled(this.admin, this.foreign);
  }

  vm = (vmId: string): Promise<Vm> => this.call('vmGet', { params: { vmId } });

  /** A VM in this state; the one of before, where there is one. */
  async subject(state: VmState): Promise<string> {
    const [known] = (await this.call('vmList', { query: { search: 'subject', limit: 1 } })).items;
    const vm = known ?? (await createVm(this.call, 'subject'));
    if (vm.state !== state) {
      if (vm.state === 'saved') virsh('managedsave-remove', vm.id);
      if (vm.state === 'paused') virsh('resume', vm.id);
      const isOn = vm.state === 'running' || vm.state === 'paused';
      if (state === 'stopped' && isOn) virsh('destroy', vm.id);
      if (state !== 'stopped' && !isOn) virsh('start', vm.id);
      if (state === 'paused') virsh('suspend', vm.id);
      if (state === 'saved') virsh('managedsave', vm.id);
    }
    await waitFor(`it is ${state}`, async () => {
      const now = await this.vm(vm.id);
      return now.state === state && now.operation === null;
    });
    return vm.id;
  }

  /** A machine that somebody else made. */
  async foreignDomain(): Promise<string> {
    const name = this.newName('foreign');
    const [disk, definition] = [join(FILES, `${name}.img`), join(FILES, `${name}.xml`)];
    writeFileSync(disk, Buffer.alloc(2 ** 20));
    chmodSync(disk, 0o666);
    writeFileSync(
      definition,
      `<domain type='qemu'><name>${name}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
        <os><type arch='x86_64'>hvm</type></os><devices><disk type='file' device='disk'>
        <driver name='qemu' type='raw'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk></devices></domain>`,
    );
    virsh('define', definition);
    const id = virsh('domuuid', name).trim();
    this.foreign.add(id);
    return id;
  }

  imageFile(): string {
    const path = join(FILES, `${this.newName('image')}.qcow2`);
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, '1M']);
    return path;
  }

  /** Of what was asked for without saying its number. */
  async latest(type: Operation['type'], objectId?: string): Promise<string> {
    const query = { type, limit: 1, ...(objectId !== undefined && { objectId }) } as const;
    return waitFor(`there is ${type}`, async () => {
      const [operation] = (await this.call('operationList', { query })).items;
      return operation?.id ?? null;
    });
  }

  /** Takes away what a case left, by the ways that people have. */
  async clear(): Promise<void> {
    for (const isDeleted of [false, true])
      for (const vm of (await this.call('vmList', { query: { limit: 200, isDeleted } })).items) {
        if (this.kept.has(vm.name) && vm.state !== 'missing' && !isDeleted) continue;
        const verb = vm.adoption ? 'vmForget' : 'vmPurge';
        const { operationId } = await this.call(verb, { params: { vmId: vm.id } });
        await finished(this.call, operationId);
      }
    for (const id of this.foreign) virsh('undefine', id);
    this.foreign.clear();
    for (const image of (await this.call('imageList', { query: { limit: 200 } })).items)
      if (image.path.startsWith(FILES)) await this.call('imageRemove', { params: { imageId: image.id } });
    for (const host of (await this.call('hostList', { query: {} })).items) {
      const params = { hostId: host.id };
      if (host.id !== this.hostId) await this.call('hostRemove', { params });
      else if (host.isInMaintenance)
        await this.call('hostUpdate', { params, body: { isInMaintenance: false } });
    }
    assert.ok((await this.settled()).length <= this.kept.size);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
    await this.fleet[Symbol.asyncDispose]();
  }
}
