/** Turns whatever was thrown into the API's one shape of refusal. Nobody outside ever reads an exception's text. */
import type { ErrorReply } from '@loucloud/api';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Adapter } from '../database/dialects.ts';
import { UserError } from '../errors.ts';
import { toInvalidRequest } from './validation.ts';

const RETRY_DATABASE_SECONDS = 5;

export function handleErrors(app: FastifyInstance, adapter: Pick<Adapter, 'isUnavailable'>): void {
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = toUserError(thrown, adapter);
    if (error.status >= 500) request.log.error({ err: thrown }, 'request failed');
    return sendError(error, request, reply);
  });
}

export function sendError(error: UserError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === 'number') void reply.header('retry-after', retryAfterSeconds);
  if (error.status === 401) void reply.header('www-authenticate', 'Bearer');
  const body: ErrorReply = {
    code: error.code,
    message: sentence(error),
    details: { ...error.details },
    requestId: request.id,
  };
  // A stream or a page may have been promised: the refusal is JSON all the same.
  return reply
    .status(error.status)
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(body);
}

function toUserError(thrown: FastifyError, adapter: Pick<Adapter, 'isUnavailable'>): UserError {
  if (thrown instanceof UserError) return thrown;
  if (adapter.isUnavailable(thrown))
    return new UserError('database_unavailable', { retryAfterSeconds: RETRY_DATABASE_SECONDS });
  if (thrown.statusCode === 413) return new UserError('payload_too_large', {}, { cause: thrown });
  const isRefusal = thrown.statusCode !== undefined && thrown.statusCode >= 400 && thrown.statusCode < 500;
  return isRefusal ? toInvalidRequest(thrown) : new UserError('internal', {}, { cause: thrown });
}

/** English, for people who read the API raw; pages and the command translate `code`. */
function sentence({ code, details }: UserError): string {
  const facts = Object.entries(details).map(([name, value]) => `${name}: ${String(value)}`);
  return [code.replaceAll('_', ' '), ...(facts.length > 0 ? [`(${facts.join(', ')})`] : [])].join(' ');
}
