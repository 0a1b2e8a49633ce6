import type { Image, RequestFor } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import { UserError, notFound } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { newId } from '../../platform/ids.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import type { ListQuery } from '../../platform/paging.ts';
import type { ImageCopies } from './image-copies.ts';
import type { ImageOperations, RegisterInput } from './image-operations.ts';
import { imageStore } from './image-store.ts';

export interface ImageServiceDeps {
  readonly database: Database;
  readonly engine: OperationEngine;
  readonly events: EventLog;
  readonly operations: ImageOperations;
  readonly copies: ImageCopies;
}

export type ImageService = ReturnType<typeof imageService>;

export function imageService({ database, engine, events, operations, copies }: ImageServiceDeps) {
  return {
    list: (filter: ListQuery) => imageStore.list(database.db, filter),
    get: (imageId: string): Promise<Image> => imageStore.get(database.db, imageId),

    register: (wanted: RequestFor<'imageRegister'>['body'], caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        if (await imageStore.findByName(tx.sql, wanted.name))
          throw new UserError('name_taken', { name: wanted.name });
        const hosts = await imageStore.hosts(tx.sql);
        const host = wanted.hostId === undefined ? hosts[0] : hosts.find(({ id }) => id === wanted.hostId);
        if (!host) throw notFound('host', wanted.hostId ?? '');
        if (wanted.hostId === undefined && hosts.length > 1)
          throw new UserError('invalid_request', { field: 'hostId' });
        const { name, path, description = '', format = null } = wanted;
        const input: RegisterInput = { id: newId(), name, path, description, format, hostId: host.id };
        const object = { kind: 'image', id: input.id, name } as const;
        return engine.start(tx, operations.register, {
          input,
          actor: caller,
          ownerId: null,
          object,
          hostId: host.id,
        });
      }),

    update: (imageId: string, changes: RequestFor<'imageUpdate'>['body'], caller: Caller): Promise<Image> =>
      database.transact(async (tx) => {
        await imageStore.get(tx.sql, imageId);
        const holder = changes.name === undefined ? null : await imageStore.findByName(tx.sql, changes.name);
        if (holder !== null && holder !== imageId)
          throw new UserError('name_taken', { name: changes.name ?? '' });
        await imageStore.change(tx, imageId, changes);
        const image = await imageStore.get(tx.sql, imageId);
        const object = { kind: 'image', id: imageId, name: image.name } as const;
        await events.record(tx, { type: 'image.updated', actor: caller, object, ownerId: null });
        return image;
      }),

    /** The record, and copies elsewhere that we made; the registered file stays. */
    remove: (imageId: string, caller: Caller): Promise<void> =>
      database.transact(async (tx) => {
        const image = await imageStore.get(tx.sql, imageId);
        const users = await imageStore.users(tx.sql, imageId);
        if (Object.values(users).some((names) => names.length > 0))
          throw new UserError('image_in_use', { ...users });
        await copies.removeAll(tx, imageId, caller);
        await imageStore.remove(tx, imageId);
        const object = { kind: 'image', id: imageId, name: image.name } as const;
        await events.record(tx, { type: 'image.removed', actor: caller, object, ownerId: null });
      }),
  };
}
