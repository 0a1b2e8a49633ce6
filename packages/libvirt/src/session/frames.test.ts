import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ProtocolError } from '../errors.ts';
import { struct, text } from '../xdr/codecs.ts';
import {
  FRAME_MAX,
  FrameDecoder,
  FrameEncoder,
  HEADER_SIZE,
  type ReceivedFrame,
  Status,
  Type,
} from './frames.ts';

const header = { program: 0x2000_8086, version: 1, procedure: 212, type: 1, serial: 7, status: 0 };
const body = struct({ value: text(4_194_304) });

function cut(chunks: readonly Buffer[]): ReceivedFrame[] {
  const frames: ReceivedFrame[] = [];
  const decoder = new FrameDecoder((frame) => frames.push(frame));
  for (const chunk of chunks) decoder.push(chunk);
  return frames;
}

test('a frame is a length, six words and a payload', () => {
  const bytes = new FrameEncoder().encode(header, body, { value: 'abc' });
  assert.equal(
    bytes.toString('hex'),
    '000000242000808600000001000000d40000000100000007000000000000000361626300',
  );
});

test('frames survive being split at any byte', () => {
  const encoder = new FrameEncoder();
  const bytes = Buffer.concat([
    encoder.encode(header, body, { value: 'abcd' }),
    encoder.encodeHeader({ ...header, serial: 8 }, 0),
    encoder.encode({ ...header, serial: 9 }, body, { value: 'x'.repeat(50) }),
  ]);
  for (let at = 0; at <= bytes.length; at++) {
    const frames = cut([bytes.subarray(0, at), bytes.subarray(at)]);
    assert.deepEqual(
      frames.map(({ serial, payload }) => [serial, payload.length]),
      [
        [7, 8],
        [8, 0],
        [9, 56],
      ],
      `split at ${at}`,
    );
  }
});

test('frames survive coming byte by byte', () => {
  const encoder = new FrameEncoder();
  const bytes = Buffer.concat([
    encoder.encode(header, body, { value: 'ab' }),
    encoder.encode(header, body, { value: 'cd' }),
  ]);
  const frames = cut(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)));
  assert.deepEqual(
    frames.map(({ payload }) => payload.toString('latin1', 4, 6)),
    ['ab', 'cd'],
  );
});

test('any frames in any pieces are the same frames', () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 20 });
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 });
  fc.assert(
    fc.property(payloads, sizes, (contents, pieces) => {
      const encoder = new FrameEncoder();
      const bytes = Buffer.concat(
        contents.flatMap((content) => [encoder.encodeHeader(header, content.length), content]),
      );
      const chunks: Buffer[] = [];
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = pieces[i % pieces.length]!; // not empty
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }
      assert.deepEqual(
        cut(chunks).map(({ payload }) => Buffer.from(payload)),
        contents.map((content) => Buffer.from(content)),
      );
    }),
  );
});

test('a large frame in small chunks is whole', () => {
  const size = 3_000_000;
  const bytes = Buffer.concat([new FrameEncoder().encodeHeader(header, size), Buffer.alloc(size, 'libvirt')]);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, i) =>
    bytes.subarray(i * 65_536, (i + 1) * 65_536),
  );
  const [frame] = cut(chunks);
  assert.ok(frame?.payload.equals(bytes.subarray(HEADER_SIZE)));
});

test('a packet of a stream is handed on as it comes, split anywhere, between frames that are whole', () => {
  const encoder = new FrameEncoder();
  const data = { ...header, type: Type.stream, status: Status.continue, serial: 8 };
  const bytes = Buffer.concat([
    encoder.encode(header, body, { value: 'abcd' }),
    encoder.encodeHeader(data, 6),
    Buffer.from('stream'),
    encoder.encodeHeader(data, 0),
    encoder.encode({ ...header, serial: 9 }, body, { value: 'ef' }),
  ]);
  for (let at = 0; at <= bytes.length; at++)
    for (let to = at; to <= bytes.length; to++) {
      const frames = cut([bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)]);
      const [first, ...others] = frames;
      const [last, end, ...packet] = others.reverse();
      assert.deepEqual(
        [first, end, last].map((frame) => [frame?.serial, frame?.payload.length]),
        [
          [7, 8],
          [8, 0],
          [9, 8],
        ],
      );
      assert.equal(Buffer.concat(packet.reverse().map(({ payload }) => payload)).toString(), 'stream');
      // An empty one would read as the end.
      assert.ok(packet.every(({ serial, payload }) => serial === 8 && payload.length > 0));
    }
});

for (const size of [0, 4, HEADER_SIZE - 1, FRAME_MAX + 1, 0xffff_ffff]) {
  test(`a frame that says it has ${size} bytes is refused`, () => {
    const word = Buffer.alloc(4);
    word.writeUInt32BE(size);
    assert.throws(() => cut([word]), ProtocolError);
    assert.throws(() => cut([word.subarray(0, 2), word.subarray(2)]), ProtocolError);
  });
}

test('a frame that only says it is large takes no more memory than has come', () => {
  const word = Buffer.alloc(4);
  word.writeUInt32BE(FRAME_MAX);
  const decoders = Array.from({ length: 20 }, () => new FrameDecoder(() => {}));
  const before = process.memoryUsage().arrayBuffers;
  for (const decoder of decoders) decoder.push(word);
  assert.ok(process.memoryUsage().arrayBuffers - before < 30 * 1_048_576);
});

test('a message kept by a slow socket is not written over by later ones', () => {
  const encoder = new FrameEncoder();
  const kept = Array.from({ length: 2000 }, (_, i) =>
    encoder.encode({ ...header, serial: i }, body, { value: `value ${i}` }),
  );
  const frames = cut(kept);
  assert.deepEqual(
    frames.map(({ serial }) => serial),
    Array.from({ length: 2000 }, (_, i) => i),
  );
});

test('memory that was taken back serves the next frame, that of any but the last frame does not', () => {
  const encoder = new FrameEncoder();
  const encode = (value: string) => encoder.encode(header, body, { value });
  const first = encode('first');
  encoder.takeBack(first);
  const second = encode('again');
  assert.equal(second.byteOffset, first.byteOffset);
  const third = encode('a longer one');
  encoder.takeBack(second);
  const fourth = encode('again');
  assert.deepEqual(
    cut([second, third, fourth]).map((frame) => frame.read(body).value),
    ['again', 'a longer one', 'again'],
  );
});
