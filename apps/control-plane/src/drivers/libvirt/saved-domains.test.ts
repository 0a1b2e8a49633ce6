import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SavedDomains } from './saved-domains.ts';
import { callsByHand } from './test-calls-by-hand.ts';

/** A host whose listings are answered by hand. */
function hostByHand() {
  const { asked, host } = callsByHand();
  const answer = (index: number, ...uuids: readonly string[]) =>
    asked[index]?.resolve({ domains: uuids.map((uuid) => ({ uuid, name: uuid, id: -1 })), result: 0 });
  return { asked, answer, host };
}

test('who asks while a listing runs has the next one, which all of them share', async () => {
  const { asked, answer, host } = hostByHand();
  const saved = new SavedDomains();
  const first = saved.list(host);
  const later = [saved.list(host), saved.list(host)];
  assert.equal(asked.length, 1);
  answer(0, 'a');
  assert.deepEqual([...(await first)], ['a']);
  assert.equal(asked.length, 2);
  answer(1, 'b');
  for (const one of later) assert.deepEqual([...(await one)], ['b']);
  const last = saved.list(host);
  assert.equal(asked.length, 3);
  answer(2, 'c');
  assert.deepEqual([...(await last)], ['c']);
});

test('a listing that fails for who began it fails for nobody else', async () => {
  const { asked, answer, host } = hostByHand();
  const saved = new SavedDomains();
  const first = saved.list(host);
  const [second, third] = [saved.list(host), saved.list(host)];
  asked[0]?.reject(new Error('its deadline'));
  await assert.rejects(first, /its deadline/);
  asked[1]?.reject(new Error('its deadline too'));
  while (asked.length < 4) await Promise.resolve();
  answer(2, 'a');
  answer(3, 'a');
  for (const one of [second, third]) assert.deepEqual([...(await one)], ['a']);
});
