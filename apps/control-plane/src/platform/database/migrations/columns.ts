/** What every migration makes tables of. */
import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { Adapter } from '../dialects.ts';

export type Column = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
export const required: Column = (column) => column.notNull();
export const key: Column = (column) => column.primaryKey();
export const unique: Column = (column) => column.notNull().unique();
export const references =
  (target: string): Column =>
  (column) =>
    column.notNull().references(target);
export const refers =
  (target: string): Column =>
  (column) =>
    column.references(target);

/** Column types that both databases read the same. Text columns that are keys stay under InnoDB's index limit. */
export const id = 'varchar(36)';
export const word = 'varchar(64)';
export const name = 'varchar(255)';
export const number = 'bigint';
export const json = 'text';

/** What a migration that was cut off has made already (MySQL: the column, the index is there) is left as it is. */
export async function unlessThere(making: { execute(): Promise<void> }): Promise<void> {
  try {
    await making.execute();
  } catch (error) {
    if (!DUPLICATES.has((error as { errno?: number }).errno ?? 0)) throw error;
  }
}

const DUPLICATES: ReadonlySet<number> = new Set([1060, 1061]);

export const tablesOf = (db: Kysely<unknown>, adapter: Adapter) => (title: string) => {
  const builder = db.schema.createTable(title).ifNotExists();
  return adapter.tableOptions === null ? builder : builder.modifyEnd(sql.raw(adapter.tableOptions));
};
