/** Release 0.2.0. Until that is made it may be changed in place. */
import type { Kysely } from 'kysely';
import type { Adapter } from '../dialects.ts';
import {
  type Column,
  id,
  json,
  key,
  name,
  number,
  references,
  refers,
  required,
  tablesOf,
  unique,
  unlessThere,
  word,
} from './columns.ts';

export async function nothingIsLost(db: Kysely<unknown>, adapter: Adapter): Promise<void> {
  await recycleBin(db, adapter);
  const table = tablesOf(db, adapter);
  await table('control_plane')
    .addColumn('id', id, key)
    .addColumn('name', name, required)
    .addColumn('version', word, required)
    .addColumn('beat', number, required)
    .addColumn('started_at', number, required)
    .execute();
  await table('finding')
    // Not a reference: what was found on a host goes with the next sweep after it.
    .addColumn('host_id', id, required)
    .addColumn('kind', word, required)
    .addColumn('item_id', name, required)
    .addColumn('first_seen_at', number, required)
    .addPrimaryKeyConstraint('finding_key', ['host_id', 'kind', 'item_id'])
    .execute();
  await table('claim')
    .addColumn('name', word, key)
    .addColumn('holder_id', id)
    .addColumn('fence', number, required)
    .execute();
  await table('stale_domain')
    .addColumn('vm_id', id, references('vm.id'))
    .addColumn('host_id', id, references('host.id'))
    .addColumn('is_running', 'integer', required)
    .addPrimaryKeyConstraint('stale_domain_key', ['vm_id', 'host_id'])
    .execute();
  await table('statistics')
    .addColumn('starts_at', number, required)
    .addColumn('object_id', id, required)
    .addColumn('samples', json, required)
    // In this order: what is written together lies together.
    .addPrimaryKeyConstraint('statistics_key', ['starts_at', 'object_id'])
    .execute();
  await table('live_statistics')
    .addColumn('object_id', id, key)
    .addColumn('wanted_until', number, required)
    .addColumn('samples', json)
    .execute();
  await classes(db, adapter);
  await unlessThere(db.schema.alterTable('host').addColumn('storage_id', id));
  await watching(db, adapter);
  await unlessThere(
    db.schema
      .alterTable('image_copy')
      .addColumn('is_prefetched', 'integer', (column) => column.notNull().defaultTo(0)),
  );
  await unlessThere(
    db.schema.alterTable('operation').addColumn('fence', number, (column) => column.notNull().defaultTo(0)),
  );
}

async function classes(db: Kysely<unknown>, adapter: Adapter): Promise<void> {
  const table = tablesOf(db, adapter);
  await table('class')
    .addColumn('id', id, key)
    .addColumn('name', name, unique)
    .addColumn('description', json, required)
    .addColumn('owner_id', id, references('user.id'))
    .addColumn('template_id', id, refers('template.id'))
    .addColumn('template_name', name, required)
    .addColumn('expires_at', number)
    .addColumn('expired_at', number)
    .addColumn('created_at', number, required)
    .execute();
  await table('class_member')
    .addColumn('class_id', id, references('class.id'))
    .addColumn('user_id', id, references('user.id'))
    .addColumn('operation_id', id)
    .addColumn('batch_id', id)
    .addColumn('problem', json)
    .addColumn('added_at', number, required)
    .addPrimaryKeyConstraint('class_member_key', ['class_id', 'user_id'])
    .execute();
  await unlessThere(db.schema.alterTable('vm').addColumn('class_id', id));
  await unlessThere(db.schema.createIndex('vm_class').on('vm').column('class_id'));
}

/** Looking at screens without touching them. */
async function watching(db: Kysely<unknown>, adapter: Adapter): Promise<void> {
  const table = tablesOf(db, adapter);
  await unlessThere(
    db.schema
      .alterTable('console_ticket')
      .addColumn('is_view_only', 'integer', (column) => column.notNull().defaultTo(0)),
  );
  await unlessThere(db.schema.alterTable('console_ticket').addColumn('link_id', id));
  // No references: links and viewers go by themselves, and nobody waits for that.
  await table('watch_link')
    .addColumn('id', id, key)
    .addColumn('secret_hash', word, unique)
    .addColumn('vm_id', id, required)
    .addColumn('vm_owner_id', id, required)
    .addColumn('created_by', id, required)
    .addColumn('created_at', number, required)
    .addColumn('expires_at', number, required)
    .execute();
  await table('viewer')
    .addColumn('id', id, key)
    .addColumn('control_plane_id', id, required)
    .addColumn('vm_id', id, required)
    .addColumn('user_id', id, required)
    .addColumn('user_name', name, required)
    .execute();
}

/** First of all: nothing refers to VMs yet, so that their table can be made anew. */
async function recycleBin(db: Kysely<unknown>, adapter: Adapter): Promise<void> {
  const add = (column: string, type: 'integer' | 'bigint' | typeof id, define: Column = (as) => as) =>
    unlessThere(db.schema.alterTable('vm').addColumn(column, type, define));
  await add('is_protected', 'integer', (column) => column.notNull().defaultTo(0));
  await add('deleted_at', number);
  await add('purge_at', number);
  await add('bin_key', id, (column) => column.notNull().defaultTo(''));
  await adapter.replaceUnique(db, {
    table: 'vm',
    constraint: 'vm_owner_name',
    columns: ['owner_id', 'name', 'bin_key'],
  });
  // What a list is narrowed by is in them, so that ten thousand rows are not read to be counted.
  const narrowedBy = ['state', 'owner_id', 'host_id'];
  const list = (title: string, by: string) =>
    unlessThere(
      db.schema
        .createIndex(title)
        .on('vm')
        .columns(['bin_key', by, 'id', ...narrowedBy]),
    );
  await list('vm_by_name', 'name');
  await list('vm_by_age', 'created_at');
}
