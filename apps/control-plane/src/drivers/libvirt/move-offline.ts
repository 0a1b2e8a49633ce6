/** A VM that is off: its disk goes through libvirt's streams, its definition follows. On the source all stays as it is. */
import { XmlFlag, domainRef } from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import type { MoveOptions } from '../../platform/vm-moves.ts';
import { copyDisk } from './disk-copy.ts';
import { diskFacts } from './disk-facts.ts';
import { diskName } from './disks.ts';
import { domainState, isActiveState } from './domain-status.ts';
import type { FolderPools } from './folder-pools.ts';
import type { Calls } from './host-link.ts';
import { movedXml } from './migration-xml.ts';
import { copyNvram } from './moving-nvram.ts';
import { type Moving, fileMoves, sharedDiskPath, sourceDisk } from './moving-files.ts';
import type { Ends } from './vm-moves.ts';

interface Folders {
  readonly source: FolderPools;
  readonly destination: FolderPools;
}

export async function moveOffline(
  ends: Ends,
  folders: Folders,
  moving: Moving,
  options: MoveOptions,
): Promise<void> {
  const { move, arrival } = moving;
  const { vmId } = move;
  await refuseRunning(ends.source, vmId);
  const asked = { domain: domainRef(vmId), flags: XmlFlag.inactive | XmlFlag.secure };
  const { xml } = await ends.source.call('domainGetXmlDesc', asked);
  const disk = await sourceDisk(ends, move);
  // Before anything is copied: a domain that cannot move.
  movedXml(xml, fileMoves(xml, disk.path, disk.path, moving));
  if (!arrival.isDiskShared) {
    const rests = disk.backing !== null;
    if (rests && !arrival.backing) throw new UserError('vm_not_movable', { reason: 'image' });
    const copy = {
      source: { host: ends.source, poolName: move.from.poolName },
      destination: { host: ends.destination, poolName: move.to.poolName },
      name: diskName(vmId),
      backingPath: rests ? (arrival.backing?.path ?? null) : null,
    };
    await copyDisk(copy, options);
    const copied = await diskFacts(ends.destination, vmId, move.to.poolName);
    if (copied?.sizeBytes !== disk.sizeBytes || copied.backing?.path !== arrival.backing?.path)
      throw new UserError('image_damaged', { what: 'copy' });
  }
  const movedPath = await sharedDiskPath(ends, move);
  const from = { host: ends.source, folders: folders.source };
  const to = { host: ends.destination, folders: folders.destination };
  await copyNvram(from, to, xml, options);
  // Somebody may have started it behind our back: what was copied is not its disk any more.
  await refuseRunning(ends.source, vmId);
  const files = fileMoves(xml, disk.path, movedPath, moving);
  await ends.destination.call('domainDefineXmlFlags', { xml: movedXml(xml, files), flags: 0 });
}

async function refuseRunning(host: Calls, vmId: string): Promise<void> {
  const now = await domainState(host, vmId);
  if (now && isActiveState(now.state))
    throw new UserError('wrong_state', { action: 'migrate', state: 'running' });
}
