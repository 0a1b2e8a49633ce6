import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../machine.ts';
import { type Job, LONGEST, inOrder, runInLanes } from './lanes.ts';

/** Jobs that end when they are told to, and who has begun. */
function heldJobs(...names: readonly string[]) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const jobs: Job[] = names.map((name) => ({
    mostlyWaits: name.startsWith('waits'),
    run: () => {
      begun.push(name);
      return new Promise((resolve) => ends.set(name, resolve));
    },
  }));
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await new Promise(setImmediate);
  };
  return { begun, end, jobs };
}

test('two run at once, and a third that mostly waits', async () => {
  const { begun, end, jobs } = heldJobs('a', 'b', 'c', 'waits-1', 'waits-2', 'd');
  const all = runInLanes(jobs);
  assert.deepEqual(begun, ['a', 'b', 'waits-1']);
  await end('waits-1');
  assert.deepEqual(begun.slice(3), ['waits-2']);
  await end('waits-2');
  assert.equal(begun.length, 4);
  await end('a');
  await end('b');
  assert.deepEqual(begun.slice(4), ['c', 'd']);
  await end('c');
  await end('d');
  await all;
});

test('those that mostly wait run in any lane when nothing else is left', async () => {
  const { begun, end, jobs } = heldJobs('waits-1', 'waits-2', 'waits-3');
  const all = runInLanes(jobs);
  assert.deepEqual(begun, ['waits-1', 'waits-2', 'waits-3']);
  for (const name of begun) await end(name);
  await all;
});

test('a job that fails ends the run', async () => {
  const failing: Job = { run: () => Promise.reject(new Error('broken')) };
  await assert.rejects(runInLanes([failing]), /broken/);
});

test('the longest begin, then the real ones', () => {
  const [longest = ''] = LONGEST;
  const files = ['apps/b.test.ts', 'e2e/a.real.test.ts', longest, 'apps/a.test.ts'];
  assert.deepEqual(inOrder(files), [longest, 'e2e/a.real.test.ts', 'apps/a.test.ts', 'apps/b.test.ts']);
});

test('the longest are files that there are', () => {
  for (const file of LONGEST) assert.ok(existsSync(join(root, file)), file);
});
