import type { ErrorDetails, Event, EventType, ObjectKind } from '@loucloud/api';
import type { Selectable } from 'kysely';
import type { Db, Tx } from '../database/database.ts';
import type { EventTable } from '../database/schema.ts';
import { type ListQuery, contains, selectPage } from '../paging.ts';
import type { NewEvent } from './event-log.ts';

export interface EventFilter extends ListQuery {
  readonly type?: string | undefined;
  readonly actorId?: string | undefined;
  readonly objectKind?: string | undefined;
  readonly objectId?: string | undefined;
}

export const eventStore = {
  /** `told`: it has its number. */
  async append(tx: Tx, event: NewEvent, at: number, told: (event: Event) => void): Promise<void> {
    const row = {
      type: event.type,
      at,
      actor_id: event.actor?.userId ?? null,
      actor_name: event.actor?.userName ?? null,
      address: event.actor?.address ?? null,
      object_kind: event.object.kind,
      object_id: event.object.id,
      object_name: event.object.name,
      owner_id: event.ownerId,
      details: JSON.stringify(event.details ?? {}),
    };
    await tx.insertLast('event', row, (seq) => told(toEvent({ ...row, seq })));
  },

  async list(db: Db, filter: EventFilter) {
    let query = db.selectFrom('event').selectAll();
    if (filter.type !== undefined) query = query.where('type', '=', filter.type);
    if (filter.actorId !== undefined) query = query.where('actor_id', '=', filter.actorId);
    if (filter.objectKind !== undefined) query = query.where('object_kind', '=', filter.objectKind);
    if (filter.objectId !== undefined) query = query.where('object_id', '=', filter.objectId);
    if (filter.search !== undefined) query = query.where(contains('event.object_name', filter.search));
    const columns = { seq: 'event.seq' };
    const page = await selectPage(query, {
      query: filter,
      columns,
      defaultSort: '-seq',
      idColumn: 'event.seq',
    });
    return { ...page, items: page.rows.map(toEvent) };
  },

  /** Events after `seq`, oldest first. */
  async after(db: Db, seq: number, limit: number): Promise<Event[]> {
    const rows = await db
      .selectFrom('event')
      .selectAll()
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(limit)
      .execute();
    return rows.map(toEvent);
  },

  /** Numbers after `from` up to `to`. */
  async seqsBetween(db: Db, from: number, to: number): Promise<number[]> {
    const rows = await db
      .selectFrom('event')
      .select('seq')
      .where('seq', '>', from)
      .where('seq', '<=', to)
      .orderBy('seq')
      .execute();
    return rows.map(({ seq }) => seq);
  },

  async some(db: Db, seqs: readonly number[]): Promise<Event[]> {
    if (seqs.length === 0) return [];
    const rows = await db.selectFrom('event').selectAll().where('seq', 'in', seqs).orderBy('seq').execute();
    return rows.map(toEvent);
  },

  async lastSeq(db: Db): Promise<number> {
    const row = await db
      .selectFrom('event')
      .select((e) => e.fn.max('seq').as('seq'))
      .executeTakeFirstOrThrow();
    return row.seq ?? 0;
  },
};

// The columns hold what `append` wrote, hence the casts.
function toEvent(row: Selectable<EventTable>): Event {
  return {
    seq: row.seq,
    type: row.type as EventType,
    at: new Date(row.at).toISOString(),
    actorId: row.actor_id,
    actorName: row.actor_name,
    address: row.address,
    objectKind: row.object_kind as ObjectKind,
    objectId: row.object_id,
    objectName: row.object_name,
    ownerId: row.owner_id,
    details: JSON.parse(row.details) as ErrorDetails,
  };
}
