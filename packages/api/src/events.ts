/**
 * Things that happened. Each is kept (the audit log) and pushed to the pages of those who may see it, at
 * `GET /api/v1/events` (server-sent events): `id` is `seq`, `data` is an Event. After a gap that cannot be replayed
 * the stream sends `event: reset`: read everything again. `event: progress` carries an OperationProgress and is not kept.
 */
import { type Static, Type } from 'typebox';
import { ErrorDetails } from './errors.ts';
import { ObjectKind } from './operations.ts';
import { Count, Id, Time, nullable, object, oneOf } from './schemas.ts';

export const eventTypes = [
  'session.started',
  'session.refused',
  'session.ended',
  'token.created',
  'token.revoked',
  'user.created',
  'user.updated',
  'user.deleted',
  'user.passwordChanged',
  'host.added',
  'host.updated',
  'host.removed',
  'host.healthChanged',
  'image.registered',
  'image.updated',
  'image.removed',
  'image.stateChanged',
  'image.copyChanged',
  'template.created',
  'template.updated',
  'template.removed',
  'network.created',
  'network.updated',
  'network.removed',
  'vm.created',
  'vm.updated',
  'vm.stateChanged',
  'vm.deleted',
  'vm.undeleted',
  'vm.purged',
  'vm.transferred',
  'vm.adopted',
  'vm.forgotten',
  'vm.differs',
  'vm.agrees',
  'vm.moved',
  'vm.startedElsewhere',
  'vm.conflict',
  'vm.conflictEnded',
  'vm.addressesChanged',
  'vm.desktopOpened',
  'vm.serialConsoleOpened',
  'vm.watchLinkCreated',
  'vm.watchLinkRevoked',
  'vm.xmlShown',
  'host.leftoverRemoved',
  'operation.started',
  'operation.cancelRequested',
  'operation.finished',
  'setting.changed',
  'class.created',
  'class.updated',
  'class.removed',
  'class.membersAdded',
  'class.memberRemoved',
  'class.vmsCreated',
  'class.expired',
] as const;
export type EventType = (typeof eventTypes)[number];

export const Event = object({
  seq: Type.Integer({ minimum: 1 }),
  type: oneOf(eventTypes),
  at: Time,
  /** Who did it; null: the system itself, or something outside. */
  actorId: nullable(Id),
  actorName: nullable(Type.String()),
  address: nullable(Type.String()),
  objectKind: ObjectKind,
  objectId: Id,
  objectName: Type.String(),
  /** Whose it is; null: everybody's. */
  ownerId: nullable(Id),
  details: ErrorDetails,
});
export type Event = Static<typeof Event>;

export const OperationProgress = object({
  operationId: Id,
  objectKind: ObjectKind,
  objectId: Id,
  ownerId: nullable(Id),
  progress: nullable(Type.Number()),
  step: nullable(Type.String()),
  deadlineAt: nullable(Time),
  /** How often this run of it has found something: when it has grown, the operation's `result` is worth reading again. */
  reports: Count,
});
export type OperationProgress = Static<typeof OperationProgress>;
