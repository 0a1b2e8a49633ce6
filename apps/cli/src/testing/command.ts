/** For tests: runs the command in this process, with streams and an environment of its own. */
import { PassThrough } from 'node:stream';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../app/io.ts';
import { run } from '../run.ts';
import type { TableServer } from './table-server.ts';

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Whose API it talks to, by a token in the environment. */
  readonly server?: TableServer;
  readonly env?: Readonly<Record<string, string>>;
  /** All of the standard input, which is no terminal. */
  readonly input?: string;
}

export const TOKEN = 't0ken';

export async function loucloud(commandLine: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const { server, env = {}, input = '' } = options;
  const stdin = new PassThrough();
  stdin.end(input);
  const [stdout, stdoutText] = recorder();
  const [stderr, stderrText] = recorder();
  const access = server ? { LOUCLOUD_URL: server.url, LOUCLOUD_TOKEN: TOKEN } : {};
  const io: Io = {
    stdin,
    stdout,
    stderr,
    env: { HOME: '/nonexistent', LANG: 'en_US.UTF-8', ...access, ...env },
  };
  const status = await run(commandLine, io);
  return { status, stdout: stdoutText(), stderr: stderrText() };
}

/** A home folder that is removed after the test. */
export async function makeHome(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'loucloud-cli-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

function recorder(): [PassThrough, () => string] {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return [stream, () => Buffer.concat(chunks).toString('utf8')];
}
