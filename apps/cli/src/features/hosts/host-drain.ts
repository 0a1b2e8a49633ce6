/** Emptying a server. */
import type { DrainPlanItem, DrainedVm } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { printItems } from '../../app/lists.ts';
import { find, idOf } from '../../app/lookup.ts';
import { type WaitOptions, runOne } from '../../app/started.ts';
import { problemText } from '../../words/error-text.ts';
import { translator, word } from '../../words/i18n.ts';
import { stateMessages, verdictMessages } from '../../words/vms.messages.ts';
import { drainOutcomeMessages } from '../../words/drain.messages.ts';
import { hostMessages } from './host.messages.ts';

interface DrainOptions extends WaitOptions {
  readonly leaveStopped?: true;
  readonly shutDown?: true;
  readonly yes?: true;
}

export function hostDrainCommands(host: Command, cli: Cli): void {
  const t = translator(hostMessages, cli.language);

  host
    .command('drain')
    .description(t('drain'))
    .argument('<server>', t('argHost'))
    .option('--leave-stopped', t('optLeaveStopped'))
    .option('--shut-down', t('optShutDown'))
    .option('-y, --yes', cli.t('yesOption'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, { leaveStopped, shutDown, yes, wait }: DrainOptions) => {
      const client = await cli.client();
      const { id: hostId, name } = await find(cli, 'host', nameOrId);
      await cli.confirm(t('confirmDrain', { name }), yes);
      const body = {
        stopped: leaveStopped ? ('leave' as const) : ('move' as const),
        unmovable: shutDown ? ('shutDown' as const) : ('leave' as const),
      };
      const started = await client('hostDrain', { params: { hostId }, body });
      const operation = await runOne(cli, { wait }, started);
      if (!operation) return;
      printItems(
        cli,
        (operation.result['vms'] ?? []) as DrainedVm[],
        outcomeColumns(cli),
        ({ vmId }) => vmId,
      );
      cli.print.line(t('drained', { name }));
    });

  host
    .command('drain-plan')
    .description(t('drainPlan'))
    .argument('<server>', t('argHost'))
    .action(async (nameOrId: string) => {
      const client = await cli.client();
      const hostId = await idOf(cli, 'host', nameOrId);
      const { items } = await client('hostDrainPlan', { params: { hostId } });
      printItems<DrainPlanItem>(
        cli,
        items,
        [
          { header: t('vm'), value: ({ name }) => name },
          { header: cli.t('owner'), value: ({ ownerName }) => ownerName },
          { header: cli.t('state'), value: ({ state }) => word(stateMessages, state, cli.language) },
          { header: t('way'), value: ({ way }) => t(way) },
          { header: t('problem'), value: ({ reason }) => reasonText(cli, reason) },
        ],
        ({ vmId }) => vmId,
      );
    });
}

function reasonText(cli: Cli, reason: DrainPlanItem['reason']): string {
  if (reason === null) return '';
  if (reason === 'no_room') return translator(hostMessages, cli.language)('noRoom');
  return word(verdictMessages, reason, cli.language);
}

function outcomeColumns(cli: Cli) {
  const t = translator(hostMessages, cli.language);
  return [
    { header: t('vm'), value: ({ name }: DrainedVm) => name },
    {
      header: t('outcome'),
      value: ({ outcome }: DrainedVm) => word(drainOutcomeMessages, outcome, cli.language),
    },
    { header: t('to'), value: ({ to }: DrainedVm) => to ?? '' },
    {
      header: t('problem'),
      value: ({ problem }: DrainedVm) => (problem === null ? '' : problemText(problem, cli.language)),
    },
  ];
}
