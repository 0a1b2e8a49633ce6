import type { RequestFor, Settings, Template } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Db, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { newId } from '../../platform/ids.ts';
import { type TemplateFilter, templateStore } from './template-store.ts';

export interface TemplateServiceDeps {
  readonly database: Database;
  readonly events: EventLog;
  readonly settings: { read(sql?: Db | Tx['sql']): Promise<Settings> };
}

export type TemplateService = ReturnType<typeof templateService>;

export function templateService({ database, events, settings }: TemplateServiceDeps) {
  return {
    list: (filter: TemplateFilter, caller: Caller) => templateStore.list(database.db, filter, caller),
    get: (templateId: string, caller: Caller): Promise<Template> =>
      templateStore.get(database.db, templateId, caller),

    create: (wanted: RequestFor<'templateCreate'>['body'], caller: Caller): Promise<Template> =>
      database.transact(async (tx) => {
        if (await templateStore.findByName(tx.sql, wanted.name))
          throw new UserError('name_taken', { name: wanted.name });
        const networkId = wanted.networkId ?? (await settings.read(tx.sql)).defaultNetworkId;
        if (networkId === null) throw new UserError('invalid_request', { field: 'networkId' });
        await requireParts(tx, { ...wanted, networkId });
        const id = newId();
        await templateStore.insert(tx, {
          id,
          name: wanted.name,
          description: wanted.description ?? '',
          vcpus: wanted.vcpus,
          memory_mib: wanted.memoryMib,
          disk_bytes: wanted.diskBytes,
          image_id: wanted.imageId,
          network_id: networkId,
          firmware: wanted.firmware ?? 'bios',
          visibility: wanted.visibility ?? 'all',
          created_at: Date.now(),
        });
        await templateStore.setUsers(tx, id, wanted.userIds ?? []);
        await record(tx, 'template.created', { id, name: wanted.name }, caller);
        return templateStore.get(tx.sql, id, caller);
      }),

    /** VMs that exist stay as they are: they took what they needed when they were made. */
    update: (
      templateId: string,
      changes: RequestFor<'templateUpdate'>['body'],
      caller: Caller,
    ): Promise<Template> =>
      database.transact(async (tx) => {
        const before = await templateStore.get(tx.sql, templateId, caller);
        const holder =
          changes.name === undefined ? null : await templateStore.findByName(tx.sql, changes.name);
        if (holder !== null && holder !== templateId)
          throw new UserError('name_taken', { name: changes.name ?? '' });
        await requireParts(tx, { ...before, ...changes });
        const { userIds, ...own } = changes;
        await templateStore.change(tx, templateId, own);
        if (userIds) await templateStore.setUsers(tx, templateId, userIds);
        const after = await templateStore.get(tx.sql, templateId, caller);
        await record(tx, 'template.updated', after, caller);
        return after;
      }),

    remove: (templateId: string, caller: Caller): Promise<void> =>
      database.transact(async (tx) => {
        const template = await templateStore.get(tx.sql, templateId, caller);
        await templateStore.remove(tx, templateId);
        await record(tx, 'template.removed', template, caller);
      }),
  };

  function record(
    tx: Tx,
    type: 'template.created' | 'template.updated' | 'template.removed',
    { id, name }: { id: string; name: string },
    actor: Caller,
  ): Promise<void> {
    return events.record(tx, { type, actor, object: { kind: 'template', id, name }, ownerId: null });
  }
}

interface Parts {
  readonly imageId: string;
  readonly networkId: string;
  readonly diskBytes: number;
  readonly userIds?: readonly string[] | undefined;
}

async function requireParts(tx: Tx, { imageId, networkId, diskBytes, userIds = [] }: Parts): Promise<void> {
  const { format, virtualSizeBytes } = await templateStore.imageOf(tx.sql, imageId);
  if (format !== 'iso' && virtualSizeBytes > diskBytes) {
    throw new UserError('image_larger_than_disk', { virtualSizeBytes, diskBytes });
  }
  await templateStore.requireNetwork(tx.sql, networkId);
  await templateStore.requireUsers(tx.sql, userIds);
}
