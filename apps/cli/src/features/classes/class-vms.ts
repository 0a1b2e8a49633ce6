/** What is done with all VMs of a class, or with those of some members. */
import type { ClassVerb, ClassVmResult } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { Exit } from '../../app/failures.ts';
import { find } from '../../app/lookup.ts';
import { type WaitOptions, runMany, runOne } from '../../app/started.ts';
import { problemText } from '../../words/error-text.ts';
import { translator } from '../../words/i18n.ts';
import { memberIds } from './class-members.ts';
import { classMessages } from './class.messages.ts';

interface ActOptions extends WaitOptions {
  readonly perHost?: string;
  readonly yes?: true;
}

const verbs = [
  ['start', 'start', 'start'],
  ['shutdown', 'shutdown', 'shutdown'],
  ['power-off', 'powerOff', 'powerOff'],
  ['reset', 'remake', 'reset'],
] as const satisfies readonly (readonly [string, ClassVerb, string])[];

export function classVmCommands(group: Command, cli: Cli): void {
  const t = translator(classMessages, cli.language);

  group
    .command('create-vms')
    .description(t('createVms'))
    .argument('<class>', t('argClass'))
    .option('--start', t('optStart'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, options: WaitOptions & { start?: true }) => {
      const client = await cli.client();
      const { id: classId } = await find(cli, 'class', nameOrId);
      const body = { start: options.start === true };
      const { items } = await client('classVmsCreate', { params: { classId }, body });
      if (items.length === 0) return cli.print.notice(t('allHave'));
      const hasRefused = printResults(cli, items);
      const made = items.flatMap(({ name, operationId }) =>
        operationId === null ? [] : [{ name, start: () => Promise.resolve({ operationId }) }],
      );
      await runMany(cli, options, made, (member) => t('vmMade', { member }));
      if (hasRefused) throw new Exit(1);
    });

  group
    .command('prefetch')
    .description(t('prefetch'))
    .argument('<class>', t('argClass'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, options: WaitOptions) => {
      const client = await cli.client();
      const { id: classId } = await find(cli, 'class', nameOrId);
      const { items } = await client('classPrefetch', { params: { classId } });
      for (const { hostName, operationId, problem } of items)
        if (operationId === null && problem === null) cli.print.notice(t('imageThere', { host: hostName }));
      const hasRefused = printResults(
        cli,
        items.map((item) => ({ ...item, name: item.hostName })),
      );
      const started = items.flatMap(({ hostName: name, operationId }) =>
        operationId === null ? [] : [{ name, start: () => Promise.resolve({ operationId }) }],
      );
      await runMany(cli, options, started, (host) => t('imageThere', { host }));
      if (hasRefused) throw new Exit(1);
    });

  for (const [name, action, help] of verbs) {
    const command = group
      .command(name)
      .description(t(help))
      .argument('<class>', t('argClass'))
      .argument('[members...]', t('argMembers'))
      .option('--per-host <count>', t('optPerHost'))
      .option('--no-wait', cli.t('noWaitOption'));
    if (action === 'remake') command.option('-y, --yes', cli.t('yesOption'));
    command.action((nameOrId: string, members: string[], options: ActOptions) =>
      act(cli, action, nameOrId, members, options),
    );
  }
}

async function act(
  cli: Cli,
  action: ClassVerb,
  nameOrId: string,
  members: readonly string[],
  options: ActOptions,
): Promise<void> {
  const t = translator(classMessages, cli.language);
  const client = await cli.client();
  const { id: classId, name, vmCount } = await find(cli, 'class', nameOrId);
  const userIds = await memberIds(cli, { id: classId, name }, members);
  const count = userIds?.length ?? vmCount;
  if (action === 'remake') await cli.confirm(t('confirmReset', { name, count }), options.yes);
  const body = {
    action,
    ...(userIds === undefined ? {} : { userIds }),
    ...(options.perHost === undefined ? {} : { perHost: cli.values.count(options.perHost, 1, 50) }),
  };
  const operation = await runOne(cli, options, await client('classAct', { params: { classId }, body }));
  if (!operation) return;
  cli.print.json(operation);
  cli.print.line(t('acted', { name }));
}

/** Says what was refused; true if anything was. */
export function printResults(cli: Cli, items: readonly Pick<ClassVmResult, 'name' | 'problem'>[]): boolean {
  const refused = items.filter(({ problem }) => problem !== null);
  for (const { name, problem } of refused)
    if (problem) cli.print.error(cli.t('failed', { name, reason: problemText(problem, cli.language) }));
  return refused.length > 0;
}
