import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { SegmentHash } from './image-hash.ts';
import type { Segment } from './image-source.ts';

const MIB = 2 ** 20;
const { signal } = new AbortController();

function expected(segments: readonly Segment[]): string {
  const hash = createHash('sha256');
  for (const segment of segments) hash.update('data' in segment ? segment.data : Buffer.alloc(segment.hole));
  return hash.digest('hex');
}

async function found(segments: readonly Segment[]): Promise<string> {
  const hash = new SegmentHash();
  for (const segment of segments) await hash.add(segment, signal);
  return await hash.digest();
}

const files: Readonly<Record<string, readonly Segment[]>> = {
  empty: [],
  small: [{ data: Buffer.from('x') }],
  'a piece exactly': [{ data: randomBytes(MIB) }],
  'one byte more': [{ data: randomBytes(MIB + 1) }],
  'more than there is room for at once': [{ data: randomBytes(11 * MIB + 5) }],
  'a hole': [{ hole: 130 * MIB + 7 }],
  'holes of all kinds': [
    { hole: 1 },
    { data: randomBytes(70_000) },
    { hole: 65_535 },
    { data: randomBytes(3) },
    { hole: 65_536 },
    { hole: 3 * MIB },
    { data: randomBytes(MIB) },
    { hole: 5 },
  ],
  'many pieces': Array.from({ length: 300 }, (_, i) => ({ data: randomBytes(i * 97) })),
};

for (const [name, segments] of Object.entries(files))
  test(`the sha256 of a file: ${name}`, async () => {
    assert.equal(await found(segments), expected(segments));
  });

test('what is hashed goes elsewhere as well, in order and whole, however long that takes', async () => {
  const segments = files['holes of all kinds'] ?? [];
  const there: Buffer[] = [];
  const hash = new SegmentHash(async (piece) => {
    await new Promise((resolve) => setImmediate(resolve));
    there.push('data' in piece ? Buffer.from(piece.data) : Buffer.alloc(piece.hole));
  });
  for (let round = 0; round < 10; round++) for (const segment of segments) await hash.add(segment, signal);
  const all = Array.from({ length: 10 }, () => segments).flat();
  assert.equal(await hash.digest(), expected(all));
  assert.equal(createHash('sha256').update(Buffer.concat(there)).digest('hex'), expected(all));
});

test('what cannot go on ends it, for whoever adds next and for whoever waits', async () => {
  const hash = new SegmentHash(() => Promise.reject(new Error('the disk is full')));
  const adding = async () => {
    for (;;) await hash.add({ data: randomBytes(MIB) }, signal);
  };
  await assert.rejects(adding(), { message: 'the disk is full' });
  await assert.rejects(hash.digest(), { message: 'the disk is full' });
});

test('several at a time keep apart', async () => {
  const all = Array.from({ length: 5 }, () =>
    Array.from({ length: 20 }, () => ({ data: randomBytes(200_000) })),
  );
  assert.deepEqual(await Promise.all(all.map(found)), all.map(expected));
});

test('who sends waits while much is on its way elsewhere, and what is on its way stays as it is', async () => {
  const arriving: { readonly piece: Segment; readonly arrive: () => void }[] = [];
  const hash = new SegmentHash(
    (piece) => new Promise((resolve) => arriving.push({ piece, arrive: resolve })),
  );
  const sent = Array.from({ length: 8 }, () => ({ data: randomBytes(MIB / 4) }));
  const waits = sent.map((segment) => hash.add(segment, signal));
  assert.deepEqual(
    waits.map((wait) => wait === undefined),
    [true, true, true, true, true, true, true, false],
  );
  let isRoom = false;
  const room = waits.at(-1)?.then(() => (isRoom = true));
  const there: Buffer[] = [];
  const arrive = async () => {
    const next = arriving.shift();
    assert.ok(next && 'data' in next.piece);
    there.push(Buffer.from(next.piece.data));
    next.arrive();
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (let i = 0; i < 3; i++) await arrive();
  assert.equal(isRoom, false);
  await arrive();
  await room;
  // The place of the first is written again.
  await hash.add({ data: randomBytes(MIB / 4) }, signal);
  for (let i = 0; i < 4; i++) await arrive();
  assert.ok(Buffer.concat(there).equals(Buffer.concat(sent.map(({ data }) => data))));
});

for (const [what, segment] of Object.entries({
  'a long hole': { hole: 256 * MIB },
  'much data': { data: Buffer.alloc(256 * MIB) },
}))
  test(`others have their turn while ${what} is hashed`, async () => {
    const hash = new SegmentHash();
    let turns = 0;
    const others = setInterval(() => turns++, 1);
    await hash.add(segment, signal);
    clearInterval(others);
    assert.ok(turns > 10, `${turns} turns`);
  });

test('a hole is not read on to its end when nobody wants it any more', async () => {
  const giveUp = new AbortController();
  const hash = new SegmentHash();
  const adding = hash.add({ hole: 2 ** 50 }, giveUp.signal);
  giveUp.abort(new Error('given up'));
  await assert.rejects(async () => await adding, { message: 'given up' });
});
