import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { NewsQueue } from './news-queue.ts';

/** Each piece of news waits until it is let go; `log` is the order in which they began. */
function queueWithGates() {
  const log: string[] = [];
  const gates = new Map<string, () => void>();
  const errors: unknown[] = [];
  const queue = new NewsQueue((error) => errors.push(error));
  const news = (name: string) => () => {
    log.push(name);
    return new Promise<void>((resolve) => gates.set(name, resolve));
  };
  const letGo = async (name: string) => {
    gates.get(name)?.();
    await setImmediate();
  };
  return { queue, news, letGo, log, errors };
}

test('news of one VM wait for each other, not for those of another', async () => {
  const { queue, news, letGo, log } = queueWithGates();
  queue.ofVm('a', news('a1'));
  queue.ofVm('a', news('a2'));
  queue.ofVm('b', news('b1'));
  await setImmediate();
  assert.deepEqual(log, ['a1', 'b1']);
  await letGo('a1');
  assert.deepEqual(log, ['a1', 'b1', 'a2']);
});

test('news of the host wait for all before them, and hold back all after them', async () => {
  const { queue, news, letGo, log } = queueWithGates();
  queue.ofVm('a', news('a1'));
  queue.ofHost(news('host'));
  queue.ofVm('a', news('a2'));
  queue.ofVm('b', news('b1'));
  await setImmediate();
  assert.deepEqual(log, ['a1']);
  await letGo('a1');
  assert.deepEqual(log, ['a1', 'host']);
  await letGo('host');
  assert.deepEqual(log, ['a1', 'host', 'a2', 'b1']);
});

test('news that cannot be told do not keep back the next', async () => {
  const { queue, errors } = queueWithGates();
  const told: string[] = [];
  const failure = new Error('the observer is out');
  queue.ofVm('a', () => Promise.reject(failure));
  queue.ofVm('a', async () => void told.push('a2'));
  queue.ofHost(async () => void told.push('host'));
  await queue.settled();
  assert.deepEqual(told, ['a2', 'host']);
  assert.deepEqual(errors, [failure]);
});
