/** The HTTP server: what every request passes through, whatever the feature. Routes are added by `serve` and its like. */
import cookie from '@fastify/cookie';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { UserError } from '../errors.ts';
import { newId } from '../ids.ts';
import { serveConsole } from './console-files.ts';
import { serveDocs } from './docs-page.ts';
import { handleErrors, sendError } from './error-replies.ts';
import { type Authenticate, Gate } from './gate.ts';
import { healthRoutes } from './health-routes.ts';
import { serveMetrics } from './metrics.ts';
import { Origins } from './origins.ts';
import { secureHeaders } from './security-headers.ts';
import { SessionCookie } from './session-cookie.ts';
import { validatorCompiler } from './validation.ts';

const BODY_MAX_BYTES = 64 * 1024;
/** A whole request has to arrive within this. */
const REQUEST_TIMEOUT_MS = 30_000;
const WEBSOCKET_MESSAGE_MAX_BYTES = 1024 * 1024;

export interface ServerDeps {
  readonly config: Pick<Config, 'publicOrigins' | 'isSecure' | 'trustedProxies'>;
  readonly database: Database;
  readonly log: Logger;
  readonly authenticate: Authenticate;
  readonly registry: Registry;
  /** The built console's folder. */
  readonly consoleDir: string;
  readonly version: string;
}

export interface Server {
  readonly app: FastifyInstance;
  readonly gate: Gate;
  readonly cookie: SessionCookie;
}

export async function createServer(deps: ServerDeps): Promise<Server> {
  const { publicOrigins, isSecure, trustedProxies } = deps.config;
  const sessionCookie = new SessionCookie(isSecure);
  const gate = new Gate({
    authenticate: deps.authenticate,
    cookie: sessionCookie,
    origins: new Origins(publicOrigins),
  });
  const log: FastifyBaseLogger = deps.log;
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }), // see logRequests
    genReqId: newId,
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Over https there is a proxy; it says for whom it asks. Nobody else is believed.
    trustProxy: isSecure ? ['loopback', ...trustedProxies] : false,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) =>
      void sendError(new UserError('invalid_request', { rule: error.code }), request, reply),
  });
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  app.decorateRequest('caller', null);
  handleErrors(app, deps.database.adapter);
  logRequests(app);

  secureHeaders(app, publicOrigins, isSecure);
  await app.register(cookie);
  await app.register(websocket, {
    options: {
      maxPayload: WEBSOCKET_MESSAGE_MAX_BYTES,
      // The other subprotocol that a browser offers is its ticket; it is never sent back.
      handleProtocols: (offered) => (offered.has('loucloud') ? 'loucloud' : false),
    },
  });
  healthRoutes(app, deps.database.db);
  serveMetrics(app, deps.registry, gate);
  await serveDocs(app, deps.version);
  await serveConsole(app, deps.consoleDir);
  return { app, gate, cookie: sessionCookie };
}

/** One line per request, without its query, headers or body. */
function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      path: request.url.split('?', 1)[0],
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      userId: request.caller?.userId,
      address: request.ip,
    };
    request.log[request.method === 'GET' ? 'debug' : 'info'](line, 'request');
  });
}
