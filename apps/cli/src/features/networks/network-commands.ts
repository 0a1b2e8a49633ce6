/** `loucloud network`: the administrator's networks. */
import type { Network } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { UsageError } from '../../app/failures.ts';
import { type ListOptions, listAll, printOne, printPage, withListOptions } from '../../app/lists.ts';
import { find, idOf } from '../../app/lookup.ts';
import { formatTime } from '../../output/format.ts';
import { translator, word } from '../../words/i18n.ts';
import { networkKindMessages } from '../../words/nouns.messages.ts';
import { networkMessages } from './network.messages.ts';

interface CreateOptions {
  readonly kind: Network['kind'];
  readonly source: string;
  readonly description?: string;
}

interface UpdateOptions {
  readonly name?: string;
  readonly description?: string;
}

export function networkCommands(program: Command, cli: Cli): void {
  const t = translator(networkMessages, cli.language);
  const network = program.command('network').description(t('network'));

  withListOptions(network.command('list').description(t('list')), cli, 'networkList').action(
    async (options: ListOptions) => {
      const client = await cli.client();
      const page = await listAll(cli, options, (query) => client('networkList', { query }));
      printPage(
        cli,
        page,
        [
          { header: cli.t('name'), value: ({ name }) => name },
          { header: t('kind'), value: ({ kind }) => word(networkKindMessages, kind, cli.language) },
          { header: t('source'), value: ({ source }) => source },
          { header: t('isDefault'), value: ({ isDefault }) => cli.t(isDefault ? 'yes' : 'no') },
          { header: t('templates'), value: ({ templateCount }) => templateCount, align: 'right' },
          { header: cli.t('vms'), value: ({ vmCount }) => vmCount, align: 'right' },
          { header: t('hosts'), value: ({ hostIds }) => hostIds.length, align: 'right' },
          { header: cli.t('description'), value: ({ description }) => description },
        ],
        ({ id }) => id,
      );
    },
  );

  network
    .command('show')
    .description(t('show'))
    .argument('<network>', t('argNetwork'))
    .action(async (nameOrId: string) => {
      const found = await find(cli, 'network', nameOrId);
      printOne(cli, found, fieldsOf(cli, found));
    });

  network
    .command('create')
    .description(t('create'))
    .argument('<name>', t('argName'))
    .addOption(
      network
        .createOption('--kind <kind>', t('optKind'))
        .choices(['libvirt', 'bridge'])
        .makeOptionMandatory(),
    )
    .requiredOption('--source <name>', t('optSource'))
    .option('--description <text>', t('optDescription'))
    .action(async (name: string, options: CreateOptions) => {
      const client = await cli.client();
      const made = await client('networkCreate', { body: { name, ...options } });
      cli.print.json(made);
      cli.print.ids([made.id]);
      cli.print.line(t('created', { name }));
    });

  network
    .command('update')
    .description(t('update'))
    .argument('<network>', t('argNetwork'))
    .option('--name <name>', t('optName'))
    .option('--description <text>', t('optDescription'))
    .action(async (nameOrId: string, body: UpdateOptions) => {
      if (Object.keys(body).length === 0) throw new UsageError(cli.usage('nothingToChange'));
      const client = await cli.client();
      const networkId = await idOf(cli, 'network', nameOrId);
      const changed = await client('networkUpdate', { params: { networkId }, body });
      cli.print.json(changed);
      cli.print.line(t('updated', { name: changed.name }));
    });

  network
    .command('remove')
    .description(t('remove'))
    .argument('<network>', t('argNetwork'))
    .option('-y, --yes', cli.t('yesOption'))
    .action(async (nameOrId: string, { yes }: { yes?: true }) => {
      const client = await cli.client();
      const { id, name } = await find(cli, 'network', nameOrId);
      await cli.confirm(t('confirmRemove', { name }), yes);
      await client('networkRemove', { params: { networkId: id } });
      cli.print.json({});
      cli.print.line(t('removed', { name }));
    });
}

function fieldsOf(cli: Cli, network: Network) {
  const t = translator(networkMessages, cli.language);
  return [
    [cli.t('name'), network.name],
    [cli.t('id'), network.id],
    [cli.t('description'), network.description],
    [t('kind'), word(networkKindMessages, network.kind, cli.language)],
    [t('source'), network.source],
    [t('isDefault'), cli.t(network.isDefault ? 'yes' : 'no')],
    [t('templates'), network.templateCount],
    [cli.t('vms'), network.vmCount],
    [t('hosts'), network.hostIds.join(', ')],
    [cli.t('created'), formatTime(network.createdAt)],
  ] as const;
}
