/** For tests: the command at a real terminal (a pty of util-linux's `script`), for what it asks and shows only there. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

const WAIT_MS = 90_000;

export class Terminal implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number>;
  #shown = '';
  /** What was shown before this has been waited for already. */
  #seen = 0;

  constructor(command: readonly string[], env: NodeJS.ProcessEnv) {
    const line = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    this.#child = spawn('script', ['--quiet', '--flush', '--return', '--command', line, '/dev/null'], {
      env,
    });
    this.#child.stdout.on('data', (bytes: Buffer) => (this.#shown += bytes.toString('utf8')));
    this.#ended = once(this.#child, 'close').then(([status]: (number | null)[]) => status ?? -1);
  }

  /** Everything on the screen up to now. */
  get shown(): string {
    return this.#shown;
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Waits for a text that was not there when the last one was found. */
  async see(text: string): Promise<void> {
    const deadline = AbortSignal.timeout(WAIT_MS);
    for (;;) {
      const at = this.#shown.indexOf(text, this.#seen);
      if (at >= 0) {
        this.#seen = at + text.length;
        return;
      }
      const isOver = await Promise.race([
        once(this.#child.stdout, 'data', { signal: deadline }).then(
          () => false,
          () => true,
        ),
        this.#ended.then(() => true),
      ]);
      if (isOver && !this.#shown.includes(text, this.#seen))
        throw new Error(`“${text}” was not shown. The screen:\n${this.#shown}`);
    }
  }

  /** The exit status, once the command has ended. */
  ended(): Promise<number> {
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#ended;
  }
}
