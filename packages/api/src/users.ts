import { type Static, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import {
  Accepted,
  Bytes,
  Count,
  Id,
  Name,
  Nothing,
  Password,
  Time,
  UserName,
  changesOf,
  listQuery,
  nullable,
  object,
  oneOf,
  pageOf,
} from './schemas.ts';

/** A user's limits. 0 means none. */
const quota = { vms: Count, runningVms: Count, vcpus: Count, memoryMib: Count, diskBytes: Bytes };
export const Quota = object(quota);
export type Quota = Static<typeof Quota>;
export type QuotaResource = keyof Quota;

/** The user's own limits; null: the default for users holds. */
export const OwnQuota = object({
  vms: nullable(Count),
  runningVms: nullable(Count),
  vcpus: nullable(Count),
  memoryMib: nullable(Count),
  diskBytes: nullable(Bytes),
});
export type OwnQuota = Static<typeof OwnQuota>;

export const Role = oneOf(['admin', 'member']);
export const Language = oneOf(['zh-CN', 'en']);
export type Language = Static<typeof Language>;
export const Theme = oneOf(['light', 'dark']);

/** null: as the browser says. */
/** A list's name, or a column's. */
const Word = Type.String({ pattern: '^[a-zA-Z]{1,30}$' });
const preferences = {
  language: nullable(Language),
  theme: nullable(Theme),
  desktopScaling: Type.Boolean(),
  pageSize: oneOf(['20', '50', '100']),
  /** The columns shown, by the list's name; a list that is not named shows its usual ones. */
  columns: Type.Record(Word, Type.Array(Word, { maxItems: 30, uniqueItems: true }), {
    additionalProperties: false,
    maxProperties: 20,
  }),
};
export const Preferences = object(preferences);
export type Preferences = Static<typeof Preferences>;

export const User = object({
  id: Id,
  name: UserName,
  displayName: Type.String(),
  role: Role,
  isDisabled: Type.Boolean(),
  /** What holds now: the user's own values, or the default. */
  quota: Quota,
  ownQuota: OwnQuota,
  usage: Quota,
  createdAt: Time,
  lastLoginAt: nullable(Time),
});
export type User = Static<typeof User>;

export const Me = object({
  user: User,
  preferences: Preferences,
  sessionId: nullable(Id),
  /** How long a deleted VM stays in the recycle bin; 0: it does not go there. */
  recycleDays: Count,
  /** How many classes are the user's to lead. */
  classes: Count,
});
export type Me = Static<typeof Me>;

export const Session = object({
  id: Id,
  createdAt: Time,
  lastUsedAt: Time,
  expiresAt: Time,
  address: Type.String(),
  userAgent: Type.String(),
  isCurrent: Type.Boolean(),
});
export type Session = Static<typeof Session>;

export const ApiToken = object({
  id: Id,
  name: Name,
  createdAt: Time,
  lastUsedAt: nullable(Time),
  expiresAt: nullable(Time),
});
export type ApiToken = Static<typeof ApiToken>;

export const DeletionPlan = object({
  /** Those in the recycle bin too. */
  vms: Type.Array(
    object({
      id: Id,
      name: Type.String(),
      state: Type.String(),
      diskBytes: Bytes,
      isProtected: Type.Boolean(),
    }),
  ),
  /** Sessions and tokens that would end. */
  sessions: Count,
  tokens: Count,
});
export type DeletionPlan = Static<typeof DeletionPlan>;

const userId = object({ userId: Id });
const sessionId = object({ sessionId: Id });
const tokenId = object({ tokenId: Id });

export const userEndpoints = endpoints({
  sessionCreate: {
    method: 'POST',
    path: '/sessions',
    access: 'public',
    tag: 'sessions',
    status: 201,
    summary: 'Log in: sets the session cookie',
    body: object({ name: Type.String({ maxLength: 64 }), password: Type.String({ maxLength: 256 }) }),
    reply: Me,
  },
  sessionDeleteCurrent: {
    method: 'DELETE',
    path: '/session',
    access: 'user',
    tag: 'sessions',
    status: 204,
    summary: 'Log out',
    reply: Nothing,
  },
  sessionList: {
    method: 'GET',
    path: '/sessions',
    access: 'user',
    tag: 'sessions',
    summary: 'List own sessions',
    reply: object({ items: Type.Array(Session) }),
  },
  sessionDelete: {
    method: 'DELETE',
    path: '/sessions/:sessionId',
    access: 'owner',
    tag: 'sessions',
    status: 204,
    summary: 'End a session',
    params: sessionId,
    reply: Nothing,
  },
  meGet: {
    method: 'GET',
    path: '/me',
    access: 'user',
    tag: 'me',
    summary: 'Who am I, with quota and usage',
    reply: Me,
  },
  meUpdate: {
    method: 'PATCH',
    path: '/me',
    access: 'user',
    tag: 'me',
    summary: 'Change own display name and preferences',
    body: changesOf({ displayName: Name, ...preferences }),
    reply: Me,
  },
  meChangePassword: {
    method: 'POST',
    path: '/me/password',
    access: 'user',
    tag: 'me',
    status: 204,
    summary: 'Change own password: ends every other session and token',
    body: object({ currentPassword: Type.String({ maxLength: 256 }), newPassword: Password }),
    reply: Nothing,
  },
  tokenList: {
    method: 'GET',
    path: '/tokens',
    access: 'user',
    tag: 'tokens',
    summary: 'List own API tokens',
    reply: object({ items: Type.Array(ApiToken) }),
  },
  tokenCreate: {
    method: 'POST',
    path: '/tokens',
    access: 'user',
    tag: 'tokens',
    status: 201,
    summary: 'Make an API token; its secret is shown once. Not with a token: a token cannot make another',
    body: object({ name: Name, expiresInDays: nullable(Type.Integer({ minimum: 1, maximum: 3650 })) }),
    reply: object({ token: ApiToken, secret: Type.String() }),
  },
  tokenDelete: {
    method: 'DELETE',
    path: '/tokens/:tokenId',
    access: 'owner',
    tag: 'tokens',
    status: 204,
    summary: 'Revoke an API token',
    params: tokenId,
    reply: Nothing,
  },
  userList: {
    method: 'GET',
    path: '/users',
    access: 'admin',
    tag: 'users',
    summary: 'List users',
    query: listQuery({ isDisabled: Type.Optional(Type.Boolean()) }, ['name', 'displayName', 'createdAt']),
    reply: pageOf(User),
  },
  userCreate: {
    method: 'POST',
    path: '/users',
    access: 'admin',
    tag: 'users',
    status: 201,
    summary: 'Create a member',
    body: object({
      name: UserName,
      displayName: Type.Optional(Name),
      password: Password,
      ownQuota: Type.Optional(Type.Partial(OwnQuota)),
    }),
    reply: User,
  },
  userGet: {
    method: 'GET',
    path: '/users/:userId',
    access: 'owner',
    tag: 'users',
    summary: 'One user',
    params: userId,
    reply: User,
  },
  userUpdate: {
    method: 'PATCH',
    path: '/users/:userId',
    access: 'admin',
    tag: 'users',
    summary: 'Change a user; disabling or a new password ends their sessions, tokens and desktops',
    params: userId,
    body: changesOf({
      name: UserName,
      displayName: Name,
      password: Password,
      isDisabled: Type.Boolean(),
      ownQuota: Type.Partial(OwnQuota),
    }),
    reply: User,
  },
  userDeletionPlan: {
    method: 'GET',
    path: '/users/:userId/deletion-plan',
    access: 'admin',
    tag: 'users',
    summary: 'What deleting this user would do',
    params: userId,
    reply: DeletionPlan,
  },
  userDelete: {
    method: 'DELETE',
    path: '/users/:userId',
    access: 'admin',
    tag: 'users',
    status: 202,
    summary: 'Delete a user; their VMs are transferred or deleted in the same operation',
    params: userId,
    /** Neither given: refused with `user_has_vms` if there are VMs. */
    query: object({
      transferTo: Type.Optional(Id),
      deleteVms: Type.Optional(Type.Boolean()),
      /** The ids, with commas between them, of those VMs that are protected: unless all are named nothing is deleted. */
      protectedVmIds: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}(,[0-9a-f-]{36})*$' })),
    }),
    reply: Accepted,
  },
});
