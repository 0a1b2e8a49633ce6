/** Who is in a class: lists from files, and first passwords, which are told once. */
import { readFile } from 'node:fs/promises';
import type { NewClassUser, RequestFor } from '@loucloud/api';
import type { Command } from 'commander';
import { readLines } from '../../app/ask.ts';
import type { Cli } from '../../app/cli.ts';
import { Refusal } from '../../app/failures.ts';
import { printItems } from '../../app/lists.ts';
import { find, idOf, idOrUndefined } from '../../app/lookup.ts';
import { problemText } from '../../words/error-text.ts';
import { translator } from '../../words/i18n.ts';
import { classMessages } from './class.messages.ts';

export function classMemberCommands(group: Command, cli: Cli): void {
  const t = translator(classMessages, cli.language);

  group
    .command('plan')
    .description(t('plan'))
    .requiredOption('--template <template>', t('optTemplate'))
    .requiredOption('--members <file>', t('optMembers'))
    .option('--class <class>', t('optClass'))
    .option('--start', t('optStart'))
    .action(async (options: { template: string; members: string; class?: string; start?: true }) => {
      const classId = await idOrUndefined(cli, 'class', options.class);
      const body = {
        members: await readMembers(cli, options.members),
        templateId: await idOf(cli, 'template', options.template),
        start: options.start === true,
        ...(classId === undefined ? {} : { classId }),
      };
      const { members } = await refuseBadLines(cli, body);
      printItems(
        cli,
        members,
        [
          { header: t('member'), value: ({ name }) => name },
          { header: t('known'), value: ({ isKnown }) => t(isKnown ? 'yes' : 'no') },
          {
            header: t('vm'),
            value: ({ problem, isMember }) =>
              problem ? problemText(problem, cli.language) : t(isMember ? 'isMember' : 'fits'),
          },
        ],
        ({ name }) => name,
      );
    });

  group
    .command('add')
    .description(t('add'))
    .argument('<class>', t('argClass'))
    .requiredOption('--members <file>', t('optMembers'))
    .action(async (nameOrId: string, options: { members: string }) => {
      const client = await cli.client();
      const { id: classId, name, templateId } = await find(cli, 'class', nameOrId);
      const members = await readMembers(cli, options.members);
      if (templateId !== null) await refuseBadLines(cli, { members, templateId, classId });
      const { newUsers } = await client('classMembersAdd', { params: { classId }, body: { members } });
      const { memberCount: count } = await client('classGet', { params: { classId } });
      cli.print.json({ newUsers });
      cli.print.line(t('added', { name, count }));
      printNewUsers(cli, newUsers);
    });

  group
    .command('remove-member')
    .description(t('removeMember'))
    .argument('<class>', t('argClass'))
    .argument('<member>', t('argMembers'))
    .action(async (nameOrId: string, member: string) => {
      const client = await cli.client();
      const { id: classId, name } = await find(cli, 'class', nameOrId);
      const [userId = ''] = (await memberIds(cli, { id: classId, name }, [member])) ?? [];
      await client('classMemberRemove', { params: { classId, userId } });
      cli.print.json({});
      cli.print.line(t('memberRemoved', { name, member }));
    });
}

/** Of these members; undefined: all. Whoever leads a class sees no list of users, only the class's. */
export async function memberIds(
  cli: Cli,
  { id: classId, name }: { id: string; name: string },
  members: readonly string[],
): Promise<string[] | undefined> {
  if (members.length === 0) return undefined;
  const client = await cli.client();
  const { items } = await client('classMemberList', { params: { classId } });
  return members.map((member) => {
    const found = items.find((item) => item.name === member || item.userId === member);
    if (!found) throw new Refusal(translator(classMessages, cli.language)('notMember', { name, member }));
    return found.userId;
  });
}

export const readMembers = async (cli: Cli, path: string): Promise<string> =>
  path === '-' ? (await readLines(cli.io)).join('\n') : readFile(path, 'utf8');

/** Tells each line that cannot be taken and why, before anything is done. */
export async function refuseBadLines(cli: Cli, body: RequestFor<'classPlan'>['body']) {
  const t = translator(classMessages, cli.language);
  const client = await cli.client();
  const plan = await client('classPlan', { body });
  if (plan.badLines.length === 0) return plan;
  const lines = plan.badLines.map(({ line, text, reason }) =>
    t('badLine', { line, text, reason: t(reason) }),
  );
  throw new Refusal([...lines, t('badList')].join('\n'));
}

export function printNewUsers(cli: Cli, users: readonly NewClassUser[]): void {
  const t = translator(classMessages, cli.language);
  if (users.length === 0 || cli.print.mode !== 'text') return;
  cli.print.line(t('newUsers'));
  cli.print.table(
    [
      { header: t('user'), value: ({ name }) => name },
      { header: t('password'), value: ({ password }) => password },
    ],
    users,
  );
}
