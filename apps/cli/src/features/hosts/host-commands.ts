/** `loucloud host`: the administrator's servers. */
import {
  type Host,
  type HostAvailability,
  type RequestFor,
  availabilityOf,
  hostAvailabilities,
} from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { UsageError } from '../../app/failures.ts';
import { type ListOptions, listAll, printPage, withListOptions } from '../../app/lists.ts';
import { find, idOf } from '../../app/lookup.ts';
import { formatBytes, formatMib } from '../../output/format.ts';
import { acceleratorMessages, healthMessages } from '../../words/hosts.messages.ts';
import { translator, word } from '../../words/i18n.ts';
import { availabilityMessages } from '../../words/placement.messages.ts';
import { statisticsCommand } from '../statistics/statistics-commands.ts';
import { hostFilesCommand } from './host-files.ts';
import { hostForeignCommands } from './host-foreign.ts';
import { hostDrainCommands } from './host-drain.ts';
import { hostAccessMessages } from './host-access.messages.ts';
import { type AccessOptions, readCredentials, withAccessOptions } from './host-access.ts';
import { hostJoinCommands } from './host-join.ts';
import { hostMessages } from './host.messages.ts';
import { showHost } from './host-show.ts';

type Changes = RequestFor<'hostUpdate'>['body'];

interface UpdateOptions extends AccessOptions {
  readonly name?: string;
  readonly enable?: true;
  readonly disable?: true;
  readonly maintenance?: boolean;
  readonly pool?: string;
  readonly vcpuOvercommit?: string;
  readonly memoryOvercommit?: string;
  readonly systemMemory?: string;
}

export function hostCommands(program: Command, cli: Cli): void {
  const t = translator(hostMessages, cli.language);
  const host = program.command('host').description(t('host'));

  const list = host
    .command('list')
    .description(t('list'))
    .addOption(
      host
        .createOption('--health <health>', t('optHealth'))
        .choices(['connecting', 'healthy', 'degraded', 'unreachable']),
    )
    .addOption(
      host.createOption('--availability <how>', t('optAvailability')).choices([...hostAvailabilities]),
    );
  withListOptions(list, cli, 'hostList').action(
    async (options: ListOptions & { health?: Host['health']; availability?: HostAvailability }) => {
      const client = await cli.client();
      const { health, availability } = options;
      const filter = {
        ...(health === undefined ? {} : { health }),
        ...(availability === undefined ? {} : { availability }),
      };
      const page = await listAll(cli, options, (query) =>
        client('hostList', { query: { ...query, ...filter } }),
      );
      printPage(
        cli,
        page,
        [
          { header: cli.t('name'), value: ({ name }) => name },
          { header: t('health'), value: (item) => word(healthMessages, item.health, cli.language) },
          {
            header: t('availability'),
            value: (item) => word(availabilityMessages, availabilityOf(item), cli.language),
          },
          {
            header: t('accelerator'),
            value: ({ accelerator }) => word(acceleratorMessages, accelerator, cli.language),
          },
          { header: cli.t('vms'), value: ({ vmCount }) => vmCount, align: 'right' },
          { header: t('running'), value: ({ runningVmCount }) => runningVmCount, align: 'right' },
          {
            header: cli.t('vcpus'),
            value: ({ reserved, capacity }) => `${reserved.vcpus}/${capacity.vcpus}`,
            align: 'right',
          },
          {
            header: cli.t('memory'),
            value: ({ reserved, capacity }) =>
              `${formatMib(reserved.memoryMib)}/${formatMib(capacity.memoryMib)}`,
            align: 'right',
          },
          {
            header: cli.t('disk'),
            value: ({ reserved, capacity }) =>
              `${formatBytes(reserved.diskBytes)}/${formatBytes(capacity.diskBytes)}`,
            align: 'right',
          },
          { header: t('address'), value: ({ uri }) => uri },
        ],
        ({ id }) => id,
      );
    },
  );

  hostJoinCommands(host, cli);
  statisticsCommand(host, 'host', cli);
  hostDrainCommands(host, cli);

  host
    .command('show')
    .description(t('show'))
    .argument('<server>', t('argHost'))
    .action(async (nameOrId: string) => showHost(cli, await find(cli, 'host', nameOrId)));

  const update = host
    .command('update')
    .description(t('update'))
    .argument('<server>', t('argHost'))
    .option('--name <name>', t('optName'))
    .addOption(host.createOption('--enable', t('optEnable')).conflicts('disable'))
    .option('--disable', t('optDisable'))
    .option('--maintenance', t('optMaintenance'))
    .option('--no-maintenance', t('optNoMaintenance'))
    .option('--pool <pool>', t('optPool'))
    .option('--vcpu-overcommit <ratio>', t('optVcpuOvercommit'))
    .option('--memory-overcommit <ratio>', t('optMemoryOvercommit'))
    .option('--system-memory <size>', t('optSystemMemory'));
  withAccessOptions(update, cli).action(async (nameOrId: string, options: UpdateOptions) => {
    const credentials = await readCredentials(cli, options);
    const body = { ...changesOf(cli, options), ...(credentials === undefined ? {} : { credentials }) };
    if (Object.keys(body).length === 0) throw new UsageError(cli.usage('nothingToChange'));
    const client = await cli.client();
    const changed = await client('hostUpdate', {
      params: { hostId: await idOf(cli, 'host', nameOrId) },
      body,
    });
    cli.print.json(changed);
    cli.print.line(t('updated', { name: changed.name }));
  });

  host
    .command('ssh-key')
    .description(translator(hostAccessMessages, cli.language)('sshKey'))
    .action(async () => {
      const client = await cli.client();
      const key = await client('sshKeyGet');
      cli.print.json(key);
      cli.print.ids([key.publicKey]);
      cli.print.line(key.publicKey);
    });

  host
    .command('remove')
    .description(t('remove'))
    .argument('<server>', t('argHost'))
    .option('-y, --yes', cli.t('yesOption'))
    .action(async (nameOrId: string, { yes }: { yes?: true }) => {
      const client = await cli.client();
      const { id, name } = await find(cli, 'host', nameOrId);
      await cli.confirm(t('confirmRemove', { name }), yes);
      await client('hostRemove', { params: { hostId: id } });
      cli.print.json({});
      cli.print.line(t('removed', { name }));
    });

  hostFilesCommand(host, cli);
  hostForeignCommands(host, cli);
}

function changesOf({ values }: Cli, options: UpdateOptions): Changes {
  const { name, enable, disable, maintenance, pool, hostKey } = options;
  const { vcpuOvercommit, memoryOvercommit, systemMemory } = options;
  return {
    ...(name === undefined ? {} : { name }),
    ...(enable || disable ? { isEnabled: enable === true } : {}),
    ...(maintenance === undefined ? {} : { isInMaintenance: maintenance }),
    ...(hostKey === undefined ? {} : { hostKey }),
    ...(pool === undefined ? {} : { poolName: pool }),
    ...(vcpuOvercommit === undefined ? {} : { vcpuOvercommit: values.ratio(vcpuOvercommit) }),
    ...(memoryOvercommit === undefined ? {} : { memoryOvercommit: values.ratio(memoryOvercommit) }),
    ...(systemMemory === undefined ? {} : { systemMemoryMib: values.mib(systemMemory) }),
  };
}
