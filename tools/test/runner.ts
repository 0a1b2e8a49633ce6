/** Runs test files by `node --test` and counts. A file that hangs, crashes or holds no test has failed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../machine.ts';
import type { TestRecord } from './reporter.ts';

export interface Tally {
  passed: number;
  failed: number;
  /** What failed, said again at the end: who reads the last lines of a long run knows. */
  readonly failures: string[];
}

export const newTally = (): Tally => ({ passed: 0, failed: 0, failures: [] });

/** Of each file that failed, in characters; all of it stands where it failed. */
const LAST_WORDS = 3000;

/** At the very end, whatever else ends before: what failed, and `N passed, N failed`. */
export function conclude(tally: Tally, signal: AbortSignal): void {
  if (tally.passed === 0 || signal.aborted) tally.failed++;
  process.exitCode = tally.failed === 0 ? 0 : 1;
  process.on('exit', () => {
    for (const failure of tally.failures) console.log(failure.slice(0, LAST_WORDS));
    console.log(`${tally.passed} passed, ${tally.failed} failed`);
  });
}

export interface FileRun {
  readonly file: string;
  /** Before the node command: the box. */
  readonly prefix: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends the file's processes, and counts it as failed. */
  readonly signal: AbortSignal;
  /** Hears each line of what it prints, at once. */
  readonly onLine?: (line: string) => void;
}

/** How long a file told to end may take for it, with its box. */
const GRACE_MS = 20_000;

export async function runFile(run: FileRun, tally: Tally): Promise<void> {
  if (run.signal.aborted) return;
  const startedAt = Date.now();
  const node = [
    process.execPath,
    '--test',
    '--test-isolation=none',
    `--test-reporter=${join(import.meta.dirname, 'reporter.ts')}`,
    run.file,
  ];
  const [program = '', ...argv] = [...run.prefix, ...node];
  const child = spawn(program, argv, {
    cwd: root,
    env: { ...process.env, ...run.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const { onLine } = run;
  if (onLine) createInterface({ input: child.stdout }).on('line', onLine);
  // The group: a test's own children too. A box ends what is in it, and goes even if killed.
  const signalAll = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
  };
  let isLate = false;
  let killTimer: NodeJS.Timeout | undefined;
  const end = (): void => {
    signalAll('SIGTERM');
    killTimer ??= setTimeout(() => signalAll('SIGKILL'), GRACE_MS);
  };
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, run.timeoutMs);
  run.signal.addEventListener('abort', end);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  clearTimeout(killTimer);
  run.signal.removeEventListener('abort', end);

  const { records, rest } = readRecords(output);
  const failures = records.filter(({ outcome }) => outcome === 'failed');
  const isBroken = failures.length === 0 && (code !== 0 || records.length === 0);
  tally.passed += records.length - failures.length;
  tally.failed += failures.length + (isBroken ? 1 : 0);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(6);
  const mark = failures.length > 0 || isBroken ? '✖' : '✔';
  console.log(
    `${mark} ${seconds} s  ${run.file}  ${records.length - failures.length} passed${failures.length > 0 ? `, ${failures.length} failed` : ''}`,
  );
  const said = failures.map(({ name, reason }) => `    ✖ ${name}\n${indent(reason)}`);
  if (isBroken)
    said.push(
      `    ✖ ${isLate ? `not over after ${run.timeoutMs / 1000} s` : `ended with ${code}, ${records.length} tests told`}`,
    );
  if (said.length === 0) return;
  console.log(`${said.join('\n')}\n${indent(rest.slice(-20_000))}`);
  tally.failures.push(`✖ ${run.file}\n${said.join('\n')}`);
}

function readRecords(output: string): { records: TestRecord[]; rest: string } {
  const records: TestRecord[] = [];
  const rest: string[] = [];
  for (const line of output.split('\n')) {
    const record = line.startsWith('{"name":') ? parse(line) : null;
    if (record) records.push(record);
    else rest.push(line);
  }
  return { records, rest: rest.join('\n').trim() };
}

function parse(line: string): TestRecord | null {
  try {
    return JSON.parse(line) as TestRecord; // reporter.ts wrote it
  } catch {
    return null; // a line of the program under test that happens to look like one
  }
}

const indent = (text: string): string => (text === '' ? '' : `      ${text.replaceAll('\n', '\n      ')}`);

/** All of `items`, so many at once. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
