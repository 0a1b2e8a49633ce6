/** `loucloud image`: the administrator's images. */
import type { Image, RequestFor } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { type ListOptions, listAll, printOne, printPage, withListOptions } from '../../app/lists.ts';
import { find, idOf, idOrUndefined } from '../../app/lookup.ts';
import { type WaitOptions, runOne } from '../../app/started.ts';
import { formatBytes, formatTime } from '../../output/format.ts';
import { translator, word } from '../../words/i18n.ts';
import { imageStateMessages } from '../../words/nouns.messages.ts';
import { imageCopyCommands } from './image-copy-commands.ts';
import { imageMessages } from './image.messages.ts';

interface RegisterOptions extends WaitOptions {
  readonly host?: string;
  readonly format?: Image['format'];
  readonly description?: string;
}

export function imageCommands(program: Command, cli: Cli): Command {
  const t = translator(imageMessages, cli.language);
  const image = program.command('image').description(t('image'));

  const list = image.command('list').description(t('list'));
  withListOptions(list, cli, 'imageList').action(async (options: ListOptions) => {
    const client = await cli.client();
    const page = await listAll(cli, options, (query) => client('imageList', { query }));
    printPage(
      cli,
      page,
      [
        { header: cli.t('name'), value: ({ name }) => name },
        { header: cli.t('state'), value: ({ state }) => word(imageStateMessages, state, cli.language) },
        { header: t('format'), value: ({ format }) => format },
        { header: cli.t('size'), value: ({ sizeBytes }) => formatBytes(sizeBytes), align: 'right' },
        {
          header: t('virtualSize'),
          value: ({ virtualSizeBytes }) => formatBytes(virtualSizeBytes),
          align: 'right',
        },
        { header: t('templates'), value: ({ templateCount }) => templateCount, align: 'right' },
        { header: cli.t('vms'), value: ({ vmCount }) => vmCount, align: 'right' },
        { header: cli.t('host'), value: ({ hostName }) => hostName },
        { header: t('path'), value: ({ path }) => path },
      ],
      ({ id }) => id,
    );
  });

  image
    .command('register')
    .description(t('register'))
    .argument('<name>', t('argName'))
    .argument('<path>', t('argPath'))
    .option('--host <server>', t('optHost'))
    .addOption(image.createOption('--format <format>', t('optFormat')).choices(['raw', 'qcow2', 'iso']))
    .option('--description <text>', t('optDescription'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (name: string, path: string, options: RegisterOptions) => {
      const { format, description } = options;
      const client = await cli.client();
      const hostId = await idOrUndefined(cli, 'host', options.host);
      const body = {
        name,
        path,
        ...(hostId === undefined ? {} : { hostId }),
        ...(format === undefined ? {} : { format }),
        ...(description === undefined ? {} : { description }),
      };
      const operation = await runOne(cli, options, await client('imageRegister', { body }));
      if (!operation) return;
      const made = await find(cli, 'image', operation.objectId);
      cli.print.json(made);
      cli.print.ids([made.id]);
      cli.print.line(
        t('registered', { name, format: made.format, size: formatBytes(made.virtualSizeBytes) }),
      );
    });

  image
    .command('show')
    .description(t('show'))
    .argument('<image>', t('argImage'))
    .action(async (nameOrId: string) => {
      const found = await find(cli, 'image', nameOrId);
      printOne(cli, found, fieldsOf(cli, found));
    });

  const update = async (nameOrId: string, body: RequestFor<'imageUpdate'>['body']) => {
    const client = await cli.client();
    const changed = await client('imageUpdate', {
      params: { imageId: await idOf(cli, 'image', nameOrId) },
      body,
    });
    cli.print.json(changed);
    cli.print.line(t('updated', { name: changed.name }));
  };

  image
    .command('rename')
    .description(t('rename'))
    .argument('<image>', t('argImage'))
    .argument('<name>', t('argNewName'))
    .action((nameOrId: string, name: string) => update(nameOrId, { name }));

  image
    .command('describe')
    .description(t('describe'))
    .argument('<image>', t('argImage'))
    .argument('<text>', t('argDescription'))
    .action((nameOrId: string, description: string) => update(nameOrId, { description }));

  image
    .command('remove')
    .description(t('remove'))
    .argument('<image>', t('argImage'))
    .option('-y, --yes', cli.t('yesOption'))
    .action(async (nameOrId: string, { yes }: { yes?: true }) => {
      const client = await cli.client();
      const { id, name } = await find(cli, 'image', nameOrId);
      await cli.confirm(t('confirmRemove', { name }), yes);
      await client('imageRemove', { params: { imageId: id } });
      cli.print.json({});
      cli.print.line(t('removed', { name }));
    });

  imageCopyCommands(image, cli);
  return image;
}

function fieldsOf(cli: Cli, image: Image) {
  const t = translator(imageMessages, cli.language);
  return [
    [cli.t('name'), image.name],
    [cli.t('id'), image.id],
    [cli.t('description'), image.description],
    [cli.t('state'), word(imageStateMessages, image.state, cli.language)],
    [cli.t('host'), image.hostName],
    [t('path'), image.path],
    [t('format'), image.format],
    [cli.t('size'), formatBytes(image.sizeBytes)],
    [t('virtualSize'), formatBytes(image.virtualSizeBytes)],
    [t('sha256'), image.sha256],
    [t('templates'), image.templateCount],
    [cli.t('vms'), image.vmCount],
    [cli.t('created'), formatTime(image.createdAt)],
  ] as const;
}
