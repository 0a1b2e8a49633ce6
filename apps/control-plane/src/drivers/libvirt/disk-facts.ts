/** A VM's disk as its pool has it. */
import type { DiskFacts } from '../../platform/vm-moves.ts';
import { diskName, volumeIn } from './disks.ts';
import type { Calls } from './host-link.ts';
import { activePool, refreshPool } from './pools.ts';
import { attributeOf, find, parseXml, textIn } from './xml-tree.ts';

export async function diskFacts(host: Calls, vmId: string, poolName: string): Promise<DiskFacts | null> {
  const pool = await activePool(host, poolName);
  // What libvirt knows of a disk in use is as old as its last look.
  await refreshPool(host, pool);
  const volume = await volumeIn(host, pool, diskName(vmId));
  if (!volume) return null;
  const text = (await host.call('storageVolGetXmlDesc', { volume, flags: 0 })).xml;
  const found = parseXml(text);
  const backingPath = textIn(find(found, 'backingStore', 'path'));
  const backingFormat = attributeOf(find(found, 'backingStore', 'format'), 'type');
  return {
    path: textIn(find(found, 'target', 'path')),
    sizeBytes: Number(textIn(find(found, 'capacity'))),
    allocatedBytes: Number(textIn(find(found, 'allocation'))),
    backing:
      backingPath === '' ? null : { path: backingPath, format: backingFormat === 'qcow2' ? 'qcow2' : 'raw' },
  };
}
