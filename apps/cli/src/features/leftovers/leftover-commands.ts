/** `loucloud leftover`: what lies on the servers and no record knows. */
import type { Leftover, MissingPart, ReplyFor } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { printItems } from '../../app/lists.ts';
import { find, idOrUndefined } from '../../app/lookup.ts';
import { type WaitOptions, runOne } from '../../app/started.ts';
import { formatBytes, formatTime } from '../../output/format.ts';
import { errorMessages } from '../../words/errors.messages.ts';
import { translator, word } from '../../words/i18n.ts';
import { leftoverMessages } from './leftover.messages.ts';

interface RemoveOptions extends WaitOptions {
  readonly domain?: true;
  readonly powerOff?: boolean;
  readonly evenYoung?: boolean;
  readonly yes?: true;
}

export function leftoverCommands(program: Command, cli: Cli): void {
  const t = translator(leftoverMessages, cli.language);
  const leftover = program.command('leftover').description(t('leftover'));

  leftover
    .command('list')
    .description(t('list'))
    .option('--host <server>', t('optHost'))
    .action(async ({ host }: { host?: string }) => {
      const client = await cli.client();
      const hostId = await idOrUndefined(cli, 'host', host);
      printAll(cli, await client('leftoverList', { query: hostId === undefined ? {} : { hostId } }));
    });

  leftover
    .command('sweep')
    .description(t('sweep'))
    .action(async () => {
      const client = await cli.client();
      printAll(cli, await client('leftoverSweep'));
    });

  leftover
    .command('remove')
    .description(t('remove'))
    .argument('<server>', t('argHost'))
    .argument('<id>', t('argId'))
    .option('--domain', t('optDomain'))
    .option('--power-off', t('optPowerOff'))
    .option('--even-young', t('optEvenYoung'))
    .option('-y, --yes', cli.t('yesOption'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, id: string, options: RemoveOptions) => {
      const { domain, powerOff = false, evenYoung = false, yes, wait } = options;
      const client = await cli.client();
      const host = await find(cli, 'host', nameOrId);
      await cli.confirm(t('confirmRemove', { id, host: host.name }), yes);
      const kind = domain ? 'domain' : 'disk';
      const started = await client('leftoverRemove', {
        body: { hostId: host.id, kind, id, powerOff, evenYoung },
      });
      const operation = await runOne(cli, { wait }, started);
      if (!operation) return;
      cli.print.json(operation);
      cli.print.line(t('removed', { id, host: host.name }));
    });
}

function printAll(cli: Cli, { items, missing, hosts }: ReplyFor<'leftoverList'>): void {
  const t = translator(leftoverMessages, cli.language);
  printItems<Leftover>(cli, items, columnsOf(cli), ({ id }) => id);
  for (const part of missing) cli.print.notice(missingText(cli, part));
  for (const { hostName, problem } of hosts) {
    if (problem === null) continue;
    const reason = word(errorMessages, problem, cli.language);
    cli.print.notice(t('silent', { host: hostName, problem: reason }));
  }
}

function missingText(cli: Cli, { part, vmName, ownerName, hostName, firstSeenAt }: MissingPart): string {
  const t = translator(leftoverMessages, cli.language);
  const words = { name: vmName, owner: ownerName, host: hostName, at: formatTime(firstSeenAt) };
  return t(part === 'disk' ? 'missingDisk' : 'missingDomain', words);
}

function columnsOf(cli: Cli) {
  const t = translator(leftoverMessages, cli.language);
  return [
    { header: t('kind'), value: ({ kind }: Leftover) => t(kind) },
    { header: cli.t('host'), value: ({ hostName }: Leftover) => hostName },
    { header: t('where'), value: ({ name }: Leftover) => name },
    {
      header: cli.t('disk'),
      value: ({ kind, sizeBytes }: Leftover) => (kind === 'disk' ? formatBytes(sizeBytes) : ''),
      align: 'right' as const,
    },
    {
      header: t('changed'),
      value: ({ changedAt }: Leftover) => (changedAt === null ? '' : formatTime(changedAt)),
    },
    {
      header: t('firstSeen'),
      value: ({ firstSeenAt }: Leftover) => (firstSeenAt === null ? '' : formatTime(firstSeenAt)),
    },
    {
      header: t('was'),
      value: ({ vmName, recordedOn }: Leftover) =>
        recordedOn === null ? vmName : t('recordedOn', { name: vmName ?? '', host: recordedOn }),
    },
    { header: cli.t('owner'), value: ({ ownerName }: Leftover) => ownerName },
    { header: cli.t('id'), value: ({ id }: Leftover) => id },
  ];
}
