/** A started directory pool for real tests, and a bootable volume in it. */
import type { VolumeRef } from '../protocol/objects.ts';
import type { Connection } from '../session/connection.ts';
import { bootSector } from './tiny-guest.ts';

export interface RealPool {
  readonly pool: { readonly name: string; readonly uuid: string };
  createVolume(name: string, capacityBytes: number): Promise<VolumeRef>;
}

export async function startPool(connection: Connection, name: string): Promise<RealPool> {
  const path = `/var/lib/libvirt/${name}`;
  const xml = `<pool type='dir'><name>${name}</name><target><path>${path}</path></target></pool>`;
  const { pool } = await connection.call('storagePoolDefineXml', { xml, flags: 0 });
  await connection.call('storagePoolBuild', { pool, flags: 0 });
  await connection.call('storagePoolCreate', { pool, flags: 0 });
  return {
    pool,
    createVolume: async (volumeName, capacityBytes) => {
      const volumeXml = `<volume><name>${volumeName}</name><capacity>${capacityBytes}</capacity><allocation>0</allocation><target><format type='raw'/></target></volume>`;
      return (await connection.call('storageVolCreateXml', { pool, xml: volumeXml, flags: 0 })).volume;
    },
  };
}

/** A volume that the tiny guest boots from, and its path on the host. */
export async function createBootVolume(
  connection: Connection,
  pool: RealPool,
  name: string,
): Promise<string> {
  const volume = await pool.createVolume(name, 512);
  const stream = await connection.openStream('storageVolUpload', {
    volume,
    offset: 0,
    length: 512,
    flags: 0,
  });
  stream.write(bootSector());
  await stream.finish();
  return (await connection.call('storageVolGetPath', { volume })).path;
}
