/** SQL for VMs' domains on hosts that are not the VMs' own. */
import type { StaleCopy } from '@loucloud/api';
import type { Db, Tx } from '../../platform/database/database.ts';

type Sql = Db | Tx['sql'];

export const staleDomainStore = {
  /** By VM; those on the VM's own host are none, whatever was said before it came there. */
  async ofVms(sql: Sql, vmIds: readonly string[]): Promise<Map<string, StaleCopy[]>> {
    const copies = new Map<string, StaleCopy[]>();
    if (vmIds.length === 0) return copies;
    const rows = await sql
      .selectFrom('stale_domain')
      .innerJoin('vm', 'vm.id', 'stale_domain.vm_id')
      .innerJoin('host', 'host.id', 'stale_domain.host_id')
      .select(['stale_domain.vm_id', 'stale_domain.host_id', 'stale_domain.is_running', 'host.name'])
      .whereRef('vm.host_id', '!=', 'stale_domain.host_id')
      .where('stale_domain.vm_id', 'in', vmIds)
      .orderBy('host.name')
      .execute();
    for (const row of rows) {
      const list = copies.get(row.vm_id) ?? [];
      copies.set(row.vm_id, list);
      list.push({ hostId: row.host_id, hostName: row.name, isRunning: row.is_running === 1 });
    }
    return copies;
  },

  /** By VM: whether it runs there. */
  async onHost(sql: Sql, hostId: string): Promise<Map<string, boolean>> {
    const rows = await sql.selectFrom('stale_domain').selectAll().where('host_id', '=', hostId).execute();
    return new Map(rows.map((row) => [row.vm_id, row.is_running === 1]));
  },

  /** null: there is none (any more). Answers what was known before. */
  async set(tx: Tx, vmId: string, hostId: string, isRunning: boolean | null): Promise<boolean | null> {
    const known = (await staleDomainStore.onHost(tx.sql, hostId)).get(vmId) ?? null;
    if (known === isRunning) return known;
    await tx.sql.deleteFrom('stale_domain').where('vm_id', '=', vmId).where('host_id', '=', hostId).execute();
    if (isRunning !== null) {
      const row = { vm_id: vmId, host_id: hostId, is_running: isRunning ? (1 as const) : (0 as const) };
      await tx.sql.insertInto('stale_domain').values(row).execute();
    }
    return known;
  },

  async hostName(sql: Sql, hostId: string): Promise<string> {
    const row = await sql.selectFrom('host').select('name').where('id', '=', hostId).executeTakeFirst();
    return row?.name ?? '';
  },
};
