/** `loucloud class`. */
import type { Class, ClassMember } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { UsageError } from '../../app/failures.ts';
import { type ListOptions, listAll, printPage, withListOptions } from '../../app/lists.ts';
import { find, idOf, idOrUndefined } from '../../app/lookup.ts';
import { formatTimeOrNull } from '../../output/format.ts';
import { problemText } from '../../words/error-text.ts';
import { translator, word } from '../../words/i18n.ts';
import { operationMessages } from '../../words/operations.messages.ts';
import { stateMessages } from '../../words/vms.messages.ts';
import { classMemberCommands, printNewUsers, readMembers, refuseBadLines } from './class-members.ts';
import { classVmCommands, printResults } from './class-vms.ts';
import { classMessages } from './class.messages.ts';

interface ChangeOptions {
  readonly name?: string;
  readonly description?: string;
  readonly template?: string;
  readonly teacher?: string;
  readonly expires?: string;
  /** commander's name for `--never-expires`. */
  readonly neverExpires?: true;
}
type CreateOptions = ChangeOptions & { readonly template: string; readonly members: string };

export function classCommands(program: Command, cli: Cli): void {
  const t = translator(classMessages, cli.language);
  const group = program.command('class').description(t('class'));

  withListOptions(group.command('list').description(t('list')), cli, 'classList').action(
    async (options: ListOptions) => {
      const client = await cli.client();
      const page = await listAll(cli, options, (query) => client('classList', { query }));
      printPage<Class>(
        cli,
        page,
        [
          { header: cli.t('name'), value: ({ name }) => name },
          { header: t('teacher'), value: ({ ownerName }) => ownerName },
          { header: cli.t('template'), value: ({ templateName }) => templateName },
          { header: t('members'), value: ({ memberCount }) => memberCount, align: 'right' },
          { header: cli.t('vms'), value: ({ vmCount }) => vmCount, align: 'right' },
          { header: t('running'), value: ({ runningCount }) => runningCount, align: 'right' },
          { header: t('expires'), value: ({ expiresAt }) => formatTimeOrNull(expiresAt) },
        ],
        ({ id }) => id,
      );
    },
  );

  group
    .command('show')
    .description(t('show'))
    .argument('<class>', t('argClass'))
    .action(async (nameOrId: string) => {
      const client = await cli.client();
      const found = await find(cli, 'class', nameOrId);
      const { items } = await client('classMemberList', { params: { classId: found.id } });
      printClass(cli, found, items);
    });

  const create = group
    .command('create')
    .description(t('create'))
    .argument('<name>', t('argName'))
    .requiredOption('--template <template>', t('optTemplate'))
    .requiredOption('--members <file>', t('optMembers'));
  withCommonOptions(create, cli).action(async (name: string, options: CreateOptions) => {
    const client = await cli.client();
    const members = await readMembers(cli, options.members);
    const templateId = await idOf(cli, 'template', options.template);
    await refuseBadLines(cli, { members, templateId });
    const ownerId = await idOrUndefined(cli, 'user', options.teacher);
    const { description, expires } = options;
    const body = {
      name,
      templateId,
      members,
      ...(description === undefined ? {} : { description }),
      ...(ownerId === undefined ? {} : { ownerId }),
      ...(expires === undefined ? {} : { expiresAt: timeOf(cli, expires) }),
    };
    const made = await client('classCreate', { body });
    cli.print.json(made);
    cli.print.ids([made.class.id]);
    cli.print.line(t('created', { name, count: made.class.memberCount }));
    printNewUsers(cli, made.newUsers);
  });

  const update = group
    .command('update')
    .description(t('update'))
    .argument('<class>', t('argClass'))
    .option('--name <name>', t('optName'))
    .option('--template <template>', t('optTemplate'))
    .option('--never-expires', t('optNever'));
  withCommonOptions(update, cli).action(async (nameOrId: string, options: ChangeOptions) => {
    const client = await cli.client();
    const ownerId = await idOrUndefined(cli, 'user', options.teacher);
    const templateId = await idOrUndefined(cli, 'template', options.template);
    const { name, description, expires } = options;
    const body = {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(ownerId === undefined ? {} : { ownerId }),
      ...(templateId === undefined ? {} : { templateId }),
      ...(expires === undefined ? {} : { expiresAt: timeOf(cli, expires) }),
      ...(options.neverExpires ? { expiresAt: null } : {}),
    };
    if (Object.keys(body).length === 0) throw new UsageError(cli.usage('nothingToChange'));
    const classId = await idOf(cli, 'class', nameOrId);
    const changed = await client('classUpdate', { params: { classId }, body });
    cli.print.json(changed);
    cli.print.line(t('updated', { name: changed.name }));
  });

  classMemberCommands(group, cli);
  classVmCommands(group, cli);

  group
    .command('remove')
    .description(t('remove'))
    .argument('<class>', t('argClass'))
    .option('--delete-vms', t('optDeleteVms'))
    .option('-y, --yes', cli.t('yesOption'))
    .action(async (nameOrId: string, options: { deleteVms?: true; yes?: true }) => {
      const client = await cli.client();
      const { id: classId, name, vmCount } = await find(cli, 'class', nameOrId);
      const deleteVms = options.deleteVms === true;
      const question = deleteVms
        ? t('confirmRemoveVms', { name, count: vmCount })
        : t('confirmRemove', { name });
      await cli.confirm(question, options.yes);
      const { items } = await client('classRemove', { params: { classId }, query: { deleteVms } });
      cli.print.json(items);
      cli.print.line(t('removed', { name }));
      printResults(cli, items);
    });
}

function withCommonOptions(command: Command, cli: Cli): Command {
  const t = translator(classMessages, cli.language);
  return command
    .option('--description <text>', t('optDescription'))
    .option('--teacher <user>', t('optTeacher'))
    .option('--expires <time>', t('optExpires'));
}

/** A day alone ends at its midnight, where the reader is. */
function timeOf(cli: Cli, text: string): string {
  const time = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59` : text);
  if (Number.isNaN(time.getTime()))
    throw new UsageError(translator(classMessages, cli.language)('badTime', { time: text }));
  return time.toISOString();
}

function printClass(cli: Cli, found: Class, members: readonly ClassMember[]): void {
  const t = translator(classMessages, cli.language);
  cli.print.json({ ...found, members });
  cli.print.ids([found.id]);
  cli.print.fields([
    [cli.t('name'), found.name],
    [cli.t('id'), found.id],
    [cli.t('description'), found.description],
    [t('teacher'), found.ownerName],
    [cli.t('template'), found.templateName],
    [t('expires'), formatTimeOrNull(found.expiresAt) ?? t('optNever')],
  ]);
  cli.print.line('');
  cli.print.table(
    [
      { header: t('member'), value: ({ name }) => name },
      { header: t('vm'), value: ({ vm }) => vm?.name ?? null },
      { header: cli.t('state'), value: ({ vm }) => (vm ? stateOf(cli, vm) : null) },
      {
        header: t('problem'),
        value: ({ problem }) => (problem ? problemText(problem, cli.language) : null),
      },
    ],
    members,
  );
}

const stateOf = (cli: Cli, { state, operation }: NonNullable<ClassMember['vm']>): string =>
  operation
    ? word(operationMessages, operation.type, cli.language)
    : word(stateMessages, state, cli.language);
