import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Endpoint, allEndpoints } from '@loucloud/api';
import { tableForPages } from './contract.ts';
import { firstPageFiles } from './size.ts';

test('pages know where every endpoint is, and what its body is checked by', () => {
  const table: Readonly<Record<string, object>> = tableForPages();
  assert.deepEqual(Object.keys(table), Object.keys(allEndpoints));
  for (const [name, { method, path, body }] of Object.entries<Endpoint>(allEndpoints))
    assert.deepEqual(table[name], JSON.parse(JSON.stringify({ method, path, body })), name);
});

test('the first page comes without the library that makes schemas', () => {
  const scripts = firstPageFiles().filter(({ path }) => path.endsWith('.js'));
  assert.ok(scripts.length > 0);
  for (const { path } of scripts) {
    const script = readFileSync(join(import.meta.dirname, 'dist', path), 'utf8');
    // What typebox calls the kind of a schema.
    assert.ok(!script.includes('~kind'), path);
  }
});
