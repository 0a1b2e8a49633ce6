/** Every bench runs, in its smallest form, and its figures are there. How good they are is not judged. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { benches } from './all.ts';
import { type Aim, type Bench, type Result, Size, runBench } from './bench.ts';
import { PAGE, figuresNamed } from './results-page.ts';

const TINY = '--tiny';
/** What one way takes more than another, and so with so few turns may be any number. */
const DIFFERENCES = ['addedP95', 'memoryEach'];
/** Linux counts in hundredths of a second: in so short a time it may count none. */
const SHARE = '% of a core';

const results: Record<string, Result> = {};
const namesIn = (...argv: readonly string[]): string[] =>
  virsh(...argv)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
const virsh = (...argv: readonly string[]): string =>
  execFileSync('virsh', ['-q', ...argv], { encoding: 'utf8' });

// Otherwise each bench has a box of its own, with nothing of another's in it.
afterEach(() => {
  for (const name of namesIn('list', '--name')) virsh('destroy', name);
  for (const name of namesIn('pool-list', '--name')) virsh('pool-destroy', name);
  for (const name of namesIn('pool-list', '--all', '--name')) virsh('pool-undefine', name);
});

for (const bench of benches)
  test(`the bench ${bench.name} takes every figure that it aims at`, async () => {
    const result = await runBench(bench, Size.from([TINY]));
    results[bench.name] = result;
    assertWhole(bench, result);
  });

function assertWhole({ target }: Pick<Bench, 'target'>, { figures, units }: Result): void {
  for (const [name, aim] of Object.entries(target)) {
    const value = figures[name] ?? NaN;
    const isSound = DIFFERENCES.includes(name) ? Number.isFinite(value) : isPossible(value, aim, units[name]);
    assert.ok(isSound, `${name} is ${value}`);
  }
}

/** A count that is to be none is none. */
function isPossible(value: number, aim: Aim, unit: string | undefined): boolean {
  if ('atMost' in aim && aim.atMost === 0) return value === 0;
  return Number.isFinite(value) && (unit === SHARE ? value >= 0 : value > 0);
}

test('what the page of results names beside OpenStack are figures that were taken', () => {
  const named = figuresNamed(readFileSync(PAGE, 'utf8'));
  assert.ok(named.length > 0);
  for (const { bench, figure } of named)
    assert.ok(results[bench]?.figures[figure] !== undefined, `${bench}: ${figure}`);
});

test('the command prints a table, and all of it as JSON in its last line', () => {
  const argv = [join(import.meta.dirname, 'main.ts'), TINY, 'page'];
  const lines = execFileSync(process.execPath, argv, { encoding: 'utf8' }).trimEnd().split('\n');
  const { bench } = JSON.parse(lines.at(-1) ?? '') as { bench: Record<string, Result> };
  assert.deepEqual(bench, { page: results['page'] });
  assert.ok(lines.some((line) => line.includes(`total`) && line.includes('kB')));
});
