/**
 * A whole LouCloud over several real servers: a lab (tools/lab) and the control plane that manages it, in a box without a
 * libvirtd of its own (`// box: --no-libvirtd`). Its first host is local, so setting up is as everywhere; the others are
 * added through the API, as an admin adds them.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Host, Template, Vm } from '@loucloud/api';
import { type HostKind, Lab } from '../tools/lab/lab.ts';
import type { LabHost } from '../tools/lab/lab-host.ts';
import { poolEntry } from '../tools/lab/pool-entry.ts';
import { type Login, World, type WorldOptions, createVm, finished, waitFor } from './world.ts';

export interface LabWorldOptions extends WorldOptions {
  /** The first is `local`. */
  readonly hosts?: readonly HostKind[];
  /** A pool of that name that all hosts but the first have in common: one folder. */
  readonly sharedPool?: string;
}

export class LabWorld implements AsyncDisposable {
  readonly lab: Lab;
  readonly world: World;
  readonly admin: Login;

  private constructor(lab: Lab, world: World, admin: Login) {
    this.lab = lab;
    this.world = world;
    this.admin = admin;
  }

  /** Every host is in the pool under its name in the lab, and healthy; image and template are the starter's. */
  static async open({
    hosts = ['local', 'ssh', 'tls'],
    sharedPool,
    ...options
  }: LabWorldOptions = {}): Promise<LabWorld> {
    assert.equal(hosts[0], 'local', 'the control plane’s first host is the machine that it is on');
    await using opened = new AsyncDisposableStack();
    const lab = opened.use(await Lab.open({ hosts }));
    const world = opened.use(await World.open(options));
    const admin = await world.login();
    const [first, ...others] = lab.hosts;
    const [host] = (await admin.call('hostList', { query: {} })).items;
    assert.ok(first && host);
    await admin.call('hostUpdate', { params: { hostId: host.id }, body: { name: first.name } });
    await Promise.all(others.map((other) => addHost(admin, lab, other, sharedPool)));
    opened.move();
    return new LabWorld(lab, world, admin);
  }

  /** What the control plane thinks of it. */
  async stateOf(host: LabHost): Promise<Host> {
    const { items } = await this.admin.call('hostList', { query: { search: host.name } });
    const found = items.find(({ name }) => name === host.name);
    assert.ok(found, `${host.name} is in the pool`);
    return found;
  }

  async starterTemplate(): Promise<Template> {
    const { items } = await this.admin.call('templateList', { query: { search: 'starter' } });
    const starter = items.find(({ name }) => name === 'starter');
    assert.ok(starter);
    return starter;
  }

  /** VMs of the starter template on that server: the others take none meanwhile. */
  async createOn(host: LabHost, ...names: readonly string[]): Promise<Vm[]> {
    const { call } = this.admin;
    const others = await Promise.all(
      this.lab.hosts.filter((other) => other !== host).map((other) => this.stateOf(other)),
    );
    const keep = (isInMaintenance: boolean) =>
      Promise.all(
        others.map(({ id }) => call('hostUpdate', { params: { hostId: id }, body: { isInMaintenance } })),
      );
    const { id: templateId } = await this.starterTemplate();
    await keep(true);
    try {
      return await Promise.all(names.map((name) => createVm(call, name, templateId)));
    } finally {
      await keep(false);
    }
  }

  async untilHealth(host: LabHost, health: Host['health'], timeoutMs?: number): Promise<Host> {
    const isSo = async (): Promise<Host | null> => {
      const state = await this.stateOf(host);
      return state.health === health ? state : null;
    };
    return waitFor(`${host.name} is ${health}`, isSo, timeoutMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
    await this.lab[Symbol.asyncDispose]();
  }
}

async function addHost({ call }: Login, lab: Lab, host: LabHost, sharedPool?: string): Promise<void> {
  if (sharedPool !== undefined) {
    const folder = join(lab.sharedPath, sharedPool);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    await host.virsh('pool-define-as', sharedPool, 'dir', '--target', folder);
    await host.virsh('pool-start', sharedPool);
    await host.virsh('pool-autostart', sharedPool);
  }
  const { operationId } = await call('hostAdd', {
    body: { ...poolEntry(host), ...(sharedPool !== undefined && { poolName: sharedPool }) },
  });
  await finished(call, operationId);
}
