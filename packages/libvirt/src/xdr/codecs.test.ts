import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ArgumentError, ProtocolError } from '../errors.ts';
import {
  type Codec,
  array,
  chars,
  double,
  hyper,
  int,
  opaque,
  optional,
  struct,
  text,
  uhyper,
  uint,
} from './codecs.ts';
import { decode, encode } from './coding.ts';
import { type TypedParam, paramsByName, typedParams } from './typed-params.ts';
import { uuid } from './uuid.ts';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

// One row per type: [name, codec, value, bytes on the wire].
const wireCases: readonly (readonly [string, Codec<unknown>, unknown, string])[] = [
  ['int', int, -2, 'fffffffe'],
  ['int, least', int, -2_147_483_648, '80000000'],
  ['uint', uint, 258, '00000102'],
  ['uint, greatest', uint, 4_294_967_295, 'ffffffff'],
  ['hyper', hyper, -1, 'ffffffffffffffff'],
  ['hyper, below 32 bits', hyper, -4_294_967_297, 'fffffffeffffffff'],
  ['hyper, greatest', hyper, 2 ** 63, '7fffffffffffffff'],
  ['hyper, least', hyper, -(2 ** 63), '8000000000000000'],
  ['uhyper', uhyper, 1, '0000000000000001'],
  ['uhyper, exact', uhyper, Number.MAX_SAFE_INTEGER, '001fffffffffffff'],
  ['uhyper, greatest', uhyper, 2 ** 64, 'ffffffffffffffff'],
  ['double', double, 1.5, '3ff8000000000000'],
  ['text, empty', text(10), '', '00000000'],
  ['text, padded', text(10), 'abcde', '00000005 6162636465000000'],
  ['text, multi-byte', text(10), '云', '00000003 e4ba9100'],
  ['opaque', opaque(8), Buffer.from('abc'), '00000003 61626300'],
  ['chars', chars(3), 'ab', '00000061 00000062 00000000'],
  ['chars, full', chars(2), 'ab', '00000061 00000062'],
  ['absent', optional(int), null, '00000000'],
  ['present', optional(int), 5, '0000000100000005'],
  ['array', array(uint, 4), [1, 2], '000000020000000100000002'],
  ['struct', struct({ a: int, b: uint }), { a: 1, b: 2 }, '0000000100000002'],
  ['uuid', uuid, 'dc229f87-d4de-4719-8cfd-2e21c6105b01', 'dc229f87d4de47198cfd2e21c6105b01'],
  [
    'param, int',
    typedParams(1),
    [{ field: 'a', type: 'int', value: -1 }],
    '000000010000000161000000 00000001ffffffff',
  ],
  [
    'param, uint',
    typedParams(1),
    [{ field: 'a', type: 'uint', value: 1 }],
    '000000010000000161000000 0000000200000001',
  ],
  [
    'param, llong',
    typedParams(1),
    [{ field: 'a', type: 'llong', value: -1 }],
    '000000010000000161000000 00000003ffffffffffffffff',
  ],
  [
    'param, ullong',
    typedParams(1),
    [{ field: 'a', type: 'ullong', value: 1 }],
    '000000010000000161000000 000000040000000000000001',
  ],
  [
    'param, double',
    typedParams(1),
    [{ field: 'a', type: 'double', value: 1.5 }],
    '000000010000000161000000 000000053ff8000000000000',
  ],
  [
    'param, boolean',
    typedParams(1),
    [{ field: 'a', type: 'boolean', value: true }],
    '000000010000000161000000 0000000600000001',
  ],
  [
    'param, string',
    typedParams(1),
    [{ field: 'a', type: 'string', value: 'x' }],
    '000000010000000161000000 000000070000000178000000',
  ],
];
for (const [name, codec, value, hex] of wireCases) {
  test(`xdr: ${name}`, () => {
    assert.deepEqual(encode(codec, value), bytesOf(hex));
    assert.deepEqual(decode(codec, bytesOf(hex)), value);
  });
}

