/** `loucloud overview`: the cloud at a glance. */
import { type Operation, type Overview, availabilityOf } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { formatBytes, formatMib, formatTime } from '../../output/format.ts';
import { errorText } from '../../words/error-text.ts';
import { healthMessages } from '../../words/hosts.messages.ts';
import { translator, word } from '../../words/i18n.ts';
import { operationMessages } from '../../words/operations.messages.ts';
import { availabilityMessages } from '../../words/placement.messages.ts';
import { stateMessages } from '../../words/vms.messages.ts';
import { overviewMessages } from './overview.messages.ts';

export function overviewCommands(program: Command, cli: Cli): void {
  const t = translator(overviewMessages, cli.language);
  program
    .command('overview')
    .description(t('overview'))
    .action(async () => {
      const client = await cli.client();
      const overview = await client('overviewGet');
      cli.print.json(overview);
      printHosts(cli, overview.hosts);
      cli.print.line('');
      const { userCount, imageCount, templateCount } = overview;
      cli.print.line(t('counts', { users: userCount, images: imageCount, templates: templateCount }));
      const states = Object.entries(overview.vmsByState)
        .filter(([, count]) => count > 0)
        .map(([state, count]) => `${count} ${word(stateMessages, state, cli.language)}`);
      cli.print.line(t('vmsByState', { states: states.join(', ') || t('noVms') }));
      const { vmCount, diskBytes } = overview.recycleBin;
      if (vmCount > 0) cli.print.line(t('recycleBin', { count: vmCount, size: formatBytes(diskBytes) }));
      const { leftoverCount: leftovers, missingPartCount: missing } = overview;
      if (leftovers + missing > 0) cli.print.line(t('findings', { leftovers, missing }));
      printOperations(cli, t('runningNow'), overview.runningOperations);
      printOperations(cli, t('lastFailures'), overview.lastFailures);
    });
}

function printHosts(cli: Cli, hosts: Overview['hosts']): void {
  const t = translator(overviewMessages, cli.language);
  const share = (pair: { reserved: number; capacity: number }, format: (value: number) => string) =>
    `${format(pair.reserved)}/${format(pair.capacity)}`;
  cli.print.table<Overview['hosts'][number]>(
    [
      { header: cli.t('host'), value: ({ name }) => name },
      { header: t('health'), value: (item) => conditionText(cli, item) },
      { header: cli.t('vms'), value: ({ vmCount }) => vmCount, align: 'right' },
      { header: t('running'), value: ({ runningVmCount }) => runningVmCount, align: 'right' },
      { header: cli.t('vcpus'), value: ({ vcpus }) => share(vcpus, String), align: 'right' },
      { header: cli.t('memory'), value: ({ memoryMib }) => share(memoryMib, formatMib), align: 'right' },
      { header: cli.t('disk'), value: ({ disk }) => share(disk, formatBytes), align: 'right' },
      { header: t('available'), value: ({ disk }) => formatBytes(disk.available), align: 'right' },
      { header: t('warnings'), value: ({ warnings }) => warnings, align: 'right' },
    ],
    hosts,
  );
}

/** Its health, and whether VMs may go there. */
function conditionText({ language }: Cli, host: Overview['hosts'][number]): string {
  const availability = availabilityOf(host);
  const health = word(healthMessages, host.health, language);
  return availability === 'open'
    ? health
    : `${health}, ${word(availabilityMessages, availability, language)}`;
}

function printOperations(cli: Cli, title: string, operations: readonly Operation[]): void {
  const t = translator(overviewMessages, cli.language);
  if (operations.length === 0) return;
  cli.print.line('');
  cli.print.line(title);
  for (const { createdAt, objectName, type, error } of operations) {
    const text = word(operationMessages, type, cli.language);
    const reason = error === null ? '' : ` – ${errorText(error, cli.language)}`;
    cli.print.line(t('item', { time: formatTime(createdAt), name: objectName, type: text }) + reason);
  }
}
