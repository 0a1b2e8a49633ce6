/** `loucloud host add` and `check`: what the checks found is shown however it ends. */
import { fixCommand, transportOf } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { OperationFailure } from '../../app/failures.ts';
import { idOf } from '../../app/lookup.ts';
import { type WaitOptions, runOne } from '../../app/started.ts';
import { translator } from '../../words/i18n.ts';
import { hostAccessMessages } from './host-access.messages.ts';
import { type AccessOptions, readCredentials, withAccessOptions } from './host-access.ts';
import { checksOf, printChecks } from './host-checks.ts';
import { hostMessages } from './host.messages.ts';

interface CheckOptions extends WaitOptions, AccessOptions {
  readonly pool?: string;
}

interface AddOptions extends CheckOptions {
  readonly vcpuOvercommit?: string;
  readonly memoryOvercommit?: string;
  readonly systemMemory?: string;
}

type Started = { readonly operationId: string };

export function hostJoinCommands(host: Command, cli: Cli): void {
  const t = translator(hostMessages, cli.language);

  const add = host
    .command('add')
    .description(t('add'))
    .argument('<name>', t('argNewHost'))
    .argument('<address>', t('argUri'));
  withAccessOptions(add, cli)
    .option('--pool <pool>', t('optPool'))
    .option('--vcpu-overcommit <ratio>', t('optVcpuOvercommit'))
    .option('--memory-overcommit <ratio>', t('optMemoryOvercommit'))
    .option('--system-memory <size>', t('optSystemMemory'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (name: string, uri: string, options: AddOptions) => {
      const { vcpuOvercommit, memoryOvercommit, systemMemory } = options;
      const { mib, ratio } = cli.values;
      const client = await cli.client();
      const common = {
        name,
        ...(await targetOf(cli, uri, options)),
        ...(vcpuOvercommit === undefined ? {} : { vcpuOvercommit: ratio(vcpuOvercommit) }),
        ...(memoryOvercommit === undefined ? {} : { memoryOvercommit: ratio(memoryOvercommit) }),
        ...(systemMemory === undefined ? {} : { systemMemoryMib: mib(systemMemory) }),
      };
      const isAdded = await withConfirmedKey(cli, options, (hostKey) =>
        client('hostAdd', { body: { ...common, ...(hostKey === undefined ? {} : { hostKey }) } }),
      );
      if (isAdded) cli.print.line(t('added', { name }));
    });

  const check = host.command('check').description(t('check')).argument('<server>', t('argHostOrUri'));
  withAccessOptions(check, cli)
    .option('--pool <pool>', t('optPool'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (target: string, options: CheckOptions) => {
      const client = await cli.client();
      if (!/^[a-z0-9+]+:\/\//i.test(target)) {
        const params = { hostId: await idOf(cli, 'host', target) };
        await runChecks(cli, options, await client('hostRecheck', { params }));
        return;
      }
      const wanted = await targetOf(cli, target, options);
      await withConfirmedKey(cli, options, (hostKey) =>
        client('hostCheck', { body: { ...wanted, ...(hostKey === undefined ? {} : { hostKey }) } }),
      );
    });
}

async function targetOf(cli: Cli, uri: string, options: CheckOptions) {
  const credentials = await readCredentials(cli, options);
  const { pool } = options;
  return {
    uri,
    ...(credentials === undefined ? {} : { credentials }),
    ...(pool === undefined ? {} : { poolName: pool }),
  };
}

/** Begins; where the server's SSH key has to be confirmed first, asks for that and begins again. */
async function withConfirmedKey(
  cli: Cli,
  options: CheckOptions,
  begin: (hostKey: string | undefined) => Promise<Started>,
): Promise<boolean> {
  try {
    return await runChecks(cli, options, await begin(options.hostKey));
  } catch (error) {
    const details = error instanceof OperationFailure ? error.operation.error?.details : undefined;
    const isUnconfirmed =
      error instanceof OperationFailure && error.operation.error?.code === 'host_key_unconfirmed';
    if (!isUnconfirmed || !details) throw error;
    const t = translator(hostAccessMessages, cli.language);
    const [type, fingerprint] = [String(details['type']), String(details['fingerprint'])];
    cli.print.notice(t('keySeen', { type, fingerprint }));
    cli.print.notice(t('keyCompare'));
    cli.print.notice(`  ${fixCommand('host_key_unconfirmed', 'ssh', details) ?? ''}`);
    if (cli.io.stdin.isTTY !== true) {
      cli.print.notice(t('keyHow', { fingerprint }));
      throw error;
    }
    await cli.confirm(t('keyConfirm'), false);
    return runChecks(cli, options, await begin(fingerprint));
  }
}

async function runChecks(cli: Cli, options: WaitOptions, started: Started): Promise<boolean> {
  try {
    const operation = await runOne(cli, options, started);
    if (!operation) return false;
    cli.print.json(operation);
    const checks = checksOf(operation);
    printChecks(cli, checks, transportOf(checks));
    return true;
  } catch (error) {
    if (!(error instanceof OperationFailure)) throw error;
    const { operation } = error;
    const checks = checksOf(operation);
    const isAsked = operation.error?.code === 'host_key_unconfirmed' && cli.io.stdin.isTTY === true;
    if (!isAsked) {
      printChecks(cli, checks, transportOf(checks));
      cli.print.json(operation);
    }
    throw error;
  }
}
