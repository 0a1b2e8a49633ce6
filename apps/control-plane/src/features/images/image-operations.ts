/** Registering a file as an image, and computing its sha256 afterwards: it can be used meanwhile. */
import type { ImageFormat, ImageState } from '@loucloud/api';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError, notFound } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import { operation } from '../../platform/operations/operation.ts';
import { newsOfOperation } from '../../platform/operations/operation-news.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import { imageCopyStore } from './image-copy-store.ts';
import { type NewImage, imageStore } from './image-store.ts';

export interface RegisterInput extends NewImage {
  readonly format: ImageFormat | null;
}

interface HashInput {
  readonly id: string;
  readonly name: string;
  readonly hostId: string;
  readonly path: string;
}

interface Deps {
  readonly database: Database;
  readonly engine: OperationEngine;
  readonly events: EventLog;
  readonly host: (hostId: string) => HostDriver;
}

const INSPECT_TIMEOUT_MS = 60_000;
const HASH_TIMEOUT_MS = 12 * 3_600_000;

export type ImageOperations = ReturnType<typeof imageOperations>;

export function imageOperations({ database, engine, events, host }: Deps) {
  const hash = operation<HashInput>({
    type: 'image.hash',
    onRestart: 'resume',
    onRestore: 'resume',
    steps: [
      {
        name: 'hash',
        timeoutMs: HASH_TIMEOUT_MS,
        async run({ id, name, hostId, path }, { progress, signal }) {
          const sha256 = await host(hostId).hashImage(path, progress, signal);
          await database.transact(async (tx) => {
            const known = (await imageCopyStore.image(tx.sql, id))?.sha256 ?? sha256;
            if (known === sha256) await changeState(tx, { id, name }, 'ready', sha256);
            else await changeState(tx, { id, name }, 'changed');
          });
        },
      },
    ],
    async finish(tx, image, outcome) {
      const isGone = outcome.state === 'failed' && outcome.error instanceof UserError;
      if (isGone && outcome.error.code === 'path_not_found') await changeState(tx, image, 'missing');
    },
  });

  async function changeState(
    tx: Tx,
    { id, name }: { id: string; name: string },
    state: ImageState,
    sha256?: string,
  ) {
    await imageStore.setState(tx, id, state, sha256);
    const object = { kind: 'image', id, name } as const;
    await events.record(tx, {
      type: 'image.stateChanged',
      actor: null,
      object,
      ownerId: null,
      details: { state },
    });
  }

  const register = operation<RegisterInput>({
    type: 'image.register',
    onRestart: 'resume',
    steps: [
      {
        name: 'inspect',
        timeoutMs: INSPECT_TIMEOUT_MS,
        async run(image) {
          const facts = await host(image.hostId).inspectImage(image.path, image.format ?? undefined);
          await database.transact(async (tx) => {
            if (!(await imageStore.insertOnce(tx, image, facts, Date.now()))) return;
            const { id, name, hostId, path } = image;
            const object = { kind: 'image', id, name } as const;
            await events.record(tx, {
              type: 'image.registered',
              actor: null,
              object,
              ownerId: null,
              details: { path },
            });
            const input = { id, name, hostId, path };
            await engine.start(tx, hash, { input, actor: null, ownerId: null, object, hostId });
          });
        },
        undo: ({ id }) =>
          database.transact(async (tx) => {
            const hashing = await imageStore.hashingOf(tx.sql, id);
            if (hashing !== null) await engine.supersede(tx, hashing);
            await imageStore.remove(tx, id);
          }),
      },
    ],
  });

  /** Begins it unless it is under way. */
  const startHashing = (imageId: string): Promise<string> =>
    database.transact(async (tx) => {
      const image = await imageCopyStore.image(tx.sql, imageId);
      if (!image) throw notFound('image', imageId);
      const running = await imageStore.hashingOf(tx.sql, imageId);
      if (running !== null) return running;
      const { id, name, hostId, path } = image;
      const object = { kind: 'image', id, name } as const;
      const input = { id, name, hostId, path };
      return engine.start(tx, hash, { input, actor: null, ownerId: null, object, hostId });
    });

  /** Resolves once the image's sha256 is known; fails if it cannot be computed. */
  const whenHashed = async (imageId: string, signal: AbortSignal): Promise<void> => {
    for (;;) {
      const image = await imageCopyStore.image(database.db, imageId);
      if (!image) throw notFound('image', imageId);
      if (image.state === 'changed' || image.state === 'missing')
        throw new UserError('image_changed', { name: image.name });
      if (image.sha256 !== null) return;
      const operationId = await startHashing(imageId);
      await newsOfOperation(events, operationId, { signal });
      signal.throwIfAborted();
      const { error } = await operationStore.get(database.db, operationId);
      if (error) throw new UserError(error.code, error.details, { hint: error.hint ?? '' });
    }
  };

  /** Looks whether the file is still what was registered: if not, the image is `changed`. */
  const suspect = async (imageId: string): Promise<void> => {
    await startHashing(imageId);
  };

  return { register, hash, whenHashed, suspect };
}
