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
  remote: [Event];
  progress: [OperationProgress];
}

/** What is remembered as told: more than can happen while one transaction is being committed. */
const TOLD_MAX = 20_000;

export class EventLog {
  readonly #signals = new EventEmitter<Signals>();
  readonly #told = new Set<number>();

  constructor() {
    this.#signals.setMaxListeners(0);
  }

  async record(tx: Tx, event: NewEvent): Promise<void> {
    let kept: Event | undefined;
    await eventStore.append(tx, event, Date.now(), (numbered) => (kept = numbered));
    tx.afterCommit(() => {
      if (kept && this.#isNews(kept)) this.#signals.emit('event', kept);
    });
  }

  /** What another control plane has recorded, or this one: told once. */
  tellRecorded(event: Event): void {
    if (!this.#isNews(event)) return;
    this.#signals.emit('remote', event);
    this.#signals.emit('event', event);
  }

  wasTold(seq: number): boolean {
    return this.#told.has(seq);
  }

  tellProgress(progress: OperationProgress): void {
    this.#signals.emit('progress', progress);
  }

  /** Answers how to stop. */
  onEvent(listener: (event: Event) => void): () => void {
    this.#signals.on('event', listener);
    return () => this.#signals.off('event', listener);
  }

  /** Those that another control plane has recorded, before all others hear of them. */
  onRemote(listener: (event: Event) => void): () => void {
    this.#signals.on('remote', listener);
    return () => this.#signals.off('remote', listener);
  }

  onProgress(listener: (progress: OperationProgress) => void): () => void {
    this.#signals.on('progress', listener);
    return () => this.#signals.off('progress', listener);
  }

  #isNews({ seq }: Event): boolean {
    if (this.#told.has(seq)) return false;
    this.#told.add(seq);
    if (this.#told.size > TOLD_MAX) for (const oldest of this.#told) return this.#told.delete(oldest);
    return true;
  }
}
