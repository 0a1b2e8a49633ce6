/** Classes and who is in them. The admin makes and changes them; whoever leads one sees it. */
import {
  CLASS_MEMBERS_MAX,
  type Class,
  type ClassMember,
  type ClassPlan,
  type EventType,
  type NewClassUser,
  type RequestFor,
} from '@loucloud/api';
import type { Actor, Caller } from '../../platform/caller.ts';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError, notFound } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { newId } from '../../platform/ids.ts';
import { type LookedUp, lookUp, requireGood, tooLarge } from './class-list.ts';
import { classMemberStore } from './class-member-store.ts';
import type { NewUser, UsersOfClass, VmsOfClass } from './class-parts.ts';
import { type ClassFilter, type ClassRecord, classStore } from './class-store.ts';

export interface ClassServiceDeps {
  readonly database: Database;
  readonly events: EventLog;
  readonly users: UsersOfClass;
  readonly vms: VmsOfClass;
}

type NewClass = RequestFor<'classCreate'>['body'];
type Changes = RequestFor<'classUpdate'>['body'];

export type ClassService = ReturnType<typeof classService>;

export function classService({ database, events, users, vms }: ClassServiceDeps) {
  const { db } = database;

  /** Reads the list, and makes whoever is not known yet; in the transaction that `work` does the rest in. */
  async function withMembers<T>(
    text: string,
    caller: Caller,
    work: (tx: Tx, userIds: readonly string[]) => Promise<T>,
  ): Promise<{ result: T; newUsers: NewClassUser[] }> {
    const wanted = requireGood(await lookUp(db, text, users));
    const prepared = await users.prepare(wanted.filter(({ known }) => known === null));
    const result = await database.transact(async (tx) => {
      // Meanwhile somebody may have made one of them, who has another password then.
      const now = requireGood(await lookUp(tx.sql, text, users));
      const known = now.flatMap((member) => (member.known ? [member.known.id] : []));
      const missing = prepared.filter(({ name }) => now.find((one) => one.name === name)?.known === null);
      if (known.length + missing.length !== now.length)
        throw new UserError('invalid_request', { field: 'members' });
      return work(tx, [...known, ...(await users.insert(tx, missing, caller))]);
    });
    return { result, newUsers: prepared.map(toNewUser) };
  }

  async function addMembers(tx: Tx, classId: string, userIds: readonly string[]): Promise<number> {
    const there = await classMemberStore.userIds(tx.sql, classId);
    const added = userIds.filter((id) => !there.has(id));
    if (there.size + added.length > CLASS_MEMBERS_MAX) throw tooLarge(there.size + added.length);
    await classMemberStore.insert(tx, classId, added, Date.now());
    return added.length;
  }

  async function requireFreeName(tx: Tx, name: string, ownId?: string): Promise<void> {
    const holder = await classStore.nameHolder(tx.sql, name);
    if (holder !== null && holder !== ownId) throw new UserError('name_taken', { name });
  }

  const record = (
    tx: Tx,
    type: Extract<EventType, `class.${string}`>,
    { id, name, ownerId }: Pick<ClassRecord, 'id' | 'name' | 'ownerId'>,
    actor: Actor,
    details: Readonly<Record<string, string | number | string[]>> = {},
  ): Promise<void> =>
    events.record(tx, { type, actor, object: { kind: 'class', id, name }, ownerId, details });

  return {
    record,
    list: (filter: ClassFilter, caller: Caller) => classStore.list(db, filter, caller),
    get: (classId: string, caller: Caller): Promise<Class> => classStore.get(db, classId, caller),

    async members(classId: string, caller: Caller): Promise<ClassMember[]> {
      await classStore.require(db, classId, caller);
      return classMemberStore.views(db, classId, caller);
    },

    /** What a list would become. Nothing is made, and nothing reserved. */
    async plan({
      members: text,
      templateId,
      start,
      classId,
    }: RequestFor<'classPlan'>['body']): Promise<ClassPlan> {
      const { members, badLines } = await lookUp(db, text, users);
      const there = classId === undefined ? new Set() : await classMemberStore.userIds(db, classId);
      const isMember = (member: LookedUp['members'][number]) => there.has(member.known?.id);
      const joining = members.filter((member) => !isMember(member));
      const ownerIds = joining.map(({ known }) => known?.id ?? null);
      const problems = await vms.plan(db, { templateId, start: start ?? false, ownerIds });
      const problemOf = new Map(joining.map(({ line }, index) => [line, problems[index] ?? null]));
      return {
        members: members.map((member) => ({
          line: member.line,
          name: member.name,
          displayName: member.known?.displayName ?? member.displayName ?? member.name,
          isKnown: member.known !== null,
          isMember: isMember(member),
          problem: problemOf.get(member.line) ?? null,
        })),
        badLines: [...badLines],
      };
    },

    async create(wanted: NewClass, caller: Caller): Promise<{ class: Class; newUsers: NewClassUser[] }> {
      const { result, newUsers } = await withMembers(wanted.members, caller, async (tx, userIds) => {
        await requireFreeName(tx, wanted.name);
        const ownerId = wanted.ownerId ?? caller.userId;
        await classStore.requireUser(tx.sql, ownerId);
        const template = await classStore.template(tx.sql, wanted.templateId);
        const id = newId();
        await classStore.insert(tx, {
          id,
          name: wanted.name,
          description: wanted.description ?? '',
          owner_id: ownerId,
          template_id: wanted.templateId,
          template_name: template.name,
          expires_at: wanted.expiresAt === undefined ? null : Date.parse(wanted.expiresAt),
          expired_at: null,
          created_at: Date.now(),
        });
        const members = await addMembers(tx, id, userIds);
        await record(tx, 'class.created', { id, name: wanted.name, ownerId }, caller, { members });
        return id;
      });
      return { class: await classStore.get(db, result, caller), newUsers };
    },

    async addMembers(classId: string, text: string, caller: Caller): Promise<NewClassUser[]> {
      const { newUsers } = await withMembers(text, caller, async (tx, userIds) => {
        const found = await classStore.requireLocked(tx, classId, caller);
        const members = await addMembers(tx, classId, userIds);
        if (members > 0) await record(tx, 'class.membersAdded', found, caller, { members });
      });
      return newUsers;
    },

    removeMember: (classId: string, userId: string, caller: Caller): Promise<void> =>
      database.transact(async (tx) => {
        const found = await classStore.requireLocked(tx, classId, caller);
        if (!(await classMemberStore.remove(tx, { classId, userId }))) throw notFound('user', userId);
        await record(tx, 'class.memberRemoved', found, caller, { userId });
      }),

    update: (classId: string, changes: Changes, caller: Caller): Promise<Class> =>
      database.transact(async (tx) => {
        const { templateId, expiresAt, ...same } = changes;
        const before = await classStore.requireLocked(tx, classId, caller);
        if (same.name !== undefined) await requireFreeName(tx, same.name, classId);
        if (same.ownerId !== undefined) await classStore.requireUser(tx.sql, same.ownerId);
        await classStore.change(tx, classId, {
          ...same,
          ...(templateId !== undefined && {
            template: { id: templateId, name: (await classStore.template(tx.sql, templateId)).name },
          }),
          ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : Date.parse(expiresAt) }),
        });
        const ownerId = same.ownerId ?? before.ownerId;
        const after = { id: classId, name: same.name ?? before.name, ownerId };
        await record(tx, 'class.updated', after, caller, { changed: Object.keys(changes) });
        return classStore.get(tx.sql, classId, caller);
      }),
  };
}

const toNewUser = ({ name, displayName, password }: NewUser): NewClassUser => ({
  name,
  displayName,
  password,
});
