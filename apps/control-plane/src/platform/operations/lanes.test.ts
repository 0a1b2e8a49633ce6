import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lanes, Place } from './lanes.ts';

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

test('a place is taken at once where there is room, and waited for where there is none', async () => {
  const lanes = new Lanes(1);
  const [first, second] = [new Place(lanes, 'a'), new Place(lanes, 'a')];
  assert.equal(first.takeIfFree(), true);
  assert.equal(first.takeIfFree(), true, 'it has it already');
  assert.equal(second.takeIfFree(), false);
  assert.equal(new Place(lanes, null).takeIfFree(), true);
  const waiting = second.take();
  assert.equal(second.isTaken, false);
  first.leave();
  await waiting;
  assert.equal(second.isTaken, true);
  second.leave();
  assert.equal(first.takeIfFree(), true, 'its place was given back');
});
