/** `loucloud template`. */
import type { RequestFor, Template } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { UsageError } from '../../app/failures.ts';
import { type ListOptions, listAll, printOne, printPage, withListOptions } from '../../app/lists.ts';
import { find, idOf, idOrUndefined } from '../../app/lookup.ts';
import { formatBytes, formatMib, formatTime } from '../../output/format.ts';
import { translator, word } from '../../words/i18n.ts';
import { visibilityMessages } from '../../words/nouns.messages.ts';
import { templateMessages } from './template.messages.ts';

type Changes = RequestFor<'templateUpdate'>['body'];

interface ShapeOptions {
  readonly name?: string;
  readonly description?: string;
  readonly vcpus?: string;
  readonly memory?: string;
  readonly disk?: string;
  readonly image?: string;
  readonly network?: string;
  readonly firmware?: Template['firmware'];
  readonly visibleTo?: string[];
}

type CreateOptions = ShapeOptions & Required<Pick<ShapeOptions, 'vcpus' | 'memory' | 'disk' | 'image'>>;

export function templateCommands(program: Command, cli: Cli): void {
  const t = translator(templateMessages, cli.language);
  const template = program.command('template').description(t('template'));

  const list = template.command('list').description(t('list')).option('--image <image>', t('optImageFilter'));
  withListOptions(list, cli, 'templateList').action(async (options: ListOptions & { image?: string }) => {
    const client = await cli.client();
    const imageId = await idOrUndefined(cli, 'image', options.image);
    const filter = imageId === undefined ? {} : { imageId };
    const page = await listAll(cli, options, (query) =>
      client('templateList', { query: { ...query, ...filter } }),
    );
    printPage(
      cli,
      page,
      [
        { header: cli.t('name'), value: ({ name }) => name },
        { header: cli.t('vcpus'), value: ({ vcpus }) => vcpus, align: 'right' },
        { header: cli.t('memory'), value: ({ memoryMib }) => formatMib(memoryMib), align: 'right' },
        { header: cli.t('disk'), value: ({ diskBytes }) => formatBytes(diskBytes), align: 'right' },
        { header: cli.t('image'), value: ({ imageName }) => imageName },
        { header: cli.t('network'), value: ({ networkName }) => networkName },
        { header: t('firmware'), value: ({ firmware }) => firmware },
        {
          header: t('visibility'),
          value: ({ visibility }) => word(visibilityMessages, visibility, cli.language),
        },
        { header: cli.t('description'), value: ({ description }) => description },
      ],
      ({ id }) => id,
    );
  });

  template
    .command('show')
    .description(t('show'))
    .argument('<template>', t('argTemplate'))
    .action(async (nameOrId: string) => {
      const found = await find(cli, 'template', nameOrId);
      printOne(cli, found, fieldsOf(cli, found));
    });

  const create = template
    .command('create')
    .description(t('create'))
    .argument('<name>', t('argName'))
    .requiredOption('--image <image>', t('optImage'))
    .requiredOption('--vcpus <count>', t('optVcpus'))
    .requiredOption('--memory <size>', t('optMemory'))
    .requiredOption('--disk <size>', t('optDisk'));
  withCommonOptions(create, cli).action(async (name: string, options: CreateOptions) => {
    const client = await cli.client();
    const body = {
      ...(await changesOf(cli, options)),
      name,
      vcpus: cli.values.count(options.vcpus, 1, 256),
      memoryMib: cli.values.mib(options.memory),
      diskBytes: cli.values.bytes(options.disk),
      imageId: await idOf(cli, 'image', options.image),
    };
    const made = await client('templateCreate', { body });
    cli.print.json(made);
    cli.print.ids([made.id]);
    cli.print.line(t('created', { name }));
  });

  const update = template
    .command('update')
    .description(t('update'))
    .argument('<template>', t('argTemplate'))
    .option('--name <name>', t('optName'))
    .option('--image <image>', t('optImage'))
    .option('--vcpus <count>', t('optVcpus'))
    .option('--memory <size>', t('optMemory'))
    .option('--disk <size>', t('optDisk'));
  withCommonOptions(update, cli).action(async (nameOrId: string, options: ShapeOptions) => {
    const body = await changesOf(cli, options);
    if (Object.keys(body).length === 0) throw new UsageError(cli.usage('nothingToChange'));
    const client = await cli.client();
    const templateId = await idOf(cli, 'template', nameOrId);
    const changed = await client('templateUpdate', { params: { templateId }, body });
    cli.print.json(changed);
    cli.print.line(t('updated', { name: changed.name }));
  });

  template
    .command('remove')
    .description(t('remove'))
    .argument('<template>', t('argTemplate'))
    .option('-y, --yes', cli.t('yesOption'))
    .action(async (nameOrId: string, { yes }: { yes?: true }) => {
      const client = await cli.client();
      const { id, name } = await find(cli, 'template', nameOrId);
      await cli.confirm(t('confirmRemove', { name }), yes);
      await client('templateRemove', { params: { templateId: id } });
      cli.print.json({});
      cli.print.line(t('removed', { name }));
    });
}

function withCommonOptions(command: Command, cli: Cli): Command {
  const t = translator(templateMessages, cli.language);
  return command
    .option('--description <text>', t('optDescription'))
    .option('--network <network>', t('optNetwork'))
    .addOption(command.createOption('--firmware <firmware>', t('optFirmware')).choices(['bios', 'uefi']))
    .option('--visible-to <users...>', t('optVisible'));
}

async function changesOf(cli: Cli, options: ShapeOptions): Promise<Changes> {
  const { name, description, vcpus, memory, disk, firmware, visibleTo } = options;
  const imageId = await idOrUndefined(cli, 'image', options.image);
  const networkId = await idOrUndefined(cli, 'network', options.network);
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(vcpus === undefined ? {} : { vcpus: cli.values.count(vcpus, 1, 256) }),
    ...(memory === undefined ? {} : { memoryMib: cli.values.mib(memory) }),
    ...(disk === undefined ? {} : { diskBytes: cli.values.bytes(disk) }),
    ...(imageId === undefined ? {} : { imageId }),
    ...(networkId === undefined ? {} : { networkId }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(visibleTo === undefined ? {} : await visibilityOf(cli, visibleTo)),
  };
}

async function visibilityOf(
  cli: Cli,
  names: readonly string[],
): Promise<Pick<Template, 'visibility' | 'userIds'>> {
  if (names.length === 1 && names[0] === 'all') return { visibility: 'all', userIds: [] };
  return { visibility: 'chosen', userIds: await Promise.all(names.map((name) => idOf(cli, 'user', name))) };
}

function fieldsOf(cli: Cli, template: Template) {
  const t = translator(templateMessages, cli.language);
  return [
    [cli.t('name'), template.name],
    [cli.t('id'), template.id],
    [cli.t('description'), template.description],
    [cli.t('vcpus'), template.vcpus],
    [cli.t('memory'), formatMib(template.memoryMib)],
    [cli.t('disk'), formatBytes(template.diskBytes)],
    [cli.t('image'), template.imageName],
    [cli.t('network'), template.networkName],
    [t('firmware'), template.firmware],
    [t('visibility'), word(visibilityMessages, template.visibility, cli.language)],
    ...(template.userIds.length === 0 ? [] : [[t('users'), template.userIds.join(', ')] as const]),
    [cli.t('vms'), template.vmCount],
    [cli.t('created'), formatTime(template.createdAt)],
  ] as const;
}
