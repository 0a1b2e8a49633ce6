/** The admin's work on users. One user is the admin, who can be neither disabled nor deleted. */
import {
  type DeletionPlan,
  type OwnQuota,
  type Page,
  type Quota,
  type RequestFor,
  type User,
  UserName,
} from '@loucloud/api';
import { Check } from 'typebox/value';
import type { Actor, Caller } from '../../platform/caller.ts';
import type { Database, Db, Tx } from '../../platform/database/database.ts';
import { UserError, notFound } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { newId, newSecret } from '../../platform/ids.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import { hashPassword } from '../../platform/passwords.ts';
import { firstPreferences } from './preferences.ts';
import type { EndAccess, VmsOfUser, userDeletion } from './user-operations.ts';
import { type StoredUser, type UserFilter, effectiveQuota, userStore } from './user-store.ts';

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly engine: OperationEngine;
  readonly deletion: ReturnType<typeof userDeletion>;
  readonly vms: VmsOfUser;
  readonly defaultQuota: (sql?: Db | Tx['sql']) => Promise<Quota>;
  readonly endAccess: EndAccess;
  readonly countAccess: (userId: string) => Promise<{ sessions: number; tokens: number }>;
}

export interface NewMember {
  readonly name: string;
  readonly displayName?: string | undefined;
  readonly password: string;
  readonly ownQuota?: Partial<OwnQuota> | undefined;
}

export interface MemberChanges extends Partial<Omit<NewMember, 'name'>> {
  readonly name?: string | undefined;
  readonly isDisabled?: boolean | undefined;
}

const noOwnQuota: OwnQuota = { vms: null, runningVms: null, vcpus: null, memoryMib: null, diskBytes: null };

