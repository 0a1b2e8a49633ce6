import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { allEndpoints } from '@loucloud/api';

/** A screen needs a window: `loucloud vm desktop` gives the page's address, and the page asks for the ticket, for pictures and for the clipboard. */
const notForTerminals = [
  'vmDesktop',
  'classVmDesktop',
  'classVmScreenshot',
  'watchDesktop',
  'vmScreenshot',
  'vmClipboard',
];

test('every endpoint can be reached from the command line', async () => {
  const sources: string[] = [];
  for await (const path of glob('{app,features}/**/*.ts', { cwd: import.meta.dirname })) {
    if (!path.endsWith('.test.ts')) sources.push(await readFile(join(import.meta.dirname, path), 'utf8'));
  }
  const code = sources.join('\n');
  const missing = Object.keys(allEndpoints).filter((name) => !code.includes(`'${name}'`));
  assert.deepEqual(missing, notForTerminals);
});
