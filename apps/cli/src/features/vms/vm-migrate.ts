/** Moving a VM to another server. */
import type { MigrationTarget } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { printItems } from '../../app/lists.ts';
import { find, idOf } from '../../app/lookup.ts';
import { type WaitOptions, runOne } from '../../app/started.ts';
import { formatMib } from '../../output/format.ts';
import { translator, word } from '../../words/i18n.ts';
import { refusalMessages } from '../../words/placement.messages.ts';
import { vmMessages } from './vm.messages.ts';

interface ElsewhereOptions extends WaitOptions {
  readonly to?: string;
  readonly hostIsOff?: boolean;
}

export function vmMigrateCommands(vm: Command, cli: Cli): void {
  const t = translator(vmMessages, cli.language);

  vm.command('migrate')
    .description(t('migrate'))
    .argument('<vm>', t('argVm'))
    .option('--to <server>', t('migrateTo'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, { to, wait }: WaitOptions & { readonly to?: string }) => {
      const client = await cli.client();
      const { id: vmId, name } = await find(cli, 'vm', nameOrId);
      const body = to === undefined ? {} : { hostId: await idOf(cli, 'host', to) };
      const operation = await runOne(cli, { wait }, await client('vmMigrate', { params: { vmId }, body }));
      if (!operation) return;
      const { hostName } = await client('vmGet', { params: { vmId } });
      cli.print.json(operation);
      cli.print.line(t('migrated', { name, host: hostName ?? '–' }));
    });

  vm.command('start-elsewhere')
    .description(t('startElsewhere'))
    .argument('<vm>', t('argVm'))
    .option('--to <server>', t('startElsewhereTo'))
    .option('--host-is-off', t('hostIsOff'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, { to, hostIsOff = false, wait }: ElsewhereOptions) => {
      const client = await cli.client();
      const { id: vmId, name } = await find(cli, 'vm', nameOrId);
      const body = { hostIsOff, ...(to !== undefined && { hostId: await idOf(cli, 'host', to) }) };
      const started = await client('vmStartElsewhere', { params: { vmId }, body });
      const operation = await runOne(cli, { wait }, started);
      if (!operation) return;
      const { hostName } = await client('vmGet', { params: { vmId } });
      cli.print.json(operation);
      cli.print.line(t('startedElsewhere', { name, host: hostName ?? '–' }));
    });

  vm.command('targets')
    .description(t('targets'))
    .argument('<vm>', t('argVm'))
    .option('--elsewhere', t('targetsElsewhere'))
    .action(async (nameOrId: string, { elsewhere = false }: { readonly elsewhere?: boolean }) => {
      const client = await cli.client();
      const params = { vmId: await idOf(cli, 'vm', nameOrId) };
      const { items } = elsewhere
        ? await client('vmStartElsewhereTargets', { params })
        : await client('vmMigrationTargets', { params });
      printItems<MigrationTarget>(
        cli,
        items,
        [
          { header: t('target'), value: ({ name }) => name },
          {
            header: t('targetPossible'),
            value: ({ refusal }) =>
              refusal === null ? t('yes') : word(refusalMessages, refusal, cli.language),
          },
          {
            header: t('freeMemory'),
            value: ({ refusal, freeMemoryMib }) => (refusal === null ? formatMib(freeMemoryMib) : ''),
            align: 'right',
          },
        ],
        ({ hostId }) => hostId,
      );
    });
}
