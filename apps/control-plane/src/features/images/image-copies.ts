/**
 * Which hosts have an image. Whoever places a VM claims the image on its host in the same transaction: from then on the
 * copy is not deleted, and where there is none one is begun. The registered file is never touched.
 */
import type { ReplyFor, Settings } from '@loucloud/api';
import type { Actor, Caller } from '../../platform/caller.ts';
import { type Database, type Db, RaceLostError, type Tx } from '../../platform/database/database.ts';
import { UserError, notFound, toProblem } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import { newsOfOperation } from '../../platform/operations/operation-news.ts';
import { reservationStore } from '../../platform/reservations/reservation-store.ts';
import type { ImageCopyOperations } from './image-copy-operations.ts';
import { type CopiedImage, type CopyKey, type CopyRecord, imageCopyStore } from './image-copy-store.ts';

export interface ImageCopiesDeps {
  readonly database: Database;
  readonly engine: OperationEngine;
  readonly events: EventLog;
  readonly operations: ImageCopyOperations;
  readonly settings: { read(sql?: Db | Tx['sql']): Promise<Settings> };
}

type Claim = 'claimed' | 'no_room' | 'copy_changed';

const DAY_MS = 86_400_000;
/** When it was used last is known to so much. */
const TOUCH_MS = 60_000;

export type ImageCopies = ReturnType<typeof imageCopies>;

