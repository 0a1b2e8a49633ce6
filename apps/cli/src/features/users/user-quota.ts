/** A user's limits: where each comes from, and what is used of it. */
import type { QuotaResource, User } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { quotaResources } from '../../app/quota-table.ts';
import { formatAmount } from '../../output/format.ts';
import { translator } from '../../words/i18n.ts';
import { quotaMessages } from '../../words/nouns.messages.ts';
import { userMessages } from './user.messages.ts';

export function withQuotaOptions(command: Command, cli: Cli): Command {
  const t = translator(userMessages, cli.language);
  return command
    .option('--vms <count>', t('optVms'))
    .option('--running-vms <count>', t('optRunning'))
    .option('--vcpus <count>', t('optVcpus'))
    .option('--memory <size>', t('optMemory'))
    .option('--disk <size>', t('optDisk'));
}

export function printUserQuota(cli: Cli, { id, quota, ownQuota, usage }: User): void {
  const t = translator(userMessages, cli.language);
  const nameOf = translator(quotaMessages, cli.language);
  cli.print.json({ quota, ownQuota, usage });
  cli.print.ids([id]);
  cli.print.table<QuotaResource>(
    [
      { header: cli.t('resource'), value: (resource) => nameOf(resource) },
      { header: cli.t('used'), value: (resource) => formatAmount(resource, usage[resource]), align: 'right' },
      {
        header: cli.t('limit'),
        value: (resource) => formatAmount(resource, quota[resource]),
        align: 'right',
      },
      { header: t('source'), value: (resource) => t(ownQuota[resource] === null ? 'default' : 'own') },
    ],
    quotaResources,
  );
}
