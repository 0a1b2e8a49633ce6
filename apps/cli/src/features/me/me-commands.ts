/** `loucloud whoami`, `password` and `profile`: one's own account. */
import { ApiError, type Me, type RequestFor } from '@loucloud/api';
import type { Command } from 'commander';
import { readLines } from '../../app/ask.ts';
import type { Cli } from '../../app/cli.ts';
import { existingPassword, newPassword, checkedPassword } from '../../app/passwords.ts';
import { printQuota } from '../../app/quota-table.ts';
import { translator, word } from '../../words/i18n.ts';
import { roleMessages } from '../../words/nouns.messages.ts';
import { meMessages } from './me.messages.ts';

type Changes = RequestFor<'meUpdate'>['body'];

interface ProfileOptions {
  readonly displayName?: string;
  readonly language?: 'zh-CN' | 'en' | 'auto';
  readonly theme?: 'light' | 'dark' | 'auto';
  readonly desktopScaling?: 'yes' | 'no';
  readonly pageSize?: '20' | '50' | '100';
}

export function meCommands(program: Command, cli: Cli): void {
  const t = translator(meMessages, cli.language);

  program
    .command('whoami')
    .description(t('whoami'))
    .action(async () => {
      const { client, url } = await cli.connection();
      const me = await client('meGet');
      cli.print.json(me);
      cli.print.ids([me.user.name]);
      cli.print.fields([
        [cli.t('name'), me.user.name],
        [t('displayName'), me.user.displayName],
        [t('role'), word(roleMessages, me.user.role, cli.language)],
        [t('address'), url],
      ]);
      cli.print.line('');
      printQuota(cli, me.user);
    });

  program
    .command('password')
    .description(t('password'))
    .option('--password-stdin', t('optPasswordStdin'))
    .action(async ({ passwordStdin }: { passwordStdin?: true }) => {
      const client = await cli.client();
      const body = passwordStdin ? await readBoth(cli) : await askBoth(cli);
      await client('meChangePassword', { body });
      cli.print.json({});
      cli.print.line(t('changed'));
      const isStillIn = await client('meGet').then(
        () => true,
        (error: unknown) => !(error instanceof ApiError && error.code === 'unauthenticated'),
      );
      if (!isStillIn) cli.print.notice(t('loginAgain'));
    });

  const profile = program.command('profile').description(t('profile'));
  profile
    .option('--display-name <name>', t('optDisplayName'))
    .addOption(
      profile.createOption('--language <language>', t('optLanguage')).choices(['zh-CN', 'en', 'auto']),
    )
    .addOption(profile.createOption('--theme <theme>', t('optTheme')).choices(['light', 'dark', 'auto']))
    .addOption(profile.createOption('--desktop-scaling <choice>', t('optScaling')).choices(['yes', 'no']))
    .addOption(profile.createOption('--page-size <rows>', t('optPageSize')).choices(['20', '50', '100']))
    .action(async (options: ProfileOptions) => {
      const client = await cli.client();
      const body = changesOf(options);
      const hasChanges = Object.keys(body).length > 0;
      showProfile(cli, hasChanges ? await client('meUpdate', { body }) : await client('meGet'));
    });
}

function changesOf({ displayName, language, theme, desktopScaling, pageSize }: ProfileOptions): Changes {
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(language === undefined ? {} : { language: language === 'auto' ? null : language }),
    ...(theme === undefined ? {} : { theme: theme === 'auto' ? null : theme }),
    ...(desktopScaling === undefined ? {} : { desktopScaling: desktopScaling === 'yes' }),
    ...(pageSize === undefined ? {} : { pageSize }),
  };
}

function showProfile(cli: Cli, me: Me): void {
  const t = translator(meMessages, cli.language);
  const { language, theme, desktopScaling, pageSize } = me.preferences;
  cli.print.json(me);
  cli.print.fields([
    [t('displayName'), me.user.displayName],
    [t('language'), language ?? t('auto')],
    [t('theme'), theme ?? t('auto')],
    [t('scaling'), cli.t(desktopScaling ? 'yes' : 'no')],
    [t('pageSize'), pageSize],
  ]);
}

async function askBoth(cli: Cli) {
  const t = translator(meMessages, cli.language);
  const currentPassword = await existingPassword(cli, {}, t('askCurrent'));
  return { currentPassword, newPassword: await newPassword(cli, {}) };
}

async function readBoth(cli: Cli) {
  const [currentPassword = '', next = ''] = await readLines(cli.io);
  return { currentPassword, newPassword: checkedPassword(cli, next) };
}
