/** `loucloud user`: the administrator's users. */
import type { RequestFor, User } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { UsageError } from '../../app/failures.ts';
import { type ListOptions, listAll, printOne, printPage, withListOptions } from '../../app/lists.ts';
import { find, idOf } from '../../app/lookup.ts';
import { type PasswordOptions, newPassword } from '../../app/passwords.ts';
import { type QuotaOptions, quotaOf } from '../../app/quota-table.ts';
import { formatTime, formatTimeOrNull } from '../../output/format.ts';
import { translator, word } from '../../words/i18n.ts';
import { roleMessages } from '../../words/nouns.messages.ts';
import { userDeleteCommands } from './user-delete.ts';
import { printUserQuota, withQuotaOptions } from './user-quota.ts';
import { userMessages } from './user.messages.ts';

type Changes = RequestFor<'userUpdate'>['body'];

interface CreateOptions extends PasswordOptions, QuotaOptions {
  readonly displayName?: string;
}

interface UpdateOptions extends PasswordOptions {
  readonly name?: string;
  readonly displayName?: string;
  readonly askPassword?: true;
}

export function userCommands(program: Command, cli: Cli): void {
  const t = translator(userMessages, cli.language);
  const user = program.command('user').description(t('user'));

  const list = user
    .command('list')
    .description(t('list'))
    .addOption(user.createOption('--disabled <choice>', t('optDisabled')).choices(['yes', 'no']));
  withListOptions(list, cli, 'userList').action(
    async (options: ListOptions & { disabled?: 'yes' | 'no' }) => {
      const client = await cli.client();
      const filter = options.disabled === undefined ? {} : { isDisabled: options.disabled === 'yes' };
      const page = await listAll(cli, options, (query) =>
        client('userList', { query: { ...query, ...filter } }),
      );
      printPage(
        cli,
        page,
        [
          { header: cli.t('name'), value: ({ name }) => name },
          { header: t('displayName'), value: ({ displayName }) => displayName },
          { header: t('role'), value: ({ role }) => word(roleMessages, role, cli.language) },
          { header: t('isDisabled'), value: ({ isDisabled }) => cli.t(isDisabled ? 'yes' : 'no') },
          { header: cli.t('vms'), value: ({ usage, quota }) => `${usage.vms}/${quota.vms}`, align: 'right' },
          {
            header: t('lastLogin'),
            value: ({ lastLoginAt }) => (lastLoginAt === null ? cli.t('never') : formatTime(lastLoginAt)),
          },
        ],
        ({ id }) => id,
      );
    },
  );

  user
    .command('show')
    .description(t('show'))
    .argument('<user>', t('argUser'))
    .action(async (nameOrId: string) => showUser(cli, await find(cli, 'user', nameOrId)));

  const create = user
    .command('create')
    .description(t('create'))
    .argument('<name>', t('argName'))
    .option('--display-name <name>', t('optDisplayName'));
  withQuotaOptions(withPasswordOptions(create, cli), cli).action(
    async (name: string, options: CreateOptions) => {
      const client = await cli.client();
      const ownQuota = quotaOf(cli, options);
      const { displayName } = options;
      const password = await newPassword(cli, options);
      const made = await client('userCreate', {
        body: {
          name,
          password,
          ...(displayName === undefined ? {} : { displayName }),
          ...(Object.keys(ownQuota).length === 0 ? {} : { ownQuota }),
        },
      });
      said(cli, made, t('created', { name }), options.generate ? password : null);
    },
  );

  const update = user
    .command('update')
    .description(t('update'))
    .argument('<user>', t('argUser'))
    .option('--name <name>', t('optName'))
    .option('--display-name <name>', t('optDisplayName'))
    .option('--ask-password', t('optAskPassword'));
  withPasswordOptions(update, cli).action(async (nameOrId: string, options: UpdateOptions) => {
    const { name, displayName } = options;
    const hasPassword = options.askPassword || options.passwordStdin || options.generate;
    if (name === undefined && displayName === undefined && !hasPassword)
      throw new UsageError(cli.usage('nothingToChange'));
    const userId = await idOf(cli, 'user', nameOrId);
    const password = hasPassword ? await newPassword(cli, options) : undefined;
    const body: Changes = {
      ...(name === undefined ? {} : { name }),
      ...(displayName === undefined ? {} : { displayName }),
      ...(password === undefined ? {} : { password }),
    };
    const client = await cli.client();
    const changed = await client('userUpdate', { params: { userId }, body });
    said(cli, changed, t('updated', { name: changed.name }), options.generate ? (password ?? null) : null);
  });

  for (const [name, isDisabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    user
      .command(name)
      .description(t(name))
      .argument('<user>', t('argUser'))
      .action(async (nameOrId: string) => {
        const client = await cli.client();
        const userId = await idOf(cli, 'user', nameOrId);
        const changed = await client('userUpdate', { params: { userId }, body: { isDisabled } });
        said(cli, changed, t(isDisabled ? 'disabled' : 'enabled', { name: changed.name }), null);
      });
  }

  const quota = user.command('quota').description(t('quota')).argument('<user>', t('argUser'));
  withQuotaOptions(quota, cli).action(async (nameOrId: string, options: QuotaOptions) => {
    const client = await cli.client();
    const ownQuota = quotaOf(cli, options);
    const found = await find(cli, 'user', nameOrId);
    const hasChanges = Object.keys(ownQuota).length > 0;
    printUserQuota(
      cli,
      hasChanges ? await client('userUpdate', { params: { userId: found.id }, body: { ownQuota } }) : found,
    );
  });

  userDeleteCommands(user, cli);
}

function withPasswordOptions(command: Command, cli: Cli): Command {
  return command
    .addOption(command.createOption('--password-stdin', cli.t('passwordOption')).conflicts('generate'))
    .option('--generate', cli.t('generateOption'));
}

/** A generated password is printed once, here. */
function said(cli: Cli, user: User, text: string, generated: string | null): void {
  cli.print.json(generated === null ? user : { ...user, password: generated });
  cli.print.ids(generated === null ? [] : [generated]);
  cli.print.line(text);
  if (generated !== null) cli.print.line(cli.t('generated', { name: user.name, password: generated }));
}

function showUser(cli: Cli, user: User): void {
  const t = translator(userMessages, cli.language);
  printOne(cli, user, [
    [cli.t('name'), user.name],
    [t('displayName'), user.displayName],
    [cli.t('id'), user.id],
    [t('role'), word(roleMessages, user.role, cli.language)],
    [t('isDisabled'), cli.t(user.isDisabled ? 'yes' : 'no')],
    [cli.t('created'), formatTime(user.createdAt)],
    [t('lastLogin'), formatTimeOrNull(user.lastLoginAt) ?? cli.t('never')],
  ]);
  cli.print.line('');
  if (cli.print.mode === 'text') printUserQuota(cli, user);
}
