/** SQL for the recycle bin, and for what keeps a VM from going there. */
import type { Db, Tx } from '../../platform/database/database.ts';

export const vmBinStore = {
  /** In the bin its name is free for another VM. */
  async putIn(tx: Tx, id: string, { at, until }: { at: number; until: number }): Promise<void> {
    const changes = { deleted_at: at, purge_at: until, bin_key: id };
    await tx.sql.updateTable('vm').set(changes).where('id', '=', id).execute();
  },

  async takeOut(tx: Tx, id: string, name: string): Promise<void> {
    const changes = { name, deleted_at: null, purge_at: null, bin_key: '' };
    await tx.sql.updateTable('vm').set(changes).where('id', '=', id).execute();
  },

  async protect(tx: Tx, id: string, isProtected: boolean): Promise<void> {
    const is_protected = isProtected ? 1 : 0;
    await tx.sql.updateTable('vm').set({ is_protected }).where('id', '=', id).execute();
  },

  /** Those whose time is over, and whose host can do something about it: the others stay until it can. */
  async due(db: Db, now: number): Promise<string[]> {
    const rows = await db
      .selectFrom('vm')
      .innerJoin('host', 'host.id', 'vm.host_id')
      .select('vm.id')
      .where('vm.purge_at', '<=', now)
      .where('vm.operation_id', 'is', null)
      .where('host.health', 'in', ['healthy', 'degraded'])
      .orderBy('vm.purge_at')
      .execute();
    return rows.map(({ id }) => id);
  },
};
