/** Whether two hosts keep their VMs' disks in one place: a file made by the one is there for the other. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ErrorNumber, type PoolRef } from '@loucloud/libvirt';
import { volumeIn } from './disks.ts';
import { isLibvirtError, unless } from './errors.ts';
import type { Calls } from './host-link.ts';
import { activePool, refreshPool } from './pools.ts';
import { xml } from './xml.ts';

const LOOK_MS = 20_000;
const AGAIN_MS = 200;

interface PoolOf {
  readonly host: Calls;
  readonly poolName: string;
}

export async function sharesPool(one: PoolOf, other: PoolOf): Promise<boolean> {
  const name = `loucloud-shared-${randomUUID()}`;
  const pool = await activePool(one.host, one.poolName);
  const otherPool = await activePool(other.host, other.poolName);
  const { volume } = await one.host.call('storageVolCreateXml', { pool, xml: markXml(name), flags: 0 });
  try {
    await lookAgain(other.host, otherPool);
    return (await volumeIn(other.host, otherPool, name)) !== null;
  } finally {
    await unless([ErrorNumber.noStorageVolume], one.host.call('storageVolDelete', { volume, flags: 0 }));
    // So that the other does not go on listing what is gone.
    await refreshPool(other.host, otherPool);
  }
}

/** A look that libvirt refuses, because it is busy with the pool, is none: what follows deletes files by its answer. */
async function lookAgain(host: Calls, pool: PoolRef): Promise<void> {
  const deadline = performance.now() + LOOK_MS;
  for (;;) {
    try {
      await host.call('storagePoolRefresh', { pool, flags: 0 });
      return;
    } catch (error) {
      const isBusy = isLibvirtError(error, ErrorNumber.operationInvalid, ErrorNumber.internal);
      if (!isBusy || performance.now() > deadline) throw error;
      await delay(AGAIN_MS);
    }
  }
}

const markXml = (name: string): string =>
  xml`<volume><name>${name}</name><capacity unit="bytes">0</capacity><target><format type="raw"/></target></volume>`
    .text;
