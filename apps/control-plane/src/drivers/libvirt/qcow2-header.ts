/**
 * Reads a qcow2 header and refuses every file that could make QEMU open another one, or that is not what it says
 * (QEMU's docs/interop/qcow2.txt).
 */
import type { ErrorCode } from '@loucloud/api';
import { UserError } from '../../platform/errors.ts';

/** QFI\xfb */
export const QCOW_MAGIC = 0x51_46_49_fb;
const HEADER_V2 = 72;
const HEADER_V3 = 104;
const CLUSTER_BITS = { min: 9, max: 21 };
const SNAPSHOTS_MAX = 65_536;
const L1_ENTRIES_MAX = 4_194_304;
const VIRTUAL_SIZE_MAX = 2n ** 50n;

const Incompatible = { dirty: 1n, corrupt: 2n, dataFile: 4n, compression: 8n, extendedL2: 16n } as const;
const KNOWN_INCOMPATIBLE = 31n;
const DATA_FILE_EXTENSION = 0x4441_5441;
const ENCRYPTION_EXTENSION = 0x0537_be77;

export interface Qcow2Header {
  readonly version: 2 | 3;
  readonly virtualSizeBytes: number;
  readonly clusterBytes: number;
}

/** `start` is the file's beginning, `sizeBytes` its whole length. Throws the UserError that says what is wrong. */
export function readQcow2Header(start: Buffer, sizeBytes: number): Qcow2Header {
  if (start.length < HEADER_V2) throw damaged('header');
  const version = start.readUInt32BE(4);
  // Version 1 is an older format of the same magic.
  if (version !== 2 && version !== 3) throw refuse('image_format_unsupported', { format: `qcow${version}` });
  if (version === 3 && start.length < HEADER_V3) throw damaged('header');

  if (start.readBigUInt64BE(8) !== 0n || start.readUInt32BE(16) !== 0) throw refuse('image_has_backing_file');
  if (start.readUInt32BE(32) !== 0) throw refuse('image_encrypted');
  const incompatible = version === 3 ? start.readBigUInt64BE(72) : 0n;
  if (incompatible & Incompatible.dataFile) throw refuse('image_has_data_file');
  if (incompatible & ~KNOWN_INCOMPATIBLE) throw refuse('image_format_unsupported', { format: 'qcow2' });
  if (incompatible & Incompatible.corrupt) throw damaged('corrupt');

  const clusterBits = start.readUInt32BE(20);
  if (clusterBits < CLUSTER_BITS.min || clusterBits > CLUSTER_BITS.max) throw damaged('clusterBits');
  const clusterBytes = 2 ** clusterBits;
  refuseExtensions(start, headerLength(start, version, clusterBytes), clusterBytes);
  const virtualSize = start.readBigUInt64BE(24);
  if (virtualSize === 0n || virtualSize > VIRTUAL_SIZE_MAX) throw damaged('virtualSize');
  refuseBadTables(start, { clusterBytes, virtualSize, sizeBytes, hasWideL2: isSet(incompatible) });
  return { version, virtualSizeBytes: Number(virtualSize), clusterBytes };
}

const isSet = (incompatible: bigint): boolean => (incompatible & Incompatible.extendedL2) !== 0n;

function headerLength(start: Buffer, version: 2 | 3, clusterBytes: number): number {
  if (version === 2) return HEADER_V2;
  const length = start.readUInt32BE(100);
  if (length < HEADER_V3 || length > clusterBytes || length % 8 !== 0) throw damaged('headerLength');
  if (start.readUInt32BE(96) > 6) throw damaged('refcountOrder');
  return length;
}

/** Type and length words, then data padded to 8 bytes, until type 0 or the end of the first cluster. */
function refuseExtensions(start: Buffer, from: number, clusterBytes: number): void {
  let at = from;
  while (at + 8 <= clusterBytes) {
    if (at + 8 > start.length) throw damaged('extensions');
    const type = start.readUInt32BE(at);
    const length = start.readUInt32BE(at + 4);
    if (type === 0) return;
    if (type === DATA_FILE_EXTENSION) throw refuse('image_has_data_file');
    if (type === ENCRYPTION_EXTENSION) throw refuse('image_encrypted');
    at += 8 + Math.ceil(length / 8) * 8;
    if (at > clusterBytes) throw damaged('extensions');
  }
}

interface Geometry {
  readonly clusterBytes: number;
  readonly virtualSize: bigint;
  readonly sizeBytes: number;
  readonly hasWideL2: boolean;
}

/** The tables must lie inside the file, and map as much as the disk claims to be. */
function refuseBadTables(start: Buffer, { clusterBytes, virtualSize, sizeBytes, hasWideL2 }: Geometry): void {
  const l1Entries = start.readUInt32BE(36);
  const l1Offset = start.readBigUInt64BE(40);
  const refcountOffset = start.readBigUInt64BE(48);
  const refcountBytes = BigInt(start.readUInt32BE(56)) * BigInt(clusterBytes);
  const mappedByL1Entry = BigInt(clusterBytes / (hasWideL2 ? 16 : 8)) * BigInt(clusterBytes);
  const l1EntriesNeeded = (virtualSize + mappedByL1Entry - 1n) / mappedByL1Entry;
  if (l1Entries > L1_ENTRIES_MAX || BigInt(l1Entries) < l1EntriesNeeded) throw damaged('l1Size');
  for (const [offset, length] of [
    [l1Offset, BigInt(l1Entries) * 8n],
    [refcountOffset, refcountBytes],
  ] as const) {
    const isInside =
      offset > 0n && offset % BigInt(clusterBytes) === 0n && offset + length <= BigInt(sizeBytes);
    if (!isInside) throw damaged('tables');
  }
  if (start.readUInt32BE(60) > SNAPSHOTS_MAX) throw damaged('snapshots');
}

const refuse = (code: ErrorCode, details: Record<string, string> = {}) => new UserError(code, details);
const damaged = (what: string) => refuse('image_damaged', { what });
