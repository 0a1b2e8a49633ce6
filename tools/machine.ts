/** Brings this machine to where LouCloud can run on it. Each part looks first, and does nothing that is done already. */
import { existsSync, globSync, statSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { buildStarterImage } from '../apps/control-plane/src/drivers/image-builder/starter-image.ts';
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
    // dpkg insists on the folders that root by plain `su` lacks.
    const PATH = `${process.env['PATH']}:/usr/sbin:/sbin`;
    const env = { ...process.env, PATH, DEBIAN_FRONTEND: 'noninteractive' };
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
  if (!process.stdin.isTTY || !process.stdout.isTTY || process.env['LOUCLOUD_APT_AGREED'] === 'yes') return;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('  Go on? [Y/n] ');
  terminal.close();
  if (/^n/i.test(answer.trim()))
    throw new SetupError('Nothing was installed.', 'Start again when you are ready.');
}

/** Boxes have no way out, and a test should not build what another has: the image is made once, before them. */
export const starterImage: Step = {
  title: 'Starter image',
  async run() {
    const dir = await mkdtemp(join(tmpdir(), 'loucloud-starter-'));
    try {
      return await starterImageAt(join(dir, 'starter.qcow2')).run();
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
};

export const starterImageAt = (path: string): Step => ({
  title: 'Starter image',
  async run() {
    let said = '';
    await buildStarterImage({
      outputPath: path,
      workDir: dirname(path),
      onProgress: ({ message }) => (said = message),
    }).catch((cause: unknown) => {
      throw new SetupError(
        'The starter image could not be built.',
        'If packages could not be fetched: is the mirror reachable? Try `apt-get update`.',
        { cause },
      );
    });
    return said.toLowerCase();
  },
});

export const consoleBuild: Step = {
  title: 'Web console',
  async run() {
    const console_ = join(root, 'apps/console');
    const built = join(console_, 'dist/index.html');
    const sources = [
      'apps/console/{src/**,*.ts,index.html,package.json}',
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
    await giveKvmToQemu();
    if (existsSync('/run/systemd/system'))
      await startDaemon('libvirtd', LIBVIRT_SOCKET, ['systemctl', 'start']);
    else {
      // The order matters: libvirtd hands the guests' output to virtlogd.
      await startDaemon('virtlogd', VIRTLOGD_SOCKET);
      await startDaemon('libvirtd', LIBVIRT_SOCKET);
    }
    return 'started';
  },
};

/**
 * By the service manager, or (without one) by itself into the background, where it stays when LouCloud stops, as the
 * guests do. It writes its log where libvirt's configuration says: the system's, or /var/log/libvirt here.
 */
async function startDaemon(name: string, socketPath: string, manager?: [string, string]): Promise<void> {
  if (await answers(socketPath)) return;
  const logPath = `/var/log/libvirt/${name}.log`;
  const remedy = manager
    ? `Run \`journalctl --unit ${name}\` and see what it says.`
    : `See what it says in ${logPath}.`;
  const argv: [string, ...string[]] = manager ? [...manager, name] : [`/usr/sbin/${name}`, '--daemon'];
  const env = manager ? process.env : { ...process.env, LIBVIRT_LOG_OUTPUTS: `3:file:${logPath}` };
  // It must not hold our folder, nor our terminal.
  await runProgram(argv, { cwd: '/', env, stdio: 'ignore' }).catch((cause: unknown) => {
    throw new SetupError(`${name} did not start.`, remedy, { cause });
  });
  const deadline = Date.now() + DAEMON_START_MS;
  while (!(await answers(socketPath))) {
    if (Date.now() > deadline) throw new SetupError(`${name} was started and does not answer.`, remedy);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
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
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const socket = connect(socketPath);
  socket.once('connect', () => resolve(true));
  socket.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES') return resolve(false); // no socket, or nobody behind it
    reject(
      new SetupError(
        `This user may not talk to ${socketPath}.`,
        'Be root, or a member of the group libvirt.',
      ),
    );
  });
  return promise.finally(() => socket.destroy());
}
