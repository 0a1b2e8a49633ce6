/**
 * The database's history. A migration that has been released is never edited: add the next one. Each of its statements
 * may be run again (`ifNotExists`, `unlessThere`): MySQL keeps those of a migration that was cut off.
 */
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { ConfigError } from '../config.ts';
import type { Adapter } from './dialects.ts';
import { first } from './migrations/0001-first.ts';
import { nothingIsLost } from './migrations/0002-nothing-is-lost.ts';
import type { Schema } from './schema.ts';

type Up = (db: Kysely<unknown>, adapter: Adapter) => Promise<void>;
/** By title, in order. */
export type History = Readonly<Record<string, Up>>;
export const history: History = { '0001-first': first, '0002-nothing-is-lost': nothingIsLost };

const migrations = (all: History, adapter: Adapter): Record<string, Migration> =>
  Object.fromEntries(
    Object.entries(all).map(([title, up]) => [title, { up: (db: Kysely<unknown>) => up(db, adapter) }]),
  );

const lastOf = (all: History): string => Object.keys(all).at(-1) ?? '';
export const lastMigration = lastOf(history);
export const isMigration = (title: string): boolean => Object.hasOwn(history, title);

/** What of the history this database has been through, and what is to come. A newer release's is refused. */
export async function migrationsOf(
  db: Kysely<Schema>,
  all = history,
): Promise<{ readonly done: readonly string[]; readonly pending: readonly string[] }> {
  const titles = Object.keys(all);
  const done = await recorded(db);
  const unknown = done.filter((title) => !titles.includes(title));
  if (unknown.length > 0)
    throw new ConfigError(
      `This database belongs to a newer LouCloud: it has been through ${unknown.join(', ')}, and this one knows the way up to ${lastOf(all)}. Start the newer one; or restore, into an empty database, the backup that it made before it changed this one (“backups” in its data folder).`,
    );
  return { done, pending: titles.filter((title) => !done.includes(title)) };
}

/** Brings the database to the present, or `upTo` a migration, never back; answers the titles of what it ran. */
export async function migrate(
  db: Kysely<Schema>,
  adapter: Adapter,
  { upTo, all = history }: { readonly upTo?: string | undefined; readonly all?: History } = {},
): Promise<string[]> {
  const { pending } = await migrationsOf(db, all);
  const target = upTo ?? lastOf(all);
  if (!pending.includes(target)) return [];
  const provider = { getMigrations: () => Promise.resolve(migrations(all, adapter)) };
  const { error, results = [] } = await adapter.unhurried(() =>
    new Migrator({ db, provider }).migrateTo(target),
  );
  if (error !== undefined) throw new Error('the database could not be migrated', { cause: error });
  return results.filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

/** As Kysely's migrator keeps it. */
async function recorded(db: Kysely<Schema>): Promise<string[]> {
  const known = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!known.some(({ name }) => name === 'kysely_migration')) return [];
  const own = db as unknown as Kysely<{ kysely_migration: { name: string } }>;
  const rows = await own.selectFrom('kysely_migration').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}
