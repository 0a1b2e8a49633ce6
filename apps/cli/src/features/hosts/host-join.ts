/** `loucloud host add` and `check`: what the checks found is shown however it ends. */
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { OperationFailure } from '../../app/failures.ts';
import { idOf } from '../../app/lookup.ts';
import { type WaitOptions, runOne } from '../../app/started.ts';
import { translator } from '../../words/i18n.ts';
import { checksOf, printChecks } from './host-checks.ts';
import { hostMessages } from './host.messages.ts';

interface CheckOptions extends WaitOptions {
  readonly pool?: string;
}

interface AddOptions extends CheckOptions {
  readonly vcpuOvercommit?: string;
  readonly memoryOvercommit?: string;
  readonly systemMemory?: string;
}

export function hostJoinCommands(host: Command, cli: Cli): void {
  const t = translator(hostMessages, cli.language);

  host
    .command('add')
    .description(t('add'))
    .argument('<name>', t('argNewHost'))
    .argument('<address>', t('argUri'))
    .option('--pool <pool>', t('optPool'))
    .option('--vcpu-overcommit <ratio>', t('optVcpuOvercommit'))
    .option('--memory-overcommit <ratio>', t('optMemoryOvercommit'))
    .option('--system-memory <size>', t('optSystemMemory'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (name: string, uri: string, options: AddOptions) => {
      const { pool, vcpuOvercommit, memoryOvercommit, systemMemory } = options;
      const { mib, ratio } = cli.values;
      const client = await cli.client();
      const started = await client('hostAdd', {
        body: {
          name,
          uri,
          ...(pool === undefined ? {} : { poolName: pool }),
          ...(vcpuOvercommit === undefined ? {} : { vcpuOvercommit: ratio(vcpuOvercommit) }),
          ...(memoryOvercommit === undefined ? {} : { memoryOvercommit: ratio(memoryOvercommit) }),
          ...(systemMemory === undefined ? {} : { systemMemoryMib: mib(systemMemory) }),
        },
      });
      if (await runChecks(cli, options, started)) cli.print.line(t('added', { name }));
    });

  host
    .command('check')
    .description(t('check'))
    .argument('<server>', t('argHostOrUri'))
    .option('--pool <pool>', t('optPool'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (target: string, options: CheckOptions) => {
      const client = await cli.client();
      const { pool } = options;
      const isUri = /^[a-z0-9+]+:\/\//i.test(target);
      await runChecks(
        cli,
        options,
        isUri
          ? await client('hostCheck', {
              body: { uri: target, ...(pool === undefined ? {} : { poolName: pool }) },
            })
          : await client('hostRecheck', { params: { hostId: await idOf(cli, 'host', target) } }),
      );
    });
}

async function runChecks(
  cli: Cli,
  options: WaitOptions,
  started: { readonly operationId: string },
): Promise<boolean> {
  try {
    const operation = await runOne(cli, options, started);
    if (!operation) return false;
    cli.print.json(operation);
    printChecks(cli, checksOf(operation));
    return true;
  } catch (error) {
    if (error instanceof OperationFailure) printChecks(cli, checksOf(error.operation));
    if (error instanceof OperationFailure) cli.print.json(error.operation);
    throw error;
  }
}
