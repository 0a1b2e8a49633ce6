/**
 * The command as people use it: a process of its own, at a terminal where it asks, against the real control plane, which
 * it sets up and runs itself, with a real guest. Runs in a box (tools/box).
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Operation, Vm } from '@loucloud/api';
import { configPath } from './app/config-file.ts';
import { Terminal } from './testing/terminal.ts';

const COMMAND = join(import.meta.dirname, 'loucloud.ts');
const ADMIN_PASSWORD = 'correct horse battery';
const CTRL_C = '\u0003';
const CTRL_RIGHT_BRACKET = '\u001d';

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the command against a real LouCloud', () => {
  let folder: string;
  let url: string;
  let server: ChildProcess;
  let bobsPassword: string;

  const environment = (home: string, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
    // The command finds its Node by its first line.
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: join(folder, home),
    TMPDIR: process.env['TMPDIR'],
    LANG: 'en_US.UTF-8',
    TERM: 'xterm',
    ...more,
  });
  const local = () =>
    environment('root', {
      LOUCLOUD_DATA_DIR: join(folder, 'var'),
      LOUCLOUD_LISTEN: new URL(url).host,
      LOUCLOUD_ADMIN_PASSWORD: ADMIN_PASSWORD,
    });

  const runAs = (
    home: string,
    line: readonly string[],
    input = '',
    env = environment(home),
  ): Promise<Ended> =>
    new Promise((resolve) => {
      const child = execFile(COMMAND, line, { env }, (error, stdout, stderr) => {
        resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
      });
      child.stdin?.end(input);
    });
  /** A command that has to succeed; answers what it printed. */
  const run = async (home: string, ...line: string[]): Promise<string> => {
    const { status, stdout, stderr } = await runAs(home, line);
    assert.equal(status, 0, `loucloud ${line.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  };
  const refused = async (home: string, ...line: string[]): Promise<string> => {
    const { status, stdout, stderr } = await runAs(home, line);
    assert.equal(status, 1, `loucloud ${line.join(' ')}: ${stdout}${stderr}`);
    return stderr;
  };
  const vmOf = async (name: string): Promise<Vm> =>
    JSON.parse(await run('bob', 'vm', 'show', name, '--json')) as Vm;

  before(async () => {
    // `init` prepares the machine that it runs on: that must be one to throw away.
    assert.equal(hostname(), 'loucloud-box', 'this test runs in tools/box alone');
    folder = await mkdtemp(join(tmpdir(), 'loucloud-cli-'));
    url = `http://127.0.0.1:${await freePort()}`;
    const initialised = await runAs('root', ['init'], '', local());
    assert.equal(initialised.status, 0, initialised.stdout + initialised.stderr);
    server = spawn(COMMAND, ['serve'], { env: local(), stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(join(folder, 'server.log'));
    server.stdout?.pipe(log, { end: false });
    server.stderr?.pipe(log, { end: false });
    while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) {
      assert.equal(server.exitCode, null, await readFile(join(folder, 'server.log'), 'utf8'));
      await delay(100);
    }
  });
  after(async () => {
    if (server?.exitCode === null) {
      server.kill('SIGTERM');
      await once(server, 'close');
    }
    await rm(folder, { recursive: true });
  });

  test('at a terminal it asks for the name and, unseen, for the password', async () => {
    await using terminal = new Terminal([COMMAND, 'login', url], environment('admin'));
    await terminal.see('Name: ');
    terminal.type('admin\r');
    await terminal.see('Password of admin: ');
    terminal.type('wrong\u0015');
    terminal.type(`${ADMIN_PASSWORD}x\u007f\r`);
    await terminal.see(`Logged in at ${url} as admin.`);
    assert.equal(await terminal.ended(), 0);
    assert.doesNotMatch(terminal.shown, /horse|wrong/);
    const path = configPath({ HOME: join(folder, 'admin') });
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  test('the admin sees the cloud', async () => {
    assert.match(await run('admin', 'whoami'), /^ROLE +administrator$/m);
    assert.match(await run('admin', 'host', 'list'), /^this-server +healthy +open/m);
    assert.match(await run('admin', 'host', 'show', 'this-server'), /^acceleration +(ok|warning)/m);
    assert.match(await run('admin', 'image', 'list'), /^starter +(ready|hashing) +qcow2/m);
    assert.match(await run('admin', 'overview'), /^this-server +healthy/m);
    assert.match(await run('admin', 'settings', 'get'), /^defaultNetworkId +default /m);
  });

  test('a refused image is told with its path', async () => {
    const said = await refused('admin', 'image', 'register', 'none', '/srv/none.qcow2');
    assert.match(said, /There is no file at[^]*\/srv\/none\.qcow2/);
  });

  test('networks and templates are made, changed and removed', async () => {
    await run(
      'admin',
      'network',
      'create',
      '实验网',
      '--kind',
      'libvirt',
      '--source',
      'default',
      '--description',
      'a lab',
    );
    await run('admin', 'network', 'update', '实验网', '--name', 'lab');
    const sizes = ['--vcpus', '1', '--memory', '128M', '--disk', '1G'];
    await run('admin', 'template', 'create', 'tiny', '--image', 'starter', '--network', 'lab', ...sizes);
    assert.match(
      await refused('admin', 'network', 'remove', 'lab', '--yes'),
      /The network is in use\. .*tiny/,
    );
    await run('admin', 'template', 'update', 'tiny', '--memory', '160M', '--description', '小');
    assert.match(
      await run('admin', 'template', 'list'),
      /^tiny +1 +160 MiB +1 GiB +starter +lab +bios +everybody +小$/m,
    );
    await run('admin', 'template', 'remove', 'tiny', '--yes');
    await run('admin', 'network', 'remove', 'lab', '--yes');
  });

  test('a user is created with a password that is printed once, and logs in with it', async () => {
    const made = await run('admin', 'user', 'create', 'bob', '--generate', '--vms', '1', '--json');
    bobsPassword = (JSON.parse(made) as { password: string }).password;
    const line = ['login', url, '--name', 'bob', '--password-stdin'];
    const { status } = await runAs('bob', line, `${bobsPassword}\n`);
    assert.equal(status, 0);
    assert.match(await run('bob', 'whoami'), /^VMs +0 +1$/m);
    assert.match(await refused('bob', 'host', 'list'), /You may not do this/);
  });

  test('at a terminal a new user’s password is asked for twice', async () => {
    await using terminal = new Terminal([COMMAND, 'user', 'create', 'carol'], environment('admin'));
    await terminal.see('New password: ');
    terminal.type('battery staple\r');
    await terminal.see('The same again: ');
    terminal.type('battery stable\r');
    await terminal.see('The two passwords differ. Try again.');
    assert.equal(await terminal.ended(), 1);
    assert.doesNotMatch(terminal.shown, /battery/);
    assert.match(await refused('admin', 'user', 'show', 'carol'), /There is no user “carol”/);
  });

  test('a VM is created from a template by name, and the quota refuses a second', async () => {
    const [made] = JSON.parse(await run('bob', 'vm', 'create', '云 web', '-t', 'starter', '--json')) as Vm[];
    assert.deepEqual([made?.name, made?.state], ['云 web', 'running']);
    assert.match(
      await refused('bob', 'vm', 'create', 'second', '-t', 'starter'),
      /Quota exceeded\. VMs: limit 1, used 1, asked for 1\./,
    );
    assert.match(await run('bob', 'vm', 'list'), /^云 web +running +1 +256 MiB +1 GiB +starter/m);
  });

  test('the serial console is the guest’s own terminal, and Ctrl-] leaves it', async () => {
    await using terminal = new Terminal([COMMAND, 'vm', 'console', '云 web'], environment('bob'));
    await terminal.see('Connected to the serial console');
    terminal.type('\r');
    await terminal.see('login: ');
    terminal.type('guest\r');
    await terminal.see('$ ');
    terminal.type('echo $((6*7))-guest\r');
    await terminal.see('42-guest');
    terminal.type(CTRL_RIGHT_BRACKET);
    await terminal.see('The serial console has been left.');
    assert.equal(await terminal.ended(), 0);
  });

  test('it is suspended, resumed, saved and restored', async () => {
    assert.equal(await run('bob', 'vm', 'suspend', '云 web'), '云 web is paused\n');
    assert.match(await refused('bob', 'vm', 'save', 'web'), /There is no VM “web”/);
    assert.match(await refused('bob', 'vm', 'reboot', '云 web'), /the VM is paused: resume it first/);
    await run('bob', 'vm', 'resume', '云 web');
    await run('bob', 'vm', 'save', '云 web');
    assert.equal((await vmOf('云 web')).state, 'saved');
    await run('bob', 'vm', 'restore', '云 web');
    assert.equal((await vmOf('云 web')).state, 'running');
    assert.match(await refused('bob', 'vm', 'xml', '云 web'), /You may not do this/);
    assert.match(await run('admin', 'vm', 'xml', '云 web'), /<title>云 web<\/title>/);
  });

  test('at a terminal it shows what goes on; Ctrl-C ends the wait, and the operation goes on', async () => {
    await using terminal = new Terminal([COMMAND, 'vm', 'shutdown', '云 web'], environment('bob'));
    await terminal.see('waiting for the guest to shut down');
    terminal.type(CTRL_C);
    await terminal.see('It goes on. To see how it ends: loucloud operation wait ');
    assert.equal(await terminal.ended(), 130);
    const [, operationId = ''] = /operation wait (\S+)/.exec(terminal.shown) ?? [];
    assert.match(await run('bob', 'operation', 'wait', operationId), /^云 web: shut VM down – done$/m);
    assert.equal((await vmOf('云 web')).state, 'stopped');
  });

  test('while it is stopped it is resized and renamed, and --no-wait gives the operation to wait for', async () => {
    assert.equal(
      await run('bob', 'vm', 'resize', '云 web', '--memory', '300M'),
      '云 web now has 1 vCPU and 300 MiB\n',
    );
    const operationId = (await run('bob', 'vm', 'rename', '云 web', 'web', '--no-wait')).trim();
    const [operation] = JSON.parse(
      await run('bob', 'operation', 'wait', operationId, '--json'),
    ) as Operation[];
    assert.equal(operation?.state, 'done');
    assert.match(await refused('bob', 'vm', 'console', 'web'), /the VM is stopped: start it first/);
    assert.match(await run('bob', 'operation', 'list', '--vm', 'web'), /change VM/);
  });

  test('deleting asks at a terminal; no is no, and yes is yes', async () => {
    for (const [answer, said, status] of [
      ['n', 'Nothing was done.', 1],
      ['y', 'web has been deleted', 0],
    ] as const) {
      await using terminal = new Terminal([COMMAND, 'vm', 'delete', 'web'], environment('bob'));
      await terminal.see('Power off web and move it to the recycle bin? [y/N] ');
      terminal.type(`${answer}\r`);
      await terminal.see(said);
      assert.equal(await terminal.ended(), status);
    }
    assert.deepEqual(JSON.parse(await run('bob', 'vm', 'list', '--json')), []);
  });

  test('what is deleted is had back from the recycle bin, unless it is purged', async () => {
    assert.match(await run('bob', 'vm', 'list', '--deleted'), /^web +in the recycle bin/m);
    assert.equal(
      await run('bob', 'vm', 'restore-deleted', 'web'),
      'web has been taken out of the recycle bin\n',
    );
    await run('bob', 'vm', 'protect', 'web');
    assert.match(await refused('bob', 'vm', 'delete', 'web', '--yes'), /Protected against deletion: web/);
    await run('bob', 'vm', 'unprotect', 'web');
    await run('bob', 'vm', 'delete', 'web', '--yes');
    assert.equal(await run('bob', 'vm', 'purge', 'web', '--yes'), 'web has been deleted for good\n');
    assert.deepEqual(JSON.parse(await run('bob', 'vm', 'list', '--deleted', '--json')), []);
  });

  test('deleting a user shows the plan, and gives the VMs to another', async () => {
    await run('bob', 'vm', 'create', 'kept', '-t', 'starter', '--no-start');
    assert.match(await refused('admin', 'user', 'delete', 'bob', '--yes'), /bob has 1 VM:[^]*kept +stopped/);
    await run('admin', 'user', 'delete', 'bob', '--transfer-to', 'admin', '--yes');
    assert.match(await refused('bob', 'vm', 'list'), /Log in again/);
    assert.match(await run('admin', 'vm', 'list'), /^kept +stopped +Administrator/m);
    await run('admin', 'vm', 'delete', 'kept', '--yes');
  });

  test('the audit log has it all', async () => {
    const log = await run('admin', 'audit', '--limit', '500');
    for (const event of [
      'logged in',
      'user created',
      'VM created',
      'serial console opened',
      'VM deleted',
      'user deleted',
    ])
      assert.match(log, new RegExp(event));
  });

  test('after logging out the token is good for nothing', async () => {
    const path = configPath({ HOME: join(folder, 'admin') });
    const { token } = JSON.parse(await readFile(path, 'utf8')) as { token: string };
    await run('admin', 'logout');
    assert.match(await refused('admin', 'vm', 'list'), /Not logged in/);
    const env = environment('admin', { LOUCLOUD_URL: url, LOUCLOUD_TOKEN: token, LOUCLOUD_LANG: 'zh' });
    const { status, stderr } = await runAs('admin', ['vm', 'list'], '', env);
    assert.deepEqual([status, stderr], [1, '登录已失效，请重新登录：loucloud login\n']);
  });

  test('“loucloud serve” ends as the control plane ends, when it is told to', async () => {
    server.kill('SIGTERM');
    const [status] = (await once(server, 'close')) as [number | null];
    assert.equal(status, 0);
  });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  assert.ok(typeof address === 'object' && address);
  return address.port;
}
