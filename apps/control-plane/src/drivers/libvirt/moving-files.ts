/** A moving VM's files: where each of them is on the destination. */
import { UserError } from '../../platform/errors.ts';
import type { Arrival, DiskFacts, Move } from '../../platform/vm-moves.ts';
import { removeVolume } from './disk-copy.ts';
import { diskFacts } from './disk-facts.ts';
import { createDisk, diskName } from './disks.ts';
import { readDomainSpec } from './domain-reader.ts';
import type { FileMoves } from './migration-xml.ts';
import type { Ends } from './vm-moves.ts';

export interface Moving {
  readonly move: Move;
  readonly arrival: Arrival;
}

export async function sourceDisk({ source }: Ends, { vmId, from }: Move): Promise<DiskFacts> {
  const disk = await diskFacts(source, vmId, from.poolName);
  if (!disk) throw new UserError('path_not_found', {}, { hint: diskName(vmId) });
  return disk;
}

/** `xml` is the domain as the source has it. */
export function fileMoves(
  xml: string,
  diskPath: string,
  movedDiskPath: string,
  { arrival }: Moving,
): FileMoves {
  const files = new Map([[diskPath, movedDiskPath]]);
  const cdromPath = readDomainSpec(xml)?.cdromPath ?? null;
  if (cdromPath !== null && arrival.cdromPath !== null) files.set(cdromPath, arrival.cdromPath);
  return files;
}

/** The same file, as the destination's pool has it. */
export async function sharedDiskPath({ destination }: Ends, { vmId, to }: Move): Promise<string> {
  const disk = await diskFacts(destination, vmId, to.poolName);
  if (!disk) throw new UserError('path_not_found', {}, { hint: diskName(vmId) });
  return disk.path;
}

/** An empty one: of a copy that was cut off, blocks that the guest has discarded since would come to light again. */
export async function freshDisk(
  { destination }: Ends,
  { move: { vmId, to }, arrival }: Moving,
  sizeBytes: number,
): Promise<string> {
  await removeVolume(destination, to.poolName, diskName(vmId));
  return createDisk(destination, { vmId, poolName: to.poolName, sizeBytes, backing: arrival.backing });
}
