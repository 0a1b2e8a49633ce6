import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../tools/machine.ts';
import { benches } from './all.ts';

test('each bench has its place on the page of results, and each place its bench', () => {
  const page = readFileSync(join(root, 'docs/benchmarks.md'), 'utf8');
  const places = [...page.matchAll(/^<!-- (\w+) -->$/gm)].map(([, name]) => name);
  assert.equal(places.length, benches.length);
  assert.deepEqual(new Set(places), new Set(benches.map(({ name }) => name)));
});
