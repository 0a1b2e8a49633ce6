/** SQL for which hosts have one pool. */
import type { Db, Tx } from '../../platform/database/database.ts';

export interface StorageRow {
  readonly id: string;
  readonly poolName: string;
  readonly poolPath: string;
  readonly capacityBytes: number;
  readonly storageId: string | null;
  readonly isHealthy: boolean;
}

export const hostStorageStore = {
  /** Hosts of libvirt's test driver have no files. */
  async all(sql: Db): Promise<StorageRow[]> {
    const rows = await sql
      .selectFrom('host')
      .select(['id', 'pool_name', 'pool_path', 'pool_capacity_bytes', 'storage_id', 'health'])
      .where('uri', 'not like', 'test%')
      .orderBy('created_at')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      poolName: row.pool_name,
      poolPath: row.pool_path,
      capacityBytes: row.pool_capacity_bytes,
      storageId: row.storage_id,
      isHealthy: row.health === 'healthy',
    }));
  },

  async set(tx: Tx, id: string, storageId: string): Promise<void> {
    await tx.sql.updateTable('host').set({ storage_id: storageId }).where('id', '=', id).execute();
  },
};
