/**
 * For tests: a server of the endpoints table. What it is sent and what it answers must be as the table's schemas say, or
 * the request fails and the fault is kept. A test gives the answers of the endpoints that it needs, and no others.
 */
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  API_PREFIX,
  type Endpoint,
  type EndpointName,
  type ErrorCode,
  type ErrorDetails,
  type ReplyFor,
  type RequestFor,
  allEndpoints,
  errorCodes,
} from '@loucloud/api';
import { Check, Convert, Errors } from 'typebox/value';

export type Answers = {
  readonly [N in EndpointName]?: (request: RequestFor<N>, headers: Headers) => ReplyFor<N>;
};
type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface Received {
  readonly name: EndpointName;
  readonly request: { readonly params?: unknown; readonly query?: unknown; readonly body?: unknown };
  readonly headers: Headers;
}

/** What a test's answer throws to refuse. */
export class Refused extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

const REQUEST_ID = '01a20300-8506-7ddb-b0f3-99e22ec42915';
export const SESSION_COOKIE = 'session=s3cret';

export class TableServer implements AsyncDisposable {
  readonly received: Received[] = [];
  /** Where the command or the test broke the contract. */
  readonly faults: string[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #answers: Answers;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  static async start(answers: Answers): Promise<TableServer> {
    const server = new TableServer(answers);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // TCP, so no pipe's name
  }

  /** The requests to one endpoint. */
  requests<N extends EndpointName>(name: N): RequestFor<N>[] {
    const matching = this.received.filter((received) => received.name === name);
    return matching.map(({ request }) => request as RequestFor<N>); // checked against the table on arrival
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    if (this.faults.length > 0) throw new Error(this.faults.join('\n'));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const found = endpointOf(incoming.method ?? '', url.pathname);
    if (!found) return refuse(response, new Refused('not_found', { kind: 'endpoint' }));
    const { name, params } = found;
    const endpoint: Endpoint = allEndpoints[name];
    const text = await textOf(incoming);
    const parts = {
      ...(endpoint.params && { params }),
      ...(endpoint.query && { query: Convert(endpoint.query, Object.fromEntries(url.searchParams)) }),
      ...(endpoint.body && { body: text === '' ? undefined : (JSON.parse(text) as unknown) }),
    };
    this.received.push({ name, request: parts, headers: incoming.headers });
    this.#check(name, 'params', endpoint.params, parts.params);
    this.#check(name, 'query', endpoint.query, parts.query);
    this.#check(name, 'body', endpoint.body, parts.body);
    try {
      // The parts were checked against this endpoint's own row.
      const answer = this.#answers[name] as ((request: unknown, headers: Headers) => unknown) | undefined;
      if (!answer) throw new Error(`${name}: the test gives no answer`);
      const reply = answer(parts, incoming.headers);
      this.#check(name, 'reply', endpoint.reply, reply);
      const status = endpoint.status ?? 200;
      if (name === 'sessionCreate') response.setHeader('set-cookie', `${SESSION_COOKIE}; HttpOnly; Path=/`);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(status === 204 ? undefined : JSON.stringify(reply));
    } catch (error) {
      if (!(error instanceof Refused)) this.faults.push(String(error));
      refuse(response, error instanceof Refused ? error : new Refused('internal'));
    }
  }

  #check(name: EndpointName, part: string, schema: Endpoint['reply'] | undefined, value: unknown): void {
    if (!schema || Check(schema, value)) return;
    const errors = Errors(schema, value).map(({ instancePath, message }) => `${instancePath} ${message}`);
    this.faults.push(`${name}, ${part}: ${errors.join('; ')}: ${JSON.stringify(value)}`);
  }
}

function refuse(response: ServerResponse, { code, details }: Refused): void {
  response.writeHead(errorCodes[code], { 'content-type': 'application/json' });
  response.end(JSON.stringify({ code, message: code, details, requestId: REQUEST_ID }));
}

function endpointOf(
  method: string,
  path: string,
): { name: EndpointName; params: Record<string, string> } | null {
  // Object.keys forgets the keys' type.
  const names = Object.keys(allEndpoints) as EndpointName[];
  // A fixed word goes before a parameter: /hosts/check is no host's id.
  const rows = names.toSorted(
    (a, b) => allEndpoints[a].path.split(':').length - allEndpoints[b].path.split(':').length,
  );
  for (const name of rows) {
    const endpoint: Endpoint = allEndpoints[name];
    const pattern = endpoint.path.replace(/:(\w+)/g, '(?<$1>[^/]+)');
    const match = endpoint.method === method ? new RegExp(`^${API_PREFIX}${pattern}$`).exec(path) : null;
    if (match) {
      const groups = Object.entries(match.groups ?? {});
      return {
        name,
        params: Object.fromEntries(groups.map(([key, value]) => [key, decodeURIComponent(value)])),
      };
    }
  }
  return null;
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
