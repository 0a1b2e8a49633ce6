import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createControlPlane } from '../control-plane.ts';
import { libvirtHypervisor } from '../drivers/libvirt/hypervisor.ts';
import { readConfig } from '../platform/config.ts';
import { prepareDataFolder } from '../platform/data-folder.ts';
import { openDatabase } from '../platform/database/database.ts';
import { createLog } from '../platform/log.ts';
import { init } from './init.ts';

const MAIN = join(import.meta.dirname, '../main.ts');
const PASSWORD = 'correct horse';

interface Run {
  readonly process: ChildProcess;
  /** Resolves once the output holds this. */
  said(text: string): Promise<void>;
  readonly ended: Promise<{ code: number | null; output: string }>;
}

function run(command: readonly string[], environment: Record<string, string> = {}): Run {
  const [program = '', ...args] = command;
  const { LOUCLOUD_ADMIN_PASSWORD: _, ...inherited } = process.env;
  const child = spawn(program, args, { env: { ...inherited, ...environment }, stdio: 'pipe' });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      output += text.toString();
      for (const listener of listeners) listener();
    });
  const ended = Promise.withResolvers<{ code: number | null; output: string }>();
  child.on('close', (code) => ended.resolve({ code, output }));
  return {
    process: child,
    ended: ended.promise,
    async said(text) {
      const heard = Promise.withResolvers<void>();
      const look = () => void (output.includes(text) && heard.resolve());
      listeners.add(look);
      look();
      const end = ended.promise.then(() => Promise.reject(new Error(`ended without “${text}”: ${output}`)));
      await Promise.race([heard.promise, end]);
      listeners.delete(look);
    },
  };
}

const main = (environment: Record<string, string>, ...args: string[]) =>
  run([process.execPath, MAIN, ...args], environment);

/** A data folder, and how a control plane is wired over it in this process. */
async function setUp() {
  const dataDir = await mkdtemp(join(tmpdir(), 'loucloud-'));
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as { port: number };
  free.close();
  const environment = { LOUCLOUD_DATA_DIR: join(dataDir, 'var'), LOUCLOUD_LISTEN: `127.0.0.1:${port}` };
  const config = readConfig(environment);
  const log = createLog('silent');
  return {
    environment,
    config,
    origin: `http://127.0.0.1:${port}`,
    async context(firstHost: () => Promise<void>, ...options: string[]) {
      await prepareDataFolder(config);
      const database = await openDatabase(config.databaseUrl);
      const hypervisor = libvirtHypervisor({ onError: () => undefined, probeGuest: new Uint8Array(512) });
      const controlPlane = await createControlPlane({ config, database, hypervisor, log, version: '0' });
      return { controlPlane, log, options, environment: { LOUCLOUD_ADMIN_PASSWORD: PASSWORD }, firstHost };
    },
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true }),
  };
}

const logIn = (origin: string, password: string) =>
  fetch(`${origin}/api/v1/sessions`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'admin', password }),
  });

test('a wrong command or value ends with one clear sentence and no stack', async () => {
  await using world = await setUp();
  const sentences: [environment: Record<string, string>, args: string[], sentence: RegExp][] = [
    [{}, [], /^usage: /],
    [{}, ['dance'], /^usage: /],
    [{}, ['image', 'build', 'windows-95'], /^usage: image build debian-12 \[PATH\]\n$/],
    [{ LOUCLOUD_LISTEN: 'nowhere' }, ['serve'], /^LOUCLOUD_LISTEN is “nowhere”: .*\.\n$/],
    [{}, ['serve'], /^LouCloud is not set up yet: run “init” first\.\n$/],
    [
      { LOUCLOUD_DATABASE_URL: 'mysql://u:hunter2@127.0.0.1:1/loucloud' },
      ['serve'],
      /^The database cannot be opened: .*\.\n$/,
    ],
    [{ LOUCLOUD_ADMIN_PASSWORD: 'short' }, ['reset-admin'], /^LOUCLOUD_ADMIN_PASSWORD must have 8 to 256/],
    [
      { LOUCLOUD_ADMIN_PASSWORD: 'ChangeMe' },
      ['reset-admin'],
      /^LOUCLOUD_ADMIN_PASSWORD is one that everybody/,
    ],
  ];
  for (const [environment, args, sentence] of sentences) {
    const { code, output } = await main({ ...world.environment, ...environment }, ...args).ended;
    assert.match(output, sentence);
    assert.equal(code, 1);
    assert.ok(!output.includes('    at ') && !output.includes('hunter2'), output);
  }
});

