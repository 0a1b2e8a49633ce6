/** Lists by cursor: the sort key and id of the last row of a page, so that a page costs the same however deep it is. */
import {
  type Expression,
  type ReferenceExpression,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely';
import { UserError } from './errors.ts';
import type { Schema } from './database/schema.ts';

export interface ListQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly search?: string | undefined;
  /** A key of `SortColumns`, `-` before it for descending. */
  readonly sort?: string | undefined;
}

interface Cursor {
  readonly sort: string;
  readonly value: string | number;
  readonly id: string;
}

interface PageOptions {
  readonly query: ListQuery;
  /** API sort name → column. */
  readonly columns: Readonly<Record<string, string>>;
  readonly defaultSort: string;
  /** A unique column that breaks ties. */
  readonly idColumn: string;
}

const LIMIT_DEFAULT = 50;

/** Runs one page of `from` (filtered, not sorted). Rows are as selected; `total` counts the filtered rows. */
export async function selectPage<TB extends keyof Schema, Row extends Record<string, unknown>>(
  from: SelectQueryBuilder<Schema, TB, Row>,
  { query, columns, defaultSort, idColumn }: PageOptions,
): Promise<{ rows: Row[]; nextCursor: string | null; total: number }> {
  const sort = query.sort ?? defaultSort;
  const direction = sort.startsWith('-') ? 'desc' : 'asc';
  const column = columns[sort.replace(/^-/, '')];
  if (column === undefined) throw new UserError('invalid_request', { field: 'sort' });
  const limit = query.limit ?? LIMIT_DEFAULT;
  const sortRef = sql.ref(column);
  const idRef = sql.ref(idColumn);

  const counted = await from
    .clearSelect()
    .select(sql<number>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  let page = from.select([sortRef.as('page_key'), idRef.as('page_id')]);
  if (query.cursor !== undefined)
    page = page.where(after(decodeCursor(query.cursor, sort), direction, sortRef, idRef));
  const rows = await page
    .orderBy(sortRef, direction)
    .orderBy(idRef, direction)
    .limit(limit + 1)
    .execute();

  const shown = rows.slice(0, limit) as (Row & { page_key: string | number; page_id: string })[];
  const last = shown.at(-1);
  const nextCursor =
    rows.length > limit && last ? encodeCursor({ sort, value: last.page_key, id: last.page_id }) : null;
  return { rows: shown, nextCursor, total: counted.total };
}

function after(
  cursor: Cursor,
  direction: 'asc' | 'desc',
  column: Expression<unknown>,
  idColumn: Expression<unknown>,
): Expression<SqlBool> {
  const beyond = sql.raw(direction === 'asc' ? '>' : '<');
  return sql<SqlBool>`(${column} ${beyond} ${cursor.value} or (${column} = ${cursor.value} and ${idColumn} ${beyond} ${cursor.id}))`;
}

const encodeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function decodeCursor(text: string, sort: string): Cursor {
  try {
    const cursor: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (isCursor(cursor) && cursor.sort === sort) return cursor;
  } catch {
    // Not JSON: refused below, like any other text that we did not make.
  }
  throw new UserError('invalid_request', { field: 'cursor' });
}

function isCursor(value: unknown): value is Cursor {
  if (typeof value !== 'object' || value === null) return false;
  const { sort, value: key, id } = value as Record<string, unknown>;
  return (
    typeof sort === 'string' &&
    (typeof key === 'string' || typeof key === 'number') &&
    (typeof id === 'string' || typeof id === 'number')
  );
}

/** `column` contains `text`, whatever the case of ASCII letters; `%` and `_` mean themselves. */
export function contains(
  column: ReferenceExpression<Schema, keyof Schema> & string,
  text: string,
): Expression<SqlBool> {
  const pattern = `%${text.toLowerCase().replace(/[!%_]/g, (c) => `!${c}`)}%`;
  return sql<SqlBool>`lower(${sql.ref(column)}) like ${pattern} escape '!'`;
}
