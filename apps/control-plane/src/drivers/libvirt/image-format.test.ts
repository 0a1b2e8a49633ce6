import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../platform/errors.ts';
import { END_BYTES, START_BYTES, imageFormatOf } from './image-format.ts';
import { refuseForbiddenPath } from './image-path.ts';

const SIZE = 1_048_576;

/** A file of zeros with these texts at these places; negative ones count from its end. */
function formatOf(texts: readonly (readonly [at: number, text: string])[], sizeBytes = SIZE): string {
  const file = Buffer.alloc(sizeBytes);
  for (const [at, text] of texts) file.write(text, at < 0 ? sizeBytes + at : at, 'latin1');
  return imageFormatOf(file.subarray(0, START_BYTES), file.subarray(-END_BYTES), sizeBytes);
}

const MBR = [510, '\x55\xaa'] as const;
const accepted = [
  ['raw', 'zeros', []],
  ['raw', 'a disk with a boot sector', [MBR]],
  ['raw', 'a disk with a GPT', [MBR, [512, 'EFI PART']]],
  ['raw', 'a disk that has a qcow2 header further in', [[512, 'QFI\xfb']]],
  ['qcow2', 'a qcow2 header', [[0, 'QFI\xfb\0\0\0\x03']]],
  [
    'qcow2',
    'a qcow2 header that is an ISO too',
    [
      [0, 'QFI\xfb'],
      [0x8001, 'CD001'],
    ],
  ],
  ['iso', 'a volume descriptor', [[0x8001, 'CD001']]],
  ['iso', 'an ISO that boots from a stick', [MBR, [0x8001, 'CD001']]],
  ['iso', 'a UDF disc', [[0x8001, 'BEA01']]],
] as const;
for (const [format, what, texts] of accepted) {
  test(`${what}: ${format}`, () => assert.equal(formatOf(texts), format));
}

const refused = [
  ['vmdk', 0, 'KDMV'],
  ['vmdk', 0, 'COWD'],
  ['vmdk', 0, '# Disk DescriptorFile\nversion=1\nRW 2048 FLAT "/etc/shadow" 0\n'],
  ['vmdk', 0, '#disk descriptorfile\r\n'],
  ['vmdk', 0, '# hello\n\n \n# again\nversion=1\nRW 2048 FLAT "/etc/shadow" 0\n'],
  ['vmdk', 0, 'version=3\n'],
  ['vdi', 64, '\x7f\x10\xda\xbe'],
  ['vhd', 0, 'conectix'],
  ['vhd', -512, 'conectix'],
  ['vhdx', 0, 'vhdxfile'],
  ['dmg', -512, 'koly'],
  ['qed', 0, 'QED\0'],
  ['parallels', 0, 'WithoutFreeSpace'],
  ['bochs', 0, 'Bochs Virtual HD Image'],
  ['luks', 0, 'LUKS\xba\xbe'],
  ['gzip', 0, '\x1f\x8b\x08'],
  ['xz', 0, '\xfd7zXZ\0'],
  ['zstd', 0, '\x28\xb5\x2f\xfd'],
  ['zip', 0, 'PK\x03\x04'],
  ['tar', 257, 'ustar'],
  ['libvirt-save', 0, 'LibvirtQemudSave'],
] as const;
for (const [format, at, text] of refused) {
  test(`${JSON.stringify(text.slice(0, 24))} at ${at} is refused as ${format}`, () => {
    assert.throws(
      () => formatOf([[at, text]]),
      (e) =>
        e instanceof UserError && e.code === 'image_format_unsupported' && e.details['format'] === format,
    );
  });
}

for (const sizeBytes of [0, 1, 511, 1025]) {
  test(`a file of ${sizeBytes} bytes is no disk`, () => {
    assert.throws(
      () => formatOf([], sizeBytes),
      (e) => e instanceof UserError && e.code === 'image_format_unsupported',
    );
  });
}

const forbidden = [
  '',
  '/',
  'disk.img',
  './disk.img',
  '/a/../etc/shadow',
  '/a/./b',
  '/a//b',
  '//a/b',
  '/a/',
  '/a/..',
  '/a\0b',
  '/a\nb',
  '/a\u007fb',
  '/dev',
  '/dev/sda',
  '/proc/self/mem',
  '/sys/kernel',
  'file:///etc/shadow',
  'json:{"driver":"file"}',
  'nbd://host/x',
  '/a\ud800',
  `/${'a'.repeat(4095)}`,
];
for (const path of forbidden) {
  test(`the path ${JSON.stringify(path).slice(0, 40)} is not allowed`, () => {
    assert.throws(
      () => refuseForbiddenPath(path),
      (e) => e instanceof UserError && e.code === 'path_not_allowed',
    );
  });
}

for (const path of ['/a', '/var/lib/镜像/桌面 1.qcow2', '/develop/x.img', '/a/..b', '/a/json:{}']) {
  test(`the path ${path} is allowed`, () => refuseForbiddenPath(path));
}