export function imageCopies({ database, engine, events, operations, settings }: ImageCopiesDeps) {
  const { db } = database;
  const { copy, removeCopy } = operations.types;

  /**
   * In the transaction that places a VM, which inserts or moves the VM's row too: the image will be there, and will stay
   * while the VM does. `copy_changed`: the host has one that is not right, and that VMs rest on.
   */
  async function claim(tx: Tx, key: CopyKey, actor: Actor): Promise<Claim> {
    // First the copy: where there is one that will do, nothing else is asked.
    const row = await imageCopyStore.findLocked(tx, key);
    const now = Date.now();
    if (row && now - row.lastUsedAt > TOUCH_MS) await imageCopyStore.touch(tx, key, now);
    if (row?.state === 'ready' || row?.state === 'copying') return 'claimed';
    const image = await imageCopyStore.image(tx.sql, key.imageId);
    if (!image) throw notFound('image', key.imageId);
    if (image.hostId === key.hostId) return 'claimed';
    if (!row) return begin(tx, image, key, actor);
    if (row.state === 'changed' && (await imageCopyStore.vmsOn(tx.sql, key)).length > 0)
      return 'copy_changed';
    if (row.reservedBytes === 0) {
      const amounts = { diskBytes: image.sizeBytes };
      if (!(await reservationStore.reserveHost(tx, key.hostId, amounts))) return 'no_room';
      await imageCopyStore.setReserved(tx, key, image.sizeBytes);
    }
    if (row.state === 'removing' && row.operationId !== null) await engine.supersede(tx, row.operationId);
    await restart(tx, image, key, actor);
    return 'claimed';
  }

  async function begin(tx: Tx, image: CopiedImage, key: CopyKey, actor: Actor): Promise<Claim> {
    const host = await imageCopyStore.host(tx.sql, key.hostId);
    if (!host) throw notFound('host', key.hostId);
    const reservedBytes = image.sizeBytes;
    if (!(await reservationStore.reserveHost(tx, key.hostId, { diskBytes: reservedBytes }))) return 'no_room';
    const file = { poolName: host.poolName, volumeName: volumeNameOf(image, key.hostId), reservedBytes };
    try {
      await imageCopyStore.insert(tx, key, file, Date.now());
    } catch (error) {
      if (database.adapter.isDuplicateKey(error))
        throw new RaceLostError('somebody else began it', { cause: error });
      throw error;
    }
    await restart(tx, image, key, actor);
    return 'claimed';
  }

  async function restart(tx: Tx, image: CopiedImage, key: CopyKey, actor: Actor): Promise<void> {
    const object = { kind: 'image', id: image.id, name: image.name } as const;
    const { hostId } = key;
    const operationId = await engine.start(tx, copy, { input: key, actor, ownerId: null, object, hostId });
    const from = { state: 'copying', path: null, isShared: false, problem: null } as const;
    await imageCopyStore.change(tx, key, { ...from, operationId });
  }

  /** Nothing may rest on it: the caller has looked, in this transaction and behind the row's lock. */
  async function startRemoval(tx: Tx, row: CopyRecord, actor: Actor): Promise<string> {
    const { imageId, hostId, poolName, volumeName, isShared } = row;
    if (row.state === 'copying' && row.operationId !== null) await engine.supersede(tx, row.operationId);
    if (row.path !== null && !isShared) {
      for (const sharer of await imageCopyStore.sharersOf(tx.sql, imageId, row.path))
        await imageCopyStore.remove(tx, sharer);
    }
    const name = (await imageCopyStore.image(tx.sql, imageId))?.name ?? volumeName;
    const operationId = await engine.start(tx, removeCopy, {
      input: { imageId, hostId, name, poolName, volumeName, isShared },
      actor,
      ownerId: null,
      object: { kind: 'image', id: imageId, name },
      hostId,
    });
    await imageCopyStore.change(tx, row, { state: 'removing', operationId });
    return operationId;
  }

  return {
    claim,

    /** Resolves when a VM there can rest on it; fails as the copying did. */
    async whenThere(
      key: CopyKey,
      { progress, signal }: { progress: (fraction: number) => void; signal: AbortSignal },
    ): Promise<void> {
      for (;;) {
        const image = await imageCopyStore.image(db, key.imageId);
        if (!image) throw notFound('image', key.imageId);
        if (image.hostId === key.hostId) return;
        const row = await imageCopyStore.find(db, key);
        if (row?.state === 'ready') return;
        if (row?.state === 'failed' || row?.state === 'changed') throw failureOf(row, image);
        if (row?.state !== 'copying')
          // Nobody who claims it meets this, but a VM must not wait for ever.
          await database.transact((tx) => claim(tx, key, null));
        else if (row.operationId !== null)
          await newsOfOperation(events, row.operationId, { progress, signal });
        signal.throwIfAborted();
      }
    },

    /**
     * In the transaction in which a VM is no longer to come there: what is still being copied for nobody ends, and what
     * has arrived of it is deleted.
     */
    async giveUpUnwanted(tx: Tx, hostId: string): Promise<void> {
      for (const { imageId } of await imageCopyStore.underWay(tx.sql, hostId)) {
        const row = await imageCopyStore.findLocked(tx, { imageId, hostId });
        if (row?.state !== 'copying' || row.isPrefetched) continue;
        if ((await imageCopyStore.vmsOn(tx.sql, row)).length === 0) await startRemoval(tx, row, null);
      }
    },

    /** The file is not what was copied: no VM is made from it any more. */
    async markChanged(key: CopyKey, error: unknown): Promise<void> {
      await database.transact(async (tx) => {
        const row = await imageCopyStore.findLocked(tx, key);
        if (row?.state !== 'ready') return;
        await imageCopyStore.change(tx, key, { state: 'changed', problem: toProblem(error) });
        await operations.record(tx, key, 'changed');
      });
    },

    prefetch: (
      imageId: string,
      hostIds: readonly string[],
      caller: Caller,
    ): Promise<ReplyFor<'imagePrefetch'>> =>
      database.transact(async (tx) => {
        const image = await imageCopyStore.image(tx.sql, imageId);
        if (!image) throw notFound('image', imageId);
        if (image.state === 'changed' || image.state === 'missing')
          throw new UserError('image_changed', { name: image.name });
        const items: { hostId: string; hostName: string; operationId: string | null }[] = [];
        for (const hostId of hostIds) {
          const host = await imageCopyStore.host(tx.sql, hostId);
          if (!host) throw notFound('host', hostId);
          const key = { imageId, hostId };
          const verdict = await claim(tx, key, caller);
          if (verdict === 'no_room') throw new UserError('pool_full', { host: host.name });
          if (verdict === 'copy_changed')
            throw new UserError('image_copy_in_use', { vms: await imageCopyStore.vmsOn(tx.sql, key) });
          await imageCopyStore.markPrefetched(tx, key);
          const row = await imageCopyStore.find(tx.sql, key);
          const operationId = row?.state === 'copying' ? row.operationId : null;
          items.push({ hostId, hostName: host.name, operationId });
        }
        return { items };
      }),

    remove: (key: CopyKey, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const row = await imageCopyStore.findLocked(tx, key);
        if (!row) throw notFound('image', key.imageId);
        if (row.state === 'removing' && row.operationId !== null) return row.operationId;
        const vms = await imageCopyStore.vmsOn(tx.sql, row);
        if (vms.length > 0) throw new UserError('image_copy_in_use', { vms });
        return startRemoval(tx, row, caller);
      }),

    /** With the image itself, on which no VM rests. */
    async removeAll(tx: Tx, imageId: string, caller: Caller): Promise<void> {
      for (const { hostId } of await imageCopyStore.ofImage(tx.sql, imageId)) {
        const row = await imageCopyStore.findLocked(tx, { imageId, hostId });
        if (row && row.state !== 'removing') await startRemoval(tx, row, caller);
      }
    },

    /** With the host, on which there is no VM: its files stay, as everything on it does. */
    async forgetHost(tx: Tx, hostId: string): Promise<void> {
      for (const row of await imageCopyStore.ofHost(tx.sql, hostId)) {
        const isBusy = row.state === 'copying' || row.state === 'removing';
        if (isBusy && row.operationId !== null) await engine.supersede(tx, row.operationId);
        await operations.forget(tx, row);
      }
    },

    /** Now and then: deletes copies that no VM rests on and that nobody asked for since long ago. */
    async ageOut(now = Date.now()): Promise<void> {
      const { imageCopyDays } = await settings.read();
      const since = { used: now - imageCopyDays * DAY_MS, failed: now - DAY_MS };
      await database.transact((tx) => imageCopyStore.touchUsed(tx, now));
      for (const outdated of await imageCopyStore.outdated(db, since)) {
        await database.transact(async (tx) => {
          const row = await imageCopyStore.findLocked(tx, outdated);
          const isAsItWas = row?.state === outdated.state && row.lastUsedAt === outdated.lastUsedAt;
          if (!isAsItWas || (await imageCopyStore.vmsOn(tx.sql, row)).length > 0) return;
          await startRemoval(tx, row, null);
        });
      }
    },
  };
}

function failureOf({ problem }: CopyRecord, image: CopiedImage): UserError {
  if (!problem) return new UserError('image_changed', { name: image.name });
  const { code, details, hint } = problem;
  return new UserError(code, details, hint === undefined ? {} : { hint });
}

/**
 * The same for an image and a host at any time, so that what was left behind is found again; and another for each host,
 * since hosts may have their pools on one storage.
 */
const volumeNameOf = ({ id, format }: CopiedImage, hostId: string): string =>
  `image-${id}.${hostId.slice(-12)}.${format === 'raw' ? 'img' : format}`;
