/** VMs that somebody changed or took away outside LouCloud. */
import type { Vm } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { find } from '../../app/lookup.ts';
import { type WaitOptions, runOne } from '../../app/started.ts';
import { formatBytes, formatMib } from '../../output/format.ts';
import { translator, word } from '../../words/i18n.ts';
import { differenceMessages, limitMessages } from '../../words/outside.messages.ts';
import { vmMessages } from './vm.messages.ts';

const commands = [
  { name: 'accept', endpoint: 'vmAcceptDifferences', help: 'accept', said: 'accepted' },
  { name: 'revert', endpoint: 'vmRevertDifferences', help: 'revert', said: 'reverted' },
  { name: 'define-again', endpoint: 'vmDefineAgain', help: 'defineAgain', said: 'definedAgain' },
] as const;

export function vmOutsideCommands(vm: Command, cli: Cli): void {
  const t = translator(vmMessages, cli.language);
  const finished = async (options: WaitOptions, started: { operationId: string }, said: string) => {
    const operation = await runOne(cli, options, started);
    if (!operation) return;
    cli.print.json(operation);
    cli.print.line(said);
  };

  for (const { name, endpoint, help, said } of commands) {
    vm.command(name)
      .description(t(help))
      .argument('<vm>', t('argVm'))
      .option('--no-wait', cli.t('noWaitOption'))
      .action(async (nameOrId: string, options: WaitOptions) => {
        const client = await cli.client();
        const found = await find(cli, 'vm', nameOrId);
        const started = await client(endpoint, { params: { vmId: found.id } });
        await finished(options, started, t(said, { name: found.name }));
      });
  }

  vm.command('forget')
    .description(t('forget'))
    .argument('<vm>', t('argVm'))
    .option('-y, --yes', cli.t('yesOption'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, options: WaitOptions & { readonly yes?: true }) => {
      const client = await cli.client();
      const { id, name } = await find(cli, 'vm', nameOrId);
      await cli.confirm(t('confirmForget', { name }), options.yes);
      await finished(options, await client('vmForget', { params: { vmId: id } }), t('forgotten', { name }));
    });
}

/** Lines of `vm show`. */
export function outsideFields({ language }: Cli, vm: Vm): (readonly [string, string])[] {
  const t = translator(vmMessages, language);
  const differences = vm.differences.map(({ field, recorded, found }) =>
    t('difference', {
      field: word(differenceMessages, field, language),
      recorded: amountText(field, recorded),
      found: amountText(field, found),
    }),
  );
  const limits = vm.adoption?.limits.map((limit) => word(limitMessages, limit, language)) ?? [];
  return [
    ...(differences.length > 0 ? [[t('differs'), differences.join('; ')] as const] : []),
    ...(vm.adoption ? [[t('adopted'), limits.join('; ')] as const] : []),
  ];
}

function amountText(field: Vm['differences'][number]['field'], amount: string | number): string {
  if (typeof amount === 'string') return amount === '' ? '–' : amount;
  if (field === 'diskBytes') return formatBytes(amount);
  return field === 'memoryMib' || field === 'runningMemoryMib' ? formatMib(amount) : String(amount);
}
