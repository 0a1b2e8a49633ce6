import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { Turns } from './turns.ts';
import { awaited } from './urgency.ts';

/** What was begun, in that order, and how each is ended. */
function begin(turns: Turns) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const take = (name: string) =>
    turns.run(() => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await setImmediate();
  };
  return { begun, take, end };
}

test('while several people’s things are done, one chore is done at a time; afterwards as many as there is room for', async () => {
  const { begun, take, end } = begin(new Turns(4));
  const people = awaited(() => ['p', 'q'].map(take));
  const chores = ['a', 'b', 'c'].map(take);
  await setImmediate();
  assert.deepEqual(begun, ['p', 'q', 'a']);
  await end('a');
  while (begun.length < 4) await setImmediate();
  assert.deepEqual(begun, ['p', 'q', 'a', 'b']);
  await end('p');
  assert.deepEqual(begun, ['p', 'q', 'a', 'b', 'c']);
  for (const name of ['q', 'b', 'c']) await end(name);
  await Promise.all([...people, ...chores]);
});

test('who is waited for goes first, and what fails leaves its turn', async () => {
  const turns = new Turns(1);
  const { begun, take, end } = begin(turns);
  const failing = turns.run(() => Promise.reject(new Error('no')));
  const [chore, person] = [take('chore'), awaited(() => take('person'))];
  await assert.rejects(failing, { message: 'no' });
  await setImmediate();
  assert.deepEqual(begun, ['person']);
  await end('person');
  await end('chore');
  await Promise.all([chore, person]);
  assert.deepEqual(begun, ['person', 'chore']);
});
