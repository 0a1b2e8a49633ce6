import { type Static, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import { Problem } from './errors.ts';
import { Accepted, Id, Time, listQuery, nullable, object, oneOf, pageOf } from './schemas.ts';

export const operationTypes = [
  'vm.create',
  'vm.start',
  'vm.shutdown',
  'vm.powerOff',
  'vm.reboot',
  'vm.reset',
  'vm.remake',
  'vm.suspend',
  'vm.resume',
  'vm.save',
  'vm.restore',
  'vm.dumpCore',
  'vm.migrate',
  'vm.startElsewhere',
  'vm.update',
  'vm.delete',
  'vm.purge',
  'vm.adopt',
  'vm.defineAgain',
  'vm.forget',
  'host.add',
  'host.check',
  'host.drain',
  'image.register',
  'image.hash',
  'image.copy',
  'image.removeCopy',
  'user.delete',
  'leftover.remove',
  'class.act',
] as const;
export const OperationType = oneOf(operationTypes);
export type OperationType = (typeof operationTypes)[number];

/** `queued → running → done`, or `running → undoing → failed`, or `cancelled` where somebody asked for that. `superseded`: another operation took over (power off during a shutdown). */
export const OperationState = oneOf([
  'queued',
  'running',
  'undoing',
  'done',
  'failed',
  'cancelled',
  'superseded',
]);
export type OperationState = Static<typeof OperationState>;

export const ObjectKind = oneOf([
  'user',
  'session',
  'token',
  'host',
  'image',
  'template',
  'vm',
  'network',
  'setting',
  'operation',
  'class',
]);
export type ObjectKind = Static<typeof ObjectKind>;

/** What a page shows beside the object while the work goes on. */
const brief = {
  id: Id,
  type: OperationType,
  state: OperationState,
  /** 0 to 1, where it can be told. */
  progress: nullable(Type.Number({ minimum: 0, maximum: 1 })),
  /** The step that runs, or the one that failed. */
  step: nullable(Type.String()),
  /** When the current wait ends: a shutdown's countdown. */
  deadlineAt: nullable(Time),
  /** By whoever asks, at this moment. */
  isCancellable: Type.Boolean(),
  /** The server that keeps it from going on: it does not answer as it should, or has others to do first. */
  waitingFor: nullable(Type.String()),
  createdAt: Time,
};
export const OperationBrief = object(brief);
export type OperationBrief = Static<typeof OperationBrief>;

export const OperationStep = object({
  name: Type.String(),
  state: oneOf(['waiting', 'running', 'done', 'failed', 'undone']),
  startedAt: nullable(Time),
  finishedAt: nullable(Time),
});

export const Operation = object({
  ...brief,
  ownerId: nullable(Id),
  actorName: Type.String(),
  objectKind: ObjectKind,
  objectId: Id,
  objectName: Type.String(),
  steps: Type.Array(OperationStep),
  error: nullable(Problem),
  /** What it found or decided: a host's checks, a placement's reasons. */
  result: Type.Record(Type.String(), Type.Unknown()),
  startedAt: nullable(Time),
  finishedAt: nullable(Time),
});
export type Operation = Static<typeof Operation>;

export const operationEndpoints = endpoints({
  operationList: {
    method: 'GET',
    path: '/operations',
    access: 'user',
    tag: 'operations',
    summary: 'List operations: own, or all for the admin',
    query: listQuery(
      {
        state: Type.Optional(OperationState),
        type: Type.Optional(OperationType),
        objectId: Type.Optional(Id),
        isActive: Type.Optional(Type.Boolean()),
      },
      ['createdAt'],
    ),
    reply: pageOf(Operation),
  },
  operationGet: {
    method: 'GET',
    path: '/operations/:operationId',
    access: 'owner',
    tag: 'operations',
    summary: 'One operation',
    params: object({ operationId: Id }),
    reply: Operation,
  },
  operationCancel: {
    method: 'POST',
    path: '/operations/:operationId/cancel',
    access: 'owner',
    tag: 'operations',
    status: 202,
    summary:
      'Cancel an operation that allows it: what it did is undone. For whoever started it, and the admin',
    params: object({ operationId: Id }),
    reply: Accepted,
  },
});
