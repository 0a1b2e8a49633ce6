import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DomainReading } from '../../platform/hypervisor.ts';
import { GAP, codeOf, codesOf, figureOf, valueOf } from './codes.ts';
import { blockStart, codeIn, emptyBlock, merged, packed, putIn, unpacked } from './history-block.ts';
import { Ring } from './ring.ts';
import { type Sample, figures, rateOf, sampleOf, sumOf } from './sample.ts';

const reading = (changes: Partial<DomainReading> = {}): DomainReading => ({
  run: 1,
  cpuNs: 0,
  memoryBytes: 1000,
  diskReadBytes: 0,
  diskWrittenBytes: 0,
  receivedBytes: 0,
  sentBytes: 0,
  ...changes,
});
const nothing: Sample = sampleOf(null, reading({ memoryBytes: null }), 0);

test('counters become rates per second, processor time becomes processors', () => {
  const later = reading({ cpuNs: 15e9, diskReadBytes: 5000, receivedBytes: 100_000 });
  const sample = sampleOf(reading(), later, 10_000);
  assert.deepEqual(sample, {
    cpuCores: 1.5,
    memoryBytes: 1000,
    diskReadBytesPerSecond: 500,
    diskWrittenBytesPerSecond: 0,
    receivedBytesPerSecond: 10_000,
    sentBytesPerSecond: 0,
  });
});

test('a counter that goes backwards has no rate', () => {
  assert.equal(rateOf(10, 5, 1000), null);
  assert.equal(sampleOf(reading({ cpuNs: 9e9 }), reading({ cpuNs: 1e9 }), 1000).cpuCores, null);
});

test('a guest that was started again counts from its start', () => {
  const before = reading({ cpuNs: 9e9, sentBytes: 1_000_000 });
  const sample = sampleOf(before, reading({ run: 2, cpuNs: 10e9, sentBytes: 500 }), 5000);
  assert.deepEqual([sample.cpuCores, sample.sentBytesPerSecond], [2, 100]);
});

test('what was not known before has no rate, and what is not told has none either', () => {
  assert.deepEqual([nothing.cpuCores, nothing.memoryBytes], [null, null]);
  assert.equal(sampleOf(reading({ cpuNs: null }), reading({ cpuNs: 5 }), 1000).cpuCores, null);
  assert.equal(sampleOf(reading(), reading({ cpuNs: null }), 1000).cpuCores, null);
});

test('a sum leaves out what is not known; of nothing it is 0, of unknown ones unknown', () => {
  const some = { ...nothing, cpuCores: 1 };
  assert.equal(sumOf([some, nothing, some], 'cpuCores'), 2);
  assert.equal(sumOf([nothing], 'cpuCores'), null);
  assert.equal(sumOf([], 'cpuCores'), 0);
});

test('a figure in 16 bits is true to a thousandth', () => {
  for (const value of [0, 1, 1023, 1024, 1025, 2047, 2048, 12_345, 2 ** 31, 7e9, 2 ** 52, 1.5e15]) {
    const back = valueOf(codeOf(value));
    assert.ok(back !== null && Math.abs(back - value) <= value / 1000, `${value} came back as ${back}`);
  }
  for (const gap of [null, Number.NaN, -1, Infinity]) assert.equal(valueOf(codeOf(gap)), null);
  const cores = codesOf({ ...nothing, cpuCores: 0.25 })[0] ?? GAP;
  assert.equal(figureOf('cpuCores', cores), 0.25);
});

test('a larger value never has the smaller code', () => {
  let before = -1;
  for (let value = 0; value < 1e7; value += 1 + value / 700) {
    const code = codeOf(value);
    assert.ok(code >= before);
    before = code;
  }
});

test('a ring keeps its last slots; those passed over are gaps', () => {
  const ring = new Ring(3);
  const codes = (value: number) => figures.map(() => value);
  assert.equal(ring.code(7, 0), GAP);
  ring.put(7, codes(70));
  ring.put(9, codes(90));
  assert.deepEqual(
    [6, 7, 8, 9, 10].map((slot) => ring.code(slot, 0)),
    [GAP, 70, GAP, 90, GAP],
  );
  ring.put(9, codes(91));
  ring.put(8, codes(80));
  ring.put(11, codes(110));
  assert.deepEqual(
    [7, 8, 9, 10, 11].map((slot) => ring.code(slot, 5)),
    [GAP, GAP, 91, GAP, 110],
  );
  ring.put(1000, codes(1));
  assert.deepEqual([ring.code(11, 0), ring.code(999, 0), ring.first], [GAP, GAP, 7]);
});

test('a block comes back as it was packed; what is damaged is none', () => {
  const at = Date.UTC(2026, 0, 1, 3, 17);
  const block = emptyBlock();
  putIn(
    block,
    at,
    figures.map((_, figure) => figure + 1),
  );
  assert.deepEqual(unpacked(packed(block)), block);
  assert.deepEqual([codeIn(block, at, 5), codeIn(block, at + 300_000, 5)], [6, GAP]);
  assert.equal(blockStart(at), Date.UTC(2026, 0, 1, 2));
  for (const text of ['', 'AAAA', packed(block).slice(0, 20)]) assert.equal(unpacked(text), null);
});

test('a block of a busy VM takes less than 500 characters, one of an idle VM hardly any', () => {
  const [busy, idle] = [emptyBlock(), emptyBlock()];
  let seed = 1;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  for (let slot = 0; slot < 24; slot++) {
    putIn(
      busy,
      slot * 300_000,
      figures.map(() => codeOf(random() * 1e7)),
    );
    putIn(idle, slot * 300_000, [2, codeOf(512 * 2 ** 20), 0, 0, 60, 0]);
  }
  assert.ok(packed(busy).length < 500, `${packed(busy).length}`);
  assert.ok(packed(idle).length < 80, `${packed(idle).length}`);
});

test('of two blocks of the same time the later one’s gaps are filled', () => {
  const [earlier, later] = [emptyBlock(), emptyBlock()];
  const codes = (value: number) => figures.map(() => value);
  putIn(earlier, 0, codes(1));
  putIn(earlier, 300_000, codes(1));
  putIn(later, 300_000, codes(2));
  const both = merged(earlier, later);
  assert.deepEqual([codeIn(both, 0, 0), codeIn(both, 300_000, 0), codeIn(both, 600_000, 0)], [1, 2, GAP]);
});
