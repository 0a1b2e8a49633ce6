/**
 * Queries that many requests ask: putting one together and compiling it costs more than SQLite takes to answer it, and
 * half of what MySQL does.
 */
import type { Compilable, CompiledQuery, Insertable, Kysely, QueryResult } from 'kysely';
import type { Db, Tx } from './database.ts';
import type { Schema } from './schema.ts';

type Sql = Db | Tx['sql'];
type Value = string | number | null;
type Values = Readonly<Record<string, Value>>;

/** Stands for a value that is not known yet. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Each value of whatever name; Kysely only passes values on. */
const slots: unknown = new Proxy({}, { get: (_, name) => new Slot(String(name)) });

/**
 * `build` is called once for each kind of database, so it must make the same query whatever the values are: it may hand
 * them to Kysely, and not look at them.
 */
export function prepared<V extends Values, Row>(
  build: (sql: Sql, values: V) => Compilable<Row>,
): (sql: Sql, values: V) => Promise<Row[]> {
  const ask = asked(build);
  return async (sql, values) => (await ask(sql, values)).rows;
}

/** As `prepared`, for what changes rows: answers how many it met. */
export function preparedChange<V extends Values>(
  build: (sql: Sql, values: V) => Compilable,
): (sql: Sql, values: V) => Promise<number> {
  const ask = asked(build);
  return async (sql, values) => Number((await ask(sql, values)).numAffectedRows);
}

function asked<V extends Values, Row>(
  build: (sql: Sql, values: V) => Compilable<Row>,
): (sql: Sql, values: V) => Promise<QueryResult<Row>> {
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  return (sql, values) => {
    const { adapter } = sql.getExecutor();
    const query = compiled.get(adapter) ?? build(sql, slots as V).compile();
    compiled.set(adapter, query);
    const parameters = query.parameters.map((value) => (value instanceof Slot ? values[value.name] : value));
    return sql.executeQuery<Row>({ ...query, parameters } satisfies CompiledQuery);
  };
}

const inserts = new WeakMap<object, Map<string, CompiledQuery>>();

/** Of one row; compiled once for these columns. */
export function insertion<T extends keyof Schema>(
  sql: Sql,
  table: T,
  row: Insertable<Schema[T]>,
): CompiledQuery {
  const { adapter } = sql.getExecutor();
  const known = inserts.get(adapter) ?? new Map<string, CompiledQuery>();
  inserts.set(adapter, known);
  const name = `${table} ${Object.keys(row).join()}`;
  // Of any table: its columns are the row's.
  const anyTable = sql as unknown as Kysely<Record<string, Values>>;
  const query = known.get(name) ?? anyTable.insertInto(table).values(row).compile();
  known.set(name, query);
  return { ...query, parameters: Object.values(row) };
}
