/** What lies at a path on a server, before it is registered as an image. */
import type { HostFiles } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { printItems } from '../../app/lists.ts';
import { idOf } from '../../app/lookup.ts';
import { formatBytes } from '../../output/format.ts';
import { errorText } from '../../words/error-text.ts';
import { translator } from '../../words/i18n.ts';
import { hostMessages } from './host.messages.ts';

export function hostFilesCommand(host: Command, cli: Cli): void {
  const t = translator(hostMessages, cli.language);
  host
    .command('files')
    .description(t('files'))
    .argument('<server>', t('argHost'))
    .argument('[path]', t('argPath'))
    .action(async (nameOrId: string, path: string | undefined) => {
      const client = await cli.client();
      const hostId = await idOf(cli, 'host', nameOrId);
      const query = path === undefined ? {} : { path };
      const sight = await client('hostFiles', { params: { hostId }, query });
      if (sight.image) {
        cli.print.json(sight.image);
        cli.print.fields(fieldsOf(sight.image, cli));
        return;
      }
      printItems<HostFiles['items'][number]>(
        cli,
        sight.items,
        [
          { header: t('filePath'), value: (entry) => entry.path },
          {
            header: t('fileSize'),
            value: ({ isFolder, sizeBytes }) => (isFolder ? '' : formatBytes(sizeBytes)),
          },
        ],
        (entry) => entry.path,
      );
      if (sight.refusal !== null && sight.items.length === 0)
        cli.print.notice(errorText({ code: sight.refusal, details: {} }, cli.language));
    });
}

function fieldsOf({ format, sizeBytes, virtualSizeBytes }: NonNullable<HostFiles['image']>, cli: Cli) {
  const t = translator(hostMessages, cli.language);
  return [
    [t('fileFormat'), format],
    [t('fileSize'), formatBytes(sizeBytes)],
    [t('fileDisk'), formatBytes(virtualSizeBytes)],
  ] as const;
}
