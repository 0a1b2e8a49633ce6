/** `loucloud login` and `logout`: the token of this machine. */
import { hostname } from 'node:os';
import { ApiError, createClient } from '@loucloud/api';
import type { Command } from 'commander';
import { askLine, readFirstLine } from '../../app/ask.ts';
import { type Cli, sendAsCommand } from '../../app/cli.ts';
import { type Login, forgetLogin, writeLogin } from '../../app/config-file.ts';
import { Refusal, UsageError } from '../../app/failures.ts';
import { makeToken } from '../../app/password-login.ts';
import { type PasswordOptions, existingPassword } from '../../app/passwords.ts';
import { translator } from '../../words/i18n.ts';
import { sessionMessages } from './session.messages.ts';
import { readExpiry } from './token-commands.ts';

interface LoginOptions extends PasswordOptions {
  readonly name?: string;
  readonly expiresInDays?: string;
  readonly tokenStdin?: true;
}

const NAME_MAX = 63;

export function loginCommands(program: Command, cli: Cli): void {
  const t = translator(sessionMessages, cli.language);

  program
    .command('login')
    .description(t('login'))
    .argument('[url]', t('argUrl'))
    .option('--name <name>', t('optName'))
    .option('--password-stdin', cli.t('passwordOption'))
    .option('--expires-in-days <days>', t('optExpires'))
    .option('--token-stdin', t('optTokenStdin'))
    .action(async (address: string | undefined, options: LoginOptions) => {
      const before = await cli.readLogin().catch(() => null); // a damaged file is about to be replaced
      const known = address ?? (cli.io.env['LOUCLOUD_URL'] || before?.url);
      if (known === undefined) throw new UsageError(cli.t('notLoggedIn'));
      const url = cli.readUrl(known);
      if (isExposed(url)) cli.print.notice(t('plainHttp', { url }));
      const login = options.tokenStdin
        ? await loginByToken(url, await readFirstLine(cli.io))
        : await loginByPassword(cli, url, options, before);
      await writeLogin(cli.configPath, login);
      // The token that this machine had until now is of no more use.
      if (before?.url === url && before.token !== login.token) await revoke(before).catch(() => undefined);
      cli.print.json({ url, userName: login.userName, tokenId: login.tokenId });
      cli.print.line(t('loggedIn', { url, name: login.userName, path: cli.configPath }));
    });

  program
    .command('logout')
    .description(t('logout'))
    .action(async () => {
      const login = await cli.readLogin();
      if (login === null) throw new Refusal(t('wasNotLoggedIn'));
      const isRevoked = await revoke(login).then(
        () => true,
        (error: unknown) => error instanceof ApiError && error.code !== 'unreachable', // it was no longer good
      );
      await forgetLogin(cli.configPath);
      cli.print.json({ url: login.url, isRevoked });
      cli.print.line(t('loggedOut', { url: login.url }));
      if (!isRevoked) cli.print.notice(t('stillGood'));
      if (cli.io.env['LOUCLOUD_TOKEN']) cli.print.notice(t('keptByEnvironment'));
    });
}

async function loginByPassword(
  cli: Cli,
  url: string,
  options: LoginOptions,
  before: Login | null,
): Promise<Login> {
  const t = translator(sessionMessages, cli.language);
  const expiresInDays = readExpiry(cli, options.expiresInDays);
  const name = options.name ?? (await askName(cli, before?.url === url ? before.userName : undefined));
  const password = await existingPassword(cli, options, t('askPassword', { name }));
  const machine = hostname().slice(0, NAME_MAX).trim() || 'loucloud';
  const { token, secret, userName } = await makeToken(
    { url, name, password },
    { name: machine, expiresInDays },
  );
  return { url, token: secret, tokenId: token.id, userName };
}

/** A token's own id is not told; `logout` leaves such a token as it is, because others may use it. */
async function loginByToken(url: string, token: string): Promise<Login> {
  const client = createClient({ baseUrl: url, token, fetch: sendAsCommand });
  const { user } = await client('meGet');
  return { url, token, tokenId: '', userName: user.name };
}

async function askName(cli: Cli, known: string | undefined): Promise<string> {
  const t = translator(sessionMessages, cli.language);
  if (cli.io.stdin.isTTY !== true) {
    if (known !== undefined) return known;
    throw new UsageError(t('nameNeeded'));
  }
  return (await askLine(cli.io, t('askName'))).trim() || (known ?? '');
}

async function revoke({ url, token, tokenId }: Login): Promise<void> {
  if (tokenId === '') return;
  const client = createClient({ baseUrl: url, token, fetch: sendAsCommand });
  await client('tokenDelete', { params: { tokenId } });
}

function isExposed(url: string): boolean {
  const { protocol, hostname: host } = new URL(url);
  return protocol === 'http:' && host !== 'localhost' && host !== '[::1]' && !host.startsWith('127.');
}
