import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentenceParts } from './sentence-parts.ts';

test('a sentence is cut at its slots, wherever they stand', () => {
  assert.deepEqual(sentenceParts('{actor} deleted {object}.'), [
    { slot: 'actor' },
    ' deleted ',
    { slot: 'object' },
    '.',
  ]);
  assert.deepEqual(sentenceParts('Nothing.'), ['Nothing.']);
});

test('braces in what is not a slot stay', () => {
  assert.deepEqual(sentenceParts('web-{1..5} of {actor}'), ['web-{1..5} of ', { slot: 'actor' }]);
});
