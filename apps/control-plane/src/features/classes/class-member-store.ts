/** SQL for the members of a class, each with the VM that was made for them there. */
import type { ClassMember, OperationType, Problem, VmState } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Db, Tx } from '../../platform/database/database.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';

type Sql = Db | Tx['sql'];

interface MemberKey {
  readonly classId: string;
  readonly userId: string;
}

/** A member as the services and the operation work with it. */
export interface MemberRecord {
  readonly userId: string;
  readonly name: string;
  readonly vm: {
    readonly id: string;
    readonly name: string;
    readonly hostId: string;
    readonly state: VmState;
  } | null;
  readonly operationId: string | null;
  readonly batchId: string | null;
  readonly problem: Problem | null;
}

export interface MemberNote {
  readonly operationId: string | null;
  readonly batchId?: string | null;
  readonly problem: Problem | null;
}

export const classMemberStore = {
  async list(sql: Sql, classId: string): Promise<MemberRecord[]> {
    return firstOfEach(await rowsOf(sql, classId)).map((row) => ({
      userId: row.user_id,
      name: row.user_name,
      vm:
        row.vm_id === null
          ? null
          : {
              id: row.vm_id,
              name: row.vm_name ?? '',
              hostId: row.vm_host_id ?? '',
              state: row.vm_state ?? 'unknown',
            },
      operationId: row.operation_id,
      batchId: row.batch_id,
      problem: row.problem === null ? null : (JSON.parse(row.problem) as Problem), // as `note` wrote it
    }));
  },

  async views(sql: Sql, classId: string, caller: Caller): Promise<ClassMember[]> {
    const rows = firstOfEach(await rowsOf(sql, classId));
    const held = rows.flatMap(({ vm_operation_id }) => vm_operation_id ?? []);
    const operations = await operationStore.briefs(sql, held, caller);
    return rows.map((row) => ({
      userId: row.user_id,
      name: row.user_name,
      displayName: row.display_name,
      isDisabled: row.is_disabled === 1,
      vm:
        row.vm_id === null
          ? null
          : {
              id: row.vm_id,
              name: row.vm_name ?? '',
              state: row.vm_state ?? 'unknown',
              operation: operations.get(row.vm_operation_id ?? '') ?? null,
              ipAddresses: JSON.parse(row.vm_ip_addresses ?? '[]') as string[],
              isProtected: row.vm_is_protected === 1,
            },
      lastOperation: lastOperationOf(row),
      problem: problemOf(row, caller),
    }));
  },

  async userIds(sql: Sql, classId: string): Promise<Set<string>> {
    const rows = await sql
      .selectFrom('class_member')
      .select('user_id')
      .where('class_id', '=', classId)
      .execute();
    return new Set(rows.map(({ user_id }) => user_id));
  },

  async insert(tx: Tx, classId: string, userIds: readonly string[], at: number): Promise<void> {
    const nothing = { operation_id: null, batch_id: null, problem: null };
    const rows = userIds.map((user_id) => ({ class_id: classId, user_id, ...nothing, added_at: at }));
    if (rows.length > 0) await tx.sql.insertInto('class_member').values(rows).execute();
  },

  /** False: there is no such member. Their VM is an ordinary one from then on. */
  async remove(tx: Tx, { classId, userId }: MemberKey): Promise<boolean> {
    await tx.sql
      .updateTable('vm')
      .set({ class_id: null })
      .where('class_id', '=', classId)
      .where('owner_id', '=', userId)
      .execute();
    const { numDeletedRows } = await tx.sql
      .deleteFrom('class_member')
      .where('class_id', '=', classId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  },

  /** For a transaction that makes the member's VM: nobody else makes one before the commit. False: no member any more. */
  async lock(tx: Tx, { classId, userId }: MemberKey): Promise<boolean> {
    await tx.sql
      .updateTable('class_member')
      .set((e) => ({ added_at: e.ref('added_at') }))
      .where('class_id', '=', classId)
      .where('user_id', '=', userId)
      .execute();
    const row = await tx.sql
      .selectFrom('class_member')
      .select('user_id')
      .where('class_id', '=', classId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row !== undefined;
  },

  async vmOf(sql: Sql, { classId, userId }: MemberKey): Promise<{ id: string; name: string } | null> {
    const row = await sql
      .selectFrom('vm')
      .select(['id', 'name'])
      .where('class_id', '=', classId)
      .where('owner_id', '=', userId)
      .where('bin_key', '=', '')
      .orderBy('created_at')
      .executeTakeFirst();
    return row ?? null;
  },

  /** What the class has just done for the member. */
  async note(tx: Tx, { classId, userId }: MemberKey, note: MemberNote): Promise<void> {
    await tx.sql
      .updateTable('class_member')
      .set({
        operation_id: note.operationId,
        batch_id: note.batchId ?? null,
        problem: note.problem === null ? null : JSON.stringify(note.problem),
      })
      .where('class_id', '=', classId)
      .where('user_id', '=', userId)
      .execute();
  },
};

const rowsOf = (sql: Sql, classId: string) =>
  sql
    .selectFrom('class_member')
    .innerJoin('user', 'user.id', 'class_member.user_id')
    .leftJoin('vm', (join) =>
      join
        .onRef('vm.class_id', '=', 'class_member.class_id')
        .onRef('vm.owner_id', '=', 'class_member.user_id')
        .on('vm.bin_key', '=', ''),
    )
    .leftJoin('operation', 'operation.id', 'class_member.operation_id')
    .selectAll('class_member')
    .select([
      'user.name as user_name',
      'user.display_name',
      'user.is_disabled',
      'vm.id as vm_id',
      'vm.name as vm_name',
      'vm.host_id as vm_host_id',
      'vm.state as vm_state',
      'vm.operation_id as vm_operation_id',
      'vm.ip_addresses as vm_ip_addresses',
      'vm.is_protected as vm_is_protected',
      'operation.type as operation_type',
      'operation.state as operation_state',
      'operation.error as operation_error',
      'operation.finished_at as operation_finished_at',
    ])
    .where('class_member.class_id', '=', classId)
    .orderBy('user.name')
    .orderBy('vm.created_at')
    .execute();

type Row = Awaited<ReturnType<typeof rowsOf>>[number];

/** Who has had one back from the recycle bin may have two: the older one is the class's. */
function firstOfEach(rows: readonly Row[]): Row[] {
  const seen = new Set<string>();
  return rows.filter(({ user_id }) => !seen.has(user_id) && seen.add(user_id));
}

function lastOperationOf(row: Row): ClassMember['lastOperation'] {
  const { operation_id: id, operation_type: type, operation_state: state } = row;
  if (id === null || type === null || state === null) return null;
  const finished = row.operation_finished_at;
  const finishedAt = finished === null ? null : new Date(finished).toISOString();
  return { id, type: type as OperationType, state, finishedAt }; // written by the engine
}

/** Which server had what in the way is for the admin. */
function problemOf(row: Row, { isAdmin }: Caller): Problem | null {
  const json = row.problem ?? (row.operation_state === 'failed' ? row.operation_error : null);
  if (json === null) return null;
  const problem = JSON.parse(json) as Problem; // as `note`, or the engine, wrote it
  if (isAdmin) return problem;
  const { refusals: _refusals, ...details } = problem.details;
  return { code: problem.code, details };
}
