import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotRfbError, ViewOnlyInput } from './view-only-input.ts';

const handshake = Buffer.from('RFB 003.008\n\u0001\u0001');
const zeros = (count: number) => Array.from({ length: count }, () => 0);

const setPixelFormat = Buffer.from([0, ...zeros(19)]);
const setEncodings = Buffer.from([2, 0, 0, 2, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x21]);
const updateRequest = Buffer.from([3, 1, 0, 0, 0, 0, 2, 0x80, 1, 0x90]);
const allowed = [setPixelFormat, setEncodings, updateRequest];

const refused: readonly (readonly [string, Buffer])[] = [
  ['a key', Buffer.from([4, 1, 0, 0, 0, 0, 0, 0x61])],
  ['the pointer', Buffer.from([5, 1, 0, 10, 0, 10])],
  ['the pointer with more buttons', Buffer.from([5, 0x81, 0, 10, 0, 10, 1])],
  ['text', Buffer.from([6, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3])],
  ['text of the extended clipboard', Buffer.from([6, 0, 0, 0, 0xff, 0xff, 0xff, 0xfc, 2, 0, 0, 1])],
  [
    'what the extended clipboard can',
    Buffer.from([6, 0, 0, 0, 0xff, 0xff, 0xff, 0xf8, 0x1f, 0, 0, 1, ...zeros(4)]),
  ],
  ['continuous updates', Buffer.from([150, ...zeros(9)])],
  ['a fence', Buffer.from([248, 0, 0, 0, 0, 0, 0, 0, 2, 4, 4])],
  ['power', Buffer.from([250, 0, 1, 2])],
  ['another screen size', Buffer.from([251, 0, 4, 0, 3, 0, 1, 0, ...zeros(16)])],
  ['a key by its scan code', Buffer.from([255, 0, 0, 1, 0, 0, 0, 0x61, 0, 0, 0, 0x1e])],
  ['sound', Buffer.from([255, 1, 0, 0])],
  ['the format of sound', Buffer.from([255, 1, 0, 2, ...zeros(6)])],
];

function passed(chunks: readonly Buffer[]): Buffer {
  const input = new ViewOnlyInput();
  return Buffer.concat(chunks.map((chunk) => input.take(chunk)));
}

for (const [name, message] of refused) {
  test(`${name} is taken out, wherever the stream is cut, and what is around it goes through`, () => {
    const said = Buffer.concat([handshake, ...allowed, message, updateRequest, message, setEncodings]);
    const expected = Buffer.concat([handshake, ...allowed, updateRequest, setEncodings]);
    for (let cut = 0; cut <= said.length; cut++)
      assert.deepEqual(passed([said.subarray(0, cut), said.subarray(cut)]), expected, `cut at ${cut}`);
    assert.deepEqual(passed(Array.from(said, (byte) => Buffer.of(byte))), expected, 'byte by byte');
  });
}

test('who asks for the screen for itself alone, or for an older protocol, does not get it', () => {
  const exclusive = Buffer.from('RFB 003.003\n\u0005\u0000');
  assert.deepEqual(passed([exclusive, updateRequest]), Buffer.concat([handshake, updateRequest]));
});

test('the extended clipboard is no encoding of theirs, so that QEMU hands them nothing that the guest copies', () => {
  const clipboard = [0xc0, 0xa1, 0xe5, 0xce];
  const raw = [0, 0, 0, 0];
  const size = [0xff, 0xff, 0xff, 0x21];
  const asked = Buffer.from([2, 0, 0, 4, ...clipboard, ...raw, ...clipboard, ...size]);
  assert.deepEqual(
    passed([handshake, asked, updateRequest]),
    Buffer.concat([handshake, Buffer.from([2, 0, 0, 2, ...raw, ...size]), updateRequest]),
  );
  assert.deepEqual(
    passed([handshake, Buffer.from([2, 0, 0, 1, ...clipboard])]),
    Buffer.concat([handshake, Buffer.from([2, 0, 0, 0])]),
  );
});

for (const [name, length] of [
  ['pasted text', [0, 0x10, 0, 0]],
  ['text of the extended clipboard', [0xff, 0xf0, 0, 0]],
] as const) {
  test(`a megabyte of ${name} is not kept`, () => {
    const head = Buffer.from([6, 0, 0, 0, ...length]);
    assert.deepEqual(
      passed([handshake, head, Buffer.alloc(2 ** 20, 4), updateRequest]),
      Buffer.concat([handshake, updateRequest]),
    );
  });
}

test('what is no message ends it', () => {
  assert.throws(() => passed([handshake, Buffer.of(7)]), NotRfbError);
});
