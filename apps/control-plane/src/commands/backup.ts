/** Everything that LouCloud knows, into one file and out of it. The VMs' disks are not in it: they stay on the hosts. */
import { resolve } from 'node:path';
import { readBackup, rowsIn, verifyBackup } from '../platform/backup/backup-file.ts';
import { isEmpty, loadRows } from '../platform/backup/backup-store.ts';
import { writeWholeBackup } from '../platform/backup/upgrade.ts';
import { type Config, ConfigError } from '../platform/config.ts';
import { writeSecret } from '../platform/data-folder.ts';
import type { Database } from '../platform/database/database.ts';
import { isMigration, migrate, migrationsOf } from '../platform/database/migrations.ts';

interface FileCommand {
  readonly config: Config;
  readonly options: readonly string[];
  /** Migrated up to there. */
  readonly open: (databaseUrl: string, upTo: string) => Promise<Database>;
  /** As it is. */
  readonly connect: (databaseUrl: string) => Promise<Database>;
  /** LouCloud's. */
  readonly version: string;
}

/** While the control plane serves or not; of a database of an earlier release too, which stays as it is. */
export async function backup({ config, connect, options: [path], version }: FileCommand): Promise<void> {
  if (path === undefined) throw new ConfigError('usage: backup FILE');
  await using database = disposable(await connect(config.databaseUrl));
  const { done } = await migrationsOf(database.db);
  const migration = done.at(-1);
  if (migration === undefined) throw new ConfigError('There is no LouCloud in this database yet.');
  const entries = await writeWholeBackup(database, resolve(path), { config, version, migration });
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
  const { done } = await migrationsOf(database.db);
  if (done.at(-1) !== header.migration || !(await isEmpty(database)))
    throw new ConfigError(
      'There is a LouCloud in this database already. Restore into an empty one: move the data folder away, or choose others (LOUCLOUD_DATA_DIR, LOUCLOUD_DATABASE_URL).',
    );
  for await (const entry of readBackup(path))
    if ('secret' in entry)
      await writeSecret(config, { name: entry.secret, content: Buffer.from(entry.content, 'base64') });
  await loadRows(database, rowsIn(path), { mark: true });
  await migrate(database.db, database.adapter);
  console.log(
    `Restored what was backed up at ${header.madeAt}. Start LouCloud: it reads the servers and shows what is true now.`,
  );
}

const disposable = (database: Database): Database & AsyncDisposable => ({
  ...database,
  [Symbol.asyncDispose]: () => database.close(),
});
