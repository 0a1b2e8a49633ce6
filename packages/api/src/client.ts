/** The typed client for the console and the command: the tables are all it knows. */
import { API_PREFIX, type Endpoint, type ReplyOf, type RequestOf } from './endpoint.ts';
import type { ErrorDetails, ErrorCode, ErrorReply } from './errors.ts';
import { type EndpointName, type Endpoints, allEndpoints } from './table.ts';

export type RequestFor<N extends EndpointName> = RequestOf<Endpoints[N]>;
export type ReplyFor<N extends EndpointName> = ReplyOf<Endpoints[N]>;

/** The server's refusal: `code` and `details` make the translated sentence. `unreachable`: there was no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ErrorCode | 'unreachable';
  readonly details: ErrorDetails;
  readonly requestId: string | null;

  constructor(
    status: number,
    reply: Omit<ErrorReply, 'code' | 'requestId'> & { code: ErrorCode | 'unreachable'; requestId?: string },
    options?: ErrorOptions,
  ) {
    super(reply.message, options);
    this.name = 'ApiError';
    this.status = status;
    this.code = reply.code;
    this.details = reply.details;
    this.requestId = reply.requestId ?? null;
  }
}

export interface ClientOptions {
  /** `''` in a browser: the page's own origin. */
  readonly baseUrl: string;
  /** An API token; without one the browser's cookie is used. */
  readonly token?: string;
  readonly fetch?: typeof fetch;
}

export type Client = <N extends EndpointName>(
  name: N,
  // An endpoint that takes nothing may be called with nothing.
  ...request: unknown extends RequestFor<N> ? [] : [RequestFor<N>]
) => Promise<ReplyFor<N>>;

interface AnyRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export function createClient({ baseUrl, token, fetch: send = fetch }: ClientOptions): Client {
  return async (name, ...[request = {}]) => {
    const endpoint: Endpoint = allEndpoints[name];
    const { params = {}, query = {}, body } = request as AnyRequest;
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await send(baseUrl + urlOf(endpoint.path, params, query), {
      method: endpoint.method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new ApiError(
        0,
        { code: 'unreachable', message: 'the server cannot be reached', details: {} },
        { cause },
      );
    });
    const answer: unknown = response.status === 204 ? {} : await response.json().catch(() => null);
    if (!response.ok) throw new ApiError(response.status, toErrorReply(answer));
    return answer as never; // The server checks each reply against the same table.
  };
}

export function urlOf(
  path: string,
  params: Readonly<Record<string, string>>,
  query: Readonly<Record<string, unknown>> = {},
): string {
  const filled = path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  return `${API_PREFIX}${filled}${search.size > 0 ? `?${search.toString()}` : ''}`;
}

/** Something between us and the server may answer in its own words (a proxy's 502 page). */
function toErrorReply(
  answer: unknown,
): ErrorReply | { code: 'unreachable'; message: string; details: ErrorDetails } {
  if (typeof answer === 'object' && answer !== null && 'code' in answer) return answer as ErrorReply;
  return { code: 'unreachable', message: 'the answer did not come from LouCloud', details: {} };
}
