import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { firstPageFiles } from './size.ts';

const MOST_BYTES = 250_000;

test('what a browser loads for the first page is under 250 kB, compressed', () => {
  const files = firstPageFiles();
  const bytes = files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
  assert.ok(bytes > 0 && bytes < MOST_BYTES, `${bytes} bytes: ${JSON.stringify(files)}`);
});

test('the font of the first page is asked for once, with its scripts', () => {
  const page = readFileSync(join(import.meta.dirname, 'dist/index.html'), 'utf8');
  const asked = Array.from(page.matchAll(/rel="preload"[^>]* href="\/([^"]+)"/g), ([, path]) => path);
  const fonts = firstPageFiles().filter(({ path }) => path.endsWith('.woff2'));
  assert.deepEqual(
    asked,
    fonts.map(({ path }) => path),
  );
});
