/** A LouCloud for a fleet in a process of its own, as it is started everywhere: what it takes can be measured. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createControlPlane } from '../apps/control-plane/src/control-plane.ts';
import { libvirtHypervisor } from '../apps/control-plane/src/drivers/libvirt/hypervisor.ts';
import { readConfig } from '../apps/control-plane/src/platform/config.ts';
import { prepareDataFolder } from '../apps/control-plane/src/platform/data-folder.ts';
import { openDatabase } from '../apps/control-plane/src/platform/database/database.ts';
import { createLog } from '../apps/control-plane/src/platform/log.ts';
import { ADMIN_PASSWORD, type Login, loginTo, waitFor } from '../e2e/world.ts';
import { controlPlaneCommand, controlPlaneEnvironment } from '../tools/control-plane.ts';

export class Served implements AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess;

  /** `address`: 127.0.0.1:8090. `isSetUp`: somebody has been over this database already. */
  static async start(
    address: string,
    { databaseUrl, isSetUp = false }: { databaseUrl?: string; isSetUp?: boolean } = {},
  ): Promise<Served> {
    const dataDir = await mkdtemp(join(tmpdir(), 'loucloud-fleet-'));
    const environment = {
      LOUCLOUD_DATA_DIR: dataDir,
      LOUCLOUD_LISTEN: address,
      LOUCLOUD_LOG_LEVEL: 'warn',
      LOUCLOUD_TEST_HOSTS: 'allow',
      ...(databaseUrl !== undefined && { LOUCLOUD_DATABASE_URL: databaseUrl }),
    };
    if (!isSetUp) await setUp(environment);
    const served = new Served(`http://${address}`, dataDir, environment);
    await served.#untilReady();
    return served;
  }

  private constructor(url: string, dataDir: string, environment: Readonly<Record<string, string>>) {
    this.url = url;
    this.dataDir = dataDir;
    this.databaseUrl = readConfig(environment).databaseUrl;
    this.#environment = environment;
    this.#child = this.#spawn();
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('LouCloud does not run');
    return this.#child.pid;
  }

  /** After it was ended: the same once more. */
  async startAgain(): Promise<void> {
    this.#child = this.#spawn();
    await this.#untilReady();
  }

  #spawn(): ChildProcess {
    const [program = '', ...argv] = controlPlaneCommand('serve');
    return spawn(program, argv, {
      env: { ...process.env, ...controlPlaneEnvironment(this.dataDir), ...this.#environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  async #untilReady(): Promise<void> {
    await waitFor('LouCloud answers', async () => {
      if (this.#child.exitCode !== null) throw new Error('LouCloud has ended');
      return (await fetch(`${this.url}/readyz`).catch(() => null))?.ok === true;
    });
  }

  login(): Promise<Login> {
    return loginTo(this.url, 'admin', ADMIN_PASSWORD);
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(name);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill(signal);
    await once(this.#child, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** What `init` does, without this machine as the first server. */
async function setUp(environment: Readonly<Record<string, string>>): Promise<void> {
  const config = readConfig(environment);
  await prepareDataFolder(config);
  const controlPlane = await createControlPlane({
    config,
    log: createLog('silent'),
    database: await openDatabase(config.databaseUrl),
    hypervisor: libvirtHypervisor({ probeGuest: new Uint8Array(512), onError: () => {} }),
    version: '0.0.0',
  });
  await controlPlane.users.createAdmin({
    name: 'admin',
    displayName: 'Administrator',
    password: ADMIN_PASSWORD,
  });
  await controlPlane.settings.markInitialised();
  await controlPlane.close();
}

export interface ProcessUse {
  readonly memoryMib: number;
  /** Of one core, since it started or since `before`. */
  readonly cpuSeconds: number;
}

const TICKS_PER_SECOND = 100;

/** As the kernel counts it. */
export function useOf(pid: number): ProcessUse {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kib = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  return { memoryMib: Math.round(kib / 1024), cpuSeconds: ticks / TICKS_PER_SECOND };
}
