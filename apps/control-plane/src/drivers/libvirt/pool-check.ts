/** The pool that VMs' disks go to: made if there is none of that name. */
import { ErrorNumber, LibvirtError, type PoolRef } from '@loucloud/libvirt';
import type { PoolFacts } from '../../platform/hypervisor.ts';
import { isLibvirtError } from './errors.ts';
import { type Finding, finding } from './finding.ts';
import type { Calls } from './host-link.ts';
import { activePool, folderPoolXml, poolFacts, refreshPool } from './pools.ts';
import { attributeOf, parseXml } from './xml-tree.ts';

/** Kinds of pools that keep their volumes as files, which qcow2 needs. */
const FILE_POOLS = ['dir', 'fs', 'netfs'];

interface UsablePool {
  readonly ref: PoolRef;
  readonly facts: PoolFacts;
}

export async function checkPool(
  host: Calls,
  name: string,
): Promise<{ pool: UsablePool | null; found: Finding }> {
  try {
    const ref = (await lookup(host, name)) ?? (await make(host, name));
    const type = attributeOf(
      parseXml((await host.call('storagePoolGetXmlDesc', { pool: ref, flags: 0 })).xml),
      'type',
    );
    if (type === null || !FILE_POOLS.includes(type))
      return {
        pool: null,
        found: finding('failed', 'pool_unusable', { pool: name, reason: `type ${type}` }),
      };
    await refreshPool(host, await activePool(host, name));
    const facts = await poolFacts(host, name);
    return { pool: { ref, facts }, found: finding('ok', 'pool_ok', { pool: name, path: facts.path }) };
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    return { pool: null, found: finding('failed', 'pool_unusable', { pool: name, reason: error.message }) };
  }
}

async function lookup(host: Calls, name: string): Promise<PoolRef | null> {
  try {
    return (await host.call('storagePoolLookupByName', { name })).pool;
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noStoragePool)) return null;
    throw error;
  }
}

/** Forgotten again if its folder cannot be made: a failed check leaves nothing behind. */
async function make(host: Calls, name: string): Promise<PoolRef> {
  const { pool } = await host.call('storagePoolDefineXml', {
    xml: folderPoolXml(name, `/var/lib/libvirt/${name}`),
    flags: 0,
  });
  try {
    await host.call('storagePoolBuild', { pool, flags: 0 });
    await host.call('storagePoolCreate', { pool, flags: 0 });
    await host.call('storagePoolSetAutostart', { pool, autostart: 1 });
  } catch (error) {
    await host.call('storagePoolUndefine', { pool });
    throw error;
  }
  return pool;
}
