/** Release 0.1.0. */
import type { Kysely } from 'kysely';
import type { Adapter } from '../dialects.ts';
import {
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

export async function first(db: Kysely<unknown>, adapter: Adapter): Promise<void> {
  const table = tablesOf(db, adapter);
  await table('user')
    .addColumn('id', id, key)
    .addColumn('name', word, unique)
    .addColumn('display_name', name, required)
    .addColumn('role', word, required)
    .addColumn('password_hash', name, required)
    .addColumn('is_disabled', 'integer', required)
    .addColumn('quota_vms', number)
    .addColumn('quota_running_vms', number)
    .addColumn('quota_vcpus', number)
    .addColumn('quota_memory_mib', number)
    .addColumn('quota_disk_bytes', number)
    .addColumn('used_vms', number, required)
    .addColumn('used_running_vms', number, required)
    .addColumn('used_vcpus', number, required)
    .addColumn('used_memory_mib', number, required)
    .addColumn('used_disk_bytes', number, required)
    .addColumn('preferences', json, required)
    .addColumn('created_at', number, required)
    .addColumn('last_login_at', number)
    .execute();
  await table('session')
    .addColumn('id', id, key)
    .addColumn('user_id', id, references('user.id'))
    .addColumn('token_hash', word, unique)
    .addColumn('created_at', number, required)
    .addColumn('last_used_at', number, required)
    .addColumn('expires_at', number, required)
    .addColumn('address', word, required)
    .addColumn('user_agent', name, required)
    .execute();
  await table('api_token')
    .addColumn('id', id, key)
    .addColumn('user_id', id, references('user.id'))
    .addColumn('name', name, required)
    .addColumn('secret_hash', word, unique)
    .addColumn('created_at', number, required)
    .addColumn('last_used_at', number)
    .addColumn('expires_at', number)
    .execute();
  await table('host')
    .addColumn('id', id, key)
    .addColumn('name', name, unique)
    .addColumn('uri', 'varchar(500)', unique)
    .addColumn('transport', word, required)
    .addColumn('credential_kind', word)
    .addColumn('host_key', json)
    .addColumn('host_uuid', id, (column) => column.unique())
    .addColumn('is_enabled', 'integer', required)
    .addColumn('is_in_maintenance', 'integer', required)
    .addColumn('pool_name', word, required)
    .addColumn('pool_path', 'varchar(1000)', required)
    .addColumn('accelerator', word, required)
    .addColumn('vcpu_overcommit', 'double precision', required)
    .addColumn('memory_overcommit', 'double precision', required)
    .addColumn('system_memory_mib', number, required)
    .addColumn('health', word, required)
    .addColumn('health_reason', word)
    .addColumn('health_details', json, required)
    .addColumn('hostname', name, required)
    .addColumn('libvirt_version', word, required)
    .addColumn('qemu_version', word, required)
    .addColumn('cpu_model', name, required)
    .addColumn('arch', word, required)
    .addColumn('physical_vcpus', number, required)
    .addColumn('physical_memory_mib', number, required)
    .addColumn('pool_capacity_bytes', number, required)
    .addColumn('pool_available_bytes', number, required)
    .addColumn('reserved_vcpus', number, required)
    .addColumn('reserved_memory_mib', number, required)
    .addColumn('reserved_disk_bytes', number, required)
    .addColumn('checks', json, required)
    .addColumn('networks', json, required)
    .addColumn('created_at', number, required)
    .execute();
  await table('image')
    .addColumn('id', id, key)
    .addColumn('name', name, unique)
    .addColumn('description', json, required)
    .addColumn('host_id', id, references('host.id'))
    .addColumn('path', 'varchar(1000)', required)
    .addColumn('format', word, required)
    .addColumn('state', word, required)
    .addColumn('size_bytes', number, required)
    .addColumn('virtual_size_bytes', number, required)
    .addColumn('sha256', word)
    .addColumn('created_at', number, required)
    .execute();
  await table('image_copy')
    // Not a reference: its file may still have to be deleted when the image is gone.
    .addColumn('image_id', id, required)
    .addColumn('host_id', id, references('host.id'))
    .addColumn('state', word, required)
    .addColumn('path', 'varchar(1000)')
    .addColumn('pool_name', word, required)
    .addColumn('volume_name', name, required)
    .addColumn('is_shared', 'integer', required)
    .addColumn('reserved_bytes', number, required)
    .addColumn('problem', json)
    .addColumn('operation_id', id)
    .addColumn('created_at', number, required)
    .addColumn('last_used_at', number, required)
    .addPrimaryKeyConstraint('image_copy_key', ['image_id', 'host_id'])
    .execute();
  await table('network')
    .addColumn('id', id, key)
    .addColumn('name', name, unique)
    .addColumn('description', json, required)
    .addColumn('kind', word, required)
    .addColumn('source', word, required)
    .addColumn('created_at', number, required)
    .execute();
  await table('template')
    .addColumn('id', id, key)
    .addColumn('name', name, unique)
    .addColumn('description', json, required)
    .addColumn('vcpus', number, required)
    .addColumn('memory_mib', number, required)
    .addColumn('disk_bytes', number, required)
    .addColumn('image_id', id, references('image.id'))
    .addColumn('network_id', id, references('network.id'))
    .addColumn('firmware', word, required)
    .addColumn('visibility', word, required)
    .addColumn('created_at', number, required)
    .execute();
  await table('template_user')
    .addColumn('template_id', id, references('template.id'))
    .addColumn('user_id', id, references('user.id'))
    .addPrimaryKeyConstraint('template_user_key', ['template_id', 'user_id'])
    .execute();
  await table('vm')
    .addColumn('id', id, key)
    .addColumn('name', name, required)
    .addColumn('description', json, required)
    .addColumn('owner_id', id, references('user.id'))
    .addColumn('template_id', id)
    .addColumn('template_name', name, required)
    .addColumn('image_id', id, refers('image.id'))
    .addColumn('network_id', id, refers('network.id'))
    .addColumn('host_id', id, references('host.id'))
    .addColumn('target_host_id', id, (column) => column.references('host.id'))
    .addColumn('domain_name', name, required)
    .addColumn('state', word, required)
    .addColumn('state_cause', word, required)
    .addColumn('state_changed_at', number, required)
    .addColumn('operation_id', id)
    .addColumn('vcpus', number, required)
    .addColumn('memory_mib', number, required)
    .addColumn('disk_bytes', number, required)
    .addColumn('pool_disk_bytes', number, required)
    .addColumn('firmware', word, required)
    .addColumn('mac_address', word)
    .addColumn('ip_addresses', json, required)
    .addColumn('is_active', 'integer', required)
    .addColumn('run_id', id)
    .addColumn('last_problem', json)
    .addColumn('differences', json, required)
    .addColumn('adoption', json)
    .addColumn('definition', json)
    .addColumn('created_at', number, required)
    .addUniqueConstraint('vm_owner_name', ['owner_id', 'name'])
    .addUniqueConstraint('vm_mac_address', ['mac_address'])
    .execute();
  await table('operation')
    .addColumn('id', id, key)
    .addColumn('type', word, required)
    .addColumn('state', word, required)
    .addColumn('owner_id', id)
    .addColumn('actor_id', id)
    .addColumn('actor_name', name, required)
    .addColumn('object_kind', word, required)
    .addColumn('object_id', id, required)
    .addColumn('object_name', name, required)
    .addColumn('host_id', id)
    .addColumn('input', json, required)
    .addColumn('steps', json, required)
    .addColumn('progress', 'double precision')
    .addColumn('deadline_at', number)
    .addColumn('cancel_requested_at', number)
    .addColumn('error', json)
    .addColumn('result', json, required)
    .addColumn('created_at', number, required)
    .addColumn('started_at', number)
    .addColumn('finished_at', number)
    .execute();
  await table('event')
    .addColumn('seq', adapter.counter.type, adapter.counter.define)
    .addColumn('type', word, required)
    .addColumn('at', number, required)
    .addColumn('actor_id', id)
    .addColumn('actor_name', name)
    .addColumn('address', word)
    .addColumn('object_kind', word, required)
    .addColumn('object_id', id, required)
    .addColumn('object_name', name, required)
    .addColumn('owner_id', id)
    .addColumn('details', json, required)
    .execute();
  await table('secret').addColumn('name', word, key).addColumn('sealed', json, required).execute();
  await table('setting').addColumn('name', word, key).addColumn('value', json, required).execute();
  await table('console_ticket')
    .addColumn('ticket_hash', word, key)
    .addColumn('kind', word, required)
    .addColumn('vm_id', id, required)
    .addColumn('run_id', id, required)
    .addColumn('user_id', id, required)
    .addColumn('session_id', id, required)
    .addColumn('expires_at', number, required)
    .execute();
  const index = (on: string, ...columns: string[]) =>
    unlessThere(
      db.schema
        .createIndex(`${on}_${columns.join('_')}`)
        .on(on)
        .columns(columns),
    );
  await index('session', 'user_id');
  await index('api_token', 'user_id');
  await index('image', 'host_id');
  await index('image_copy', 'host_id');
  await index('vm', 'name', 'id');
  await index('vm', 'created_at', 'id');
  await index('vm', 'host_id');
  await index('vm', 'image_id');
  await index('operation', 'state');
  await index('operation', 'created_at', 'id');
  await index('operation', 'object_id');
  await index('event', 'object_id');
}
