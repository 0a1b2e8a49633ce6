/** Tells of the progress of operations that another control plane does, as far as it writes it down. */
import type { OperationProgress } from '@loucloud/api';
import type { Logger } from 'pino';
import type { Db } from '../database/database.ts';
import type { EventLog } from '../events/event-log.ts';
import { operationStore } from './operation-store.ts';

interface Deps {
  readonly db: Db;
  readonly events: EventLog;
  readonly log: Logger;
  readonly isOurs: (operationId: string) => boolean;
}

const EVERY_MS = 1000;

export class ProgressTail {
  readonly #deps: Deps;
  readonly #known = new Map<
    string,
    { readonly news: string; readonly result: string; readonly reports: number }
  >();
  #timer: NodeJS.Timeout | undefined;
  #isReading = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#isReading) return;
      this.#isReading = true;
      this.#read()
        .catch((error: unknown) => this.#deps.log.debug({ err: error }, 'progress cannot be read'))
        .finally(() => (this.#isReading = false));
    }, EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #read(): Promise<void> {
    const { db, events, isOurs } = this.#deps;
    const active = (await operationStore.listActive(db)).filter(({ id }) => !isOurs(id));
    const ids = new Set(active.map(({ id }) => id));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
    for (const { id, object, ownerId, steps, progress, deadlineAt, result } of active) {
      const before = this.#known.get(id);
      const text = JSON.stringify(result);
      const reports = (before?.reports ?? 0) + (before === undefined || before.result === text ? 0 : 1);
      const told: OperationProgress = {
        operationId: id,
        objectKind: object.kind,
        objectId: object.id,
        ownerId,
        progress,
        step: steps.find(({ state }) => state === 'running')?.name ?? null,
        deadlineAt: deadlineAt === null ? null : new Date(deadlineAt).toISOString(),
        reports,
      };
      const news = JSON.stringify(told);
      this.#known.set(id, { news, result: text, reports });
      if (before?.news !== news) events.tellProgress(told);
    }
  }
}
