/**
 * A class: members, a template, and from it one VM each. The VMs are the members' own, in their quotas. The class is led
 * by its owner: the admin, or a member whom the admin made the owner (the teacher).
 */
import { type Static, Type } from 'typebox';
import { CLASS_MEMBERS_MAX, memberLineProblems } from './class-members.ts';
import { endpoints } from './endpoint.ts';
import { Problem } from './errors.ts';
import { OperationBrief, OperationState, OperationType } from './operations.ts';
import {
  Accepted,
  Count,
  Description,
  Id,
  Name,
  Nothing,
  Time,
  changesOf,
  listQuery,
  nullable,
  object,
  oneOf,
  pageOf,
} from './schemas.ts';
import { Screenshot } from './screenshots.ts';
import { VmState } from './vm-actions.ts';
import { ConsoleTicket } from './vms.ts';

/** Short enough to be the first part of its VMs' names: `<class>-<user>`. */
export const ClassName = Type.Intersect([Name, Type.String({ maxLength: 30 })]);

export const Class = object({
  id: Id,
  name: Name,
  description: Description,
  ownerId: Id,
  ownerName: Type.String(),
  /** null: it was removed. */
  templateId: nullable(Id),
  templateName: Type.String(),
  memberCount: Count,
  vmCount: Count,
  runningCount: Count,
  /** At that time its VMs are shut down, and half an hour later moved to the recycle bin. null: they stay. */
  expiresAt: nullable(Time),
  /** When that was done. */
  expiredAt: nullable(Time),
  /** What is being done to its VMs. */
  operation: nullable(OperationBrief),
  createdAt: Time,
});
export type Class = Static<typeof Class>;

/** Of a member's VM, what whoever leads the class may know. */
export const ClassVm = object({
  id: Id,
  name: Name,
  state: VmState,
  operation: nullable(OperationBrief),
  ipAddresses: Type.Array(Type.String()),
  isProtected: Type.Boolean(),
});
export type ClassVm = Static<typeof ClassVm>;

export const ClassMember = object({
  userId: Id,
  name: Type.String(),
  displayName: Type.String(),
  isDisabled: Type.Boolean(),
  /** null: it has none yet, or none any more. */
  vm: nullable(ClassVm),
  /** What the class did last for this member. */
  lastOperation: nullable(
    object({ id: Id, type: OperationType, state: OperationState, finishedAt: nullable(Time) }),
  ),
  /** Why that was refused, or failed. */
  problem: nullable(Problem),
});
export type ClassMember = Static<typeof ClassMember>;

/** A user who was made for the class. Passwords are told this once. */
export const NewClassUser = object({
  name: Type.String(),
  displayName: Type.String(),
  password: Type.String(),
});
export type NewClassUser = Static<typeof NewClassUser>;

/** What becomes of one line of a list. */
export const ClassPlanLine = object({
  line: Count,
  name: Type.String(),
  displayName: Type.String(),
  /** The user is known already, and keeps their password. */
  isKnown: Type.Boolean(),
  /** In the class already: nothing changes for them. */
  isMember: Type.Boolean(),
  /** Why a VM for this member would be refused; null: it fits. */
  problem: nullable(Problem),
});
export const ClassPlan = object({
  members: Type.Array(ClassPlanLine),
  badLines: Type.Array(object({ line: Count, text: Type.String(), reason: oneOf(memberLineProblems) })),
});
export type ClassPlan = Static<typeof ClassPlan>;

/** One VM's result of what was asked for all. */
export const ClassVmResult = object({
  userId: Id,
  name: Type.String(),
  vmId: nullable(Id),
  operationId: nullable(Id),
  problem: nullable(Problem),
});
export type ClassVmResult = Static<typeof ClassVmResult>;

export const classVerbs = ['start', 'shutdown', 'powerOff', 'remake'] as const;
export type ClassVerb = (typeof classVerbs)[number];

/** A list as it was pasted, or a CSV file's content: see class-members.ts. */
const MemberText = Type.String({ maxLength: 400 * CLASS_MEMBERS_MAX });
const classId = object({ classId: Id });

