import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Endpoint, allEndpoints } from '@loucloud/api';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { testDatabases } from '../database/test-databases.ts';
import { openTestControlPlane } from '../../test-control-plane.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema: object }>>;
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const [sqlite] = testDatabases;
assert.ok(sqlite);
const kind = sqlite;

async function readDocument(): Promise<Document> {
  await using cloud = await openTestControlPlane(kind);
  const answer = await cloud.app.inject('/api/v1/openapi.json');
  assert.match(String(answer.headers['content-type']), /^application\/json/);
  return answer.json<Document>();
}

test('the document has every endpoint of the table, as the table has it', async () => {
  const { openapi, paths } = await readDocument();
  assert.equal(openapi, '3.1.0');
  const described = new Map(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => [
        operation.operationId,
        { path, method, operation },
      ]),
    ),
  );
  assert.equal(described.size, Object.keys(allEndpoints).length + 1, 'and the event stream');
  for (const [name, endpoint] of Object.entries<Endpoint>(allEndpoints)) {
    const { path, method, operation } = described.get(name) ?? assert.fail(`${name} is not described`);
    assert.equal(path, `/api/v1${endpoint.path.replace(/:(\w+)/g, '{$1}')}`);
    assert.equal(method, endpoint.method.toLowerCase());
    assert.deepEqual(Object.keys(operation.responses), [String(endpoint.status ?? 200), 'default']);
    assert.equal(operation.requestBody !== undefined, endpoint.body !== undefined);
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    assert.deepEqual(
      inPath.map((parameter) => parameter.name),
      [...endpoint.path.matchAll(/:(\w+)/g)].map(([, key]) => key),
    );
  }
});

test('every schema in it is JSON Schema 2020-12, as OpenAPI 3.1 wants', async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const { paths } = await readDocument();
  let schemas = 0;
  const check = (schema: object | undefined) => {
    if (schema === undefined || '$ref' in schema) return;
    assert.ok(ajv.validateSchema(schema), ajv.errorsText());
    schemas++;
  };
  for (const operation of Object.values(paths).flatMap((operations) => Object.values(operations))) {
    for (const { schema } of operation.parameters ?? []) check(schema);
    check(operation.requestBody?.content['application/json']?.schema);
    for (const { content } of Object.values(operation.responses))
      check(content?.['application/json']?.schema);
  }
  assert.ok(schemas > 100);
});

test('the page that shows it brings no script of its own into the page', async () => {
  await using cloud = await openTestControlPlane(kind);
  const page = await cloud.app.inject('/api/docs/');
  assert.equal(page.statusCode, 200);
  for (const [, attributes = '', content = ''] of page.body.matchAll(/<script([^>]*)>([^<]*)</g)) {
    assert.match(attributes, /src="\.\/static\//);
    assert.equal(content.trim(), '');
  }
  for (const file of ['swagger-ui-bundle.js', 'swagger-initializer.js', 'swagger-ui.css'])
    assert.equal((await cloud.app.inject(`/api/docs/static/${file}`)).statusCode, 200);
  assert.equal((await cloud.app.inject('/api/docs/json')).json().openapi, '3.1.0');
});
