/** `loucloud token`. A token cannot make another, so making one asks for the password. */
import type { ApiToken } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { Refusal } from '../../app/failures.ts';
import { printItems } from '../../app/lists.ts';
import { makeToken } from '../../app/password-login.ts';
import { type PasswordOptions, existingPassword } from '../../app/passwords.ts';
import { formatTime } from '../../output/format.ts';
import type { Column } from '../../output/table.ts';
import { translator, word } from '../../words/i18n.ts';
import { kindMessages } from '../../words/nouns.messages.ts';
import { sessionMessages } from './session.messages.ts';

interface TokenOptions extends PasswordOptions {
  readonly expiresInDays?: string;
}

export const readExpiry = (cli: Cli, days: string | undefined): number | null =>
  days === undefined ? null : cli.values.count(days, 1, 3650);

export function tokenCommands(program: Command, cli: Cli): void {
  const t = translator(sessionMessages, cli.language);
  const token = program.command('token').description(t('token'));

  token
    .command('list')
    .description(t('tokenList'))
    .action(async () => {
      const client = await cli.client();
      const { items } = await client('tokenList');
      const columns: Column<ApiToken>[] = [
        { header: cli.t('name'), value: ({ name }) => name },
        { header: cli.t('id'), value: ({ id }) => id },
        { header: cli.t('created'), value: ({ createdAt }) => formatTime(createdAt) },
        {
          header: t('lastUsed'),
          value: ({ lastUsedAt }) => (lastUsedAt === null ? cli.t('never') : formatTime(lastUsedAt)),
        },
        {
          header: t('expires'),
          value: ({ expiresAt }) => (expiresAt === null ? cli.t('never') : formatTime(expiresAt)),
        },
      ];
      printItems(cli, items, columns, ({ id }) => id);
    });

  token
    .command('create')
    .description(t('tokenCreate'))
    .argument('<name>', t('argTokenName'))
    .option('--expires-in-days <days>', t('optExpires'))
    .option('--password-stdin', cli.t('passwordOption'))
    .action(async (name: string, options: TokenOptions) => {
      const expiresInDays = readExpiry(cli, options.expiresInDays);
      const { client, url } = await cli.connection();
      const { user } = await client('meGet');
      const password = await existingPassword(cli, options, t('askPassword', { name: user.name }));
      const made = await makeToken({ url, name: user.name, password }, { name, expiresInDays });
      cli.print.json({ token: made.token, secret: made.secret });
      if (cli.print.mode === 'text') cli.print.notice(t('tokenMade'));
      cli.print.ids([made.secret]);
      cli.print.line(made.secret);
    });

  token
    .command('revoke')
    .description(t('tokenRevoke'))
    .argument('<tokens...>', t('argTokens'))
    .action(async (namesOrIds: string[]) => {
      const client = await cli.client();
      const { items } = await client('tokenList');
      const chosen = namesOrIds.map((nameOrId) => chooseToken(cli, items, nameOrId));
      for (const { id } of chosen) await client('tokenDelete', { params: { tokenId: id } });
      cli.print.json({ revoked: chosen.map(({ id }) => id) });
      for (const { name } of chosen) cli.print.line(t('tokenRevoked', { name }));
    });
}

function chooseToken(cli: Cli, tokens: readonly ApiToken[], nameOrId: string): ApiToken {
  const matches = tokens.filter(({ id, name }) => id === nameOrId || name === nameOrId);
  const [only] = matches;
  if (only === undefined) {
    const kind = word(kindMessages, 'token', cli.language);
    throw new Refusal(cli.t('notHere', { kind, name: nameOrId, command: 'token' }));
  }
  if (matches.length === 1) return only;
  const lines = matches.map(({ id, createdAt }) => `  ${id}  ${formatTime(createdAt)}`);
  throw new Refusal([cli.t('ambiguous', { name: nameOrId }), ...lines].join('\n'));
}
