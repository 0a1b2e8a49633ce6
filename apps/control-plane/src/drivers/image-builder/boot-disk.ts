// Lays out a raw disk image without root or mounts: an MBR, a FAT partition that UEFI (and, with syslinux, BIOS)
// starts from, and an ext4 partition after it; and turns it into a qcow2.
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runTool } from './run-tool.ts';

export const SECTOR_BYTES = 512;
const MIB = 1024 * 1024;
/** What may stand before the partition table in the first sector. */
const MBR_CODE_BYTES = 440;
const TOOL_TIMEOUT_MS = 10 * 60_000;

/** The partitions start at 1 MiB, as everybody's do; the second follows the first. */
export interface BootDisk {
  readonly path: string;
  readonly bootMib: number;
  readonly dataMib: number;
  /** Eight hexadecimal digits: the MBR's signature and the FAT's serial number. */
  readonly id: string;
}

export function bootPartitionOffsetBytes(): number {
  return MIB;
}

export function dataPartitionOffsetBytes(disk: BootDisk): number {
  return (1 + disk.bootMib) * MIB;
}

export interface BiosLoader {
  /** The first sector's code; what is longer is cut off where the partition table begins. */
  readonly mbr: Uint8Array;
  /** Further code from the second sector on, before the first partition. */
  readonly gap?: Uint8Array;
}

/** Makes the (sparse) file and its MBR; the partitions' contents are still to come. */
export async function writePartitions(disk: BootDisk, loader: BiosLoader): Promise<void> {
  const gap = loader.gap ?? new Uint8Array();
  if (gap.length > MIB - SECTOR_BYTES) throw new Error('the boot loader is larger than the gap for it');
  const mbr = Buffer.alloc(SECTOR_BYTES);
  mbr.set(loader.mbr.subarray(0, MBR_CODE_BYTES));
  mbr.writeUInt32LE(Number.parseInt(disk.id, 16), 440);
  const sectors = (mib: number): number => (mib * MIB) / SECTOR_BYTES;
  // Type ef is what UEFI looks for; BIOS boots whatever is marked active, whatever its type.
  writeEntry(mbr, 0, { active: true, type: 0xef, start: sectors(1), size: sectors(disk.bootMib) });
  writeEntry(mbr, 1, {
    active: false,
    type: 0x83,
    start: sectors(1 + disk.bootMib),
    size: sectors(disk.dataMib),
  });
  mbr.writeUInt16LE(0xaa55, 510);
  const file = await open(disk.path, 'w');
  try {
    await file.write(mbr, 0, mbr.length, 0);
    await file.write(gap, 0, gap.length, SECTOR_BYTES);
    await file.truncate((1 + disk.bootMib + disk.dataMib) * MIB);
  } finally {
    await file.close();
  }
}

interface PartitionEntry {
  readonly active: boolean;
  readonly type: number;
  readonly start: number;
  readonly size: number;
}

function writeEntry(mbr: Buffer, index: number, entry: PartitionEntry): void {
  const at = 446 + index * 16;
  mbr.writeUInt8(entry.active ? 0x80 : 0, at);
  mbr.set([0xfe, 0xff, 0xff], at + 1); // cylinder, head, sector: "see the sector numbers instead"
  mbr.writeUInt8(entry.type, at + 4);
  mbr.set([0xfe, 0xff, 0xff], at + 5);
  mbr.writeUInt32LE(entry.start, at + 8);
  mbr.writeUInt32LE(entry.size, at + 12);
}

/** Formats the boot partition and copies the files (target path to source path) in. */
export async function fillBootPartition(disk: BootDisk, files: ReadonlyMap<string, string>): Promise<void> {
  const offset = bootPartitionOffsetBytes();
  const image = `${disk.path}@@${offset}`;
  const sectors = (disk.bootMib * MIB) / SECTOR_BYTES;
  // mtools takes the clock from SOURCE_DATE_EPOCH; MTOOLS_SKIP_CHECK: the geometry of an image means nothing.
  const options = {
    timeoutMs: TOOL_TIMEOUT_MS,
    env: { SOURCE_DATE_EPOCH: '1', TZ: 'UTC', MTOOLS_SKIP_CHECK: '1', MTOOLSRC: '/dev/null' },
  };
  await runTool(
    // prettier-ignore
    ['mformat', '-i', image, '-T', `${sectors}`, '-h', '255', '-s', '63', '-H', `${offset / SECTOR_BYTES}`,
      '-N', disk.id, '-v', 'BOOT', '::'],
    options,
  );
  const made = new Set<string>();
  for (const [target, source] of files) {
    const folders = target.split('/').slice(0, -1);
    for (let depth = 1; depth <= folders.length; depth += 1) {
      const folder = folders.slice(0, depth).join('/');
      if (!made.has(folder)) await runTool(['mmd', '-i', image, `::/${folder}`], options);
      made.add(folder);
    }
    await runTool(['mcopy', '-i', image, '-m', source, `::/${target}`], options);
  }
}

/** Makes the boot partition bootable by BIOS; syslinux's own MBR code leads there. */
export async function installSyslinux(disk: BootDisk): Promise<void> {
  const options = { timeoutMs: TOOL_TIMEOUT_MS };
  await runTool(['syslinux', '--install', '--offset', `${bootPartitionOffsetBytes()}`, disk.path], options);
}

/** Makes the ext4 file system of the data partition, with what the folder holds if one is given. */
export async function fillDataPartition(
  disk: BootDisk,
  filesystem: { readonly label: string; readonly uuid: string; readonly from?: string },
): Promise<void> {
  await runTool(
    // prettier-ignore
    ['mke2fs', '-q', '-F', '-t', 'ext4', '-L', filesystem.label, '-U', filesystem.uuid, '-m', '1',
      '-E', `offset=${dataPartitionOffsetBytes(disk)},hash_seed=${filesystem.uuid}`,
      ...(filesystem.from === undefined ? [] : ['-d', filesystem.from]),
      disk.path, `${disk.dataMib}M`],
    { timeoutMs: TOOL_TIMEOUT_MS, env: { E2FSPROGS_FAKE_TIME: '1', MKE2FS_DEVICE_SECTSIZE: '512' } },
  );
}

/** The qcow2 appears whole, or not at all, and for all to read: the user that QEMU runs as must. */
export async function writeQcow2(
  rawPath: string,
  outputPath: string,
  { isCompressed = false }: { readonly isCompressed?: boolean } = {},
): Promise<void> {
  const partialPath = `${outputPath}.part`;
  await mkdir(dirname(outputPath), { recursive: true });
  try {
    await runTool(
      // prettier-ignore
      ['qemu-img', 'convert', '-q', ...(isCompressed ? ['-c'] : []), '-f', 'raw', '-O', 'qcow2', '-o', 'compat=1.1',
        rawPath, partialPath],
      { timeoutMs: TOOL_TIMEOUT_MS },
    );
    await chmod(partialPath, 0o644);
    await rename(partialPath, outputPath);
  } finally {
    await rm(partialPath, { force: true });
  }
}
