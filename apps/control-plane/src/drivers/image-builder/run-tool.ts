// Runs one external tool by its argument array: never a shell, always a time limit, errors that name the tool.
import { spawn } from 'node:child_process';

const OUTPUT_LIMIT_BYTES = 4 * 1024 * 1024;
const STDERR_KEPT_CHARACTERS = 2000;
/** Who became root by plain `su` lacks the folders with mke2fs, and with what apt and dpkg call. */
const SEARCH_PATH = `${process.env['PATH'] ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`;

export interface ToolOptions {
  readonly timeoutMs: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called with each whole line the tool writes to stderr, for progress. */
  readonly onStderrLine?: (line: string) => void;
}

export class ToolError extends Error {
  readonly tool: string;
  readonly args: readonly string[];
  readonly stderr: string;

  constructor(argv: readonly string[], reason: string, stderr: string, cause?: unknown) {
    const tail = stderr.trim().slice(-STDERR_KEPT_CHARACTERS);
    super(
      `${argv[0] ?? ''} ${reason}${tail === '' ? '' : `: ${tail}`}`,
      cause === undefined ? {} : { cause },
    );
    this.name = 'ToolError';
    this.tool = argv[0] ?? '';
    this.args = argv.slice(1);
    this.stderr = stderr;
  }
}

/** Resolves to what the tool wrote to stdout; rejects with ToolError on any other end than exit status 0. */
export function runTool(argv: readonly [string, ...string[]], options: ToolOptions): Promise<string> {
  const [command, ...args] = argv;
  return new Promise((resolve, reject) => {
    // LC_ALL: what we read and what people see in errors must not depend on the machine's language.
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: SEARCH_PATH, LC_ALL: 'C.UTF-8', ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const stdout: Buffer[] = [];
    let stdoutBytes = 0;
    let stderr = '';
    let stopReason: string | undefined;
    let killTimer: NodeJS.Timeout | undefined;

    const stop = (reason: string): void => {
      if (stopReason !== undefined) return;
      stopReason = reason;
      child.kill('SIGTERM'); // lets the tool remove what it made
      killTimer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    };
    const timer = setTimeout(
      () => stop(`did not finish within ${options.timeoutMs / 1000} s`),
      options.timeoutMs,
    );
    const onAbort = (): void => stop('was cancelled');
    options.signal?.addEventListener('abort', onAbort);
    if (options.signal?.aborted === true) onAbort();

    child.stdout.on('data', (chunk: Buffer) => {
      stdoutBytes += chunk.length;
      if (stdoutBytes > OUTPUT_LIMIT_BYTES) stop(`wrote more than ${OUTPUT_LIMIT_BYTES} bytes`);
      else stdout.push(chunk);
    });
    let lineStart = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_KEPT_CHARACTERS * 4);
      const lines = (lineStart + text).split(/[\r\n]+/);
      lineStart = lines.pop()?.slice(-1000) ?? '';
      for (const line of lines) options.onStderrLine?.(line);
    });
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      options.signal?.removeEventListener('abort', onAbort);
      finish();
    };
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'ENOENT' ? 'is not installed' : 'could not be started';
      settle(() => reject(new ToolError(argv, reason, '', cause)));
    });
    child.on('close', (code, signal) => {
      settle(() => {
        if (stopReason === undefined && code === 0) resolve(Buffer.concat(stdout).toString('utf8'));
        else reject(new ToolError(argv, stopReason ?? `failed (${signal ?? `exit status ${code}`})`, stderr));
      });
    });
  });
}
