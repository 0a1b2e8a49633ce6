/**
 * A whole LouCloud over several real servers: a lab (tools/lab) and the control plane that manages it, in a box without a
 * libvirtd of its own (`// box: --no-libvirtd`). Its first host is local, so setting up is as everywhere; the others are
 * added through the API, as an admin adds them.
 */
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import type { Host, Template } from '@loucloud/api';
import { type HostKind, Lab } from '../tools/lab/lab.ts';
import type { LabHost } from '../tools/lab/lab-host.ts';
import { poolEntry } from '../tools/lab/pool-entry.ts';
import { type Login, World, type WorldOptions, finished, waitFor } from './world.ts';

export interface LabWorldOptions extends WorldOptions {
  /** The first is `local`. */
  readonly hosts?: readonly HostKind[];
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
    await Promise.all(others.map((other) => addHost(admin, other)));
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

  /** A template whose image is that server's own, a copy of the starter's: what is created from it goes there. Answers its id. */
  async templateOn(host: LabHost): Promise<string> {
    const { call } = this.admin;
    const path = '/var/lib/libvirt/images/loucloud-starter.qcow2';
    await cp(path, host.libPath('images/loucloud-starter.qcow2'));
    const name = `starter of ${host.name}`;
    const { id: hostId } = await this.stateOf(host);
    const { operationId } = await call('imageRegister', { body: { name, path, hostId } });
    const { objectId: imageId } = await finished(call, operationId);
    const { vcpus, memoryMib, diskBytes, networkId } = await this.starterTemplate();
    const body = { name, imageId, vcpus, memoryMib, diskBytes, networkId };
    return (await call('templateCreate', { body })).id;
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

async function addHost({ call }: Login, host: LabHost): Promise<void> {
  const { operationId } = await call('hostAdd', { body: poolEntry(host) });
  await finished(call, operationId);
}