// [what, codec, bytes that a hostile or broken server may send]
const refusedBytes: readonly (readonly [string, Codec<unknown>, string])[] = [
  ['a text longer than allowed', text(4), '7fffffff'],
  ['a text longer than its message', text(100), '0000000561626364'],
  ['a list longer than allowed', array(uint, 4), '00000005'],
  ['a list that cannot fit its message', array(uint, 1_000_000_000), '3b9aca00 00000000'],
  ['parameters that cannot fit their message', typedParams(1_000_000), '000f4240 00000000'],
  ['a parameter of no known type', typedParams(1), '000000010000000161000000 0000000800000000'],
  ['a message that ends too early', uhyper, '00000001'],
  ['bytes left over', int, '0000000100000002'],
  ['a short uuid', uuid, 'dc229f87'],
];
for (const [what, codec, hex] of refusedBytes) {
  test(`xdr: ${what} is refused`, () => {
    assert.throws(() => decode(codec, bytesOf(hex)), ProtocolError);
  });
}

const refusedValues: readonly (readonly [string, Codec<unknown>, unknown])[] = [
  ['a fraction', int, 1.5],
  ['a number over 32 bits', uint, 2 ** 32],
  ['a negative size', uhyper, -1],
  ['not a number', hyper, Number.NaN],
  ['a NUL character', text(10), 'a\0b'],
  ['a text over its limit', text(2), '云'],
  ['a list over its limit', array(int, 1), [1, 2]],
  ['a missing field', struct({ a: int }), {}],
  ['a UUID without dashes', uuid, 'dc229f87d4de47198cfd2e21c6105b01'],
];
for (const [what, codec, value] of refusedValues) {
  test(`xdr: ${what} is not sent`, () => {
    assert.throws(() => encode(codec, value), ArgumentError);
  });
}

test('a 64-bit number above 2^53 reads as the nearest double', () => {
  assert.equal(decode(uhyper, bytesOf('0020000000000001')), Number(0x20_0000_0000_0001n));
  assert.equal(decode(hyper, bytesOf('8000000000000001')), Number(-0x7fff_ffff_ffff_ffffn));
});

test('bytes that are not UTF-8 read as replacement characters', () => {
  assert.equal(decode(text(10), bytesOf('00000002 ff410000')), '\ufffdA');
});

test('a UUID is read in lower case whatever case it was written in', () => {
  const bytes = encode(uuid, 'DC229F87-D4DE-4719-8CFD-2E21C6105B01');
  assert.equal(decode(uuid, bytes), 'dc229f87-d4de-4719-8cfd-2e21c6105b01');
});

test('parameters are found by name, the last of a name counting', () => {
  const params: TypedParam[] = [
    { field: 'state.state', type: 'int', value: 1 },
    { field: 'x', type: 'string', value: 'first' },
    { field: 'x', type: 'string', value: 'last' },
  ];
  assert.deepEqual(
    [...paramsByName(params)],
    [
      ['state.state', 1],
      ['x', 'last'],
    ],
  );
});

test('any text without NUL comes back as it went', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 2000 }), (value) => {
      fc.pre(!value.includes('\0'));
      assert.equal(decode(text(100_000), encode(text(100_000), value)), value);
    }),
  );
});

test('any list of parameters comes back as it went', () => {
  const field = fc.string({ maxLength: 100 }).filter((name) => !name.includes('\0'));
  const plain = { noNullPrototype: true };
  const param: fc.Arbitrary<TypedParam> = fc.oneof(
    fc.record({ field, type: fc.constant('int' as const), value: fc.integer() }, plain),
    fc.record({ field, type: fc.constant('uint' as const), value: fc.nat() }, plain),
    fc.record({ field, type: fc.constantFrom('llong' as const), value: fc.maxSafeInteger() }, plain),
    fc.record({ field, type: fc.constantFrom('ullong' as const), value: fc.maxSafeNat() }, plain),
    fc.record({ field, type: fc.constant('double' as const), value: fc.double() }, plain),
    fc.record({ field, type: fc.constant('boolean' as const), value: fc.boolean() }, plain),
    fc.record({ field, type: fc.constant('string' as const), value: field }, plain),
  );
  fc.assert(
    fc.property(fc.array(param, { maxLength: 200 }), (params) => {
      const codec = typedParams(200);
      assert.deepEqual(decode(codec, encode(codec, params)), params);
    }),
  );
});

test('any bytes decode to a value or a ProtocolError, nothing else', () => {
  const codec = struct({
    a: optional(text(50)),
    b: array(struct({ c: uuid, d: opaque(9) }), 10),
    e: typedParams(20),
    f: chars(4),
  });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        decode(codec, Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof ProtocolError);
      }
    }),
    { numRuns: 2000 },
  );
});
