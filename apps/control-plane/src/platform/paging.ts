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

/** Where a page begins: behind the row of this sort key and id. */
export interface Place {
  readonly value: string | number;
  readonly id: string;
}

interface Cursor extends Place {
  readonly sort: string;
}

interface OrderOptions<Column extends string> {
  readonly query: ListQuery;
  /** API sort name → column. */
  readonly columns: Readonly<Record<string, Column>>;
  readonly defaultSort: string;
}

interface PageOptions extends OrderOptions<string> {
  /** A unique column that breaks ties. */
  readonly idColumn: string;
}

const LIMIT_DEFAULT = 50;

/** What is asked for, read; the way back from a page's last row to the cursor of the next. */
export function orderOf<Column extends string>({ query, columns, defaultSort }: OrderOptions<Column>) {
  const sort = query.sort ?? defaultSort;
  const column = columns[sort.replace(/^-/, '')];
  if (column === undefined) throw new UserError('invalid_request', { field: 'sort' });
  return {
    column,
    isDescending: sort.startsWith('-'),
    limit: query.limit ?? LIMIT_DEFAULT,
    after: query.cursor === undefined ? null : decodeCursor(query.cursor, sort),
    cursorAfter: ({ value, id }: Place) => encodeCursor({ sort, value, id }),
  };
}

/** Runs one page of `from` (filtered, not sorted). Rows are as selected; `total` counts the filtered rows. */
export async function selectPage<TB extends keyof Schema, Row extends Record<string, unknown>>(
  from: SelectQueryBuilder<Schema, TB, Row>,
  { idColumn, ...options }: PageOptions,
): Promise<{ rows: Row[]; nextCursor: string | null; total: number }> {
  const order = orderOf(options);
  const direction = order.isDescending ? 'desc' : 'asc';
  const { limit } = order;
  const sortRef = sql.ref(order.column);
  const idRef = sql.ref(idColumn);

  const counted = await from
    .clearSelect()
    .select(sql<number>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  let page = from.select([sortRef.as('page_key'), idRef.as('page_id')]);
  if (order.after) page = page.where(after(order.after, direction, sortRef, idRef));
  const rows = await page
    .orderBy(sortRef, direction)
    .orderBy(idRef, direction)
    .limit(limit + 1)
    .execute();

  const shown = rows.slice(0, limit) as (Row & { page_key: string | number; page_id: string })[];
  const last = shown.at(-1);
  const nextCursor =
    rows.length > limit && last ? order.cursorAfter({ value: last.page_key, id: last.page_id }) : null;
  return { rows: shown, nextCursor, total: counted.total };
}

function after(
  place: Place,
  direction: 'asc' | 'desc',
  column: Expression<unknown>,
  idColumn: Expression<unknown>,
): Expression<SqlBool> {
  const beyond = sql.raw(direction === 'asc' ? '>' : '<');
  return sql<SqlBool>`(${column} ${beyond} ${place.value} or (${column} = ${place.value} and ${idColumn} ${beyond} ${place.id}))`;
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
