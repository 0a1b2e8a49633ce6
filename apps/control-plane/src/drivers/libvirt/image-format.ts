/** What a file is, by its content alone: names and declarations lie. */
import type { ImageFormat } from '@loucloud/api';
import { UserError } from '../../platform/errors.ts';
import { QCOW_MAGIC } from './qcow2-header.ts';

/** How much of a file's beginning has to be seen: past an ISO's first volume descriptor. */
export const START_BYTES = 69_632;
/** And of its end, where some formats put their header. */
export const END_BYTES = 512;
const SECTOR = 512;

export function imageFormatOf(start: Buffer, end: Buffer, sizeBytes: number): ImageFormat {
  if (start.length >= 4 && start.readUInt32BE(0) === QCOW_MAGIC) return 'qcow2';
  const other = otherFormatOf(start, end);
  if (other !== null) throw new UserError('image_format_unsupported', { format: other });
  if (ISO_AT.some((at) => hasAt(start, at, 'CD001') || hasAt(start, at, 'BEA01'))) return 'iso';
  // Every disk is made of whole sectors; what is not, is some other file.
  if (sizeBytes === 0 || sizeBytes % SECTOR !== 0)
    throw new UserError('image_format_unsupported', { format: 'unknown' });
  return 'raw';
}

/** Behind the type byte of the first descriptor, at sector 16. */
const ISO_AT = [0x8001];

/** Known by bytes at a place from the start. All that QEMU would recognise if it were left to guess, and archives. */
const MAGICS: readonly (readonly [format: string, at: number, bytes: string])[] = [
  ['vmdk', 0, 'KDMV'],
  ['vmdk', 0, 'COWD'],
  ['vdi', 64, '\x7f\x10\xda\xbe'],
  ['vhd', 0, 'conectix'],
  ['vhdx', 0, 'vhdxfile'],
  ['qed', 0, 'QED\0'],
  ['parallels', 0, 'WithoutFreeSpace'],
  ['parallels', 0, 'WithouFreSpacExt'],
  ['bochs', 0, 'Bochs Virtual HD Image'],
  ['cloop', 0, '#!/bin/sh\n#V2.0 Format\nmodprobe cloop'],
  ['cow', 0, 'OOOM'],
  ['luks', 0, 'LUKS\xba\xbe'],
  ['gzip', 0, '\x1f\x8b'],
  ['xz', 0, '\xfd7zXZ\0'],
  ['lzma', 0, '\x5d\0\0'],
  ['bzip2', 0, 'BZh'],
  ['zstd', 0, '\x28\xb5\x2f\xfd'],
  ['lz4', 0, '\x04\x22\x4d\x18'],
  ['lzip', 0, 'LZIP'],
  ['lzop', 0, '\x89LZO\0'],
  ['zip', 0, 'PK\x03\x04'],
  ['7z', 0, '7z\xbc\xaf\x27\x1c'],
  ['rar', 0, 'Rar!\x1a\x07'],
  ['tar', 257, 'ustar'],
  ['squashfs', 0, 'hsqs'],
  ['wim', 0, 'MSWIM\0\0\0'],
  ['deb', 0, '!<arch>\n'],
  ['rpm', 0, '\xed\xab\xee\xdb'],
  ['elf', 0, '\x7fELF'],
  ['qemu-vm-state', 0, 'QEVM'],
  ['libvirt-save', 0, 'LibvirtQemudSave'],
  ['libvirt-save', 0, 'LibvirtQemudPart'],
];

function otherFormatOf(start: Buffer, end: Buffer): string | null {
  const known = MAGICS.find(([, at, bytes]) => hasAt(start, at, bytes));
  if (known) return known[0];
  if (isVmdkDescriptor(start)) return 'vmdk';
  if (hasAt(end, 0, 'conectix') || hasAt(end, 1, 'conectix')) return 'vhd';
  return hasAt(end, 0, 'koly') ? 'dmg' : null;
}

const hasAt = (bytes: Buffer, at: number, text: string): boolean =>
  bytes.subarray(at, at + text.length).equals(Buffer.from(text, 'latin1'));

/** A text that names the files to use as the disk. QEMU takes it for one even behind other comments and blank lines. */
function isVmdkDescriptor(start: Buffer): boolean {
  const text = start.subarray(0, 4096).toString('latin1');
  if (/#\s*disk\s+descriptor\s*file/i.test(text)) return true;
  const firstLine = text.split(/\r?\n|\r/).find((line) => line.trim() !== '' && !line.startsWith('#'));
  return /^\s*version\s*=/i.test(firstLine ?? '');
}