test('init can be interrupted and run again; with --if-needed it is over at once when all is there', async () => {
  await using world = await setUp();
  let hostsSetUp = 0;
  const interrupted = await world.context(() => Promise.reject(new Error('the power went')));
  await assert.rejects(init(interrupted), /the power went/);
  const again = await world.context(async () => void hostsSetUp++, '--if-needed');
  await init(again);
  const once = await world.context(async () => void hostsSetUp++, '--if-needed');
  await init(once);
  assert.equal(hostsSetUp, 1);
  for (const path of [world.config.dataDir, join(world.config.dataDir, 'loucloud.db')])
    assert.equal((await stat(path)).mode & 0o077, 0, `${path} is for nobody else`);
});

test('init makes the admin alone where this machine is to be no server', async () => {
  await using world = await setUp();
  const noServer = () => Promise.reject(new Error('this machine has no libvirt'));
  await init(await world.context(noServer, '--no-server'));
  await init(await world.context(noServer, '--if-needed'));
});

test('it serves until SIGTERM, and then ends cleanly though streams are open', async () => {
  await using world = await setUp();
  await init(await world.context(() => Promise.resolve()));
  const server = main(world.environment, 'serve');
  await server.said('Server listening');
  const taken = await main(world.environment, 'serve').ended;
  assert.match(taken.output, /^Another LouCloud serves from .*\.\n$/);
  assert.equal(taken.code, 1);

  const login = await logIn(world.origin, PASSWORD);
  assert.equal(login.status, 201);
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const stream = await fetch(`${world.origin}/api/v1/events`, { headers: { cookie } });
  const reading = stream.text();
  const startedAt = performance.now();
  server.process.kill('SIGTERM');
  const { code, output } = await server.ended;
  assert.equal(code, 0, output);
  assert.ok(performance.now() - startedAt < 5000);
  assert.match(await reading, /^retry: /);
  assert.ok(!output.includes(PASSWORD) && !output.includes(cookie.split('=')[1] ?? ''));
});

test('a backup holds the keys too, and is restored into an empty place alone', async () => {
  await using world = await setUp();
  await init(await world.context(() => Promise.resolve()));
  await writeFile(join(world.config.dataDir, 'secret.key'), 'a key', { mode: 0o600 });
  const file = join(world.config.dataDir, '../backup');
  const made = await main(world.environment, 'backup', file).ended;
  assert.equal(made.code, 0, made.output);
  assert.match((await main(world.environment, 'restore', file).ended).output, /There is a LouCloud in this/);

  const moved = { ...world.environment, LOUCLOUD_DATA_DIR: join(world.config.dataDir, '../moved') };
  const restored = await main(moved, 'restore', file).ended;
  assert.equal(restored.code, 0, restored.output);
  const key = join(moved.LOUCLOUD_DATA_DIR, 'secret.key');
  assert.equal(await readFile(key, 'utf8'), 'a key');
  assert.equal((await stat(key)).mode & 0o777, 0o600);
  const server = main(moved, 'serve');
  await server.said('Server listening');
  assert.equal((await logIn(world.origin, PASSWORD)).status, 201);
  server.process.kill('SIGTERM');
  assert.equal((await server.ended).code, 0);
});

test('the admin’s password is reset: given, or made at random and shown once', async () => {
  await using world = await setUp();
  await init(await world.context(() => Promise.resolve()));
  const given = await main({ ...world.environment, LOUCLOUD_ADMIN_PASSWORD: 'given horse' }, 'reset-admin')
    .ended;
  assert.equal(given.code, 0);
  assert.ok(!given.output.includes('given horse'));
  const random = main(world.environment, 'reset-admin');
  random.process.stdin?.end();
  const [, made = ''] = /shown this once: (\S{20})\n/.exec((await random.ended).output) ?? [];

  const server = main(world.environment, 'serve');
  await server.said('Server listening');
  for (const [password, status] of [
    [PASSWORD, 401],
    ['given horse', 401],
    [made, 201],
  ] as const)
    assert.equal((await logIn(world.origin, password)).status, status);
  server.process.kill('SIGINT');
  assert.equal((await server.ended).code, 0);
});

test('at a terminal the password is asked for, twice, and never shown', async () => {
  await using world = await setUp();
  await init(await world.context(() => Promise.resolve()));
  const command = `${process.execPath} ${MAIN} reset-admin`;
  const terminal = run(['script', '-qec', command, '/dev/null'], world.environment);
  await terminal.said('Password for the admin: ');
  terminal.process.stdin?.write('short\r');
  await terminal.said('must have 8 to 256 characters');
  terminal.process.stdin?.write('typed hoorse\x7f\x7f\x7f\x7frse\r');
  await terminal.said('Once more: ');
  terminal.process.stdin?.write('typed horse\r');
  const { code, output } = await terminal.ended;
  assert.equal(code, 0, output);
  assert.match(output, /has been changed/);
  assert.ok(!output.includes('horse') && !output.includes('typed'));
});
