/** Everything that LouCloud knows, into one file and out of it. The VMs' disks are not in it: they stay on the hosts. */
import { resolve } from 'node:path';
import { readBackup, verifyBackup, writeBackup } from '../platform/backup/backup-file.ts';
import type { BackupEntry } from '../platform/backup/backup-file.ts';
import { isEmpty, loadRows, withRows } from '../platform/backup/backup-store.ts';
import { type Config, ConfigError } from '../platform/config.ts';
import { readSecrets, writeSecret } from '../platform/data-folder.ts';
import type { Database } from '../platform/database/database.ts';
import { isMigration, lastMigration, migrate } from '../platform/database/migrations.ts';

interface FileCommand {
  readonly config: Config;
  readonly options: readonly string[];
  readonly open: (databaseUrl: string, upTo?: string) => Promise<Database>;
  /** LouCloud's. */
  readonly version: string;
}

/** While the control plane serves or not. */
export async function backup({ config, open, options: [path], version }: FileCommand): Promise<void> {
  if (path === undefined) throw new ConfigError('usage: backup FILE');
  await using database = disposable(await open(config.databaseUrl));
  const header = {
    version,
    migration: lastMigration,
    madeAt: new Date().toISOString(),
  };
  const secrets = await readSecrets(config);
  const entries = await withRows(database, (rows) =>
    writeBackup(
      resolve(path),
      header,
      (async function* () {
        for (const { name, content } of secrets) yield { secret: name, content: content.toString('base64') };
        yield* rows;
      })(),
    ),
  );
  console.log(`${path} holds ${entries} entries. It holds secrets too: only you can read it.`);
}

/** Into a data folder and a database that are empty. All of it or nothing. */
export async function restore({ config, open, options: [path] }: FileCommand): Promise<void> {
  if (path === undefined) throw new ConfigError('usage: restore FILE');
  const header = await verifyBackup(path);
  if (!isMigration(header.migration))
    throw new ConfigError(
      `The backup was made by LouCloud ${header.version}, which is newer than this one: upgrade first.`,
    );
  // At the backup's own migration, so that its rows fit.
  await using database = disposable(await open(config.databaseUrl, header.migration));
  if (!(await isEmpty(database)))
    throw new ConfigError(
      'There is a LouCloud in this database already. Restore into an empty one: move the data folder away, or choose others (LOUCLOUD_DATA_DIR, LOUCLOUD_DATABASE_URL).',
    );
  for await (const entry of readBackup(path))
    if ('secret' in entry)
      await writeSecret(config, { name: entry.secret, content: Buffer.from(entry.content, 'base64') });
  await loadRows(database, rowsOf(path));
  await migrate(database.db, database.adapter);
  console.log(
    `Restored what was backed up at ${header.madeAt}. Start LouCloud: it reads the servers and shows what is true now.`,
  );
}

async function* rowsOf(path: string): AsyncGenerator<Extract<BackupEntry, { table: string }>> {
  for await (const entry of readBackup(path)) if ('table' in entry) yield entry;
}

const disposable = (database: Database): Database & AsyncDisposable => ({
  ...database,
  [Symbol.asyncDispose]: () => database.close(),
});
