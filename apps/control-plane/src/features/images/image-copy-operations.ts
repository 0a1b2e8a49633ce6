/**
 * Copying an image to a host, and deleting the copy. Who needs the copy waits for the one operation that makes it.
 * A copy is used only once its row says `ready`: that is written when all of it has arrived and its sha256 is right.
 */
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError, toProblem } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { FileStamp, Hypervisor } from '../../platform/hypervisor.ts';
import { Lanes } from '../../platform/operations/lanes.ts';
import { type StepContext, operation } from '../../platform/operations/operation.ts';
import { reservationStore } from '../../platform/reservations/reservation-store.ts';
import { CopySources } from './copy-sources.ts';
import {
  type CopiedImage,
  type CopyKey,
  type CopyRecord,
  type CopySource,
  imageCopyStore,
} from './image-copy-store.ts';

export interface RemoveCopyInput extends CopyKey {
  readonly name: string;
  readonly poolName: string;
  readonly volumeName: string;
  readonly isShared: boolean;
}

export interface ImageCopyDeps {
  readonly database: Database;
  readonly events: EventLog;
  readonly hypervisor: Pick<Hypervisor, 'host' | 'copyImage'>;
  /** Resolves once the image's sha256 is known. */
  readonly whenHashed: (imageId: string, signal: AbortSignal) => Promise<void>;
  /** What arrived from the registered file is not what was registered: is it the file? */
  readonly suspect: (imageId: string) => Promise<void>;
}

type Watch = Pick<StepContext, 'progress' | 'signal'>;

const HOUR_MS = 3_600_000;
/** Images that one host receives at once; more wait in order. */
const INTO_ONE_HOST = 2;
const PROGRESS_EVERY_MS = 250;

export type ImageCopyOperations = ReturnType<typeof imageCopyOperations>;

