/**
 * A whole LouCloud for tests: the real control plane in a process of its own, with its own data folder and a free port,
 * over the libvirtd of the box that the test runs in. Nothing is replaced.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { controlPlaneCommand, controlPlaneEnvironment } from '../tools/control-plane.ts';
import { type Client, type Operation, type Vm, createClient } from '@loucloud/api';

export const ADMIN_PASSWORD = 'correct horse battery';

/** An environment variable: the path of a starter image, so that not every world puts together its own. */
export const STARTER_IMAGE = 'LOUCLOUD_TEST_STARTER_IMAGE';
/** Where `init` takes what is there (commands/first-host.ts). */
const STARTER_IMAGE_PATH = '/var/lib/libvirt/images/loucloud-starter.qcow2';

export interface WorldOptions {
  /** `sqlite:` in the data folder unless told. */
  readonly databaseUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Set up with the admin alone: no server, and so no image, network or template. */
  readonly isBare?: boolean;
  /** Serves beside this one, over the same database. */
  readonly beside?: World;
}

export class World implements AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  readonly #environment: Readonly<Record<string, string>>;
  #process: ChildProcess | null = null;

  private constructor(dataDir: string, port: number, { databaseUrl, environment }: WorldOptions) {
    this.dataDir = dataDir;
    this.url = `http://127.0.0.1:${port}`;
    const { NODE_COMPILE_CACHE } = process.env;
    this.#environment = {
      ...controlPlaneEnvironment(dataDir),
      ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
      LOUCLOUD_DATA_DIR: dataDir,
      LOUCLOUD_LISTEN: `127.0.0.1:${port}`,
      LOUCLOUD_ADMIN_PASSWORD: ADMIN_PASSWORD,
      ...(databaseUrl !== undefined && { LOUCLOUD_DATABASE_URL: databaseUrl }),
      ...environment,
    };
  }

  /** Sets up (admin, this machine as a server, starter image and template; unless bare) and serves. */
  static async open(options: WorldOptions = {}): Promise<World> {
    const dataDir = await mkdtemp(join(tmpdir(), 'loucloud-test-'));
    const world = new World(dataDir, await freePort(), options);
    if (options.beside) await copyKey(options.beside.dataDir, dataDir);
    else if (options.isBare) await world.run('init', '--no-server');
    else {
      await placeStarterImage();
      await world.run('init');
    }
    await world.start();
    return world;
  }

  /** Of the control plane, for what is measured of it from outside. */
  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('the control plane does not run');
    return pid;
  }

  get logPath(): string {
    return join(this.dataDir, 'control-plane.log');
  }

  /** Runs a command of the control plane to its end; answers what it printed. */
  async run(...command: readonly string[]): Promise<string> {
    const [program = '', ...argv] = controlPlaneCommand(...command);
    const child = spawn(program, argv, {
      env: { ...process.env, ...this.#environment },
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0, printed);
    return printed;
  }

  /** `environment`: for this run alone, for example LOUCLOUD_FAULT. */
  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const [program = '', ...argv] = controlPlaneCommand('serve');
    const child = spawn(program, argv, {
      env: { ...process.env, ...this.#environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(this.logPath, { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#process = child;
    await waitFor('the control plane answers', async () => {
      if (child.exitCode !== null)
        throw new Error(`the control plane ended:\n${await readFile(this.logPath, 'utf8')}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      return answer?.ok === true;
    });
  }

  /** Ends it cleanly; answers its exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  /** Cuts it off in the middle of whatever it does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Resolves when it has ended by itself; fails after `timeoutMs`. */
  async ended(timeoutMs = 180_000): Promise<void> {
    const child = this.#process;
    if (child) {
      const isOver = async () => child.exitCode !== null || child.signalCode !== null;
      await waitFor('the control plane has ended', isOver, timeoutMs);
    }
    this.#process = null;
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    if (!child) return null;
    this.#process = null;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    await once(child, 'close');
    return child.exitCode;
  }

  async login(name = 'admin', password = ADMIN_PASSWORD): Promise<Login> {
    return loginTo(this.url, name, password);
  }

  log(): Promise<string> {
    return readFile(this.logPath, 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

async function placeStarterImage(): Promise<void> {
  const path = process.env[STARTER_IMAGE];
  if (path === undefined) return;
  await mkdir(dirname(STARTER_IMAGE_PATH), { recursive: true, mode: 0o711 });
  await copyFile(path, STARTER_IMAGE_PATH);
}

/** What is sealed in the database opens for both. Where nothing has been sealed there is none. */
async function copyKey(from: string, to: string): Promise<void> {
  const key = await readFile(join(from, 'secret.key')).catch(() => null);
  if (key) await writeFile(join(to, 'secret.key'), key, { mode: 0o600 });
}

/** Somebody logged in, by a session cookie as a browser has it. */
export interface Login {
  readonly call: Client;
  readonly cookie: string;
  readonly url: string;
}

export async function loginTo(url: string, name: string, password: string): Promise<Login> {
  let cookie = '';
  const send: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('origin', url);
    if (cookie !== '') headers.set('cookie', cookie);
    const answer = await fetch(input, { ...init, headers });
    const [set] = answer.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(';', 1)[0] ?? '';
    return answer;
  };
  const call = createClient({ baseUrl: url, fetch: send });
  await call('sessionCreate', { body: { name, password } });
  return { call, cookie, url };
}

/** Resolves with what `condition` gives once that is neither false nor null; fails after `timeoutMs`. */
export async function waitFor<T>(
  what: string,
  condition: () => Promise<T | false | null>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== false && value !== null) return value;
    if (Date.now() > deadline) throw new Error(`after ${timeoutMs} ms it is still not so that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits for an operation's end; fails if it failed, unless it was expected to. */
export async function finished(
  call: Client,
  operationId: string,
  expected: Operation['state'] = 'done',
): Promise<Operation> {
  const operation = await waitFor(
    `operation ${operationId} is over`,
    async () => {
      const now = await call('operationGet', { params: { operationId } });
      return now.finishedAt === null ? null : now;
    },
    180_000,
  );
  assert.equal(operation.state, expected, JSON.stringify(operation));
  return operation;
}

/** A VM from the starter template, if no other is told; running. */
export async function createVm(call: Client, name: string, templateId?: string): Promise<Vm> {
  const chosen = templateId ?? (await call('templateList', { query: {} })).items[0]?.id;
  assert.ok(chosen !== undefined);
  const { items } = await call('vmCreate', { body: { name, templateId: chosen } });
  const [created] = items;
  assert.ok(created);
  await finished(call, created.operationId);
  return call('vmGet', { params: { vmId: created.vmId } });
}

/** The bytes of a VM's screen or serial line, through the control plane's WebSocket. */
export async function openConsole(
  login: Login,
  kind: 'desktop' | 'serial',
  vmId: string,
  { isViewOnly = false } = {},
): Promise<WebSocket> {
  const params = { vmId };
  const { ticket, path } = await (kind === 'serial'
    ? login.call('vmSerialConsole', { params })
    : login.call('vmDesktop', { params, query: { isViewOnly } }));
  return connectConsole(login.url, path, ticket);
}

/** Resolves when the guest says something. What it said before nobody hears, but a guest that is up answers a return. */
export async function guestSpeaks(serial: WebSocket): Promise<void> {
  const said = once(serial, 'message');
  const nudge = setInterval(() => serial.send('\r'), 1000);
  await said.finally(() => clearInterval(nudge));
}

export async function connectConsole(
  url: string,
  path: string,
  ticket: string,
  origin = url,
): Promise<WebSocket> {
  // Node's WebSocket takes headers beside the protocols; the browser's types, which we check by, do not know that.
  const options = { protocols: ['loucloud', `ticket.${ticket}`], headers: { origin } } as unknown as string[];
  const socket = new WebSocket(url.replace(/^http/, 'ws') + path, options);
  socket.binaryType = 'arraybuffer';
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('the WebSocket was refused')), { once: true });
  });
  return socket;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
