/** `statistics` of a VM or a server: what the page draws as charts, as rows. */
import { type Statistics, type StatisticsRange, statisticsRanges } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { idOf } from '../../app/lookup.ts';
import { formatBytes, formatTime } from '../../output/format.ts';
import { translator } from '../../words/i18n.ts';
import { statisticsMessages } from './statistics.messages.ts';

const UNKNOWN = '–';

interface Options {
  readonly range: StatisticsRange;
}

export function statisticsCommand(parent: Command, kind: 'vm' | 'host', cli: Cli): void {
  const t = translator(statisticsMessages, cli.language);
  parent
    .command('statistics')
    .description(t(kind))
    .argument(kind === 'vm' ? '<vm>' : '<server>', t(kind === 'vm' ? 'argVm' : 'argHost'))
    .addOption(
      parent
        .createOption('--range <range>', t('optRange'))
        .choices([...statisticsRanges])
        .default('hour'),
    )
    .action(async (nameOrId: string, { range }: Options) => {
      const client = await cli.client();
      const id = await idOf(cli, kind, nameOrId);
      const query = { range };
      const statistics = await (kind === 'vm'
        ? client('vmStatistics', { params: { vmId: id }, query })
        : client('hostStatistics', { params: { hostId: id }, query }));
      cli.print.json(statistics);
      cli.print.table(columns(cli), rowsOf(statistics));
    });
}

interface Row {
  readonly at: string;
  readonly cores: string;
  readonly memory: string;
  readonly read: string;
  readonly written: string;
  readonly received: string;
  readonly sent: string;
}

function rowsOf(statistics: Statistics): Row[] {
  const from = Date.parse(statistics.from);
  const bytes = (figure: number | null = null) => (figure === null ? UNKNOWN : formatBytes(figure));
  return statistics.cpuCores.map((cores, index) => ({
    at: formatTime(new Date(from + index * statistics.pitchSeconds * 1000).toISOString()),
    cores: cores === null ? UNKNOWN : cores.toFixed(2),
    memory: bytes(statistics.memoryBytes[index]),
    read: bytes(statistics.diskReadBytesPerSecond[index]),
    written: bytes(statistics.diskWrittenBytesPerSecond[index]),
    received: bytes(statistics.receivedBytesPerSecond[index]),
    sent: bytes(statistics.sentBytesPerSecond[index]),
  }));
}

function columns(cli: Cli) {
  const t = translator(statisticsMessages, cli.language);
  const right = (header: string, value: (row: Row) => string) => ({ header, value, align: 'right' as const });
  return [
    { header: t('time'), value: ({ at }: Row) => at },
    right(t('cpu'), ({ cores }) => cores),
    right(cli.t('memory'), ({ memory }) => memory),
    right(t('read'), ({ read }) => read),
    right(t('written'), ({ written }) => written),
    right(t('received'), ({ received }) => received),
    right(t('sent'), ({ sent }) => sent),
  ];
}
