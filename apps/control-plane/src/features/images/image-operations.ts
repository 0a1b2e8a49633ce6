/** Registering a file as an image, and computing its sha256 afterwards: it can be used meanwhile. */
import type { ImageFormat, ImageState } from '@loucloud/api';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import { operation } from '../../platform/operations/operation.ts';
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
          await database.transact((tx) => changeState(tx, { id, name }, 'ready', sha256));
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
      },
    ],
  });

  return { register, hash };
}
