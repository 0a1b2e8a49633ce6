/** Brings this machine to where LouCloud can run on it. Each part looks first, and does nothing that is done already. */
import { spawn } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { chmod, chown, readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { missingPackages } from './packages.ts';
import { SetupError, type Step, runProgram } from './steps.ts';

export const root = join(import.meta.dirname, '..');
const LIBVIRT_SOCKET = '/run/libvirt/libvirt-sock';
const VIRTLOGD_SOCKET = '/run/libvirt/virtlogd-sock';
const DAEMON_START_MS = 30_000;

export const debianPackages = (wanted: readonly string[]): Step => ({
  title: 'Debian packages',
  async run() {
    const missing = await missingPackages(wanted).catch((cause: unknown) => {
      throw new SetupError(
        'LouCloud installs what it needs on Debian and its relatives; there is no dpkg here.',
        `Install what these Debian packages hold, then start again: ${wanted.join(' ')}`,
        { cause },
      );
    });
    if (missing.length === 0) return 'all installed';
    const command = `apt-get install --yes --no-install-recommends ${missing.join(' ')}`;
    if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
      throw new SetupError(
        `${missing.length} Debian packages are missing.`,
        `Run this as root, then start again:\n  ${command}`,
      );
    }
    await confirm(`  This will install: ${missing.join(' ')}\n  by: ${command}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const install = async (): Promise<void> => {
      await runProgram(['apt-get', 'update', '-qq'], { env });
      await runProgram(['apt-get', 'install', '--yes', '-qq', '--no-install-recommends', ...missing], {
        env,
      });
    };
    await install().catch((cause: unknown) => {
      throw new SetupError(
        'apt-get could not install the packages.',
        `Look at its messages above; then try by hand:\n  ${command}`,
        { cause },
      );
    });
    return `installed ${missing.length}`;
  },
});

/** At a terminal whoever started it is asked once; a script has said so by starting it. */
async function confirm(question: string): Promise<void> {
  console.log(question);
  if (!process.stdin.isTTY || !process.stdout.isTTY) return;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('  Go on? [Y/n] ');
  terminal.close();
  if (/^n/i.test(answer.trim()))
    throw new SetupError('Nothing was installed.', 'Start again when you are ready.');
}

export const consoleBuild: Step = {
  title: 'Web console',
  async run() {
    const console_ = join(root, 'apps/console');
    const built = join(console_, 'dist/index.html');
    const sources = [
      'apps/console/{src/**,index.html,vite.config.ts,package.json}',
      'packages/api/src/**',
      'package-lock.json',
    ];
    const newest = Math.max(
      ...globSync(sources, { cwd: root }).map((path) => statSync(join(root, path)).mtimeMs),
    );
    if (existsSync(built) && statSync(built).mtimeMs > newest) return 'up to date';
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    await runProgram([process.execPath, vite, 'build', '--logLevel', 'warn'], { cwd: console_ }).catch(
      (cause: unknown) => {
        throw new SetupError(
          'The web console could not be built.',
          'If packages are damaged, `npm ci --ignore-scripts` repairs them.',
          { cause },
        );
      },
    );
    return 'built';
  },
};

export const libvirtDaemons: Step = {
  title: 'libvirt',
  async run() {
    if (await answers(LIBVIRT_SOCKET)) return 'running already';
    if (process.getuid?.() !== 0) {
      throw new SetupError(
        'libvirtd does not run.',
        'Start it as root (`systemctl start libvirtd`), or start LouCloud as root.',
      );
    }
    if (existsSync('/run/systemd/system')) await runProgram(['systemctl', 'start', 'libvirtd']);
    else await startDaemons();
    const deadline = Date.now() + DAEMON_START_MS;
    while (!(await answers(LIBVIRT_SOCKET))) {
      if (Date.now() > deadline) {
        throw new SetupError(
          'libvirtd was started and does not answer.',
          'Run `libvirtd` in a terminal and see what it says.',
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return 'started';
  },
};

/** Where no service manager does it. They stay when LouCloud stops, as the guests do. */
async function startDaemons(): Promise<void> {
  await giveKvmToQemu();
  if (!(await answers(VIRTLOGD_SOCKET))) startDaemon('virtlogd');
  startDaemon('libvirtd');
}

function startDaemon(name: string): void {
  const path = join('/usr/sbin', name);
  if (!existsSync(path)) throw new SetupError(`${path} is not there.`, 'Install libvirt-daemon-system.');
  spawn(path, ['--daemon'], { stdio: 'ignore', detached: true }).unref();
}

/**
 * udev gives /dev/kvm to the group kvm. Where no udev did, libvirt's two ideas of whether KVM is usable differ, and it
 * asks QEMU anew for its capabilities at every turn: seconds for each new VM.
 */
async function giveKvmToQemu(): Promise<void> {
  if (!existsSync('/dev/kvm') || existsSync('/run/udev/control')) return;
  const group = /^kvm:[^:]*:(\d+):/m.exec(await readFile('/etc/group', 'utf8'))?.[1];
  const { gid, mode } = await stat('/dev/kvm');
  if (group === undefined || gid !== 0 || (mode & 0o077) !== 0) return;
  await chown('/dev/kvm', 0, Number(group));
  await chmod('/dev/kvm', 0o660);
}

function answers(socketPath: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(socketPath);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
