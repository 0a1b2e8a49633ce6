/** The file that an image becomes on another host: a volume of the pool that VMs' disks are in. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorNumber, type PoolRef, type VolumeRef } from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import { volumeIn } from './disks.ts';
import { isLibvirtError, unless } from './errors.ts';
import type { Calls } from './host-link.ts';
import { activePool, refreshPool } from './pools.ts';
import { xml } from './xml.ts';

const CALL_MS = 30_000;
/** How long libvirt may take to notice that whoever wrote the file has gone. */
const BUSY_MS = 20_000;
const BUSY_RETRY_MS = 200;

type HostFor = (timeoutMs: number) => Calls;

/** Raw whatever the image is: its bytes are written as they are, and libvirt is not to make a disk of them. */
const copyXml = (name: string, sizeBytes: number): string =>
  xml`<volume>
  <name>${name}</name>
  <capacity unit="bytes">${sizeBytes}</capacity>
  <allocation unit="bytes">0</allocation>
  <target><format type="raw"/></target>
</volume>`.text;

/** An empty file of that size, of nothing but a hole. What had the name before is gone. */
export async function makeCopyFile(
  hostFor: HostFor,
  { poolName, volumeName, sizeBytes }: { poolName: string; volumeName: string; sizeBytes: number },
): Promise<VolumeRef> {
  const pool = await activePool(hostFor(CALL_MS), poolName);
  await refreshPool(hostFor(CALL_MS), pool);
  await deleteIn(hostFor, pool, volumeName);
  const host = hostFor(CALL_MS);
  const { available } = await host.call('storagePoolGetInfo', { pool });
  if (available < sizeBytes)
    throw new UserError('pool_full', {}, { hint: `${poolName}: ${available} of ${sizeBytes} bytes` });
  const made = await host.call('storageVolCreateXml', {
    pool,
    xml: copyXml(volumeName, sizeBytes),
    flags: 0,
  });
  return made.volume;
}

export async function deleteCopy(hostFor: HostFor, poolName: string, volumeName: string): Promise<void> {
  let pool: PoolRef;
  try {
    pool = await activePool(hostFor(CALL_MS), poolName);
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noStoragePool)) return;
    throw error;
  }
  if (!(await volumeIn(hostFor(CALL_MS), pool, volumeName))) await refreshPool(hostFor(CALL_MS), pool);
  await deleteIn(hostFor, pool, volumeName);
}

async function deleteIn(hostFor: HostFor, pool: PoolRef, name: string): Promise<void> {
  const volume = await volumeIn(hostFor(CALL_MS), pool, name);
  if (!volume) return;
  const givesUpAt = performance.now() + BUSY_MS;
  for (;;) {
    const deletion = hostFor(CALL_MS).call('storageVolDelete', { volume, flags: 0 });
    try {
      return await unless([ErrorNumber.noStorageVolume], deletion);
    } catch (error) {
      const isBusy = isLibvirtError(error, ErrorNumber.operationInvalid);
      if (!isBusy || performance.now() > givesUpAt) throw error;
      await sleep(BUSY_RETRY_MS);
    }
  }
}
