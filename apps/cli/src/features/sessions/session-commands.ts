/** `loucloud login` and `logout`, sessions and API tokens. */
import type { Session } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { UsageError } from '../../app/failures.ts';
import { printItems } from '../../app/lists.ts';
import { formatTime } from '../../output/format.ts';
import type { Column } from '../../output/table.ts';
import { translator } from '../../words/i18n.ts';
import { loginCommands } from './login.ts';
import { sessionMessages } from './session.messages.ts';
import { tokenCommands } from './token-commands.ts';

export function sessionCommands(program: Command, cli: Cli): void {
  const t = translator(sessionMessages, cli.language);
  loginCommands(program, cli);

  const session = program.command('session').description(t('session'));
  session
    .command('list')
    .description(t('sessionList'))
    .action(async () => {
      const client = await cli.client();
      const { items } = await client('sessionList');
      const columns: Column<Session>[] = [
        { header: cli.t('id'), value: ({ id }) => id },
        { header: cli.t('created'), value: ({ createdAt }) => formatTime(createdAt) },
        { header: t('lastUsed'), value: ({ lastUsedAt }) => formatTime(lastUsedAt) },
        { header: t('expires'), value: ({ expiresAt }) => formatTime(expiresAt) },
        { header: t('address'), value: ({ address }) => address },
        { header: t('browser'), value: ({ userAgent }) => userAgent },
      ];
      printItems(cli, items, columns, ({ id }) => id);
    });

  session
    .command('end')
    .description(t('sessionEnd'))
    .argument('[ids...]', t('argSessions'))
    .option('--all', t('optAll'))
    .action(async (ids: string[], { all }: { all?: true }) => {
      if (ids.length === 0 && !all) throw new UsageError(t('whichSessions'));
      const client = await cli.client();
      const ending = all ? (await client('sessionList')).items.map(({ id }) => id) : ids;
      for (const sessionId of ending) await client('sessionDelete', { params: { sessionId } });
      cli.print.json({ ended: ending });
      cli.print.line(t('sessionsEnded', { count: ending.length }));
    });

  tokenCommands(program, cli);
}