export function userService(deps: Deps) {
  const { database, events, engine, deletion, vms, defaultQuota, endAccess, countAccess } = deps;
  const { db } = database;

  async function withQuota(stored: StoredUser, byDefault?: Quota): Promise<User> {
    const { preferences: _preferences, ...user } = stored;
    return { ...user, quota: effectiveQuota(user.ownQuota, byDefault ?? (await defaultQuota())) };
  }

  async function insert(
    user: NewMember,
    role: User['role'],
    actor: Actor,
    { id = newId(), isDisabled = false }: { id?: string | undefined; isDisabled?: boolean } = {},
  ): Promise<User> {
    const passwordHash = await hashPassword(user.password);
    await transactNamed(user.name, async (tx) => {
      if (role === 'admin' && (await userStore.findAdmin(tx.sql)))
        throw new Error('there is an admin already');
      await userStore.insert(tx.sql, {
        id,
        name: user.name,
        displayName: user.displayName ?? user.name,
        role,
        passwordHash,
        ownQuota: { ...noOwnQuota, ...user.ownQuota },
        preferences: firstPreferences,
        at: Date.now(),
        isDisabled,
      });
      await record(tx, 'user.created', { id, name: user.name }, actor);
    });
    return withQuota(await userStore.get(db, id));
  }

  async function transactNamed<T>(name: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await database.transact(work);
    } catch (error) {
      if (database.adapter.isDuplicateKey(error))
        throw new UserError('name_taken', { name }, { cause: error });
      throw error;
    }
  }

  const record = (
    tx: Tx,
    type: 'user.created' | 'user.updated' | 'user.passwordChanged',
    { id, name }: { id: string; name: string },
    actor: Actor,
    changed: string[] = [],
  ): Promise<void> => {
    const details = changed.length > 0 ? { changed } : {};
    return events.record(tx, { type, actor, object: { kind: 'user', id, name }, ownerId: id, details });
  };

  return {
    async list(filter: UserFilter): Promise<Page<User>> {
      const byDefault = await defaultQuota();
      const page = await userStore.list(db, filter);
      return { ...page, items: await Promise.all(page.items.map((user) => withQuota(user, byDefault))) };
    },

    /** Oneself; the admin anybody. */
    async get(id: string, caller: Caller): Promise<User> {
      if (!caller.isAdmin && id !== caller.userId) throw notFound('user', id);
      return withQuota(await userStore.get(db, id));
    },

    /** What the user may use now. Inside a transaction pass its `tx.sql`. */
    async quotaOf(id: string, sql: Db | Tx['sql'] = db): Promise<Quota> {
      const { ownQuota } = await userStore.get(sql, id);
      return effectiveQuota(ownQuota, await defaultQuota(sql));
    },

    create: (user: NewMember, actor: Actor): Promise<User> => insert(user, 'member', actor),

    /** Once, at initialisation; with the id that they had before, where that is known. */
    createAdmin: (user: NewMember, id?: string): Promise<User> => insert(user, 'admin', null, { id }),

    /** A member who is known by what they own: with their old id, disabled, and with a password that nobody knows. */
    async createAgain({ id, name }: { id: string; name: string }): Promise<boolean> {
      if (await userStore.exists(db, id)) return false;
      const wanted = Check(UserName, name) ? name : `user-${id}`;
      const isTaken = (await userStore.findByName(db, wanted)) !== null;
      const member = {
        name: isTaken ? `user-${id}` : wanted,
        displayName: name || wanted,
        password: newSecret(),
      };
      await insert(member, 'member', null, { id, isDisabled: true });
      return true;
    },

    findAdmin: () => userStore.findAdmin(db),

    async update(id: string, changes: MemberChanges, actor: Caller): Promise<User> {
      const { password, ...rest } = changes;
      const passwordHash = password === undefined ? undefined : await hashPassword(password);
      await transactNamed(changes.name ?? '', async (tx) => {
        const user = await userStore.get(tx.sql, id);
        // The admin's own password needs the old one: see `me`.
        if (user.role === 'admin' && (changes.isDisabled || passwordHash !== undefined))
          throw new UserError('not_the_admin');
        await userStore.update(tx.sql, id, { ...rest, passwordHash });
        if (changes.isDisabled || passwordHash !== undefined) await endAccess(tx, id);
        const changed = Object.keys(rest);
        const renamed = { id, name: changes.name ?? user.name };
        if (passwordHash !== undefined) await record(tx, 'user.passwordChanged', renamed, actor);
        if (changed.length > 0) await record(tx, 'user.updated', renamed, actor, changed);
      });
      return withQuota(await userStore.get(db, id));
    },

    /** From the box, by whoever can read its files. */
    async resetAdminPassword(password: string): Promise<User> {
      const passwordHash = await hashPassword(password);
      return database.transact(async (tx) => {
        const admin = await userStore.findAdmin(tx.sql);
        if (!admin) throw new Error('there is no admin yet: run `init` first');
        await userStore.update(tx.sql, admin.id, { passwordHash });
        await endAccess(tx, admin.id);
        await record(tx, 'user.passwordChanged', admin, null);
        return withQuota(admin, await defaultQuota(tx.sql));
      });
    },

    async deletionPlan(id: string): Promise<DeletionPlan> {
      await userStore.get(db, id);
      return { vms: await vms.list(id), ...(await countAccess(id)) };
    },

    /** Starts the operation; answers its id. */
    async delete(
      id: string,
      { transferTo, deleteVms = false, protectedVmIds = '' }: RequestFor<'userDelete'>['query'],
      caller: Caller,
    ): Promise<string> {
      if (transferTo !== undefined && (deleteVms || transferTo === id))
        throw new UserError('invalid_request', { field: 'transferTo' });
      const user = await userStore.get(db, id);
      if (user.role === 'admin') throw new UserError('not_the_admin');
      if (transferTo !== undefined) await userStore.get(db, transferTo);
      const owned = await vms.list(id);
      const names = owned.map(({ name }) => name);
      if (names.length > 0 && transferTo === undefined && !deleteVms)
        throw new UserError('user_has_vms', { vms: names });
      const evenProtected = protectedVmIds.split(',');
      const kept = owned.filter((vm) => vm.isProtected && !evenProtected.includes(vm.id));
      if (transferTo === undefined && kept.length > 0)
        throw new UserError('vm_protected', { name: kept.map(({ name }) => name).join(', ') });
      const active = await operationStore.list(db, { objectId: id, type: 'user.delete', isActive: true });
      if (active.total > 0) throw new UserError('operation_in_progress');
      const { userId, userName, address } = caller;
      return database.transact((tx) =>
        engine.start(tx, deletion, {
          input: {
            user: { id, name: user.name, wasDisabled: user.isDisabled },
            transferTo: transferTo ?? null,
            evenProtected,
            actor: { userId, userName, address },
          },
          actor: caller,
          ownerId: null,
          object: { kind: 'user', id, name: user.name },
          hostId: null,
        }),
      );
    },
  };
}

export type UserService = ReturnType<typeof userService>;
