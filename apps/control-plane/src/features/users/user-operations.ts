/** Deleting a user, who may have VMs, as one operation. */
import type { DeletionPlan } from '@loucloud/api';
import type { Actor } from '../../platform/caller.ts';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { type StepContext, operation } from '../../platform/operations/operation.ts';
import { userStore } from './user-store.ts';

/** Ends a user's sessions and tokens in `tx`, but for one session. */
export type EndAccess = (tx: Tx, userId: string, exceptSessionId?: string) => Promise<void>;

/** What becomes of a deleted user's VMs. Each call is safe to repeat. */
export interface VmsOfUser {
  list(userId: string): Promise<DeletionPlan['vms']>;
  /** In `tx`: all of them, with what they reserve; throws `quota_exceeded` if the new owner has no room. */
  transfer(tx: Tx, fromUserId: string, toUserId: string, actor: Actor): Promise<void>;
  /** `evenProtected`: the ids of those that are named though they are protected. */
  deleteAll(
    userId: string,
    evenProtected: readonly string[],
    context: StepContext,
    actor: Actor,
  ): Promise<void>;
}

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly vms: VmsOfUser;
  readonly endAccess: EndAccess;
}

export interface UserDeletion {
  readonly user: { readonly id: string; readonly name: string; readonly wasDisabled: boolean };
  /** null: the VMs are deleted. */
  readonly transferTo: string | null;
  readonly evenProtected?: readonly string[];
  readonly actor: Actor;
}

const QUICK_MS = 30_000;
/** Every VM may have to wait for its server. */
const VMS_MS = 30 * 60_000;

export const userDeletion = ({ database, events, vms, endAccess }: Deps) =>
  operation<UserDeletion>({
    type: 'user.delete',
    onRestart: 'resume',
    steps: [
      {
        // First of all, so that nobody makes another VM meanwhile.
        name: 'disable',
        timeoutMs: QUICK_MS,
        async run({ user }) {
          await database.transact(async (tx) => {
            await userStore.update(tx.sql, user.id, { isDisabled: true });
            await endAccess(tx, user.id);
          });
        },
        async undo({ user }) {
          await database.transact((tx) =>
            userStore.update(tx.sql, user.id, { isDisabled: user.wasDisabled }),
          );
        },
      },
      {
        name: 'settleVms',
        timeoutMs: VMS_MS,
        async run({ user, transferTo, evenProtected = [], actor }, context) {
          if (transferTo === null) await vms.deleteAll(user.id, evenProtected, context, actor);
          else await database.transact((tx) => vms.transfer(tx, user.id, transferTo, actor));
        },
      },
      {
        name: 'remove',
        timeoutMs: QUICK_MS,
        async run({ user: { id, name }, actor }) {
          const left = await vms.list(id);
          if (left.length > 0) throw new UserError('user_has_vms', { vms: left.map((vm) => vm.name) });
          await database.transact(async (tx) => {
            await endAccess(tx, id);
            const isFirst = await userStore.delete(tx.sql, id);
            if (!isFirst) return;
            const object = { kind: 'user', id, name } as const;
            await events.record(tx, { type: 'user.deleted', actor, object, ownerId: null });
          });
        },
      },
    ],
  });
