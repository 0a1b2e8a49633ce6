/** A MariaDB Galera cluster of three nodes on this machine, and the HAProxy of deploy/ before it, for tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { freePort } from './mariadb.ts';
import { runProgram } from './steps.ts';
import { root } from './machine.ts';

const NODES = 3;
const START_MS = 120_000;
/** As on servers of their own: what carries a whole database over runs as nobody where it is begun by root. */
const USER = 'mysql';
const PROVIDER = '/usr/lib/galera/libgalera_smm.so';

interface Node {
  readonly folder: string;
  readonly port: number;
  readonly clusterPort: number;
  /** Where it takes what it missed: all of it, or a part. */
  readonly wholePort: number;
  readonly partPort: number;
  process: ChildProcess | null;
}

export class Galera implements AsyncDisposable {
  readonly #folder: string;
  readonly #nodes: readonly Node[];
  readonly #port: number;
  #proxy: ChildProcess | null = null;

  static async start(): Promise<Galera> {
    const folder = await mkdtemp('/var/tmp/loucloud-galera-');
    await chmod(folder, 0o755);
    const nodes: Node[] = [];
    for (let number = 0; number < NODES; number++) {
      nodes.push({
        folder: join(folder, `node-${number}`),
        port: await freePort(),
        clusterPort: await freePort(),
        wholePort: await freePort(),
        partPort: await freePort(),
        process: null,
      });
    }
    const galera = new Galera(folder, nodes, await freePort());
    for (const [index, node] of nodes.entries()) await galera.#install(node, index === 0);
    await galera.#startProxy();
    return galera;
  }

  private constructor(folder: string, nodes: readonly Node[], port: number) {
    this.#folder = folder;
    this.#nodes = nodes;
    this.#port = port;
  }

  /** Of the proxy, without a database. */
  get url(): string {
    return `mysql://root@127.0.0.1:${this.#port}/`;
  }

  /** The node that the proxy leads to comes first. */
  async kill(index: number): Promise<void> {
    const child = this.#nodes[index]?.process;
    if (!child) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  }

  /** Comes back, and gets what it missed from the others. */
  async bringBack(index: number): Promise<void> {
    const node = this.#nodes[index];
    if (node) await this.#run(node, false);
  }

  /** How many nodes one of them sees, itself included. */
  async size(index: number): Promise<number> {
    const connection = await createConnection(`mysql://root@127.0.0.1:${this.#nodes[index]?.port}/`);
    try {
      const [rows] = await connection.query("show status like 'wsrep_cluster_size'");
      return Number((rows as { Value: string }[])[0]?.Value);
    } finally {
      await connection.end();
    }
  }

  async #install(node: Node, isFirst: boolean): Promise<void> {
    await mkdir(node.folder);
    await runProgram(['chown', USER, node.folder]);
    const own = ['--no-defaults', `--user=${USER}`, `--datadir=${join(node.folder, 'data')}`];
    const access = ['--auth-root-authentication-method=normal', '--skip-test-db'];
    await runProgram(['mariadb-install-db', ...own, ...access], { stdio: 'ignore' });
    await this.#run(node, isFirst);
  }

  async #run(node: Node, isFirst: boolean): Promise<void> {
    const { folder, port, clusterPort, wholePort, partPort } = node;
    const others = isFirst ? '' : this.#nodes.map((one) => `127.0.0.1:${one.clusterPort}`).join();
    const log = join(folder, 'log.err');
    const child = spawn(
      'mariadbd',
      [
        '--no-defaults',
        `--user=${USER}`,
        `--datadir=${join(folder, 'data')}`,
        `--socket=${join(folder, 'socket')}`,
        `--pid-file=${join(folder, 'pid')}`,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        `--log-error=${log}`,
        '--innodb-buffer-pool-size=64M',
        '--binlog-format=ROW',
        '--innodb-autoinc-lock-mode=2',
        '--wsrep-on=ON',
        `--wsrep-provider=${PROVIDER}`,
        '--wsrep-cluster-name=loucloud-test',
        `--wsrep-cluster-address=gcomm://${others}`,
        `--wsrep-node-address=127.0.0.1:${clusterPort}`,
        `--wsrep-provider-options=base_port=${clusterPort};gmcast.listen_addr=tcp://127.0.0.1:${clusterPort};ist.recv_addr=127.0.0.1:${partPort}`,
        '--wsrep-sst-method=rsync',
        `--wsrep-sst-receive-address=127.0.0.1:${wholePort}`,
      ],
      { stdio: 'ignore' },
    );
    node.process = child;
    const deadline = Date.now() + START_MS;
    while (!(await this.#isReady(node))) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`a Galera node did not start:\n${(await readFile(log, 'utf8')).slice(-5000)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async #isReady({ port }: Node): Promise<boolean> {
    const connection = await createConnection(`mysql://root@127.0.0.1:${port}/`).catch(() => null);
    if (!connection) return false;
    try {
      const [rows] = await connection.query("show status like 'wsrep_ready'");
      return (rows as { Value: string }[])[0]?.Value === 'ON';
    } catch {
      return false; // it is still being brought up to date
    } finally {
      connection.destroy();
    }
  }

  async #startProxy(): Promise<void> {
    let text = readFileSync(join(root, 'deploy/haproxy-galera.cfg'), 'utf8').replace(
      'bind 127.0.0.1:3307',
      `bind 127.0.0.1:${this.#port}`,
    );
    for (const [index, { port }] of this.#nodes.entries())
      text = text.replace(`10.0.0.${11 + index}:3306`, `127.0.0.1:${port}`);
    const path = join(this.#folder, 'haproxy.cfg');
    await writeFile(path, text);
    this.#proxy = spawn('haproxy', ['-db', '-f', path], { stdio: 'ignore' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#proxy?.kill('SIGTERM');
    for (const index of this.#nodes.keys())
      if (this.#nodes[index]?.process?.exitCode === null) await this.kill(index);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
