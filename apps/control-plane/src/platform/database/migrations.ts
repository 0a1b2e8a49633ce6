/** The database's history. A migration that has been released is never edited: add the next one. */
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Adapter } from './dialects.ts';
import { first } from './migrations/0001-first.ts';
import { nothingIsLost } from './migrations/0002-nothing-is-lost.ts';
import type { Schema } from './schema.ts';

type Up = (db: Kysely<unknown>, adapter: Adapter) => Promise<void>;
const history: Readonly<Record<string, Up>> = { '0001-first': first, '0002-nothing-is-lost': nothingIsLost };

const migrations = (adapter: Adapter): Record<string, Migration> =>
  Object.fromEntries(
    Object.entries(history).map(([title, up]) => [title, { up: (db: Kysely<unknown>) => up(db, adapter) }]),
  );

const names = Object.keys(history);
export const lastMigration = names.at(-1) ?? '';
export const isMigration = (title: string): boolean => names.includes(title);

/** Brings the database to the present, or `upTo` a migration; answers the names of what it ran. */
export async function migrate(db: Kysely<Schema>, adapter: Adapter, upTo = lastMigration): Promise<string[]> {
  const all = migrations(adapter);
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(all) } });
  const { error, results = [] } = await migrator.migrateTo(upTo);
  if (error !== undefined) throw new Error('the database could not be migrated', { cause: error });
  return results.filter((result) => result.status === 'Success').map((result) => result.migrationName);
}
