/** SQL for classes, their members, and which VM is whose there. */
import type { Class } from '@loucloud/api';
import { type Selectable, sql as raw } from 'kysely';
import type { Caller } from '../../platform/caller.ts';
import type { Db, Tx } from '../../platform/database/database.ts';
import type { ClassTable } from '../../platform/database/schema.ts';
import { notFound } from '../../platform/errors.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import { type ListQuery, contains, selectPage } from '../../platform/paging.ts';

type Sql = Db | Tx['sql'];

export interface ClassFilter extends ListQuery {
  readonly ownerId?: string | undefined;
}

export interface ClassChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly template?: { readonly id: string; readonly name: string } | undefined;
  /** ms since 1970 */
  readonly expiresAt?: number | null | undefined;
}

/** A class as the services work with it. */
export interface ClassRecord {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly templateId: string | null;
  readonly expiresAt: number | null;
}

export const classStore = {
  /** Others' classes do not exist for a member. */
  async get(sql: Sql, id: string, caller: Caller): Promise<Class> {
    let query = views(sql).where('class.id', '=', id);
    if (!caller.isAdmin) query = query.where('class.owner_id', '=', caller.userId);
    const [found] = await toClasses(sql, await query.execute(), caller);
    if (!found) throw notFound('class', id);
    return found;
  },

  async list(sql: Db, filter: ClassFilter, caller: Caller) {
    let query = views(sql);
    const ownerId = caller.isAdmin ? filter.ownerId : caller.userId;
    if (ownerId !== undefined) query = query.where('class.owner_id', '=', ownerId);
    if (filter.search !== undefined) query = query.where(contains('class.name', filter.search));
    const columns = { name: 'class.name', createdAt: 'class.created_at' };
    const options = { query: filter, columns, defaultSort: 'name', idColumn: 'class.id' };
    const { rows, ...page } = await selectPage(query, options);
    return { ...page, items: await toClasses(sql, rows, caller) };
  },

  /** For a transaction that changes the class or begins something on it: nobody else does before the commit. */
  async requireLocked(tx: Tx, id: string, caller: Caller): Promise<ClassRecord> {
    await tx.sql
      .updateTable('class')
      .set((e) => ({ owner_id: e.ref('owner_id') }))
      .where('id', '=', id)
      .execute();
    return classStore.require(tx.sql, id, caller);
  },

  async require(sql: Sql, id: string, caller: Caller): Promise<ClassRecord> {
    const row = await sql.selectFrom('class').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row || (!caller.isAdmin && row.owner_id !== caller.userId)) throw notFound('class', id);
    return toRecord(row);
  },

  async nameHolder(sql: Sql, name: string): Promise<string | null> {
    const row = await sql.selectFrom('class').select('id').where('name', '=', name).executeTakeFirst();
    return row?.id ?? null;
  },

  async insert(tx: Tx, row: ClassTable): Promise<void> {
    await tx.sql.insertInto('class').values(row).execute();
  },

  async change(tx: Tx, id: string, changes: ClassChanges): Promise<void> {
    const { name, description, ownerId, template, expiresAt } = changes;
    const set = {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(ownerId !== undefined && { owner_id: ownerId }),
      ...(template !== undefined && { template_id: template.id, template_name: template.name }),
      // Put off or taken away: what has been put away once will be again.
      ...(expiresAt !== undefined && { expires_at: expiresAt, expired_at: null }),
    };
    if (Object.keys(set).length > 0)
      await tx.sql.updateTable('class').set(set).where('id', '=', id).execute();
  },

  /** Its VMs stay with their owners. */
  async remove(tx: Tx, id: string): Promise<void> {
    await tx.sql.updateTable('vm').set({ class_id: null }).where('class_id', '=', id).execute();
    await tx.sql.deleteFrom('class_member').where('class_id', '=', id).execute();
    await tx.sql.deleteFrom('class').where('id', '=', id).execute();
  },

  async countOwned(sql: Sql, ownerId: string): Promise<number> {
    const { count } = await sql
      .selectFrom('class')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('owner_id', '=', ownerId)
      .executeTakeFirstOrThrow();
    return count;
  },

  /** Those whose time is over, and whose VMs have not been put away yet. */
  async due(sql: Db, now: number): Promise<ClassRecord[]> {
    const rows = await sql
      .selectFrom('class')
      .selectAll()
      .where('expires_at', '<=', now)
      .where('expired_at', 'is', null)
      .execute();
    return rows.map(toRecord);
  },

  /** True for whoever does it first. */
  async markExpired(tx: Tx, id: string, at: number): Promise<boolean> {
    const { numUpdatedRows } = await tx.sql
      .updateTable('class')
      .set({ expired_at: at })
      .where('id', '=', id)
      .where('expired_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  },

  /** The template, and the image that VMs are made from. */
  async template(sql: Sql, id: string): Promise<{ name: string; imageId: string }> {
    const row = await sql.selectFrom('template').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw notFound('template', id);
    return { name: row.name, imageId: row.image_id };
  },

  /** Where VMs may be placed. */
  async hosts(sql: Sql): Promise<{ id: string; name: string }[]> {
    return sql
      .selectFrom('host')
      .select(['id', 'name'])
      .where('is_enabled', '=', 1)
      .where('is_in_maintenance', '=', 0)
      .orderBy('name')
      .execute();
  },

  async requireUser(sql: Sql, id: string): Promise<void> {
    const row = await sql.selectFrom('user').select('id').where('id', '=', id).executeTakeFirst();
    if (!row) throw notFound('user', id);
  },
};

const views = (sql: Sql) =>
  sql
    .selectFrom('class')
    .innerJoin('user', 'user.id', 'class.owner_id')
    .selectAll('class')
    .select((e) => {
      const vms = e
        .selectFrom('vm')
        .select(raw<number>`count(*)`.as('count'))
        .whereRef('vm.class_id', '=', 'class.id')
        .where('vm.bin_key', '=', '');
      return [
        'user.display_name as owner_name',
        e
          .selectFrom('class_member')
          .select(raw<number>`count(*)`.as('count'))
          .whereRef('class_member.class_id', '=', 'class.id')
          .as('member_count'),
        vms.as('vm_count'),
        vms.where('vm.state', '=', 'running').as('running_count'),
        e
          .selectFrom('operation')
          .select('operation.id')
          .whereRef('operation.object_id', '=', 'class.id')
          .where('operation.type', '=', 'class.act')
          .where('operation.state', 'in', ['queued', 'running', 'undoing'])
          .limit(1)
          .as('operation_id'),
      ];
    });

type ClassRow = Selectable<ClassTable> & {
  owner_name: string;
  member_count: number | null;
  vm_count: number | null;
  running_count: number | null;
  operation_id: string | null;
};

async function toClasses(sql: Sql, rows: readonly ClassRow[], caller: Caller): Promise<Class[]> {
  const active = rows.flatMap(({ operation_id }) => operation_id ?? []);
  const operations = await operationStore.briefs(sql, active, caller);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    ownerId: row.owner_id,
    ownerName: row.owner_name,
    templateId: row.template_id,
    templateName: row.template_name,
    memberCount: Number(row.member_count),
    vmCount: Number(row.vm_count),
    runningCount: Number(row.running_count),
    expiresAt: toTime(row.expires_at),
    expiredAt: toTime(row.expired_at),
    operation: operations.get(row.operation_id ?? '') ?? null,
    createdAt: new Date(row.created_at).toISOString(),
  }));
}

const toRecord = (row: Selectable<ClassTable>): ClassRecord => ({
  id: row.id,
  name: row.name,
  ownerId: row.owner_id,
  templateId: row.template_id,
  expiresAt: row.expires_at,
});

const toTime = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
