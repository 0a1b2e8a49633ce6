import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InspectedImages } from './inspected-images.ts';

const PATH = '/images/debian.qcow2';
const FACTS = { format: 'qcow2', sizeBytes: 512, virtualSizeBytes: 1024 } as const;
const stamp = (text: string) => ({ text, changedAtMs: 0 });

test('a file is known for as long as its stamp is the same', () => {
  const inspected = new InspectedImages();
  assert.equal(inspected.factsOf(PATH, stamp('a')), null);
  inspected.remember(PATH, stamp('a'), FACTS, 60_000);
  assert.equal(inspected.factsOf(PATH, stamp('a')), FACTS);
  assert.equal(inspected.factsOf(PATH, stamp('b')), null);
  assert.equal(inspected.factsOf('/images/other.qcow2', stamp('a')), null);
});

test('a file that has just been changed, or has no stamp, is read each time', () => {
  const inspected = new InspectedImages();
  inspected.remember(PATH, stamp('a'), FACTS, 1000);
  assert.equal(inspected.factsOf(PATH, stamp('a')), null);
  inspected.remember(PATH, null, FACTS, 60_000);
  assert.equal(inspected.factsOf(PATH, null), null);
});
