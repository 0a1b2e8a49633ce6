import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { UserError } from '../../platform/errors.ts';
import { readQcow2Header } from './qcow2-header.ts';

const CLUSTER = 65_536;
const FILE = 4 * CLUSTER;

/** A sound header of a 10 GiB disk, changed by the test. */
function header(change: (bytes: Buffer) => void = () => {}): Buffer {
  const bytes = Buffer.alloc(CLUSTER);
  bytes.write('QFI\xfb', 'latin1');
  bytes.writeUInt32BE(3, 4);
  bytes.writeUInt32BE(16, 20);
  bytes.writeBigUInt64BE(10n * 2n ** 30n, 24);
  bytes.writeUInt32BE(20, 36);
  bytes.writeBigUInt64BE(BigInt(3 * CLUSTER), 40);
  bytes.writeBigUInt64BE(BigInt(CLUSTER), 48);
  bytes.writeUInt32BE(1, 56);
  bytes.writeUInt32BE(4, 96);
  bytes.writeUInt32BE(112, 100);
  change(bytes);
  return bytes;
}

const extension = (at: number, type: number, data: string) => (bytes: Buffer) => {
  bytes.writeUInt32BE(type, at);
  bytes.writeUInt32BE(data.length, at + 4);
  bytes.write(data, at + 8);
};

const sound: readonly (readonly [string, Buffer])[] = [
  ['version 3', header()],
  ['version 2', header((b) => b.writeUInt32BE(2, 4).toString())],
  ['dirty', header((b) => b.writeBigUInt64BE(1n, 72))],
  ['compressed by zstd', header((b) => b.writeBigUInt64BE(8n, 72))],
  ['with unknown compatible features', header((b) => b.writeBigUInt64BE(2n ** 63n, 80))],
  ['with a table of feature names', header(extension(112, 0x6803_f857, 'x'.repeat(48)))],
];
for (const [what, bytes] of sound) {
  test(`a qcow2 that is ${what} is taken`, () => {
    assert.equal(readQcow2Header(bytes, FILE).virtualSizeBytes, 10 * 2 ** 30);
  });
}

const hostile: readonly (readonly [string, string, (bytes: Buffer) => void])[] = [
  [
    'a backing file',
    'image_has_backing_file',
    (b) => {
      b.writeBigUInt64BE(512n, 8);
      b.writeUInt32BE(11, 16);
      b.write('/etc/shadow', 512);
    },
  ],
  ['a backing file of no length', 'image_has_backing_file', (b) => b.writeBigUInt64BE(512n, 8)],
  ['a data file', 'image_has_data_file', (b) => b.writeBigUInt64BE(4n, 72)],
  ['a data file by its name alone', 'image_has_data_file', extension(112, 0x4441_5441, '/etc/shadow')],
  [
    'a data file behind another extension',
    'image_has_data_file',
    (b) => {
      extension(112, 0x6803_f857, 'x'.repeat(45))(b);
      extension(112 + 8 + 48, 0x4441_5441, '/etc/shadow')(b);
    },
  ],
  [
    'a data file in version 2',
    'image_has_data_file',
    (b) => {
      b.writeUInt32BE(2, 4);
      extension(72, 0x4441_5441, '/x')(b);
    },
  ],
  ['AES', 'image_encrypted', (b) => b.writeUInt32BE(1, 32)],
  ['LUKS', 'image_encrypted', (b) => b.writeUInt32BE(2, 32)],
  ['an encryption header', 'image_encrypted', extension(112, 0x0537_be77, 'x'.repeat(16))],
  ['an unknown feature', 'image_format_unsupported', (b) => b.writeBigUInt64BE(32n, 72)],
  ['the highest unknown feature', 'image_format_unsupported', (b) => b.writeBigUInt64BE(2n ** 63n, 72)],
  ['version 1', 'image_format_unsupported', (b) => b.writeUInt32BE(1, 4)],
  ['version 4', 'image_format_unsupported', (b) => b.writeUInt32BE(4, 4)],
  ['the mark of corruption', 'image_damaged', (b) => b.writeBigUInt64BE(2n, 72)],
  ['clusters of 256 bytes', 'image_damaged', (b) => b.writeUInt32BE(8, 20)],
  ['clusters of 4 MiB', 'image_damaged', (b) => b.writeUInt32BE(22, 20)],
  ['a cluster size that shifts out of sight', 'image_damaged', (b) => b.writeUInt32BE(0xffff_ffff, 20)],
  ['no size', 'image_damaged', (b) => b.writeBigUInt64BE(0n, 24)],
  ['a size of 8 EiB', 'image_damaged', (b) => b.writeBigUInt64BE(2n ** 63n, 24)],
  ['an L1 table too small for its size', 'image_damaged', (b) => b.writeUInt32BE(19, 36)],
  ['an L1 table of 4 G entries', 'image_damaged', (b) => b.writeUInt32BE(0xffff_ffff, 36)],
  ['an L1 table outside the file', 'image_damaged', (b) => b.writeBigUInt64BE(BigInt(FILE), 40)],
  ['an L1 table far outside', 'image_damaged', (b) => b.writeBigUInt64BE(2n ** 64n - 65_536n, 40)],
  ['no refcount table', 'image_damaged', (b) => b.writeBigUInt64BE(0n, 48)],
  ['an unaligned refcount table', 'image_damaged', (b) => b.writeBigUInt64BE(65_537n, 48)],
  ['a refcount table of 256 TiB', 'image_damaged', (b) => b.writeUInt32BE(0xffff_ffff, 56)],
  ['a million snapshots', 'image_damaged', (b) => b.writeUInt32BE(1_000_000, 60)],
  ['refcounts of 128 bits', 'image_damaged', (b) => b.writeUInt32BE(7, 96)],
  ['a header too short for its version', 'image_damaged', (b) => b.writeUInt32BE(72, 100)],
  ['a header longer than its cluster', 'image_damaged', (b) => b.writeUInt32BE(65_544, 100)],
  [
    'an extension that runs over the cluster',
    'image_damaged',
    (b) => {
      b.writeUInt32BE(1, 112);
      b.writeUInt32BE(0xffff_ffff, 116);
    },
  ],
];
for (const [what, code, change] of hostile) {
  test(`a qcow2 with ${what} is refused: ${code}`, () => {
    assert.throws(
      () => readQcow2Header(header(change), FILE),
      (e) => e instanceof UserError && e.code === code,
    );
  });
}

test('a header is refused cleanly wherever it is cut off', () => {
  const whole = header();
  for (let length = 0; length < 120; length++) {
    assert.throws(() => readQcow2Header(whole.subarray(0, length), FILE), UserError, `${length} bytes`);
  }
});

test('random damage is refused cleanly, or leaves a disk of a sane size without other files', () => {
  const position = fc.oneof(fc.nat(200), fc.nat(CLUSTER - 1));
  const damage = fc.array(fc.tuple(position, fc.nat(255)), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(damage, fc.nat(FILE), (changes, sizeBytes) => {
      const bytes = header((b) => changes.forEach(([at, value]) => b.writeUInt8(value, at)));
      try {
        const { virtualSizeBytes } = readQcow2Header(bytes, sizeBytes);
        assert.ok(virtualSizeBytes > 0 && virtualSizeBytes <= 2 ** 50);
        assert.equal(bytes.readBigUInt64BE(8), 0n);
        assert.equal(bytes.readUInt32BE(4) === 3 ? bytes.readBigUInt64BE(72) & 4n : 0n, 0n);
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
      }
    }),
    { numRuns: 5000 },
  );
});
