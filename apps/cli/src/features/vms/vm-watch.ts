/** Links by which others may watch a VM's screen. */
import { type WatchLink, watchPathOf } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { printItems } from '../../app/lists.ts';
import { idOf } from '../../app/lookup.ts';
import { formatTime } from '../../output/format.ts';
import type { Column } from '../../output/table.ts';
import { translator } from '../../words/i18n.ts';
import { vmMessages } from './vm.messages.ts';

const HOURS = '24';
const HOURS_MAX = 24 * 366;

export function vmWatchCommands(vm: Command, cli: Cli): void {
  const t = translator(vmMessages, cli.language);

  vm.command('watch-link')
    .description(t('watchLink'))
    .argument('<vm>', t('argVm'))
    .option('--hours <hours>', t('optHours'))
    .action(async (nameOrId: string, options: { readonly hours?: string }) => {
      const hours = cli.values.count(options.hours ?? HOURS, 1, HOURS_MAX);
      const { client, url } = await cli.connection();
      const vmId = await idOf(cli, 'vm', nameOrId);
      const { link, secret } = await client('watchLinkCreate', { params: { vmId }, body: { hours } });
      const address = url + watchPathOf(secret);
      cli.print.json({ ...link, url: address });
      if (cli.print.mode === 'text')
        cli.print.notice(t('watchLinkMade', { time: formatTime(link.expiresAt) }));
      cli.print.ids([address]);
      cli.print.line(address);
    });

  vm.command('watch-links')
    .description(t('watchLinks'))
    .argument('<vm>', t('argVm'))
    .action(async (nameOrId: string) => {
      const client = await cli.client();
      const vmId = await idOf(cli, 'vm', nameOrId);
      const { items } = await client('watchLinkList', { params: { vmId } });
      const columns: Column<WatchLink>[] = [
        { header: cli.t('id'), value: ({ id }) => id },
        { header: t('madeBy'), value: ({ createdByName }) => createdByName },
        { header: cli.t('created'), value: ({ createdAt }) => formatTime(createdAt) },
        { header: t('expires'), value: ({ expiresAt }) => formatTime(expiresAt) },
      ];
      printItems(cli, items, columns, ({ id }) => id);
    });

  vm.command('revoke-watch-link')
    .description(t('revokeWatchLink'))
    .argument('<vm>', t('argVm'))
    .argument('<links...>', t('argLinks'))
    .action(async (nameOrId: string, linkIds: string[]) => {
      const client = await cli.client();
      const vmId = await idOf(cli, 'vm', nameOrId);
      for (const linkId of linkIds) await client('watchLinkRevoke', { params: { vmId, linkId } });
      cli.print.json({ revoked: linkIds });
      for (const id of linkIds) cli.print.line(t('watchLinkRevoked', { id }));
    });
}
