import type { Image, ImageCopy, ImageState } from '@loucloud/api';
import { type Selectable, sql as raw } from 'kysely';
import type { Db, Tx } from '../../platform/database/database.ts';
import type { ImageTable } from '../../platform/database/schema.ts';
import { notFound } from '../../platform/errors.ts';
import type { ImageFacts } from '../../platform/hypervisor.ts';
import { type ListQuery, contains, selectPage } from '../../platform/paging.ts';
import { type VmNames, vmNamesOf } from '../../platform/vm-names.ts';
import { imageCopyStore } from './image-copy-store.ts';

type Sql = Db | Tx['sql'];

export interface NewImage {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly hostId: string;
  readonly path: string;
}

const views = (sql: Sql) =>
  sql
    .selectFrom('image')
    .innerJoin('host', 'host.id', 'image.host_id')
    .selectAll('image')
    .select('host.name as host_name')
    .select((e) => [
      e
        .selectFrom('template')
        .select(raw<number>`count(*)`.as('count'))
        .whereRef('template.image_id', '=', 'image.id')
        .as('template_count'),
      e
        .selectFrom('vm')
        .select(raw<number>`count(*)`.as('count'))
        .whereRef('vm.image_id', '=', 'image.id')
        .as('vm_count'),
    ]);

export const imageStore = {
  async get(sql: Sql, id: string): Promise<Image> {
    const row = await views(sql).where('image.id', '=', id).executeTakeFirst();
    if (!row) throw notFound('image', id);
    const copies = await imageCopyStore.views(sql, [id]);
    return toImage(row, copies);
  },

  async list(sql: Db, filter: ListQuery) {
    let query = views(sql);
    if (filter.search !== undefined) query = query.where(contains('image.name', filter.search));
    const columns = { name: 'image.name', sizeBytes: 'image.size_bytes', createdAt: 'image.created_at' };
    const options = { query: filter, columns, defaultSort: 'name', idColumn: 'image.id' };
    const { rows, ...page } = await selectPage(query, options);
    const copies = await imageCopyStore.views(
      sql,
      rows.map((row) => row.id),
    );
    return { ...page, items: rows.map((row) => toImage(row, copies)) };
  },

  async findByName(sql: Sql, name: string): Promise<string | null> {
    const row = await sql.selectFrom('image').select('id').where('name', '=', name).executeTakeFirst();
    return row?.id ?? null;
  },

  /** A step may run again: what is there already stays. */
  async insertOnce(tx: Tx, image: NewImage, facts: ImageFacts, at: number): Promise<boolean> {
    const existing = await tx.sql
      .selectFrom('image')
      .select('id')
      .where('id', '=', image.id)
      .executeTakeFirst();
    if (existing) return false;
    await tx.sql
      .insertInto('image')
      .values({
        id: image.id,
        name: image.name,
        description: image.description,
        host_id: image.hostId,
        path: image.path,
        format: facts.format,
        state: 'hashing',
        size_bytes: facts.sizeBytes,
        virtual_size_bytes: facts.virtualSizeBytes,
        sha256: null,
        created_at: at,
      })
      .execute();
    return true;
  },

  /** The operation that computes its sha256 now. */
  async hashingOf(sql: Sql, id: string): Promise<string | null> {
    const row = await sql
      .selectFrom('operation')
      .select('id')
      .where('object_id', '=', id)
      .where('type', '=', 'image.hash')
      .where('state', 'in', ['queued', 'running', 'undoing'])
      .executeTakeFirst();
    return row?.id ?? null;
  },

  async setState(tx: Tx, id: string, state: ImageState, sha256?: string): Promise<void> {
    const changes = { state, ...(sha256 !== undefined && { sha256 }) };
    await tx.sql.updateTable('image').set(changes).where('id', '=', id).execute();
  },

  async change(tx: Tx, id: string, changes: { name?: string; description?: string }): Promise<void> {
    await tx.sql.updateTable('image').set(changes).where('id', '=', id).execute();
  },

  /** What rests on it: VMs' disks, and templates that would make more. */
  async users(sql: Sql, id: string): Promise<VmNames & { templates: string[] }> {
    const vms = await sql
      .selectFrom('vm')
      .select(['name', 'bin_key'])
      .where('image_id', '=', id)
      .orderBy('name')
      .execute();
    const templates = await sql
      .selectFrom('template')
      .select('name')
      .where('image_id', '=', id)
      .orderBy('name')
      .execute();
    return { ...vmNamesOf(vms), templates: templates.map((row) => row.name) };
  },

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.sql.deleteFrom('image').where('id', '=', id).execute();
  },

  /** Where an image is registered when the request names no host: the only one there is. */
  async hosts(sql: Sql): Promise<{ id: string; name: string }[]> {
    return sql.selectFrom('host').select(['id', 'name']).orderBy('name').execute();
  },
};

type ImageRow = Selectable<ImageTable> & {
  host_name: string;
  template_count: number | null;
  vm_count: number | null;
};

function toImage(row: ImageRow, copies: ReadonlyMap<string, ImageCopy[]>): Image {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    hostId: row.host_id,
    hostName: row.host_name,
    path: row.path,
    format: row.format,
    state: row.state,
    sizeBytes: row.size_bytes,
    virtualSizeBytes: row.virtual_size_bytes,
    sha256: row.sha256,
    templateCount: row.template_count ?? 0,
    vmCount: row.vm_count ?? 0,
    copies: copies.get(row.id) ?? [],
    createdAt: new Date(row.created_at).toISOString(),
  };
}
