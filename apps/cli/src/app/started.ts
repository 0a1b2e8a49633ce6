/** What every command that starts operations does next: wait for them and say how they ended, or print their ids. */
import type { Operation } from '@loucloud/api';
import type { Cli } from './cli.ts';
import { Exit, OperationFailure } from './failures.ts';
import { reportFailure } from './report.ts';
import { waitForAll } from './wait.ts';

export interface WaitOptions {
  /** commander's name for the absence of `--no-wait`. */
  readonly wait: boolean;
}

interface Target {
  readonly name: string;
  readonly start: () => Promise<{ readonly operationId: string }>;
}

/** One operation. Answers it as it ended well; null if nobody waits. */
export async function runOne(
  cli: Cli,
  { wait }: WaitOptions,
  { operationId }: { readonly operationId: string },
): Promise<Operation | null> {
  if (!wait) {
    cli.print.json({ operationId });
    cli.print.ids([operationId]);
    cli.print.line(operationId);
    return null;
  }
  const [operation] = await waitForAll(cli, [operationId]);
  if (operation === undefined) throw new Error('waiting for one operation gave none');
  if (operation.state !== 'done') throw new OperationFailure(operation);
  return operation;
}

/** Several at once; one that fails does not keep the others from going on, but decides the exit status. */
export async function runMany(
  cli: Cli,
  { wait }: WaitOptions,
  targets: readonly Target[],
  said: (name: string) => string,
): Promise<void> {
  let hasFailed = false;
  const started: { name: string; operationId: string }[] = [];
  for (const { name, start } of targets) {
    try {
      const { operationId } = await start();
      started.push({ name, operationId });
    } catch (error) {
      hasFailed = true;
      reportFailure(cli, error, targets.length > 1 ? name : undefined);
    }
  }
  if (!wait) {
    cli.print.json(started);
    cli.print.ids(started.map(({ operationId }) => operationId));
    for (const { operationId } of started) cli.print.line(operationId);
  } else {
    const operations = await waitForAll(
      cli,
      started.map(({ operationId }) => operationId),
    );
    cli.print.json(operations);
    for (const [index, operation] of operations.entries()) {
      const name = started[index]?.name ?? operation.objectName;
      if (operation.state === 'done') cli.print.line(said(name));
      else {
        hasFailed = true;
        reportFailure(cli, new OperationFailure(operation));
      }
    }
  }
  if (hasFailed) throw new Exit(1);
}