export const classEndpoints = endpoints({
  classList: {
    method: 'GET',
    path: '/classes',
    access: 'user',
    tag: 'classes',
    summary: 'List classes: those that the caller leads, or all for the admin',
    query: listQuery({ ownerId: Type.Optional(Id) }, ['name', 'createdAt']),
    reply: pageOf(Class),
  },
  classPlan: {
    method: 'POST',
    path: '/class-plans',
    access: 'admin',
    tag: 'classes',
    summary: 'What a list of members would become, line by line, and whose VM would be refused and why',
    /** `classId`: of the class that they are to join. */
    body: object({
      members: MemberText,
      templateId: Id,
      start: Type.Optional(Type.Boolean()),
      classId: Type.Optional(Id),
    }),
    reply: ClassPlan,
  },
  classCreate: {
    method: 'POST',
    path: '/classes',
    access: 'admin',
    tag: 'classes',
    status: 201,
    summary: 'Make a class of users, known and new; with a bad line in the list nothing is made',
    body: object({
      name: ClassName,
      description: Type.Optional(Description),
      templateId: Id,
      members: MemberText,
      ownerId: Type.Optional(Id),
      expiresAt: Type.Optional(Time),
    }),
    reply: object({ class: Class, newUsers: Type.Array(NewClassUser) }),
  },
  classGet: {
    method: 'GET',
    path: '/classes/:classId',
    access: 'owner',
    tag: 'classes',
    summary: 'One class',
    params: classId,
    reply: Class,
  },
  classUpdate: {
    method: 'PATCH',
    path: '/classes/:classId',
    access: 'admin',
    tag: 'classes',
    summary: 'Change a class; the template holds for VMs that are made from now on',
    params: classId,
    body: changesOf({
      name: ClassName,
      description: Description,
      ownerId: Id,
      templateId: Id,
      expiresAt: nullable(Time),
    }),
    reply: Class,
  },
  classRemove: {
    method: 'DELETE',
    path: '/classes/:classId',
    access: 'admin',
    tag: 'classes',
    summary: 'Remove a class. Its VMs stay with their owners, or are deleted; its users stay',
    params: classId,
    query: object({ deleteVms: Type.Optional(Type.Boolean()) }),
    reply: object({ items: Type.Array(ClassVmResult) }),
  },
  classMemberList: {
    method: 'GET',
    path: '/classes/:classId/members',
    access: 'owner',
    tag: 'classes',
    summary: 'All members, each with their VM and what the class did last for them',
    params: classId,
    reply: object({ items: Type.Array(ClassMember) }),
  },
  classMembersAdd: {
    method: 'POST',
    path: '/classes/:classId/members',
    access: 'admin',
    tag: 'classes',
    status: 201,
    summary: 'Add members, known users and new ones; with a bad line in the list none is added',
    params: classId,
    body: object({ members: MemberText }),
    reply: object({ newUsers: Type.Array(NewClassUser) }),
  },
  classMemberRemove: {
    method: 'DELETE',
    path: '/classes/:classId/members/:userId',
    access: 'admin',
    tag: 'classes',
    status: 204,
    summary: 'Take a member out of the class; the VM stays theirs',
    params: object({ classId: Id, userId: Id }),
    reply: Nothing,
  },
  classVmsCreate: {
    method: 'POST',
    path: '/classes/:classId/vms',
    access: 'admin',
    tag: 'classes',
    status: 202,
    summary: 'One VM for each member who has none: an operation each, or why not',
    params: classId,
    body: object({ start: Type.Optional(Type.Boolean()) }),
    reply: object({ items: Type.Array(ClassVmResult) }),
  },
  classPrefetch: {
    method: 'POST',
    path: '/classes/:classId/prefetch',
    access: 'admin',
    tag: 'classes',
    status: 202,
    summary: 'Bring the template’s image to every server that VMs may be placed on',
    params: classId,
    reply: object({
      items: Type.Array(
        object({
          hostId: Id,
          hostName: Type.String(),
          /** null: it is there already, or cannot be. */
          operationId: nullable(Id),
          problem: nullable(Problem),
        }),
      ),
    }),
  },
  classAct: {
    method: 'POST',
    path: '/classes/:classId/actions',
    access: 'owner',
    tag: 'classes',
    status: 202,
    summary: 'Start, stop or reset the VMs of all members or of some, a few at a time on each server',
    params: classId,
    body: object({
      action: oneOf(classVerbs),
      /** All, unless told. */
      userIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: CLASS_MEMBERS_MAX })),
      perHost: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 4 })),
    }),
    reply: Accepted,
  },
  classVmDesktop: {
    method: 'POST',
    path: '/classes/:classId/members/:userId/desktop',
    access: 'owner',
    tag: 'classes',
    status: 201,
    summary: 'A ticket to look at a member’s screen; nothing that the viewer sends reaches the VM',
    params: object({ classId: Id, userId: Id }),
    reply: ConsoleTicket,
  },
  classVmScreenshot: {
    method: 'GET',
    path: '/classes/:classId/members/:userId/screenshot',
    access: 'owner',
    tag: 'classes',
    summary: 'What is on a member’s screen, small, and a few seconds old at most',
    params: object({ classId: Id, userId: Id }),
    reply: Screenshot,
  },
});
