/** Requests one after another, so many of them at a time, and how long each took. */
import { Agent, request } from 'node:http';
import { type Figure, figure, percentile } from './bench.ts';

export interface Ask {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  /** Whose, where not all are of one. */
  readonly cookie?: string;
}

export interface Load {
  readonly url: string;
  readonly cookie?: string;
  readonly atOnce: number;
  /** Of the n-th request; null: that was all. */
  readonly ask: (n: number) => Ask | null;
}

export interface Outcome {
  /** Of each answer, in the order in which they came. */
  readonly times: readonly number[];
  readonly statuses: ReadonlyMap<number, number>;
  readonly seconds: number;
}

export async function load({ url, cookie, atOnce, ask }: Load): Promise<Outcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const times: number[] = [];
  const statuses = new Map<number, number>();
  const startedAt = performance.now();
  let count = 0;
  const client = async (): Promise<void> => {
    for (let next = ask(count++); next !== null; next = ask(count++)) {
      const askedAt = performance.now();
      const status = await send(agent, url, { ...(cookie !== undefined && { cookie }), ...next });
      times.push(performance.now() - askedAt);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  agent.destroy();
  return { times, statuses, seconds: (performance.now() - startedAt) / 1000 };
}

function send(agent: Agent, url: string, { method = 'GET', path, body, cookie = '' }: Ask): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = { cookie, origin: url, ...(body !== undefined && { 'content-type': 'application/json' }) };
  const asking = request(`${url}/api/v1${path}`, { agent, method, headers }, (answer) => {
    answer.resume();
    answer.once('end', () => resolve(answer.statusCode ?? 0));
    answer.once('error', reject);
  });
  asking.once('error', reject);
  asking.end(body);
  return promise;
}

/** p50, p95 and p99 of each round, under names that end in `as`. */
export const percentiles = (rounds: readonly Outcome[], as: string): Record<string, Figure> =>
  Object.fromEntries(
    [50, 95, 99].map((percent) => [
      `p${percent}${as}`,
      figure(
        rounds.map(({ times }) => percentile(times, percent)),
        'ms',
      ),
    ]),
  );

export const perSecond = (rounds: readonly Outcome[]): Figure =>
  figure(
    rounds.map(({ times, seconds }) => times.length / seconds),
    '/s',
  );