export function imageCopyOperations(deps: ImageCopyDeps) {
  const { database, hypervisor } = deps;
  const { db } = database;
  const into = new Lanes(INTO_ONE_HOST);
  const sources = new CopySources();
  // A host may still be busy with a file when the operation that asked for it has ended.
  const files = new Lanes(1);
  const onFile = <T>({ imageId, hostId }: CopyKey, work: () => Promise<T>): Promise<T> =>
    files.run(`${imageId}/${hostId}`, work);

  const copy = operation<CopyKey>({
    type: 'image.copy',
    onRestart: 'resume',
    steps: [
      {
        name: 'hash',
        timeoutMs: 12 * HOUR_MS,
        isOffLane: true,
        run: ({ imageId }, { signal }) => deps.whenHashed(imageId, signal),
      },
      {
        name: 'copy',
        timeoutMs: 24 * HOUR_MS,
        isOffLane: true,
        run: (key, { progress, signal }) =>
          into.run(key.hostId, () =>
            onFile(key, async () => {
              // Its turn may come when nobody wants it any more.
              signal.throwIfAborted();
              await bring(key, { progress: sparingly(progress), signal });
            }),
          ),
      },
    ],
    async finish(tx, key, outcome, operationId) {
      const row = await imageCopyStore.findLocked(tx, key);
      if (row?.operationId !== operationId || outcome.state === 'superseded') return;
      if (outcome.state === 'done') await imageCopyStore.change(tx, key, { state: 'ready', problem: null });
      if (outcome.state === 'failed')
        await imageCopyStore.change(tx, key, { state: 'failed', problem: toProblem(outcome.error) });
      await record(tx, key, outcome.state === 'done' ? 'ready' : 'failed');
    },
  });

  const removeCopy = operation<RemoveCopyInput>({
    type: 'image.removeCopy',
    onRestart: 'resume',
    steps: [
      {
        name: 'removeCopy',
        timeoutMs: 5 * 60_000,
        async run(input, { signal }) {
          const { hostId, poolName, volumeName, isShared } = input;
          if (isShared) return;
          await onFile(input, async () => {
            signal.throwIfAborted();
            await hypervisor.host(hostId).deleteCopy(poolName, volumeName);
          });
        },
      },
    ],
    async finish(tx, key, outcome, operationId) {
      const row = await imageCopyStore.findLocked(tx, key);
      if (row?.operationId !== operationId || outcome.state === 'superseded') return;
      if (outcome.state === 'failed') {
        await imageCopyStore.change(tx, key, { state: 'failed', problem: toProblem(outcome.error) });
        return record(tx, key, 'failed', key.name);
      }
      await record(tx, key, 'removed', key.name);
      await forget(tx, row);
    },
  });

  /** The row and what it held. */
  async function forget(tx: Tx, row: CopyRecord): Promise<void> {
    await reservationStore.recordHost(tx, row.hostId, { diskBytes: -row.reservedBytes });
    await imageCopyStore.remove(tx, row);
  }

  async function bring(key: CopyKey, watch: Watch): Promise<void> {
    const image = await imageCopyStore.image(db, key.imageId);
    const row = await imageCopyStore.find(db, key);
    if (!image || !row) throw new UserError('not_found', { kind: 'image', id: key.imageId });
    const { sha256 } = image;
    if (sha256 === null) throw new Error('the step before waits for the sha256');
    const shared = await findShared({ ...image, sha256 }, key.hostId, watch);
    if (shared !== null && (await takeShared(image, key, shared))) return;
    const path = await carry({ ...image, sha256 }, row, watch);
    await database.transact((tx) => imageCopyStore.change(tx, key, { path }));
  }

  /** A file that other hosts see by the same path, and this one too: on storage that they have in common. */
  async function findShared(
    image: CopiedImage & { sha256: string },
    hostId: string,
    { progress, signal }: Watch,
  ): Promise<CopySource | null> {
    for (const source of await imageCopyStore.sources(db, image, hostId)) {
      const there = await hypervisor.host(hostId).stampFile(source.path);
      if (there?.sizeBytes !== image.sizeBytes) continue;
      const at = await stampOf(source);
      if (at?.sizeBytes !== there.sizeBytes || at.modifiedAt !== there.modifiedAt) continue;
      const found = await hypervisor.host(hostId).hashImage(source.path, progress, signal);
      if (found === image.sha256) return source;
    }
    return null;
  }

  /** null: that host cannot be asked. */
  async function stampOf({ hostId, path }: CopySource): Promise<FileStamp | null> {
    try {
      return await hypervisor.host(hostId).stampFile(path);
    } catch (error) {
      if (error instanceof UserError) return null;
      throw error;
    }
  }

  /** False: in the meantime the file has begun to be deleted. */
  const takeShared = (image: CopiedImage, key: CopyKey, source: CopySource): Promise<boolean> =>
    database.transact(async (tx) => {
      if (source.hostId !== image.hostId) {
        const owner = await imageCopyStore.findLocked(tx, { imageId: image.id, hostId: source.hostId });
        if (owner?.state !== 'ready') return false;
      }
      await imageCopyStore.change(tx, key, { path: source.path, isShared: true });
      const reserved = (await imageCopyStore.findLocked(tx, key))?.reservedBytes ?? 0;
      await imageCopyStore.setReserved(tx, key, 0);
      await reservationStore.recordHost(tx, key.hostId, { diskBytes: -reserved });
      return true;
    });

  /** From whichever host has it; from another where that one cannot give it. */
  async function carry(
    image: CopiedImage & { sha256: string },
    row: CopyRecord,
    { progress, signal }: Watch,
  ): Promise<string> {
    const { hostId, poolName, volumeName } = row;
    const tried = new Set<string>();
    let first: unknown;
    const left = async () => {
      const all = await imageCopyStore.sources(db, image, hostId);
      return all.filter((source) => !tried.has(source.hostId));
    };
    while ((await left()).length > 0) {
      try {
        return await sources.use(left, async (from) => {
          tried.add(from.hostId);
          signal.throwIfAborted();
          const spec = { from, to: { hostId, poolName, volumeName }, ...image };
          return await hypervisor.copyImage(spec, { onProgress: progress, signal });
        });
      } catch (error) {
        signal.throwIfAborted();
        first ??= error;
        if (!(await isSourcesFault(error, hostId))) throw await withHost(error, hostId);
        const isMismatch = error instanceof UserError && error.code === 'image_copy_mismatch';
        if (isMismatch && tried.has(image.hostId)) await deps.suspect(image.id);
      }
    }
    throw first;
  }

  /** Whose storage is full. */
  async function withHost(error: unknown, hostId: string): Promise<unknown> {
    if (!(error instanceof UserError) || error.code !== 'pool_full') return error;
    const host = (await imageCopyStore.host(db, hostId))?.name ?? hostId;
    const { details, hint } = error;
    const options = hint === undefined ? { cause: error } : { cause: error, hint };
    return new UserError('pool_full', { ...details, host }, options);
  }

  /** Another source may do better; but not where the host that is written to is in trouble. */
  async function isSourcesFault(error: unknown, hostId: string): Promise<boolean> {
    if (!(error instanceof UserError) || error.code === 'pool_full') return false;
    return (await imageCopyStore.host(db, hostId))?.isHealthy === true;
  }

  async function record(
    tx: Tx,
    { imageId, hostId }: CopyKey,
    state: 'ready' | 'failed' | 'removed' | 'changed',
    lastName?: string,
  ): Promise<void> {
    const name = (await imageCopyStore.image(tx.sql, imageId))?.name ?? lastName ?? imageId;
    const host = (await imageCopyStore.host(tx.sql, hostId))?.name ?? hostId;
    const object = { kind: 'image', id: imageId, name } as const;
    const details = { host, state };
    await deps.events.record(tx, { type: 'image.copyChanged', actor: null, object, ownerId: null, details });
  }

  return { types: { copy, removeCopy }, forget, record };
}

/** Bytes come faster than anybody reads numbers. */
function sparingly(progress: (fraction: number) => void): (fraction: number) => void {
  let toldAt = 0;
  return (fraction) => {
    const now = performance.now();
    if (now - toldAt < PROGRESS_EVERY_MS && fraction < 1) return;
    toldAt = now;
    progress(fraction);
  };
}
