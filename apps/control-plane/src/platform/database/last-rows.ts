/**
 * What a transaction over MySQL inserts at its end goes there together with its commit: each statement of its own is a
 * way there and back, which costs both sides more than the row does.
 */
import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import type { Schema } from './schema.ts';
import { severalStatements } from './watched-pool.ts';

interface LastRow {
  readonly query: CompiledQuery;
  readonly told: ((number: number) => void) | undefined;
}

/** A packet has a bound. */
const TOGETHER_MAX = 200;

export class LastRows {
  readonly #rows: LastRow[] = [];

  add(query: CompiledQuery, told?: (number: number) => void): void {
    this.#rows.push({ query, told });
  }

  /** In the order in which they came. If one fails, none after it is tried, nor is the commit. */
  async insertAndCommit(sql: Kysely<Schema>): Promise<void> {
    while (this.#rows.length > TOGETHER_MAX) await insert(sql, this.#rows.splice(0, TOGETHER_MAX), []);
    await insert(sql, this.#rows, [COMMIT]);
  }
}

async function insert(sql: Kysely<Schema>, rows: readonly LastRow[], then: readonly CompiledQuery[]) {
  const queries = [...rows.map(({ query }) => query), ...then];
  const answer = await sql.executeQuery<{ insertId: number }>(severalStatements(queries));
  for (const [index, { told }] of rows.entries()) told?.(answer.rows[index]?.insertId ?? 0);
}

/** As Kysely’s own transaction. `work` adds to its last rows. */
export function transactionWithLastRows<T>(
  db: Kysely<Schema>,
  work: (sql: Transaction<Schema>, last: LastRows) => Promise<T>,
): Promise<T> {
  return db.connection().execute(async (sql) => {
    const last = new LastRows();
    await sql.executeQuery(BEGIN);
    try {
      // A connection's Kysely is what a transaction's is, but for its name.
      const result = await work(sql as Transaction<Schema>, last);
      await last.insertAndCommit(sql);
      return result;
    } catch (error) {
      await sql.executeQuery(ROLLBACK).catch(() => {}); // a connection that has ended has rolled back
      throw error;
    }
  });
}

const BEGIN = CompiledQuery.raw('begin');
const COMMIT = CompiledQuery.raw('commit');
const ROLLBACK = CompiledQuery.raw('rollback');
