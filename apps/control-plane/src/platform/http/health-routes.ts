/** For those who watch the process: is it alive, and can it serve? */
import type { FastifyInstance } from 'fastify';
import type { Db } from '../database/database.ts';
import { eventStore } from '../events/event-store.ts';

const READY_WITHIN_MS = 2000;

/** Ready means that the database answers, with its tables. A dead host is no reason to be unready. */
export function healthRoutes(app: FastifyInstance, db: Db): void {
  app.get('/healthz', { logLevel: 'warn' }, async () => ({ status: 'ok' }));
  app.get('/readyz', { logLevel: 'warn' }, async (request, reply) => {
    try {
      await within(READY_WITHIN_MS, eventStore.lastSeq(db));
      return { status: 'ok' };
    } catch (error) {
      request.log.warn({ err: error }, 'not ready');
      return reply.status(503).send({ status: 'database_unavailable' });
    }
  });
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
