/** The console's glossary says what docs/glossary.md says: one name for each thing. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { terms, things } from './glossary-terms.ts';

const path = join(import.meta.dirname, '../../../../../docs/glossary.md');
const rows = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, noun = '', chinese = '', openStack = '', libvirt = '']) => ({
    noun,
    chinese,
    openStack,
    libvirt,
  }));

test('each noun of docs/glossary.md is in the console’s, by the same names', () => {
  const documented = rows.map(({ chinese, openStack, libvirt }) => ({ chinese, openStack, libvirt }));
  const shown = things.map((thing) => ({
    chinese: thing.zh[0],
    openStack: 'openStack' in thing ? thing.openStack : '–',
    libvirt: 'libvirt' in thing ? thing.libvirt : '–',
  }));
  const byName = (a: { chinese: string }, b: { chinese: string }) => a.chinese.localeCompare(b.chinese);
  assert.deepEqual(shown.sort(byName), documented.sort(byName));
});

test('no two terms have one place', () => {
  assert.equal(new Set(terms.map(({ key }) => key)).size, terms.length);
});
