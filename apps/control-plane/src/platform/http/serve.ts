/** Turns a table of endpoints into routes. Validation, access and what a reply may hold are enforced here and nowhere else. */
import {
  API_PREFIX,
  type Endpoint,
  type EndpointTable,
  type Page,
  type ReplyOf,
  type RequestOf,
} from '@loucloud/api';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import type { Caller } from '../caller.ts';
import { awaited } from '../database/urgency.ts';
import { forCaller } from './for-caller.ts';
import type { Gate } from './gate.ts';
import { pageItemOf, pageText } from './page-text.ts';
import type { SessionCookie } from './session-cookie.ts';

/** What a handler may need of HTTP itself: logging in and out do. */
export interface Exchange {
  readonly address: string;
  readonly userAgent: string;
  /** The secret of the session that the request came with, if any. */
  readonly sessionSecret: string | null;
  readonly setSession: (secret: string) => void;
  readonly clearSession: () => void;
}

type CallerOf<E extends Endpoint> = E['access'] extends 'public' ? null : Caller;

/** One handler per endpoint; a missing or misspelt one does not compile. */
export type Handlers<T extends EndpointTable> = {
  readonly [N in keyof T]: (
    request: RequestOf<T[N]>,
    caller: CallerOf<T[N]>,
    exchange: Exchange,
  ) => Promise<ReplyOf<T[N]>>;
};

type AnyHandler = (request: unknown, caller: Caller | null, exchange: Exchange) => Promise<unknown>;

export interface ServeContext {
  readonly gate: Gate;
  readonly cookie: SessionCookie;
}

export function serve<T extends EndpointTable>(
  app: FastifyInstance,
  table: T,
  handlers: Handlers<T>,
  { gate, cookie }: ServeContext,
): void {
  for (const [name, endpoint] of Object.entries(table)) {
    // The loop loses the pairing of each endpoint with its handler; Handlers<T> has already checked it.
    const handle = handlers[name] as AnyHandler;
    const pageItem = pageItemOf(endpoint);
    app.route({
      method: endpoint.method,
      url: API_PREFIX + endpoint.path,
      schema: schemaOf(endpoint),
      config: { endpoint: name },
      onRequest: gate.admit(endpoint.access),
      async handler(request, reply) {
        const { params, query, body, caller } = request;
        const exchange = exchangeOf(request, reply, cookie);
        const answer = await awaited(() => handle({ params, query, body }, caller, exchange));
        void reply.status(endpoint.status ?? 200).header('cache-control', 'no-store');
        if (pageItem) {
          // As its schema says.
          const text = pageText(answer as Page<Record<string, unknown>>, pageItem, reply);
          await reply.type(JSON_TYPE).send(text);
          return reply;
        }
        // A handler that answers nothing would hang the request.
        await reply.send(endpoint.status === 204 ? undefined : (forCaller(answer, caller) ?? {}));
        return reply;
      },
    });
  }
}

const JSON_TYPE = 'application/json; charset=utf-8';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The endpoint's name in the table: what metrics and logs call it. */
    endpoint?: string;
  }
}

function schemaOf({ params, query, body, reply, status = 200 }: Endpoint): FastifySchema {
  return {
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    ...(status !== 204 && { response: { [status]: reply } }),
  };
}

const exchangeOf = (request: FastifyRequest, reply: FastifyReply, cookie: SessionCookie): Exchange => ({
  address: request.ip,
  userAgent: request.headers['user-agent'] ?? '',
  sessionSecret: cookie.read(request),
  setSession: (secret) => cookie.set(reply, secret),
  clearSession: () => cookie.clear(reply),
});
