/** Queries that nearly every request asks: putting one together and compiling it costs more than SQLite takes to answer it. */
import type { Compilable, CompiledQuery } from 'kysely';
import type { Db, Tx } from './database.ts';

type Sql = Db | Tx['sql'];
type Values = Readonly<Record<string, string | number | null>>;

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
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  return async (sql, values) => {
    const { adapter } = sql.getExecutor();
    const query = compiled.get(adapter) ?? build(sql, slots as V).compile();
    compiled.set(adapter, query);
    const parameters = query.parameters.map((value) => (value instanceof Slot ? values[value.name] : value));
    return (await sql.executeQuery<Row>({ ...query, parameters } satisfies CompiledQuery)).rows;
  };
}
