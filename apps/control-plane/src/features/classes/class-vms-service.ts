/** What is done with the VMs of a class. Each is its member's own, and each has a result of its own. */
import type { ClassVmResult, ConsoleTicket, Problem, ReplyFor, RequestFor, Screenshot } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import { UserError, notFound, toProblem } from '../../platform/errors.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import type { OperationType } from '../../platform/operations/operation.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import { type MemberRecord, classMemberStore } from './class-member-store.ts';
import type { ClassActInput } from './class-operations.ts';
import type { ImagesOfClass, ScreensOfClass, VmsOfClass } from './class-parts.ts';
import type { ClassService } from './class-service.ts';
import { type ClassRecord, classStore } from './class-store.ts';

interface Deps {
  readonly database: Database;
  readonly engine: OperationEngine;
  readonly classes: Pick<ClassService, 'record'>;
  readonly vms: VmsOfClass;
  readonly images: ImagesOfClass;
  readonly screens: ScreensOfClass;
  readonly operation: OperationType<ClassActInput>;
}

const PER_HOST_DEFAULT = 4;

export type ClassVms = ReturnType<typeof classVms>;

export function classVms({ database, engine, classes, vms, images, screens, operation }: Deps) {
  const { db } = database;

  /** One member's VM in a transaction of its own; safe to repeat: who has one keeps it. */
  async function createOne(
    { id: classId, name: className }: ClassRecord,
    { userId, name }: MemberRecord,
    wish: { templateId: string; start: boolean },
    caller: Caller,
  ): Promise<ClassVmResult> {
    const key = { classId, userId };
    try {
      const made = await database.transact(async (tx) => {
        if (!(await classMemberStore.lock(tx, key))) throw notFound('user', userId);
        const there = await classMemberStore.vmOf(tx.sql, key);
        if (there) return { vmId: there.id, operationId: null };
        const vm = { ...wish, classId, name: `${className}-${name}`, ownerId: userId };
        const begun = await vms.create(tx, vm, caller);
        await classMemberStore.note(tx, key, { operationId: begun.operationId, problem: null });
        return begun;
      });
      return { userId, name, vmId: made.vmId, operationId: made.operationId, problem: null };
    } catch (error) {
      const problem = problemOf(error);
      await database.transact((tx) => classMemberStore.note(tx, key, { operationId: null, problem }));
      return { userId, name, vmId: null, operationId: null, problem };
    }
  }

  /** Of a member, for whoever leads the class. */
  async function vmIdOf(classId: string, userId: string, caller: Caller): Promise<string> {
    await classStore.require(db, classId, caller);
    const isMember = (await classMemberStore.userIds(db, classId)).has(userId);
    const vm = isMember ? await classMemberStore.vmOf(db, { classId, userId }) : null;
    if (!vm) throw notFound('vm', userId);
    return vm.id;
  }

  return {
    async create(
      classId: string,
      { start = false }: RequestFor<'classVmsCreate'>['body'],
      caller: Caller,
    ): Promise<ClassVmResult[]> {
      const found = await classStore.require(db, classId, caller);
      const { templateId } = found;
      if (templateId === null) throw new UserError('class_without_template', { name: found.name });
      const without = (await classMemberStore.list(db, classId)).filter(({ vm }) => vm === null);
      const items: ClassVmResult[] = [];
      for (const member of without) items.push(await createOne(found, member, { templateId, start }, caller));
      const refused = items.filter(({ problem }) => problem !== null).length;
      const details = { vms: items.length - refused, refused };
      if (items.length > 0)
        await database.transact((tx) => classes.record(tx, 'class.vmsCreated', found, caller, details));
      return items;
    },

    /** All, or those of these members, a few at a time on each host. Answers the operation. */
    act: (
      classId: string,
      { action, userIds, perHost = PER_HOST_DEFAULT }: RequestFor<'classAct'>['body'],
      caller: Caller,
    ): Promise<string> =>
      database.transact(async (tx) => {
        const { id, name, ownerId } = await classStore.requireLocked(tx, classId, caller);
        const members = await classMemberStore.list(tx.sql, classId);
        const unknown = userIds?.find((userId) => !members.some((member) => member.userId === userId));
        if (unknown !== undefined) throw notFound('user', unknown);
        if (await operationStore.hasActive(tx.sql, 'class.act', classId))
          throw new UserError('operation_in_progress', { operation: 'class.act', name });
        const { userId, userName, address } = caller;
        const actor = { userId, userName, address };
        return engine.start(tx, operation, {
          input: { classId, action, userIds: userIds ?? null, perHost, actor },
          actor: caller,
          ownerId,
          object: { kind: 'class', id, name },
          hostId: null,
        });
      }),

    desktop: async (classId: string, userId: string, caller: Caller): Promise<ConsoleTicket> =>
      screens.ticket(await vmIdOf(classId, userId, caller), caller),

    screenshot: async (classId: string, userId: string, caller: Caller): Promise<Screenshot> =>
      screens.picture(await vmIdOf(classId, userId, caller), caller),

    /** To every host that VMs may be placed on, one result each. */
    async prefetch(classId: string, caller: Caller): Promise<ReplyFor<'classPrefetch'>['items']> {
      const { templateId, name } = await classStore.require(db, classId, caller);
      if (templateId === null) throw new UserError('class_without_template', { name });
      const { imageId } = await classStore.template(db, templateId);
      const items: ReplyFor<'classPrefetch'>['items'] = [];
      for (const { id: hostId, name: hostName } of await classStore.hosts(db)) {
        const host = { hostId, hostName };
        try {
          items.push({ ...host, operationId: await images.bring(imageId, hostId, caller), problem: null });
        } catch (error) {
          items.push({ ...host, operationId: null, problem: problemOf(error) });
        }
      }
      return items;
    },

    /** Its users stay, and so do its VMs unless they are to be deleted. */
    async remove(classId: string, isDeletingVms: boolean, caller: Caller): Promise<ClassVmResult[]> {
      const found = await classStore.require(db, classId, caller);
      if (await operationStore.hasActive(db, 'class.act', classId))
        throw new UserError('operation_in_progress', { operation: 'class.act', name: found.name });
      const items: ClassVmResult[] = [];
      for (const { userId, name, vm } of isDeletingVms ? await classMemberStore.list(db, classId) : []) {
        if (!vm) continue;
        const result = { userId, name, vmId: vm.id };
        try {
          items.push({ ...result, operationId: await vms.remove(vm.id, caller), problem: null });
        } catch (error) {
          items.push({ ...result, operationId: null, problem: problemOf(error) });
        }
      }
      await database.transact(async (tx) => {
        await classStore.requireLocked(tx, classId, caller);
        await classStore.remove(tx, classId);
        await classes.record(tx, 'class.removed', found, caller, { vms: items.length });
      });
      return items;
    },
  };
}

/** One member's refusal is the member's result; anything else is a bug. */
function problemOf(error: unknown): Problem {
  if (!(error instanceof UserError)) throw error;
  return toProblem(error);
}
