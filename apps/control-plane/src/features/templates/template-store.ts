import type { Template } from '@loucloud/api';
import { type Selectable, sql as raw } from 'kysely';
import type { Caller } from '../../platform/caller.ts';
import type { Db, Tx } from '../../platform/database/database.ts';
import type { TemplateTable } from '../../platform/database/schema.ts';
import { notFound } from '../../platform/errors.ts';
import { type ListQuery, contains, selectPage } from '../../platform/paging.ts';

type Sql = Db | Tx['sql'];

export interface TemplateFilter extends ListQuery {
  readonly imageId?: string | undefined;
}

/** Those that the caller may use. */
function visible(sql: Sql, caller: Caller) {
  const query = sql
    .selectFrom('template')
    .innerJoin('image', 'image.id', 'template.image_id')
    .innerJoin('network', 'network.id', 'template.network_id')
    .selectAll('template')
    .select(['image.name as image_name', 'network.name as network_name'])
    .select((e) =>
      e
        .selectFrom('vm')
        .select(raw<number>`count(*)`.as('count'))
        .whereRef('vm.template_id', '=', 'template.id')
        .as('vm_count'),
    );
  if (caller.isAdmin) return query;
  return query.where((e) =>
    e.or([
      e('template.visibility', '=', 'all'),
      e.exists(
        e
          .selectFrom('template_user')
          .select('user_id')
          .whereRef('template_id', '=', 'template.id')
          .where('user_id', '=', caller.userId),
      ),
    ]),
  );
}

export interface TemplateChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly vcpus?: number | undefined;
  readonly memoryMib?: number | undefined;
  readonly diskBytes?: number | undefined;
  readonly imageId?: string | undefined;
  readonly networkId?: string | undefined;
  readonly firmware?: Template['firmware'] | undefined;
  readonly visibility?: Template['visibility'] | undefined;
}

export const templateStore = {
  async get(sql: Sql, id: string, caller: Caller): Promise<Template> {
    const row = await visible(sql, caller).where('template.id', '=', id).executeTakeFirst();
    if (!row) throw notFound('template', id);
    const [template] = await toTemplates(sql, [row], caller);
    if (!template) throw notFound('template', id);
    return template;
  },

  async list(sql: Db, filter: TemplateFilter, caller: Caller) {
    let query = visible(sql, caller);
    if (filter.imageId !== undefined) query = query.where('template.image_id', '=', filter.imageId);
    if (filter.search !== undefined) query = query.where(contains('template.name', filter.search));
    const columns = { name: 'template.name', createdAt: 'template.created_at' };
    const options = { query: filter, columns, defaultSort: 'name', idColumn: 'template.id' };
    const { rows, ...page } = await selectPage(query, options);
    return { ...page, items: await toTemplates(sql, rows, caller) };
  },

  async findByName(sql: Sql, name: string): Promise<string | null> {
    const row = await sql.selectFrom('template').select('id').where('name', '=', name).executeTakeFirst();
    return row?.id ?? null;
  },

  async insert(tx: Tx, row: TemplateTable): Promise<void> {
    await tx.sql.insertInto('template').values(row).execute();
  },

  async change(tx: Tx, id: string, changes: TemplateChanges): Promise<void> {
    const { memoryMib, diskBytes, imageId, networkId, ...same } = changes;
    const values = {
      ...same,
      ...(memoryMib !== undefined && { memory_mib: memoryMib }),
      ...(diskBytes !== undefined && { disk_bytes: diskBytes }),
      ...(imageId !== undefined && { image_id: imageId }),
      ...(networkId !== undefined && { network_id: networkId }),
    };
    if (Object.keys(values).length === 0) return;
    await tx.sql.updateTable('template').set(values).where('id', '=', id).execute();
  },

  /** Exactly these users see it. */
  async setUsers(tx: Tx, id: string, userIds: readonly string[]): Promise<void> {
    await tx.sql.deleteFrom('template_user').where('template_id', '=', id).execute();
    const rows = [...new Set(userIds)].map((user_id) => ({ template_id: id, user_id }));
    if (rows.length > 0) await tx.sql.insertInto('template_user').values(rows).execute();
  },

  /** VMs made from it, and classes, stay with its name. */
  async remove(tx: Tx, id: string): Promise<void> {
    await tx.sql.updateTable('vm').set({ template_id: null }).where('template_id', '=', id).execute();
    await tx.sql.updateTable('class').set({ template_id: null }).where('template_id', '=', id).execute();
    await tx.sql.deleteFrom('template_user').where('template_id', '=', id).execute();
    await tx.sql.deleteFrom('template').where('id', '=', id).execute();
  },

  async imageOf(sql: Sql, imageId: string): Promise<{ format: string; virtualSizeBytes: number }> {
    const row = await sql.selectFrom('image').selectAll().where('id', '=', imageId).executeTakeFirst();
    if (!row) throw notFound('image', imageId);
    return { format: row.format, virtualSizeBytes: row.virtual_size_bytes };
  },

  async requireNetwork(sql: Sql, networkId: string): Promise<void> {
    const row = await sql.selectFrom('network').select('id').where('id', '=', networkId).executeTakeFirst();
    if (!row) throw notFound('network', networkId);
  },

  async requireUsers(sql: Sql, userIds: readonly string[]): Promise<void> {
    if (userIds.length === 0) return;
    const rows = await sql.selectFrom('user').select('id').where('id', 'in', userIds).execute();
    const found = new Set(rows.map((row) => row.id));
    const unknown = userIds.find((id) => !found.has(id));
    if (unknown !== undefined) throw notFound('user', unknown);
  },
};

type TemplateRow = Selectable<TemplateTable> & {
  image_name: string;
  network_name: string;
  vm_count: number | null;
};

/** A member sees neither who else may use a template nor how many VMs others made from it. */
async function toTemplates(sql: Sql, rows: readonly TemplateRow[], caller: Caller): Promise<Template[]> {
  const users = new Map<string, string[]>();
  if (caller.isAdmin && rows.length > 0) {
    const ids = rows.map((row) => row.id);
    const links = await sql.selectFrom('template_user').selectAll().where('template_id', 'in', ids).execute();
    for (const { template_id, user_id } of links)
      users.set(template_id, [...(users.get(template_id) ?? []), user_id]);
  }
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    vcpus: row.vcpus,
    memoryMib: row.memory_mib,
    diskBytes: row.disk_bytes,
    imageId: row.image_id,
    imageName: row.image_name,
    networkId: row.network_id,
    networkName: row.network_name,
    firmware: row.firmware,
    visibility: row.visibility,
    userIds: users.get(row.id) ?? [],
    vmCount: caller.isAdmin ? (row.vm_count ?? 0) : 0,
    createdAt: new Date(row.created_at).toISOString(),
  }));
}
