/**
 * A real libvirtd of a test's own: in mount, network and pid namespaces of its own, with private folders, reachable by its
 * socket. Needs root and the Debian packages libvirt-daemon and qemu-system-x86. Everything in it dies with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canConnectTo, waitUntil } from './wait-until.ts';

const FOLDERS = {
  run: '/run/libvirt',
  lib: '/var/lib/libvirt',
  etc: '/etc/libvirt',
  cache: '/var/cache/libvirt',
  log: '/var/log/libvirt',
};

const LIBVIRTD_CONF = ['auth_unix_rw = "none"', 'auth_unix_ro = "none"'];
const QEMU_CONF = [
  'stdio_handler = "file"',
  'security_driver = "none"',
  'cgroup_controllers = []',
  'user = "root"',
  'group = "root"',
];
const lines = (...parts: (readonly string[])[]): string => `${parts.flat().join('\n')}\n`;

async function configure(folder: string, { listen = [], qemu = [] }: LibvirtdOptions): Promise<void> {
  await writeFile(join(folder, 'etc/libvirtd.conf'), lines(LIBVIRTD_CONF, listen));
  await writeFile(join(folder, 'etc/qemu.conf'), lines(QEMU_CONF, qemu));
}

/** Its shell is pid 1 of the namespace: it starts libvirtd again when it dies, and reaps guests at once. */
const INIT = `
mount --make-rprivate /
# The old one shows the interfaces of the other network.
[ -n "$LIBVIRTD_OPTIONS" ] || mount -t sysfs sysfs /sys || exit 1
ip link set lo up
${Object.entries(FOLDERS)
  .map(([name, path]) => `mkdir -p ${path} && mount --bind "$BASE/${name}" ${path} || exit 1`)
  .join('\n')}
while :; do
  libvirtd $LIBVIRTD_OPTIONS --pid-file /run/libvirt/private.pid >> /var/log/libvirt/stdout.log 2>&1
  until [ ! -e /run/libvirt/hold ]; do sleep 0.02; done
done
`;

export interface LibvirtdOptions {
  /** Lines of libvirtd.conf. With any, it listens to the network as they say, and shares that of the test. */
  readonly listen?: readonly string[];
  /** Further lines of qemu.conf. */
  readonly qemu?: readonly string[];
}

export class PrivateLibvirtd {
  readonly #folder: string;
  readonly #namespace: ChildProcess;

  static async start(options: LibvirtdOptions = {}): Promise<PrivateLibvirtd> {
    const { listen = [] } = options;
    const folder = await mkdtemp(join(tmpdir(), 'libvirtd-'));
    for (const name of Object.keys(FOLDERS)) await mkdir(join(folder, name));
    await cp('/etc/libvirt', join(folder, 'etc'), {
      recursive: true,
      filter: (path) => !/\/(autostart|qemu\/networks)/.test(path),
    });
    await configure(folder, options);
    const namespace = spawn(
      // However this process ends, the namespace ends with it.
      'setpriv',
      [
        '--pdeathsig',
        'KILL',
        'unshare',
        '--mount',
        ...(listen.length === 0 ? ['--net'] : []),
        '--uts',
        '--ipc',
        '--pid',
        '--fork',
        '--kill-child',
        '--mount-proc',
        'bash',
        '-c',
        INIT,
      ],
      {
        env: { ...process.env, BASE: folder, LIBVIRTD_OPTIONS: listen.length === 0 ? '' : '--listen' },
        stdio: 'ignore',
      },
    );
    const libvirtd = new PrivateLibvirtd(folder, namespace);
    await libvirtd.ready();
    return libvirtd;
  }

  private constructor(folder: string, namespace: ChildProcess) {
    this.#folder = folder;
    this.#namespace = namespace;
  }

  get socketPath(): string {
    return join(this.#folder, 'run/libvirt-sock');
  }

  /** A URI for this server: `uri('test:///default')`. */
  uri(base = 'qemu:///system'): string {
    return `${base}?socket=${this.socketPath}`;
  }

  /** What libvirtd sees as /var/lib/libvirt is here. */
  get libFolder(): string {
    return join(this.#folder, 'lib');
  }

  /** Settles when it takes connections. */
  async ready(): Promise<void> {
    await waitUntil(() => canConnectTo({ path: this.socketPath }), {
      what: 'libvirtd takes connections',
      timeoutMs: 20_000,
    });
  }

  /** Sends a signal to libvirtd itself, not its guests. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    process.kill(await this.#pid(), signal);
  }

  /** Starts libvirtd anew with other lines. Guests go on. */
  async reconfigure(options: LibvirtdOptions): Promise<void> {
    await configure(this.#folder, options);
    const before = await this.#pid();
    process.kill(before, 'SIGKILL');
    await waitUntil(async () => (await this.#pid().catch(() => before)) !== before, {
      what: 'another libvirtd runs',
    });
    await this.ready();
  }

  /** Kills libvirtd and keeps it down until `release`. */
  async killAndHold(): Promise<void> {
    await writeFile(join(this.#folder, 'run/hold'), '');
    await this.signal('SIGKILL');
  }

  async release(): Promise<void> {
    await rm(join(this.#folder, 'run/hold'), { force: true });
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#namespace.once('exit', resolve));
    this.#namespace.kill('SIGKILL');
    await exited;
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** Sends a signal to a guest's QEMU: SIGSTOP makes its monitor hang. */
  async signalGuest(domainName: string, signal: NodeJS.Signals): Promise<void> {
    const namespace = await readlink(`/proc/${await this.#initPid()}/ns/pid`);
    for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (!command.includes(`guest=${domainName},`)) continue;
      if ((await readlink(`/proc/${pid}/ns/pid`).catch(() => '')) !== namespace) continue;
      process.kill(Number(pid), signal);
      return;
    }
    throw new Error(`the guest ${domainName} does not run`);
  }

  /** libvirtd's pid as seen from here: the namespace's own pid file has another number. */
  async #pid(): Promise<number> {
    const inner = (await readFile(join(this.#folder, 'run/private.pid'), 'utf8')).trim();
    const init = await this.#initPid();
    const pids = (await readFile(`/proc/${init}/task/${init}/children`, 'utf8')).trim().split(' ');
    for (const pid of pids) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      if (status.match(/^NSpid:.*\s(\d+)$/m)?.[1] === inner) return Number(pid);
    }
    throw new Error('libvirtd does not run');
  }

  async #initPid(): Promise<number> {
    const { pid } = this.#namespace;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return Number(children.trim().split(' ')[0]);
  }
}
