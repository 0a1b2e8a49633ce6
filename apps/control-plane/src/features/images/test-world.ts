/** For tests of the database side of images: hosts whose files are a table in memory, and that copy when they are told to. */
import { createHash } from 'node:crypto';
import type { ImageFormat } from '@loucloud/api';
import { pino } from 'pino';
import type { Caller } from '../../platform/caller.ts';
import type { TestDatabase } from '../../platform/database/test-databases.ts';
import { UserError } from '../../platform/errors.ts';
import { EventLog } from '../../platform/events/event-log.ts';
import type { FileStamp, HostDriver, Hypervisor, ImageCopySpec } from '../../platform/hypervisor.ts';
import { newId } from '../../platform/ids.ts';
import { OperationEngine } from '../../platform/operations/engine.ts';
import { testObjects } from '../../test-objects.ts';
import { imageCopies } from './image-copies.ts';
import { imageCopyOperations } from './image-copy-operations.ts';
import { imageOperations } from './image-operations.ts';
import { imageService } from './image-service.ts';

export const IMAGE_BYTES = 2 ** 20;
export const sha256Of = (content: string): string => createHash('sha256').update(content).digest('hex');

export interface TestFile {
  readonly content: string;
  readonly stamp: FileStamp;
}

/** A copy that has been asked for and goes on until the test says how it ends. */
export interface Copying {
  readonly spec: ImageCopySpec;
  readonly signal: AbortSignal;
  readonly progress: (fraction: number) => void;
  /** The file arrives. */
  arrive(): void;
  fail(error: UserError): void;
}

export type ImageWorld = Awaited<ReturnType<typeof openImageWorld>>;

export async function openImageWorld(kind: TestDatabase) {
  const database = await kind.open();
  const { db } = database;
  const files = new Map<string, TestFile>();
  const copying: Copying[] = [];
  const deleted: string[] = [];
  const at = (hostId: string, path: string) => `${hostId}:${path}`;

  const host = (hostId: string): HostDriver =>
    ({
      stampFile: async (path: string) => files.get(at(hostId, path))?.stamp ?? null,
      async hashImage(path: string) {
        const file = files.get(at(hostId, path));
        if (!file) throw new UserError('path_not_found');
        return sha256Of(file.content);
      },
      async deleteCopy(poolName: string, volumeName: string) {
        deleted.push(volumeName);
        files.delete(at(hostId, `/${poolName}/${volumeName}`));
      },
    }) as Partial<HostDriver> as HostDriver; // all that images ask of one

  const copyImage: Hypervisor['copyImage'] = (spec, { onProgress, signal }) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const { hostId, poolName, volumeName } = spec.to;
    const path = `/${poolName}/${volumeName}`;
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    copying.push({
      spec,
      signal,
      progress: onProgress,
      arrive() {
        const content = files.get(at(spec.from.hostId, spec.from.path))?.content ?? '';
        files.set(at(hostId, path), { content, stamp: stampNow() });
        resolve(path);
      },
      fail: reject,
    });
    return promise;
  };

  const hostIds = [
    await testObjects.host(db, 'a'),
    await testObjects.host(db, 'b'),
    await testObjects.host(db, 'c'),
  ] as const;
  const events = new EventLog();
  const log = pino({ level: 'silent' });
  const settings = { read: () => Promise.resolve({ imageCopyDays: 14 } as never) }; // all that images read of them

  /** As after a start of the control plane. */
  function begin() {
    const engine = new OperationEngine({ database, events, log });
    const work = imageOperations({ database, engine, events, host });
    const { whenHashed, suspect } = work;
    const hypervisor = { host, copyImage };
    const copyWork = imageCopyOperations({ database, events, hypervisor, whenHashed, suspect });
    engine.register(work.register, work.hash, ...Object.values(copyWork.types));
    const copies = imageCopies({ database, engine, events, operations: copyWork, settings });
    const images = imageService({ database, engine, events, operations: work, copies });
    return { engine, copies, images };
  }
  let running = begin();

  const admin: Caller = {
    userId: newId(),
    userName: 'admin',
    isAdmin: true,
    sessionId: newId(),
    kind: 'session',
    address: '',
  };

  return {
    database,
    db,
    events,
    admin,
    hostIds,
    files,
    copying,
    deleted,
    at,
    get engine() {
      return running.engine;
    },
    get copies() {
      return running.copies;
    },
    get images() {
      return running.images;
    },

    /** Registered on the first host. */
    async addImage(changes: { isHashed?: boolean; format?: ImageFormat } = {}) {
      const id = await testObjects.image(db, hostIds[0]);
      const content = `content of ${id}`;
      const path = `/images/${id}.qcow2`;
      files.set(at(hostIds[0], path), { content, stamp: stampNow() });
      const isHashed = changes.isHashed ?? true;
      await db
        .updateTable('image')
        .set({
          sha256: isHashed ? sha256Of(content) : null,
          state: isHashed ? 'ready' : 'hashing',
          format: changes.format ?? 'qcow2',
        })
        .where('id', '=', id)
        .execute();
      return { id, path, content };
    },

    claim: (imageId: string, hostId: string) =>
      database.transact((tx) => running.copies.claim(tx, { imageId, hostId }, null)),

    /** A VM from the image, placed as the VMs' service does it. */
    async addVm(imageId: string, hostId: string): Promise<string> {
      const { userId } = admin;
      const owners = await db.selectFrom('user').select('id').where('id', '=', userId).execute();
      if (owners.length === 0) await addUser(userId);
      const networkId = await testObjects.network(db);
      return testObjects.vm(db, { ownerId: userId, hostId, imageId, networkId });
    },

    async reservedOn(hostId: string): Promise<number> {
      const row = await db.selectFrom('host').selectAll().where('id', '=', hostId).executeTakeFirstOrThrow();
      return row.reserved_disk_bytes;
    },

    copy: (imageId: string, hostId: string) =>
      db
        .selectFrom('image_copy')
        .selectAll()
        .where('image_id', '=', imageId)
        .where('host_id', '=', hostId)
        .executeTakeFirst(),

    /** Interrupts what runs, as the end of the process does, and begins anew. */
    async restart() {
      await running.engine.stop();
      running = begin();
      await running.engine.resume();
    },

    async [Symbol.asyncDispose]() {
      await running.engine.stop();
      await database[Symbol.asyncDispose]();
    },
  };

  async function addUser(id: string): Promise<void> {
    const none = { quota_vms: null, quota_running_vms: null, quota_vcpus: null } as const;
    const used = { used_vms: 0, used_running_vms: 0, used_vcpus: 0, used_memory_mib: 0, used_disk_bytes: 0 };
    await db
      .insertInto('user')
      .values({
        id,
        name: 'admin',
        display_name: 'admin',
        role: 'admin',
        password_hash: '',
        is_disabled: 0,
        ...none,
        quota_memory_mib: null,
        quota_disk_bytes: null,
        ...used,
        preferences: '{}',
        created_at: 0,
        last_login_at: null,
      })
      .execute();
  }
}

let stamps = 0;
/** Another at each call. */
const stampNow = (): FileStamp => ({ sizeBytes: IMAGE_BYTES, modifiedAt: `1700000000.${stamps++}` });
