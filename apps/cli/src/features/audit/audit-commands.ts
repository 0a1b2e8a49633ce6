/** `loucloud audit`: the audit log. */
import { type Event, type EventType, type ObjectKind, eventTypes } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { type ListOptions, listAll, printPage } from '../../app/lists.ts';
import { idOrUndefined } from '../../app/lookup.ts';
import { formatTime } from '../../output/format.ts';
import { translator, word } from '../../words/i18n.ts';
import { kindMessages } from '../../words/nouns.messages.ts';
import { eventMessages } from '../../words/operations.messages.ts';
import { auditMessages } from './audit.messages.ts';

interface AuditOptions extends ListOptions {
  readonly type?: EventType;
  readonly actor?: string;
  readonly kind?: ObjectKind;
  readonly object?: string;
}

const LIST_LIMIT = 50;

export function auditCommands(program: Command, cli: Cli): void {
  const t = translator(auditMessages, cli.language);
  const audit = program.command('audit').description(t('audit'));
  audit
    .addOption(audit.createOption('--type <type>', t('optType')).choices([...eventTypes]))
    .option('--actor <user>', t('optActor'))
    .addOption(audit.createOption('--kind <kind>', t('optKind')).choices(Object.keys(kindMessages.en)))
    .option('--object <id>', t('optObject'))
    .option('--limit <count>', cli.t('limitOption'))
    .action(async (options: AuditOptions) => {
      const client = await cli.client();
      const actorId = await idOrUndefined(cli, 'user', options.actor);
      const filter = {
        sort: '-seq',
        ...(options.type === undefined ? {} : { type: options.type }),
        ...(actorId === undefined ? {} : { actorId }),
        ...(options.kind === undefined ? {} : { objectKind: options.kind }),
        ...(options.object === undefined ? {} : { objectId: options.object }),
      };
      const page = await listAll(
        cli,
        options,
        (query) => client('auditList', { query: { ...query, ...filter } }),
        LIST_LIMIT,
      );
      printPage<Event>(
        cli,
        page,
        [
          { header: t('time'), value: ({ at }) => formatTime(at) },
          { header: t('actor'), value: ({ actorName }) => actorName ?? t('system') },
          { header: t('from'), value: ({ address }) => address },
          { header: t('event'), value: ({ type }) => word(eventMessages, type, cli.language) },
          { header: t('object'), value: ({ objectName }) => objectName },
          { header: t('details'), value: ({ details }) => detailsText(details) },
        ],
        ({ seq }) => String(seq),
      );
    });
}

const detailsText = (details: Event['details']): string =>
  Object.entries(details)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(' ');
