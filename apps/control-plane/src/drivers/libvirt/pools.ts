/** Storage pools: folders on a host that libvirt keeps a list of. */
import { ErrorNumber, LibvirtError, ListPoolsFlag, type PoolRef, PoolState } from '@loucloud/libvirt';
import type { PoolFacts } from '../../platform/hypervisor.ts';
import { isLibvirtError, unless } from './errors.ts';
import type { Calls } from './host-link.ts';
import { find, parseXml, textIn } from './xml-tree.ts';
import { xml } from './xml.ts';

/** The pool, started if it was not. */
export async function activePool(host: Calls, name: string): Promise<PoolRef> {
  const { pool } = await host.call('storagePoolLookupByName', { name });
  const { state } = await host.call('storagePoolGetInfo', { pool });
  if (state === PoolState.inactive)
    // Somebody else may have started it meanwhile.
    await unless([ErrorNumber.operationInvalid], host.call('storagePoolCreate', { pool, flags: 0 }));
  return pool;
}

export async function poolPath(host: Calls, pool: PoolRef): Promise<string> {
  const text = (await host.call('storagePoolGetXmlDesc', { pool, flags: 0 })).xml;
  return textIn(find(parseXml(text), 'target', 'path'));
}

/** As libvirt last saw it; nothing of a pool that does not run. */
export async function poolFacts(host: Calls, name: string): Promise<PoolFacts> {
  const { pool } = await host.call('storagePoolLookupByName', { name });
  const { state, capacity, available } = await host.call('storagePoolGetInfo', { pool });
  const isRunning = state !== PoolState.inactive;
  return {
    name,
    path: await poolPath(host, pool),
    capacityBytes: isRunning ? capacity : 0,
    availableBytes: isRunning ? available : 0,
  };
}

/** libvirt reads the folder anew. While a volume is being made or read it refuses, and what it knows has to do. */
export const refreshPool = (host: Calls, pool: PoolRef): Promise<void> =>
  unless(
    [ErrorNumber.operationInvalid, ErrorNumber.internal],
    host.call('storagePoolRefresh', { pool, flags: 0 }),
  );

/** A pool that is not there, or was stopped, or is not to be read, is left as it is. */
export async function refreshByName(host: Calls, name: string): Promise<void> {
  try {
    await refreshPool(host, (await host.call('storagePoolLookupByName', { name })).pool);
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
  }
}

export const folderPoolXml = (name: string, path: string): string =>
  xml`<pool type="dir"><name>${name}</name><target><path>${path}</path></target></pool>`.text;

/** A pool that keeps its files in that very folder, whether it runs or not. */
export async function poolAt(host: Calls, path: string): Promise<PoolRef | null> {
  let flags: number = ListPoolsFlag.inactive;
  try {
    // Knows running pools only.
    return (await host.call('storagePoolLookupByTargetPath', { path })).pool;
  } catch (error) {
    if (!isLibvirtError(error, ErrorNumber.noStoragePool, ErrorNumber.noSupport)) throw error;
    // The test driver cannot look up by path: all are looked at.
    if (error.number === ErrorNumber.noSupport) flags |= ListPoolsFlag.active;
  }
  const { pools } = await host.call('connectListAllStoragePools', { needResults: 1, flags });
  for (const pool of pools) if ((await poolPath(host, pool)) === path) return pool;
  return null;
}
