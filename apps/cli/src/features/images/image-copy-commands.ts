/** `loucloud image copies|prefetch|remove-copy`: on which servers an image is. */
import type { ImageCopy } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { UsageError } from '../../app/failures.ts';
import { printItems } from '../../app/lists.ts';
import { find, idOf } from '../../app/lookup.ts';
import { type WaitOptions, runMany, runOne } from '../../app/started.ts';
import { formatTime } from '../../output/format.ts';
import { translator, word } from '../../words/i18n.ts';
import { imageCopyStateMessages } from '../../words/nouns.messages.ts';
import { imageMessages } from './image.messages.ts';

export function imageCopyCommands(image: Command, cli: Cli): void {
  const t = translator(imageMessages, cli.language);

  image
    .command('copies')
    .description(t('copies'))
    .argument('<image>', t('argImage'))
    .action(async (nameOrId: string) => {
      const { copies } = await find(cli, 'image', nameOrId);
      printItems<ImageCopy>(
        cli,
        copies,
        [
          { header: cli.t('host'), value: ({ hostName }) => hostName },
          {
            header: cli.t('state'),
            value: ({ state }) => word(imageCopyStateMessages, state, cli.language),
          },
          { header: cli.t('vms'), value: ({ vmCount }) => vmCount, align: 'right' },
          { header: t('lastUsed'), value: ({ lastUsedAt }) => formatTime(lastUsedAt) },
          { header: t('path'), value: ({ path }) => path },
        ],
        ({ hostId }) => hostId,
      );
    });

  image
    .command('prefetch')
    .description(t('prefetch'))
    .argument('<image>', t('argImage'))
    .argument('[server...]', t('argServers'))
    .option('--all', t('optAllServers'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, servers: string[], options: WaitOptions & { all?: true }) => {
      if (servers.length > 0 === (options.all === true)) throw new UsageError(t('whichServers'));
      const client = await cli.client();
      const imageId = await idOf(cli, 'image', nameOrId);
      const hostIds: string[] = [];
      for (const server of servers) hostIds.push(await idOf(cli, 'host', server));
      if (options.all) {
        const { items } = await client('hostList', { query: { limit: 200, sort: 'name' } });
        hostIds.push(...items.map(({ id }) => id));
      }
      const { items } = await client('imagePrefetch', { params: { imageId }, body: { hostIds } });
      const started = items.flatMap(({ hostName, operationId }) =>
        operationId === null ? [] : [{ name: hostName, start: () => Promise.resolve({ operationId }) }],
      );
      if (started.length === 0) cli.print.line(t('nothingToCopy'));
      await runMany(cli, options, started, (host) => t('copied', { host }));
    });

  image
    .command('remove-copy')
    .description(t('removeCopy'))
    .argument('<image>', t('argImage'))
    .argument('<server>', t('argServer'))
    .option('-y, --yes', cli.t('yesOption'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, server: string, options: WaitOptions & { yes?: true }) => {
      const client = await cli.client();
      const { id: imageId, name } = await find(cli, 'image', nameOrId);
      const { id: hostId, name: host } = await find(cli, 'host', server);
      await cli.confirm(t('confirmRemoveCopy', { name, host }), options.yes);
      const ended = await runOne(
        cli,
        options,
        await client('imageCopyRemove', { params: { imageId, hostId } }),
      );
      if (!ended) return;
      cli.print.json(ended);
      cli.print.line(t('copyRemoved', { name, host }));
    });
}
