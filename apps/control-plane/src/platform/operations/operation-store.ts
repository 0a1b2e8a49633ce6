import type {
  ObjectKind,
  Operation,
  OperationBrief,
  OperationState,
  OperationType,
  Problem,
} from '@loucloud/api';
import type { Selectable } from 'kysely';
import type { Actor, Caller } from '../caller.ts';
import { ALONE, type Fence, type Work, nameOfWork } from '../claims/claims.ts';
import type { Db, Tx } from '../database/database.ts';
import { prepared, preparedChange } from '../database/prepared.ts';
import type { OperationTable } from '../database/schema.ts';
import { notFound } from '../errors.ts';
import { type ListQuery, contains, selectPage } from '../paging.ts';

type Sql = Db | Tx['sql'];
export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'undone';
export interface StepRecord {
  readonly name: string;
  readonly state: StepState;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly isCancellable?: boolean;
}

export interface NewOperation {
  readonly id: string;
  readonly type: OperationType;
  readonly actor: Actor;
  readonly ownerId: string | null;
  readonly object: { readonly kind: ObjectKind; readonly id: string; readonly name: string };
  readonly hostId: string | null;
  readonly input: unknown;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly steps: readonly { readonly name: string; readonly isCancellable: boolean }[];
}

/** An operation that is not over, with what the engine needs to go on. */
export interface ActiveOperation {
  readonly id: string;
  readonly type: OperationType;
  readonly state: OperationState;
  readonly ownerId: string | null;
  readonly object: { readonly kind: ObjectKind; readonly id: string; readonly name: string };
  readonly actor: Actor;
  readonly hostId: string | null;
  readonly input: unknown;
  readonly steps: readonly StepRecord[];
  readonly progress: number | null;
  readonly deadlineAt: number | null;
  readonly cancelRequestedAt: number | null;
  /** At this moment. */
  readonly isCancellable: boolean;
  readonly error: Problem | null;
  readonly result: Readonly<Record<string, unknown>>;
}

export interface OperationFilter extends ListQuery {
  readonly ownerId?: string | undefined;
  readonly state?: string | undefined;
  readonly type?: string | undefined;
  readonly objectId?: string | undefined;
  readonly isActive?: boolean | undefined;
}

const active = ['queued', 'running', 'undoing'] as const;

/** With the name of the server that it waits for. */
const views = (sql: Sql) =>
  sql
    .selectFrom('operation')
    .selectAll('operation')
    .select((e) =>
      e
        .selectFrom('host')
        .select('host.name')
        .whereRef('host.id', '=', 'operation.host_id')
        .where('operation.state', 'in', active)
        .where((w) => w.or([w('host.health', '!=', 'healthy'), w('operation.state', '=', 'queued')]))
        .as('waiting_for'),
    );

const activeOne = prepared((sql, { id }: { id: string }) =>
  sql.selectFrom('operation').selectAll().where('id', '=', id).where('state', 'in', active),
);

const takenUp = preparedChange((sql, { id, claim, fence }: { id: string; claim: string; fence: number }) =>
  sql
    .updateTable('operation')
    .set({ fence })
    .where('id', '=', id)
    .where('state', 'in', active)
    .where((e) =>
      e.exists(
        e.selectFrom('claim').select('name').where('name', '=', claim).where('claim.fence', '=', fence),
      ),
    ),
);

type OperationRow = Selectable<OperationTable> & { readonly waiting_for: string | null };

