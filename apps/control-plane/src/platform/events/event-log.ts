/**
 * What happened: kept in the database in the transaction that made it happen, and told to whoever listens once that is
 * committed. Progress is told and not kept.
 */
import { EventEmitter } from 'node:events';
import type { ErrorDetails, Event, EventType, ObjectKind, OperationProgress } from '@loucloud/api';
import type { Actor } from '../caller.ts';
import type { Tx } from '../database/database.ts';
import { eventStore } from './event-store.ts';

export interface NewEvent {
  readonly type: EventType;
  readonly actor: Actor;
  readonly object: { readonly kind: ObjectKind; readonly id: string; readonly name: string };
  /** Whose it is; null: everybody's to see (a template), or the admin's alone (a host): see event-stream. */
  readonly ownerId: string | null;
  readonly details?: ErrorDetails;
}

interface Signals {
  event: [Event];
  progress: [OperationProgress];
}

export class EventLog {
  readonly #signals = new EventEmitter<Signals>();

  constructor() {
    this.#signals.setMaxListeners(0);
  }

  async record(tx: Tx, event: NewEvent): Promise<void> {
    const kept = await eventStore.append(tx.sql, event, Date.now());
    tx.afterCommit(() => this.#signals.emit('event', kept));
  }

  tellProgress(progress: OperationProgress): void {
    this.#signals.emit('progress', progress);
  }

  /** Answers how to stop. */
  onEvent(listener: (event: Event) => void): () => void {
    this.#signals.on('event', listener);
    return () => this.#signals.off('event', listener);
  }

  onProgress(listener: (progress: OperationProgress) => void): () => void {
    this.#signals.on('progress', listener);
    return () => this.#signals.off('progress', listener);
  }
}
