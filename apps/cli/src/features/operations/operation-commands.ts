/** `loucloud operation`: what has been asked for, and how it went. */
import {
  type Operation,
  type OperationState,
  type OperationType,
  type Placement,
  operationTypes,
} from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { Exit, OperationFailure } from '../../app/failures.ts';
import { type ListOptions, listAll, printOne, printPage } from '../../app/lists.ts';
import { idOrUndefined } from '../../app/lookup.ts';
import { reportFailure } from '../../app/report.ts';
import { waitForAll } from '../../app/wait.ts';
import { formatPercent, formatTime, formatTimeOrNull } from '../../output/format.ts';
import { problemText } from '../../words/error-text.ts';
import { translator, word } from '../../words/i18n.ts';
import {
  operationMessages,
  operationStateMessages,
  stepMessages,
  stepStateMessages,
} from '../../words/operations.messages.ts';
import { operationCommandMessages } from './operation.messages.ts';
import { printPlacement } from './placement-reasons.ts';

interface OperationListOptions extends ListOptions {
  readonly active?: true;
  readonly state?: OperationState;
  readonly type?: OperationType;
  readonly vm?: string;
}

const LIST_LIMIT = 50;
const states: OperationState[] = [
  'queued',
  'running',
  'undoing',
  'done',
  'failed',
  'cancelled',
  'superseded',
];

export function operationCommands(program: Command, cli: Cli): void {
  const t = translator(operationCommandMessages, cli.language);
  const operation = program.command('operation').description(t('operation'));

  operation
    .command('list')
    .description(t('list'))
    .option('--active', t('optActive'))
    .addOption(operation.createOption('--state <state>', t('optState')).choices(states))
    .addOption(operation.createOption('--type <type>', t('optType')).choices([...operationTypes]))
    .option('--vm <vm>', t('optVm'))
    .option('--limit <count>', cli.t('limitOption'))
    .action(async (options: OperationListOptions) => {
      const client = await cli.client();
      const objectId = await idOrUndefined(cli, 'vm', options.vm);
      const filter = {
        sort: '-createdAt',
        ...(options.state === undefined ? {} : { state: options.state }),
        ...(options.type === undefined ? {} : { type: options.type }),
        ...(objectId === undefined ? {} : { objectId }),
        ...(options.active === undefined ? {} : { isActive: true }),
      };
      const page = await listAll(
        cli,
        options,
        (query) => client('operationList', { query: { ...query, ...filter } }),
        LIST_LIMIT,
      );
      printPage(
        cli,
        page,
        [
          { header: cli.t('id'), value: ({ id }) => id },
          { header: t('type'), value: ({ type }) => word(operationMessages, type, cli.language) },
          { header: t('object'), value: ({ objectName }) => objectName },
          { header: cli.t('state'), value: (item) => stateText(cli, item) },
          { header: t('actor'), value: ({ actorName }) => actorName },
          { header: t('started'), value: ({ createdAt }) => formatTime(createdAt) },
        ],
        ({ id }) => id,
      );
    });

  operation
    .command('cancel')
    .description(t('cancel'))
    .argument('<operations...>', t('argOperations'))
    .action(async (operationIds: string[]) => {
      const client = await cli.client();
      for (const operationId of operationIds) {
        const { objectName } = await client('operationGet', { params: { operationId } });
        await client('operationCancel', { params: { operationId } });
        cli.print.line(t('cancelAsked', { name: objectName }));
      }
      cli.print.json(operationIds.map((operationId) => ({ operationId })));
    });

  operation
    .command('show')
    .description(t('show'))
    .argument('<operation>', t('argOperation'))
    .action(async (operationId: string) => {
      const client = await cli.client();
      showOperation(cli, await client('operationGet', { params: { operationId } }));
    });

  operation
    .command('wait')
    .description(t('wait'))
    .argument('<operations...>', t('argOperations'))
    .action(async (operationIds: string[]) => {
      const ended = await waitForAll(cli, operationIds);
      cli.print.json(ended);
      const failed = ended.filter(({ state }) => state !== 'done');
      for (const item of ended) {
        const type = word(operationMessages, item.type, cli.language);
        if (item.state === 'done')
          cli.print.line(t('ended', { name: item.objectName, type, state: stateText(cli, item) }));
        else reportFailure(cli, new OperationFailure(item));
      }
      if (failed.length > 0) throw new Exit(1);
    });
}

function stateText({ language, t }: Cli, { state, progress, waitingFor }: Operation): string {
  const text = word(operationStateMessages, state, language);
  if (waitingFor !== null) return `${text} (${t('waitingForServer', { name: waitingFor })})`;
  return state === 'running' && progress !== null ? `${text} ${formatPercent(progress)}` : text;
}

function showOperation(cli: Cli, operation: Operation): void {
  const t = translator(operationCommandMessages, cli.language);
  const { error, steps } = operation;
  const { placement, ...result } = operation.result;
  printOne(cli, operation, [
    [cli.t('id'), operation.id],
    [t('type'), word(operationMessages, operation.type, cli.language)],
    [t('object'), operation.objectName],
    [cli.t('state'), stateText(cli, operation)],
    [t('actor'), operation.actorName],
    [t('started'), formatTime(operation.createdAt)],
    [t('finished'), formatTimeOrNull(operation.finishedAt)],
    ...(error === null ? [] : [[t('error'), problemText(error, cli.language)] as const]),
    ...(Object.keys(result).length === 0 ? [] : [[t('result'), JSON.stringify(result)] as const]),
  ]);
  cli.print.line('');
  cli.print.table<Operation['steps'][number]>(
    [
      { header: t('step'), value: ({ name }) => word(stepMessages, name, cli.language) },
      { header: cli.t('state'), value: ({ state }) => word(stepStateMessages, state, cli.language) },
      { header: t('started'), value: ({ startedAt }) => formatTimeOrNull(startedAt) },
      { header: t('finished'), value: ({ finishedAt }) => formatTimeOrNull(finishedAt) },
    ],
    steps,
  );
  if (placement !== undefined) printPlacement(cli, placement as Placement); // as vm.create reports it
}
