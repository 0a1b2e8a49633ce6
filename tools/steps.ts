/** Progress for whoever waits at a terminal: numbered steps, and a failure that says what to do. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Ends the program with one clear sentence. */
export class SetupError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

export interface Step {
  readonly title: string;
  /** Answers what there is to say of it in a few words. */
  run(): Promise<string>;
}

export async function runSteps(steps: readonly Step[]): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const label = `[${index + 1}/${steps.length}] ${step.title}`;
    console.log(`${label}…`);
    const startedAt = Date.now();
    const said = await step.run();
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    console.log(`${label}: ${said} (${seconds} s)`);
  }
}

/** Runs a program to its end with our own terminal; throws unless it exits with 0. */
export async function runProgram(
  argv: readonly [string, ...string[]],
  options: SpawnOptions = {},
): Promise<void> {
  const [program, ...rest] = argv;
  const child = spawn(program, rest, { stdio: 'inherit', ...options });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}`);
}

/** Says what went wrong and what to do, and ends with 1. */
export function fail(error: unknown): void {
  if (error instanceof SetupError) {
    console.error(`\n${error.message}\n${error.remedy}`);
    if (error.cause !== undefined) console.error(`(${String(error.cause)})`);
  } else console.error(error);
  process.exitCode = 1;
}
