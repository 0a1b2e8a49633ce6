/** What changes a VM's definition, and its core dump. */
import type { RequestFor } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { UsageError } from '../../app/failures.ts';
import { find } from '../../app/lookup.ts';
import { type WaitOptions, runOne } from '../../app/started.ts';
import { formatMib } from '../../output/format.ts';
import { translator } from '../../words/i18n.ts';
import { vmMessages } from './vm.messages.ts';

type Changes = RequestFor<'vmUpdate'>['body'];

interface ResizeOptions extends WaitOptions {
  readonly vcpus?: string;
  readonly memory?: string;
}

export function vmChangeCommands(vm: Command, cli: Cli): void {
  const t = translator(vmMessages, cli.language);

  const change = async (
    nameOrId: string,
    body: Changes,
    options: WaitOptions,
    said: (before: string) => string,
  ) => {
    const client = await cli.client();
    const { id, name } = await find(cli, 'vm', nameOrId);
    const operation = await runOne(cli, options, await client('vmUpdate', { params: { vmId: id }, body }));
    if (operation) cli.print.json(operation);
    if (operation) cli.print.line(said(name));
  };

  vm.command('rename')
    .description(t('rename'))
    .argument('<vm>', t('argVm'))
    .argument('<name>', t('argNewName'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action((nameOrId: string, name: string, options: WaitOptions) =>
      change(nameOrId, { name }, options, (before) => t('renamed', { before, name })),
    );

  vm.command('describe')
    .description(t('describe'))
    .argument('<vm>', t('argVm'))
    .argument('<text>', t('argDescription'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action((nameOrId: string, description: string, options: WaitOptions) =>
      change(nameOrId, { description }, options, (name) => t('described', { name })),
    );

  vm.command('resize')
    .description(t('resize'))
    .argument('<vm>', t('argVm'))
    .option('--vcpus <count>', t('optVcpus'))
    .option('--memory <size>', t('optMemory'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, { vcpus, memory, wait }: ResizeOptions) => {
      const body: Changes = {
        ...(vcpus === undefined ? {} : { vcpus: cli.values.count(vcpus, 1, 256) }),
        ...(memory === undefined ? {} : { memoryMib: cli.values.mib(memory) }),
      };
      if (Object.keys(body).length === 0) throw new UsageError(cli.usage('nothingToChange'));
      const before = await find(cli, 'vm', nameOrId);
      await change(before.id, body, { wait }, (name) => {
        const after = { ...before, ...body };
        return t('resized', { name, vcpus: after.vcpus, memory: formatMib(after.memoryMib) });
      });
    });

  vm.command('dump-core')
    .description(t('dumpCore'))
    .argument('<vm>', t('argVm'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, options: WaitOptions) => {
      const client = await cli.client();
      const { id, name } = await find(cli, 'vm', nameOrId);
      const operation = await runOne(cli, options, await client('vmDumpCore', { params: { vmId: id } }));
      if (!operation) return;
      const { path } = operation.result;
      cli.print.json(operation);
      cli.print.line(t('dumped', { name, path: typeof path === 'string' ? path : '–' }));
    });
}
