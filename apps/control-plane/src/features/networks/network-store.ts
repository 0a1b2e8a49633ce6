import type { Network } from '@loucloud/api';
import { type Selectable, sql as raw } from 'kysely';
import type { Db, Tx } from '../../platform/database/database.ts';
import type { NetworkTable } from '../../platform/database/schema.ts';
import { notFound } from '../../platform/errors.ts';
import type { NetworkSource } from '../../platform/hypervisor.ts';
import { type ListQuery, contains, selectPage } from '../../platform/paging.ts';
import { type VmNames, vmNamesOf } from '../../platform/vm-names.ts';

type Sql = Db | Tx['sql'];

const views = (sql: Sql) =>
  sql
    .selectFrom('network')
    .selectAll('network')
    .select((e) => [
      e
        .selectFrom('vm')
        .select(raw<number>`count(*)`.as('count'))
        .whereRef('vm.network_id', '=', 'network.id')
        .as('vm_count'),
      e
        .selectFrom('template')
        .select(raw<number>`count(*)`.as('count'))
        .whereRef('template.network_id', '=', 'network.id')
        .as('template_count'),
    ]);

export const networkStore = {
  async get(sql: Sql, id: string, defaultNetworkId: string | null): Promise<Network> {
    const row = await views(sql).where('network.id', '=', id).executeTakeFirst();
    if (!row) throw notFound('network', id);
    return toNetwork(row, await networksOfHosts(sql), defaultNetworkId);
  },

  async list(sql: Db, filter: ListQuery, defaultNetworkId: string | null) {
    let query = views(sql);
    if (filter.search !== undefined) query = query.where(contains('network.name', filter.search));
    const columns = { name: 'network.name', createdAt: 'network.created_at' };
    const options = { query: filter, columns, defaultSort: 'name', idColumn: 'network.id' };
    const { rows, ...page } = await selectPage(query, options);
    const hosts = await networksOfHosts(sql);
    return { ...page, items: rows.map((row) => toNetwork(row, hosts, defaultNetworkId)) };
  },

  async findByName(sql: Sql, name: string): Promise<string | null> {
    const row = await sql.selectFrom('network').select('id').where('name', '=', name).executeTakeFirst();
    return row?.id ?? null;
  },

  async insert(tx: Tx, row: NetworkTable): Promise<void> {
    await tx.sql.insertInto('network').values(row).execute();
  },

  async change(tx: Tx, id: string, changes: { name?: string; description?: string }): Promise<void> {
    await tx.sql.updateTable('network').set(changes).where('id', '=', id).execute();
  },

  async users(sql: Sql, id: string): Promise<VmNames & { templates: string[] }> {
    const vms = await sql.selectFrom('vm').select(['name', 'bin_key']).where('network_id', '=', id).execute();
    const templates = await sql.selectFrom('template').select('name').where('network_id', '=', id).execute();
    return { ...vmNamesOf(vms), templates: templates.map((row) => row.name) };
  },

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.sql.deleteFrom('network').where('id', '=', id).execute();
  },

  /** The networks that hosts were seen to have. */
  networksOfHosts,
};

interface HostNetworks {
  readonly hostId: string;
  readonly networks: readonly NetworkSource[];
}

async function networksOfHosts(sql: Sql): Promise<HostNetworks[]> {
  const rows = await sql.selectFrom('host').select(['id', 'networks']).execute();
  return rows.map((row) => ({ hostId: row.id, networks: JSON.parse(row.networks) as NetworkSource[] }));
}

type NetworkRow = Selectable<NetworkTable> & { vm_count: number | null; template_count: number | null };

function toNetwork(
  row: NetworkRow,
  hosts: readonly HostNetworks[],
  defaultNetworkId: string | null,
): Network {
  const hosting = hosts.filter(({ networks }) =>
    networks.some((network) => network.kind === row.kind && network.source === row.source),
  );
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    kind: row.kind,
    source: row.source,
    isDefault: row.id === defaultNetworkId,
    vmCount: row.vm_count ?? 0,
    templateCount: row.template_count ?? 0,
    hostIds: hosting.map(({ hostId }) => hostId),
    createdAt: new Date(row.created_at).toISOString(),
  };
}
