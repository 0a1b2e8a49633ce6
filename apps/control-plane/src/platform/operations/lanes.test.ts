import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lanes } from './lanes.ts';

test('a lane takes no more at once than it is wide, and all in the end', async () => {
  const lanes = new Lanes(2);
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
  };
  await Promise.all(Array.from({ length: 9 }, () => lanes.run('a', work)));
  assert.equal(most, 2);
  assert.equal(running, 0);
});

test('work that fails gives its place on', async () => {
  const lanes = new Lanes(1);
  const failing = lanes.run('a', () => Promise.reject(new Error('no')));
  const next = lanes.run('a', () => Promise.resolve('yes'));
  await assert.rejects(failing, /no/);
  assert.equal(await next, 'yes');
});
