/** A fleet that runs in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ToFurnish } from './furnish.ts';
import type { Order } from './process.ts';

export class FleetApart implements AsyncDisposable, ToFurnish {
  readonly hosts: ToFurnish['hosts'];
  readonly imagePath: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #answer: () => Promise<unknown>;

  static async start(hosts: number): Promise<FleetApart> {
    const argv = [join(import.meta.dirname, 'process.ts'), String(hosts)];
    const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const answer = async (): Promise<unknown> => {
      const { value, done } = await lines.next();
      if (done) throw new Error('the fleet has ended');
      return JSON.parse(value);
    };
    return new FleetApart(child, answer, (await answer()) as ToFurnish); // what process.ts says first
  }

  private constructor(child: ChildProcess, answer: () => Promise<unknown>, { hosts, imagePath }: ToFurnish) {
    if (child.pid === undefined) throw new Error('the fleet does not run');
    this.#child = child;
    this.#answer = answer;
    this.pid = child.pid;
    this.hosts = hosts;
    this.imagePath = imagePath;
  }

  /** One after another. */
  async order(order: Order): Promise<unknown> {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
    return this.#answer();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await ended;
  }
}
