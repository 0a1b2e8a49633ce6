/**
 * GET /api/v1/events: pushes what happens to those who may see it (see packages/api/src/events.ts for the wire). A listener
 * that does not keep up is cut off, so that it comes back and replays, or reads again: never a silent gap.
 */
import { API_PREFIX, type Event, type OperationProgress } from '@loucloud/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../caller.ts';
import type { Db } from '../database/database.ts';
import { UserError } from '../errors.ts';
import type { Gate } from '../http/gate.ts';
import type { RightsWatch } from '../rights-watch.ts';
import type { EventLog } from './event-log.ts';
import { Journal } from './journal.ts';
import { Listener } from './listener.ts';

interface Deps {
  readonly db: Db;
  readonly events: EventLog;
  readonly rights: RightsWatch;
  readonly gate: Gate;
  /** Other control planes serve the same pages, or did lately. */
  readonly hasPeers: () => boolean;
}

const HEARTBEAT_MS = 15_000;
/** Open streams of one user: pages in a few browsers. */
const PER_USER_MAX = 40;

export class EventStream {
  readonly #deps: Deps;
  readonly #journal: Journal;
  readonly #listeners = new Set<Listener>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#journal = new Journal(deps.db, deps.hasPeers);
  }

  get size(): number {
    return this.#listeners.size;
  }

  serve(app: FastifyInstance): void {
    const { events, gate, rights } = this.#deps;
    const stopListening = [
      rights.onDoubt(() => void this.#endOver()),
      events.onEvent((event) => this.#tellEvent(event)),
      events.onProgress((progress) => this.#tellProgress(progress)),
    ];
    const heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS);
    // Before the server waits for its connections to end.
    app.addHook('preClose', async () => {
      clearInterval(heartbeat);
      for (const stop of stopListening) stop();
      for (const listener of this.#listeners) listener.end();
    });

    app.get(
      `${API_PREFIX}/events`,
      { onRequest: gate.admit('user', false), config: { endpoint: 'eventStream' } },
      async (request, reply) => {
        // The gate has let nobody else through.
        const caller = request.caller as Caller;
        const after = readPosition(request);
        this.#assertRoom(caller);
        reply.hijack();
        const listener = new Listener(caller, request, reply.raw, reply.getHeaders());
        this.#add(listener);
        await this.#begin(listener, after).catch((error: unknown) => {
          request.log.error({ err: error }, 'event stream could not begin');
          listener.cut();
        });
      },
    );
  }

  #assertRoom({ userId }: Caller): void {
    const open = [...this.#listeners].filter((listener) => listener.caller.userId === userId);
    if (open.length >= PER_USER_MAX) throw new UserError('too_many_requests', { limit: PER_USER_MAX });
  }

  #add(listener: Listener): void {
    this.#listeners.add(listener);
    const stopWatching = this.#deps.rights.onSessionEnded(listener.caller.sessionId, () => listener.end());
    listener.onClosed(() => {
      stopWatching();
      this.#listeners.delete(listener);
    });
  }

  /** What happens while this reads is held back by the listener, and follows. */
  async #begin(listener: Listener, after: number | null): Promise<void> {
    // The session may have ended between the gate and `#add`.
    if (!(await this.#isAlive(listener))) return listener.end();
    if (after === null) return listener.begin({ at: await this.#journal.lastSeq(), missed: [] });
    const missed = await this.#journal.after(after);
    if (missed) listener.begin({ at: after, missed });
    else listener.begin({ at: await this.#journal.lastSeq(), missed: null });
  }

  #tellEvent(event: Event): void {
    this.#journal.add(event);
    for (const listener of this.#listeners) listener.tellEvent(event);
  }

  #tellProgress(progress: OperationProgress): void {
    for (const listener of this.#listeners) listener.tellProgress(progress);
  }

  /** Also finds the sessions that have expired, or were ended by another control plane. */
  async #beat(): Promise<void> {
    for (const listener of this.#listeners) listener.beat();
    await this.#endOver();
  }

  async #endOver(): Promise<void> {
    for (const listener of this.#listeners) {
      const isAlive = await this.#isAlive(listener).catch(() => true); // the database is away: find out later
      if (!isAlive) listener.end();
    }
  }

  /** An open page is not a person at it: it does not prolong the session. */
  async #isAlive({ request, caller }: Listener): Promise<boolean> {
    return (await this.#deps.gate.identify(request, false))?.sessionId === caller.sessionId;
  }
}

/** Where the client stopped: browsers say it when they come back by themselves. null: it begins now. */
function readPosition({ headers, query }: FastifyRequest): number | null {
  const text = headers['last-event-id'] ?? (query as Record<string, unknown>)['after'];
  if (text === undefined || text === '') return null;
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text))
    throw new UserError('invalid_request', { field: 'after' });
  return Number(text);
}