export const operationStore = {
  async insert(tx: Tx, operation: NewOperation, at: number): Promise<void> {
    const steps: StepRecord[] = operation.steps.map((step) => ({
      ...step,
      state: 'waiting',
      startedAt: null,
      finishedAt: null,
    }));
    const row: OperationTable = {
      id: operation.id,
      type: operation.type,
      state: 'queued',
      owner_id: operation.ownerId,
      actor_id: operation.actor?.userId ?? null,
      actor_name: operation.actor?.userName ?? '',
      object_kind: operation.object.kind,
      object_id: operation.object.id,
      object_name: operation.object.name,
      host_id: operation.hostId,
      input: JSON.stringify(operation.input),
      steps: JSON.stringify(steps),
      progress: null,
      deadline_at: null,
      cancel_requested_at: null,
      error: null,
      result: JSON.stringify(operation.result ?? {}),
      created_at: at,
      started_at: null,
      finished_at: null,
      fence: 0,
    };
    await tx.insertLast('operation', row);
  },

  /**
   * Changes an operation that is not over; false: it is over, someone else ended it. `fence`: of the claim under which
   * the caller took it up; false, too, when somebody has taken it up since.
   */
  async change(sql: Sql, id: string, changes: OperationChanges, fence: Fence = ALONE): Promise<boolean> {
    const { steps, error, result, ...rest } = changes;
    let query = sql
      .updateTable('operation')
      .set({
        ...rest,
        ...(steps && { steps: JSON.stringify(steps) }),
        ...(error && { error: JSON.stringify(error) }),
        ...(result && { result: JSON.stringify(result) }),
      })
      .where('id', '=', id)
      .where('state', 'in', active);
    if (fence !== ALONE) query = query.where('fence', '=', fence);
    const { numUpdatedRows } = await query.executeTakeFirst();
    return numUpdatedRows === 1n;
  },

  /**
   * For whoever holds the claim on its work under that number. From here on nobody with an older one changes it. False:
   * it is over, or the claim is another's by now.
   */
  async takeUp(sql: Sql, { id, work, fence }: { id: string; work: Work; fence: number }): Promise<boolean> {
    return (await takenUp(sql, { id, claim: nameOfWork(work), fence })) === 1;
  },

  /** Those that are not over, oldest first. */
  async listActive(sql: Sql): Promise<ActiveOperation[]> {
    const rows = await sql
      .selectFrom('operation')
      .selectAll()
      .where('state', 'in', active)
      .orderBy('id')
      .execute();
    return rows.map(toActive);
  },

  async getActive(sql: Sql, id: string): Promise<ActiveOperation | null> {
    const [row] = await activeOne(sql, { id });
    return row ? toActive(row) : null;
  },

  /** With a viewer: a member's own; others' do not exist for them. */
  async get(sql: Sql, id: string, viewer?: Viewer): Promise<Operation> {
    let query = views(sql).where('operation.id', '=', id);
    if (viewer && !viewer.isAdmin) query = query.where('owner_id', '=', viewer.userId);
    const row = await query.executeTakeFirst();
    if (!row) throw notFound('operation', id);
    return toOperation(row, viewer);
  },

  async list(sql: Db, filter: OperationFilter, viewer?: Viewer) {
    let query = views(sql);
    if (filter.ownerId !== undefined) query = query.where('owner_id', '=', filter.ownerId);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state as OperationState);
    if (filter.type !== undefined) query = query.where('type', '=', filter.type);
    if (filter.objectId !== undefined) query = query.where('object_id', '=', filter.objectId);
    if (filter.isActive !== undefined)
      query = query.where('state', filter.isActive ? 'in' : 'not in', active);
    if (filter.search !== undefined) query = query.where(contains('operation.object_name', filter.search));
    const columns = { createdAt: 'operation.created_at' };
    const options = { query: filter, columns, defaultSort: '-createdAt', idColumn: 'operation.id' };
    const { rows, ...page } = await selectPage(query, options);
    return { ...page, items: rows.map((row) => toOperation(row, viewer)) };
  },

  /** Its server does not answer as it should. */
  async waitsForHost(sql: Sql, id: string): Promise<boolean> {
    const row = await sql
      .selectFrom('operation')
      .innerJoin('host', 'host.id', 'operation.host_id')
      .select('host.health')
      .where('operation.id', '=', id)
      .executeTakeFirst();
    return row !== undefined && row.health !== 'healthy';
  },

  async hasActive(sql: Sql, type: OperationType, objectId: string): Promise<boolean> {
    const row = await sql
      .selectFrom('operation')
      .select('id')
      .where('object_id', '=', objectId)
      .where('type', '=', type)
      .where('state', 'in', active)
      .executeTakeFirst();
    return row !== undefined;
  },

  /** Of these operations, by id. */
  async briefs(sql: Sql, ids: readonly string[], viewer?: Viewer): Promise<Map<string, OperationBrief>> {
    if (ids.length === 0) return new Map();
    const rows = await views(sql).where('operation.id', 'in', ids).execute();
    return new Map(rows.map((row) => [row.id, toBrief(row, viewer)]));
  },
};

