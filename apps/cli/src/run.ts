/** One command from its arguments to its exit status: 0 done, 1 refused or failed, 2 wrongly called. */
import { CommanderError } from 'commander';
import { Cli } from './app/cli.ts';
import { isDone } from './app/command.ts';
import type { Io } from './app/io.ts';
import { reportFailure } from './app/report.ts';
import { createProgram } from './program.ts';

const WRONGLY_CALLED = 2;

export async function run(commandLine: readonly string[], io: Io): Promise<number> {
  const cli = new Cli(io);
  // Until it has been understood, what was asked for decides how errors look.
  if (commandLine.includes('--json')) cli.print.mode = 'json';
  try {
    await createProgram(cli, commandLine).parseAsync(commandLine, { from: 'user' });
    return 0;
  } catch (error) {
    if (isDone(error)) return 0;
    // A group was called without a command; its help has been printed.
    if (error instanceof CommanderError) return WRONGLY_CALLED;
    return reportFailure(cli, error);
  }
}
