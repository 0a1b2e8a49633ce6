/** VMs' disks: qcow2 files in a pool, named by the VM's id. */
import { ErrorNumber, LibvirtError, type PoolRef, type VolumeRef, volumeRef } from '@loucloud/libvirt';
import type { DiskSpec } from '../../platform/hypervisor.ts';
import { isLibvirtError, unless } from './errors.ts';
import type { Calls } from './host-link.ts';
import { activePool, poolPath, refreshPool } from './pools.ts';
import { type XmlElement, attributeOf, find, parseXml, textIn } from './xml-tree.ts';
import { xml } from './xml.ts';

export const diskName = (vmId: string): string => `${vmId}.qcow2`;
/** What a dump of the guest's memory is called. */
export const coreName = (vmId: string): string => `${vmId}.core`;

/** compat 1.1: libvirt's default is the qcow2 of 2009, which cannot keep a backup's bitmaps. */
export const diskXml = ({ vmId, sizeBytes, backing }: DiskSpec): string =>
  xml`<volume>
  <name>${diskName(vmId)}</name>
  <capacity unit="bytes">${sizeBytes}</capacity>
  <target><format type="qcow2"/><compat>1.1</compat></target>
  ${backing && xml`<backingStore><path>${backing.path}</path><format type="${backing.format}"/></backingStore>`}
</volume>`.text;

/** A disk that is there already is kept if it is what was asked for, or belongs to a domain. */
export async function createDisk(host: Calls, spec: DiskSpec): Promise<string> {
  const there = await pathIfAsSpecified(host, spec);
  if (there !== null) return there;
  let { pool } = await host.call('storagePoolLookupByName', { name: spec.poolName });
  const create = () => host.call('storageVolCreateXml', { pool, xml: diskXml(spec), flags: 0 });
  const make = async () => {
    try {
      return (await create()).volume;
    } catch (error) {
      // So libvirt says of a pool that was stopped.
      if (!isLibvirtError(error, ErrorNumber.operationInvalid)) throw error;
      pool = await activePool(host, spec.poolName);
      return (await create()).volume;
    }
  };
  let volume: VolumeRef;
  try {
    volume = await make();
  } catch (error) {
    const found = await existingDisk(host, pool, error, diskName(spec.vmId));
    if (found === null) throw error;
    if ((await isAsSpecified(host, found, spec)) || (await hasDomain(host, spec.vmId))) volume = found;
    else {
      // The rest of an attempt that was cut off: nothing has ever run from it.
      await host.call('storageVolDelete', { volume: found, flags: 0 });
      volume = await make();
    }
  }
  return (await host.call('storageVolGetPath', { volume })).path;
}

/** One call for the disk that the step before has made; null: it is not there, or is to be looked at more closely. */
async function pathIfAsSpecified(host: Calls, spec: DiskSpec): Promise<string | null> {
  const volume = volumeRef(spec.poolName, diskName(spec.vmId));
  try {
    const { xml: text } = await host.call('storageVolGetXmlDesc', { volume, flags: 0 });
    const found = parseXml(text);
    return isOf(spec, found) ? textIn(find(found, 'target', 'path')) : null;
  } catch (error) {
    if (error instanceof LibvirtError) return null;
    throw error;
  }
}

/** Also the guest's dumped memory. */
export async function deleteDisk(host: Calls, vmId: string, poolName: string): Promise<void> {
  const outcome = await deleteNamed(host, poolName, diskName(vmId));
  if (outcome === 'no pool') return;
  if (outcome === 'not known') {
    // Reading the folder anew takes the longer the more disks are in it.
    const pool = await poolIfThere(host, poolName);
    const disk = pool && (await findVolume(host, pool, diskName(vmId)));
    if (disk) await deleteVolume(host, disk);
  }
  await deleteCore(host, vmId, poolName);
}

/** The guest's dumped memory alone. */
export async function deleteCore(host: Calls, vmId: string, poolName: string): Promise<void> {
  await deleteNamed(host, poolName, coreName(vmId));
}

/** By its name alone, which is one call where libvirt knows it and its pool runs. */
async function deleteNamed(
  host: Calls,
  poolName: string,
  name: string,
): Promise<'deleted' | 'not known' | 'no pool'> {
  const volume = volumeRef(poolName, name);
  for (let isSecond = false; ; isSecond = true) {
    try {
      await host.call('storageVolDelete', { volume, flags: 0 });
      return 'deleted';
    } catch (error) {
      if (isLibvirtError(error, ErrorNumber.noStorageVolume)) return 'not known';
      if (isLibvirtError(error, ErrorNumber.noStoragePool)) return 'no pool';
      // So libvirt says of a pool that was stopped.
      if (isSecond || !isLibvirtError(error, ErrorNumber.operationInvalid)) throw error;
    }
    await poolIfThere(host, poolName);
  }
}

/** The path of the VM's disk, if its file is there. */
export async function findDisk(host: Calls, vmId: string, poolName: string): Promise<string | null> {
  const pool = await poolIfThere(host, poolName);
  const disk = pool && (await findVolume(host, pool, diskName(vmId)));
  return disk && (await host.call('storageVolGetPath', { volume: disk })).path;
}

async function poolIfThere(host: Calls, name: string): Promise<PoolRef | null> {
  try {
    return await activePool(host, name);
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noStoragePool)) return null;
    throw error;
  }
}

export async function volumeIn(host: Calls, pool: PoolRef, name: string): Promise<VolumeRef | null> {
  try {
    return (await host.call('storageVolLookupByName', { pool, name })).volume;
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noStorageVolume)) return null;
    throw error;
  }
}

/** libvirt learns of files that it did not make, and that are gone, only when it looks. */
async function findVolume(host: Calls, pool: PoolRef, name: string): Promise<VolumeRef | null> {
  await refreshPool(host, pool);
  return volumeIn(host, pool, name);
}

const deleteVolume = (host: Calls, volume: VolumeRef): Promise<void> =>
  unless([ErrorNumber.noStorageVolume], host.call('storageVolDelete', { volume, flags: 0 }));

/** The disk that was in the way of making it, if that was the trouble. */
async function existingDisk(
  host: Calls,
  pool: PoolRef,
  error: unknown,
  name: string,
): Promise<VolumeRef | null> {
  if (isLibvirtError(error, ErrorNumber.storageVolumeExists)) return volumeIn(host, pool, name);
  if (!isLibvirtError(error, ErrorNumber.operationFailed)) return null;
  await refreshPool(host, pool);
  return volumeIn(host, pool, name);
}

async function isAsSpecified(host: Calls, volume: VolumeRef, spec: DiskSpec): Promise<boolean> {
  return isOf(spec, parseXml((await host.call('storageVolGetXmlDesc', { volume, flags: 0 })).xml));
}

const isOf = (spec: DiskSpec, volume: XmlElement): boolean =>
  attributeOf(find(volume, 'target', 'format'), 'type') === 'qcow2' &&
  Number(textIn(find(volume, 'capacity'))) === spec.sizeBytes &&
  textIn(find(volume, 'backingStore', 'path')) === (spec.backing?.path ?? '');

async function hasDomain(host: Calls, vmId: string): Promise<boolean> {
  try {
    await host.call('domainLookupByUuid', { uuid: vmId });
    return true;
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noDomain)) return false;
    throw error;
  }
}

/** Where a dump of the guest's memory goes. */
export async function corePath(host: Calls, vmId: string, poolName: string): Promise<string> {
  const pool = await activePool(host, poolName);
  return `${await poolPath(host, pool)}/${coreName(vmId)}`;
}
