/**
 * Real servers for tests and for trying LouCloud: each a libvirtd in namespaces of its own, with its own storage, network
 * card and name. Lives in a box (`tools/box --no-libvirtd`), which takes everything with it. See docs/guides/lab.md.
 */
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority, type Certificate } from './authority.ts';
import { type HostPlan, libvirtFolders, prepareHostFolder } from './host-folder.ts';
import { HostMachine } from './host-machine.ts';
import { type Access, LabHost } from './lab-host.ts';
import { run } from './run.ts';
import { FORWARDER_ADDRESS } from './slow-path.ts';
import { prepareSsh } from './ssh-access.ts';

export type HostKind = HostPlan['kind'];

export interface LabOptions {
  /** `local` is this machine (`qemu:///system`); there is one at most. */
  readonly hosts?: readonly HostKind[];
  /** Whether they have this machine's /dev/kvm. Without it none wastes time on finding out whether KVM works. */
  readonly hasKvm?: boolean;
}

/** The same folder on every host, and in the box: shared storage. */
const SHARED = '/srv';
const BRIDGE = 'lab';
const BOX_ADDRESS = '10.99.0.254';
const addressOf = (index: number): string => `10.99.0.${index + 1}`;

export class Lab implements AsyncDisposable {
  readonly hosts: readonly LabHost[];
  /** It vouches for the hosts and for the control plane; a test may have it issue what is to be refused. */
  readonly authority: Authority;
  readonly sharedPath = SHARED;
  readonly #folder: string;

  private constructor(folder: string, authority: Authority, hosts: readonly LabHost[]) {
    this.#folder = folder;
    this.authority = authority;
    this.hosts = hosts;
  }

  static async open({
    hosts: kinds = ['local', 'ssh', 'tls'],
    hasKvm = false,
  }: LabOptions = {}): Promise<Lab> {
    assertInBox();
    if (kinds.filter((kind) => kind === 'local').length > 1)
      throw new Error('there is one local host at most');
    const folder = await mkdtemp(join(tmpdir(), 'lab-'));
    await chmod(folder, 0o711);
    const authority = await Authority.found(join(folder, 'authority'));
    const plans = kinds.map((kind, index): HostPlan => {
      const name = `lab-${index + 1}`;
      return { name, kind, address: addressOf(index), folder: join(folder, name), hasKvm };
    });
    const manager = await authority.issue({ commonName: 'manager' });
    const machines = plans.map((plan) => new HostMachine(plan));
    const prepared = plans.map((plan) => prepare(plan, authority, manager));
    const accesses = await Promise.all(prepared);
    await nameHosts(folder, plans);
    await openBridge();
    await openSharedFolder(folder);
    const local = plans.find(({ kind }) => kind === 'local');
    if (local)
      for (const [name, path] of Object.entries(libvirtFolders)) await bind(join(local.folder, name), path);
    await bootAll(machines);
    const hosts = machines.map((machine, index) => {
      const access = accesses[index];
      if (!access) throw new Error('every host has been prepared');
      return new LabHost(machine, access);
    });
    return new Lab(folder, authority, hosts);
  }

  host(kind: HostKind): LabHost {
    const host = this.hosts.find(({ access }) => access.kind === kind);
    if (!host) throw new Error(`this lab has no host of the kind ${kind}`);
    return host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.powerCut()));
    await run('ip', 'link', 'delete', BRIDGE);
    const isLocal = this.hosts.some(({ access }) => access.kind === 'local');
    for (const path of [...(isLocal ? Object.values(libvirtFolders) : []), SHARED, '/etc/hosts'])
      await run('umount', path);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function prepare(plan: HostPlan, authority: Authority, manager: Certificate): Promise<Access> {
  await prepareHostFolder(plan, authority);
  if (plan.kind === 'ssh') return { kind: 'ssh', ...(await prepareSsh(plan.folder)) };
  if (plan.kind === 'tls') return { kind: 'tls', authority: authority.certificate, manager };
  return { kind: 'local' };
}

/** What libvirt learns of QEMU at its first start takes it seconds: one host finds it out for all. */
async function bootAll([first, ...others]: readonly HostMachine[]): Promise<void> {
  if (!first) throw new Error('a lab has one host at least');
  await first.boot();
  const known = join(first.plan.folder, 'cache');
  for (const { plan } of others) await cp(known, join(plan.folder, 'cache'), { recursive: true });
  await Promise.all(others.map((machine) => machine.boot()));
}

function assertInBox(): void {
  if (hostname() !== 'loucloud-box' || existsSync(join(libvirtFolders.run, 'libvirt-sock')))
    throw new Error('a lab lives in a box without a libvirtd: tools/box --no-libvirtd COMMAND');
}

/** It leads to the host, and its certificate does not have it. */
export const strangeNameOf = (name: string): string => `${name}.elsewhere`;

async function nameHosts(folder: string, plans: readonly HostPlan[]): Promise<void> {
  const path = join(folder, 'hosts');
  const lines = plans.map(({ name, address }) => `${address} ${name} ${strangeNameOf(name)}\n`);
  await writeFile(path, `${await readFile('/etc/hosts', 'utf8')}\n${lines.join('')}`);
  await bind(path, '/etc/hosts');
}

async function openBridge(): Promise<void> {
  await run('ip', 'link', 'add', BRIDGE, 'type', 'bridge');
  for (const address of [BOX_ADDRESS, FORWARDER_ADDRESS])
    await run('ip', 'address', 'add', `${address}/24`, 'dev', BRIDGE);
  await run('ip', 'link', 'set', BRIDGE, 'up');
}

async function openSharedFolder(folder: string): Promise<void> {
  const path = join(folder, 'shared');
  await mkdir(path);
  await chmod(path, 0o777);
  await bind(path, SHARED);
}

const bind = (from: string, to: string): Promise<string> => run('mount', '--bind', from, to);
