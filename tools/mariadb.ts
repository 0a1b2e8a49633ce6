/** A MariaDB for tests and measurements: its own folder, its own port on loopback, gone when it is disposed of. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { runProgram } from './steps.ts';

export interface MariaDb extends AsyncDisposable {
  /** Of the server, without a database: `mysql://root@127.0.0.1:PORT/`. */
  readonly url: string;
  /** An empty one for LouCloud, by its URL. One of that name is gone then. */
  createDatabase(name: string): Promise<string>;
  /** SIGKILL unless told: as when its machine loses power. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** It hangs: its connections stay open and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Again, with the same data on the same port. */
  start(): Promise<void>;
}

const START_MS = 60_000;

export async function startMariaDb(): Promise<MariaDb> {
  const folder = await mkdtemp('/var/tmp/loucloud-mariadb-');
  const data = join(folder, 'data');
  const log = join(folder, 'log');
  const port = await freePort();
  const own = ['--no-defaults', '--user=root', `--datadir=${data}`];
  await runProgram(
    ['mariadb-install-db', ...own, '--auth-root-authentication-method=normal', '--skip-test-db'],
    {
      stdio: 'ignore',
    },
  );
  let server: ChildProcess;
  const start = async () => {
    server = spawn(
      'mariadbd',
      [
        ...own,
        `--socket=${join(folder, 'socket')}`,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        `--log-error=${log}`,
      ],
      { stdio: 'ignore' },
    );
    await untilReady(server, port, log);
  };
  const stop = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill(signal);
    await once(server, 'exit');
  };
  await start();
  const url = `mysql://root@127.0.0.1:${port}/`;
  return {
    url,
    async createDatabase(name) {
      const connection = await createConnection(url);
      await connection.query(`drop database if exists ${name}`);
      await connection.query(`create database ${name} collate utf8mb4_bin`);
      await connection.end();
      return url + name;
    },
    start,
    stop,
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await stop('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(server: ChildProcess, port: number, log: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (!(await greets(port))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      throw new Error(`MariaDB did not start:\n${await readFile(log, 'utf8')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The server speaks first in MySQL's protocol. */
function greets(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1');
  socket.once('data', () => resolve(true));
  socket.once('error', () => resolve(false));
  socket.once('close', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
