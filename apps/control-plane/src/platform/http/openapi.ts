/** The endpoint table as an OpenAPI 3.1 document. TypeBox schemas are JSON Schema already. */
import {
  API_PREFIX,
  type Endpoint,
  type EndpointTable,
  ErrorReply,
  Event,
  OperationProgress,
} from '@loucloud/api';

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

const accessNotes = {
  public: 'Anybody.',
  user: 'Anybody who is logged in.',
  owner: 'Its owner, and the admin. For others it does not exist (404).',
  admin: 'The admin.',
} as const;

export function openApiDocument(table: EndpointTable, version: string) {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, endpoint] of Object.entries(table)) {
    const path = API_PREFIX + endpoint.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = operationOf(name, endpoint);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'LouCloud',
      version,
      description:
        'Log in with POST /sessions (a cookie), or send an API token: `Authorization: Bearer …`. ' +
        'An answer 202 names the operation that it started. Every refusal is an ErrorReply.',
    },
    security: [{ cookie: [] }, { token: [] }],
    paths: { ...paths, [`${API_PREFIX}/events`]: { get: eventStream } },
    components: {
      schemas: { ErrorReply, Event, OperationProgress },
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: 'loucloud' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

const error = {
  description: 'Refused',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorReply' } } },
};

function operationOf(name: string, endpoint: Endpoint): object {
  const { access, body, reply, status = 200 } = endpoint;
  const success = {
    description: status === 202 ? 'An operation has started' : 'Done',
    ...(status !== 204 && { content: { 'application/json': { schema: reply } } }),
  };
  const parameters = [...parametersOf(endpoint.params, 'path'), ...parametersOf(endpoint.query, 'query')];
  return {
    operationId: name,
    summary: endpoint.summary,
    description: accessNotes[access],
    tags: [endpoint.tag],
    ...(access === 'public' && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: { [status]: success, default: error },
  };
}

function parametersOf(schema: ObjectSchema | undefined, place: 'path' | 'query'): object[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || (schema?.required ?? []).includes(name),
    schema: property,
  }));
}

const eventStream = {
  operationId: 'eventStream',
  summary: 'What happens, as it happens (server-sent events)',
  description:
    'Named events: `change` (an Event; its id is `seq`), `progress` (an OperationProgress), ' +
    '`reset` (something was missed for good: read everything again). Members get what concerns them.',
  tags: ['events'],
  parameters: [
    { name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'integer', minimum: 0 } },
    { name: 'after', in: 'query', required: false, schema: { type: 'integer', minimum: 0 } },
  ],
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: { type: 'string' } } } },
    default: error,
  },
};
