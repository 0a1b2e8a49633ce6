/**
 * A real sshd of a test's own, on a free port of the loopback, with a key that root logs in with. Needs root and the Debian
 * package openssh-server.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { canConnectTo, waitUntil } from './wait-until.ts';

const run = promisify(execFile);

export interface SshdOptions {
  /** Lines of sshd_config, before its own: the first that says something counts. */
  readonly config?: readonly string[];
}

export class PrivateSshd {
  readonly port: number;
  /** "SHA256:…" of its host key. */
  hostKey = '';
  readonly #folder: string;
  #process: ChildProcess | undefined;

  static async start({ config = [] }: SshdOptions = {}): Promise<PrivateSshd> {
    const folder = await mkdtemp(join(tmpdir(), 'sshd-'));
    const sshd = new PrivateSshd(folder, await freePort());
    await sshd.#prepare(config);
    await sshd.restart();
    return sshd;
  }

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  /** What to log in with, as `sshTransport` takes it. */
  async login(): Promise<{
    host: string;
    port: number;
    username: string;
    privateKey: string;
    hostKey: string;
  }> {
    const privateKey = await readFile(this.path('client'), 'utf8');
    return { host: '127.0.0.1', port: this.port, username: 'root', privateKey, hostKey: this.hostKey };
  }

  /** A file of its folder: `host`, `client`, `authorized_keys`, `log`. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  /** As a new installation of the server would have. */
  async changeHostKey(): Promise<void> {
    await rm(this.path('host'), { force: true });
    await this.#makeKey('host');
    this.hostKey = await this.#fingerprint('host');
  }

  /** Of sshd and of everybody's session on it. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    for (const pid of await treeOf(this.#process?.pid ?? 0)) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // a session that has just ended
      }
    }
  }

  async kill(): Promise<void> {
    const sshd = this.#process;
    if (!sshd || sshd.exitCode !== null || sshd.signalCode !== null) return;
    const exited = once(sshd, 'exit');
    await this.signal('SIGKILL');
    await exited;
  }

  async restart(): Promise<void> {
    await this.kill();
    this.#process = spawn('/usr/sbin/sshd', ['-D', '-f', this.path('config'), '-E', this.path('log')], {
      stdio: 'ignore',
    });
    await waitUntil(() => canConnectTo({ host: '127.0.0.1', port: this.port }), {
      what: 'sshd takes connections',
    });
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #prepare(config: readonly string[]): Promise<void> {
    await mkdir('/run/sshd', { recursive: true });
    await this.#makeKey('client');
    await this.changeHostKey();
    await copyFile(this.path('client.pub'), this.path('authorized_keys'));
    const lines = [
      ...config,
      `Port ${this.port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${this.path('host')}`,
      `AuthorizedKeysFile ${this.path('authorized_keys')}`,
      'PidFile none',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'UsePAM no',
      'StrictModes no', // the folder is one of /tmp
    ];
    await writeFile(this.path('config'), `${lines.join('\n')}\n`);
  }

  async #makeKey(name: string): Promise<void> {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', this.path(name)]);
  }

  async #fingerprint(name: string): Promise<string> {
    const { stdout } = await run('ssh-keygen', ['-lf', this.path(name)]);
    return stdout.split(' ')[1] ?? '';
  }
}

/** The process and all below it, the youngest first. */
async function treeOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const below = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(treeOf));
  return [...below.flat(), pid];
}
