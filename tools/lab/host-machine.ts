/** A host's power, cable and daemon: its namespaces, the process 1 in them, and how they are reached from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type HostPlan, clearRun } from './host-folder.ts';
import { childrenOf, processesBeside, signal } from './processes.ts';
import { run } from './run.ts';

const BRIDGE = 'lab';
const READY_MS = 60_000;
const CONNECT_MS = 1000;
const NAMESPACES = '--mount --net --uts --ipc --pid --cgroup --fork --kill-child --mount-proc'.split(' ');
const PORTS = { local: null, ssh: 22, tls: 16514 } as const;

export class HostMachine {
  readonly plan: HostPlan;
  #chain: ChildProcess | null = null;
  #initPid = 0;

  constructor(plan: HostPlan) {
    this.plan = plan;
  }

  /** Its own process 1, by its number here. */
  get initPid(): number {
    if (!this.#chain) throw new Error(`${this.plan.name} has no power`);
    return this.#initPid;
  }

  get socketPath(): string {
    return join(this.plan.folder, 'run/libvirt-sock');
  }

  /** Resolves when libvirt answers, and takes connections from outside. */
  async boot(): Promise<void> {
    // However it went down, its libvirtd comes up with it.
    await rm(this.#holdPath, { force: true });
    const { name, address, folder } = this.plan;
    if (this.#chain) throw new Error(`${name} runs already`);
    await clearRun(this.plan);
    // However this process ends, the host ends with it; a Ctrl-C at the terminal is not for the host.
    const init = ['bash', join(import.meta.dirname, 'host-init'), name, address, folder];
    const chain = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...NAMESPACES, '--', ...init], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#chain = chain;
    let complaint = '';
    chain.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    const ended = once(chain, 'exit').then(() => {
      throw new Error(`${name} ended: ${complaint}`);
    });
    ended.catch(() => undefined); // a power cut is no error
    await Promise.race([once(chain.stdout, 'data'), ended]);
    [this.#initPid = 0] = await childrenOf(chain.pid ?? 0);
    await this.#plugIn();
    chain.stdin.write('plugged\n');
    await Promise.race([this.ready(), ended]);
  }

  async powerOff(): Promise<void> {
    const chain = this.#chain;
    if (!chain) return;
    this.#chain = null;
    // First the cable: nobody hears from it that its sockets close.
    await run('ip', 'link', 'delete', this.plan.name);
    if (chain.exitCode === null && chain.signalCode === null) {
      process.kill(this.#initPid, 'SIGKILL');
      await once(chain, 'exit');
    }
  }

  async ready(): Promise<void> {
    const { address, kind, name } = this.plan;
    const port = PORTS[kind];
    const daemon = async (): Promise<boolean> =>
      (await connects({ path: this.socketPath })) && (port === null || connects({ host: address, port }));
    await until(daemon, `${name} takes connections`);
    // It takes them before its drivers are ready to answer.
    await run('virsh', '-q', '-c', `qemu+unix:///system?socket=${this.socketPath}`, 'version');
  }

  async stopDaemon(): Promise<void> {
    await writeFile(this.#holdPath, '');
    const daemon = await this.#daemonPid();
    if (daemon === null) return;
    process.kill(daemon, 'SIGKILL');
    await until(async () => (await this.#daemonPid()) === null, 'libvirtd is gone');
  }

  async startDaemon(): Promise<void> {
    await rm(this.#holdPath, { force: true });
    await this.ready();
  }

  /** Its SSH server reads its keys when it starts. Sessions that stand go on. */
  async restartSshd(fingerprint: string): Promise<void> {
    const children = new Set(await childrenOf(this.initPid));
    const processes = await processesBeside(this.initPid);
    signal(
      processes.filter(({ pid, name }) => name === 'sshd' && children.has(pid)),
      'SIGHUP',
    );
    const shows = async (): Promise<boolean> =>
      (
        await run(
          'sh',
          '-c',
          'ssh-keyscan -t ed25519 "$1" | ssh-keygen -l -f -',
          'sh',
          this.plan.address,
        ).catch(() => '')
      ).includes(fingerprint);
    await until(shows, `${this.plan.name} shows its new key`);
  }

  /** Runs a program in the host, as somebody who sits before it. */
  run(...argv: readonly [string, ...string[]]): Promise<string> {
    return run('nsenter', '--target', String(this.initPid), '--all', '--', ...argv);
  }

  /** Runs a program in its network alone. */
  runInNetwork(...argv: readonly [string, ...string[]]): Promise<string> {
    return run('nsenter', '--target', String(this.initPid), '--net', '--', ...argv);
  }

  /** What the host said of itself, for a test that failed. */
  async log(): Promise<string> {
    const paths = ['log/start.log', 'log/libvirtd.log', 'sshd.log'].map((path) =>
      join(this.plan.folder, path),
    );
    const texts = paths.filter((path) => existsSync(path)).map((path) => readFile(path, 'utf8'));
    return (await Promise.all(texts)).join('');
  }

  async #plugIn(): Promise<void> {
    const { name, address } = this.plan;
    // A card keeps its address through a power cut, as whoever has talked to it expects.
    const mac = `02:00:0a:63:00:${Number(address.split('.').at(-1)).toString(16).padStart(2, '0')}`;
    const card = ['peer', 'name', 'eth0', 'address', mac, 'netns', String(this.#initPid)];
    await run('ip', 'link', 'add', name, 'type', 'veth', ...card);
    await run('ip', 'link', 'set', name, 'master', BRIDGE, 'up');
  }

  async #daemonPid(): Promise<number | null> {
    const processes = await processesBeside(this.initPid);
    const children = new Set(await childrenOf(this.initPid));
    return processes.find(({ pid, name }) => name === 'libvirtd' && children.has(pid))?.pid ?? null;
  }

  get #holdPath(): string {
    return join(this.plan.folder, 'daemon-held');
  }
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`after ${READY_MS} ms it is still not so that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function connects(to: { path: string } | { host: string; port: number }): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(to);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  const timer = setTimeout(() => resolve(false), CONNECT_MS);
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}
