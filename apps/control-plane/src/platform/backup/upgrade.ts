/**
 * Opens the database that people use. One of an earlier release is backed up and then migrated. A migration that fails
 * leaves the old state: by itself where the database undoes it, else out of that backup. One that is cut off is gone
 * through again by the next start, which each statement of a migration allows.
 */
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { TIMING } from '../claims/claim-keeper.ts';
import { livingPeers, nameAt } from '../claims/living-peers.ts';
import { type Config, ConfigError } from '../config.ts';
import { readSecrets } from '../data-folder.ts';
import { lockDataFolder } from '../database/data-lock.ts';
import { type Database, connectDatabase } from '../database/database.ts';
import { type History, history, migrate, migrationsOf } from '../database/migrations.ts';
import { type OldState, exclusively, oldState } from '../database/old-state.ts';
import { type BackupEntry, rowsIn, verifyBackup, writeBackup } from './backup-file.ts';
import { loadRows, withRows } from './backup-store.ts';

interface Upgrade {
  readonly config: Config;
  /** LouCloud's. */
  readonly version: string;
  readonly all?: History;
}

export async function openUpgraded(wanted: Upgrade): Promise<Database> {
  const database = connectDatabase(wanted.config.databaseUrl);
  try {
    const { pending } = await migrationsOf(database.db, wanted.all);
    if (pending.length > 0 || (await oldState.find(database.db))) await upgradeAlone(database, wanted);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Everything LouCloud knows, and its keys, into a new file; answers how many entries. */
export async function writeWholeBackup(
  database: Database,
  path: string,
  { config, version, migration }: Upgrade & { readonly migration: string },
): Promise<number> {
  const secrets = await readSecrets(config);
  const header = { version, migration, madeAt: new Date().toISOString() };
  return withRows(database, (rows) =>
    writeBackup(
      path,
      header,
      (async function* (): AsyncGenerator<BackupEntry> {
        for (const { name, content } of secrets) yield { secret: name, content: content.toString('base64') };
        yield* rows;
      })(),
    ),
  );
}

async function upgradeAlone(database: Database, wanted: Upgrade): Promise<void> {
  const { db, adapter } = database;
  // Whoever serves from it still writes by the old release.
  const unlock = lockDataFolder(wanted.config.dataDir);
  try {
    await exclusively(db, adapter, async () => {
      const found = await oldState.find(db);
      const { pending } = await migrationsOf(db, wanted.all);
      if (found || pending.length > 0) await refuseBesideOthers(database, wanted.config);
      if (found) await putBack(database, found, await oldState.tablesThere(db));
      await upgrade(database, wanted);
    });
  } finally {
    unlock();
  }
}

/** They would go on writing as the release before does, into what it does not know. */
async function refuseBesideOthers({ db }: Database, { dataDir }: Config): Promise<void> {
  if (!(await oldState.tablesThere(db)).has('control_plane')) return;
  const look = { name: nameAt(dataDir), everyMs: TIMING.beat, lookMs: TIMING.dead };
  const others = await livingPeers(db, look);
  if (others.length === 0) return;
  throw new ConfigError(
    `Another control plane of an earlier release serves over this database: ${others.join(', ')}. This release has to change the database first, which that one would not understand: stop all of them, then start this one. Nothing has been changed.`,
  );
}

async function upgrade(database: Database, wanted: Upgrade): Promise<void> {
  const { db, adapter } = database;
  const { all = history } = wanted;
  const { done, pending } = await migrationsOf(db, all);
  const [next] = pending;
  const from = done.at(-1);
  // Another control plane has done it while this one waited.
  if (next === undefined) return;
  // A new one: nothing is lost if it fails.
  if (from === undefined) return void (await migrate(db, adapter, { all }));
  const path = await newPath(wanted.config, next);
  const before = await oldState.tablesThere(db);
  await writeWholeBackup(database, path, { ...wanted, migration: from });
  try {
    await migrate(db, adapter, { all });
  } catch (cause) {
    if (!adapter.undoesMigrations) {
      const where = { machine: hostname(), path };
      await verifyBackup(path);
      await oldState.note(db, adapter, where);
      await putBack(database, where, before);
    }
    throw new ConfigError(
      `The database could not be brought to this release (${rootMessage(cause)}). It is as it was: the release before still runs over it. A backup of it is ${path}.`,
      { cause },
    );
  }
}

/** Safe to repeat: until it is done, the note of it stays. */
async function putBack(
  database: Database,
  { path, machine }: OldState,
  before: ReadonlySet<string>,
): Promise<void> {
  const { db, adapter } = database;
  const header = await verifyBackup(path).catch((cause: unknown) => {
    throw new ConfigError(
      `A migration of this database failed, and putting back what was before was cut off. That is in ${path} on ${machine}: start LouCloud there, or copy that file here, to the same path.`,
      { cause },
    );
  });
  await oldState.dropTables(db, before);
  await migrate(db, adapter, { upTo: header.migration });
  await loadRows(database, rowsIn(path), { mark: false });
  await oldState.forget(db);
}

async function newPath({ dataDir }: Config, next: string): Promise<string> {
  const folder = join(dataDir, 'backups');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const time = new Date().toISOString().replaceAll(/[-:.]/g, '');
  return join(folder, `before-${next}-${time}.loucloud`);
}

function rootMessage(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause !== undefined) root = root.cause;
  return root instanceof Error ? root.message : String(root);
}