export interface OperationChanges {
  readonly state?: OperationState;
  readonly steps?: readonly StepRecord[];
  readonly progress?: number | null;
  readonly deadline_at?: number | null;
  readonly cancel_requested_at?: number;
  readonly error?: Problem;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly started_at?: number;
  readonly finished_at?: number;
}

// The casts below read back what `insert` and `change` wrote.
function toActive(row: Selectable<OperationTable>): ActiveOperation {
  return {
    id: row.id,
    type: row.type as OperationType,
    state: row.state,
    ownerId: row.owner_id,
    object: { kind: row.object_kind as ObjectKind, id: row.object_id, name: row.object_name },
    actor: row.actor_id === null ? null : { userId: row.actor_id, userName: row.actor_name, address: '' },
    hostId: row.host_id,
    input: JSON.parse(row.input),
    steps: JSON.parse(row.steps) as StepRecord[],
    progress: row.progress,
    deadlineAt: row.deadline_at,
    cancelRequestedAt: row.cancel_requested_at,
    isCancellable: isCancellable(row),
    error: row.error === null ? null : (JSON.parse(row.error) as Problem),
    result: JSON.parse(row.result) as Record<string, unknown>,
  };
}

/** What it does now, or next, lets itself be cancelled, and nobody has asked for that yet. */
function isCancellable(row: Selectable<OperationTable>): boolean {
  if (row.cancel_requested_at !== null || (row.state !== 'queued' && row.state !== 'running')) return false;
  const steps = JSON.parse(row.steps) as StepRecord[];
  return steps.find((step) => step.state !== 'done')?.isCancellable === true;
}

/** Its own starter, and the admin. */
export type Viewer = Pick<Caller, 'userId' | 'isAdmin'>;
const mayCancel = (row: Selectable<OperationTable>, viewer: Viewer): boolean =>
  viewer.isAdmin || row.actor_id === viewer.userId;

function toBrief(row: OperationRow, viewer?: Viewer): OperationBrief {
  const steps = JSON.parse(row.steps) as StepRecord[];
  const current = steps.find((step) => step.state === 'running' || step.state === 'failed');
  return {
    id: row.id,
    type: row.type as OperationType,
    state: row.state,
    progress: row.progress,
    step: current?.name ?? null,
    deadlineAt: toTime(row.deadline_at),
    isCancellable: isCancellable(row) && (viewer === undefined || mayCancel(row, viewer)),
    waitingFor: row.waiting_for,
    createdAt: new Date(row.created_at).toISOString(),
  };
}

function toOperation(row: OperationRow, viewer?: Viewer): Operation {
  const steps = JSON.parse(row.steps) as StepRecord[];
  return {
    ...toBrief(row, viewer),
    ownerId: row.owner_id,
    actorName: row.actor_name,
    objectKind: row.object_kind as ObjectKind,
    objectId: row.object_id,
    objectName: row.object_name,
    steps: steps.map(({ name, state, startedAt, finishedAt }) => ({
      name,
      state,
      startedAt: toTime(startedAt),
      finishedAt: toTime(finishedAt),
    })),
    error: row.error === null ? null : (JSON.parse(row.error) as Problem),
    result: JSON.parse(row.result) as Record<string, unknown>,
    startedAt: toTime(row.started_at),
    finishedAt: toTime(row.finished_at),
  };
}

const toTime = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
