/** One real server of a lab: how it is reached, and everything that may happen to it. */
import { join } from 'node:path';
import type { Certificate } from './authority.ts';
import type { HostMachine } from './host-machine.ts';
import type { HostPlan } from './host-folder.ts';
import { processesBeside, signal } from './processes.ts';
import { run } from './run.ts';
import { SlowPath } from './slow-path.ts';
import { type SshAccess, newHostKey } from './ssh-access.ts';

/** `manager` is the control plane's. */
export type Access =
  | { readonly kind: 'local' }
  | ({ readonly kind: 'ssh' } & SshAccess)
  | { readonly kind: 'tls'; readonly authority: string; readonly manager: Certificate };

const URIS = {
  local: () => 'qemu:///system',
  ssh: (name: string) => `qemu+ssh://root@${name}/system`,
  tls: (name: string) => `qemu+tls://${name}/system`,
} as const;

export class LabHost {
  readonly access: Access;
  readonly #machine: HostMachine;
  #slowPath: SlowPath | null = null;
  #isCut = false;

  constructor(machine: HostMachine, access: Access) {
    this.#machine = machine;
    this.access = access;
  }

  get #plan(): HostPlan {
    return this.#machine.plan;
  }

  /** `lab-1`, …: it resolves in the box and in every host. */
  get name(): string {
    return this.#plan.name;
  }

  get address(): string {
    return this.#plan.address;
  }

  /** As an admin would give it. */
  get uri(): string {
    return URIS[this.#plan.kind](this.name);
  }

  /** The same libvirtd past any transport: works whatever the network does. */
  get socketUri(): string {
    return `qemu+unix:///system?socket=${this.#machine.socketPath}`;
  }

  /** A path of the host under /var/lib/libvirt, as seen from the box. */
  libPath(...parts: readonly string[]): string {
    return join(this.#plan.folder, 'lib', ...parts);
  }

  virsh(...argv: readonly string[]): Promise<string> {
    return run('virsh', '-q', '-c', this.socketUri, ...argv);
  }

  /** Runs a program in the host: `host.run('ip', 'address')`. */
  run(...argv: readonly [string, ...string[]]): Promise<string> {
    return this.#machine.run(...argv);
  }

  /** The same with a home folder of its own, whose ~/.ssh its SSH server heeds; other homes are this machine's. */
  runAtHome(shellCommand: string): Promise<string> {
    return this.run('env', `HOME=${this.#plan.folder}`, 'sh', '-c', shellCommand);
  }

  /** What its daemons wrote. */
  log(): Promise<string> {
    return this.#machine.log();
  }

  /** Takes the power: guests and daemons are gone at once, and nobody is told. */
  async powerCut(): Promise<void> {
    await this.#slowPath?.close();
    this.#slowPath = null;
    await this.#machine.powerOff();
    this.#isCut = false; // firewall rules do not survive it
  }

  /** Resolves when its libvirt answers. */
  boot(): Promise<void> {
    return this.#machine.boot();
  }

  /** Guests go on without it. */
  stopDaemon(): Promise<void> {
    return this.#machine.stopDaemon();
  }

  startDaemon(): Promise<void> {
    return this.#machine.startDaemon();
  }

  /** libvirtd stands still, its sockets open; or `everything` does: guests and sshd too. */
  async freeze(what: 'daemon' | 'everything' = 'daemon'): Promise<void> {
    const processes = await processesBeside(this.#machine.initPid);
    signal(what === 'daemon' ? processes.filter(({ name }) => name === 'libvirtd') : processes, 'SIGSTOP');
  }

  async thaw(): Promise<void> {
    signal(await processesBeside(this.#machine.initPid), 'SIGCONT');
  }

  /** As a firewall that drops everything: no packet in or out, and no refusal either. The local host has no use for a network. */
  async cut(): Promise<void> {
    this.#assertRemote();
    if (this.#isCut) return;
    for (const rule of CUT) await this.#machine.runInNetwork('iptables', '-w', '-t', 'raw', '-I', ...rule);
    this.#isCut = true;
  }

  async heal(): Promise<void> {
    if (!this.#isCut) return;
    for (const rule of CUT) await this.#machine.runInNetwork('iptables', '-w', '-t', 'raw', '-D', ...rule);
    this.#isCut = false;
  }

  /** So long does every answer of it take, from now on; 0: as fast as it can. Connections that stand are broken. */
  async delay(ms: number): Promise<void> {
    this.#assertRemote();
    await this.#slowPath?.close();
    this.#slowPath = ms === 0 ? null : await SlowPath.open(this.address, ms);
  }

  /** Its SSH server has another key from now on, as after an installation from scratch; answers the new fingerprint. */
  async changeHostKey(): Promise<string> {
    if (this.#plan.kind !== 'ssh') throw new Error(`${this.name} has no SSH server`);
    const fingerprint = await newHostKey(this.#plan.folder);
    await this.#machine.restartSshd(fingerprint);
    return fingerprint;
  }

  #assertRemote(): void {
    if (this.#plan.kind === 'local') throw new Error('nothing of a network is between us and the local host');
  }
}

const CUT = [
  ['PREROUTING', '-i', 'eth0', '-j', 'DROP'],
  ['OUTPUT', '-o', 'eth0', '-j', 'DROP'],
] as const;
