import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstPageFiles } from './size.ts';

const MOST_BYTES = 250_000;

test('what a browser loads for the first page is under 250 kB, compressed', () => {
  const files = firstPageFiles();
  const bytes = files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
  assert.ok(bytes > 0 && bytes < MOST_BYTES, `${bytes} bytes: ${JSON.stringify(files)}`);
});
