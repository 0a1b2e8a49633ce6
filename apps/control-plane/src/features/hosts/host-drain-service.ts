/** What the admin asks to empty a host: what that would do, and to do it. */
import type { DrainPlanItem, RequestFor } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import type { OperationType } from '../../platform/operations/operation.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import type { DrainInput, VmsOfHost } from './host-drain.ts';
import { hostStore } from './host-store.ts';

interface Deps {
  readonly database: Database;
  readonly engine: OperationEngine;
  readonly events: EventLog;
  readonly vms: VmsOfHost;
  readonly operation: OperationType<DrainInput>;
}

export type HostDrains = ReturnType<typeof hostDrains>;

export function hostDrains({ database, engine, events, vms, operation }: Deps) {
  return {
    async plan(hostId: string): Promise<{ items: DrainPlanItem[] }> {
      await hostStore.get(database.db, hostId);
      return { items: await vms.plan(hostId) };
    },

    /** From now on nothing new comes there; what is there goes, as an operation. */
    start: (hostId: string, wanted: RequestFor<'hostDrain'>['body'], caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        // The change locks the row too: two drains of one host do not begin side by side.
        await hostStore.change(tx, hostId, { isInMaintenance: true });
        const host = await hostStore.get(tx.sql, hostId);
        if (await operationStore.hasActive(tx.sql, 'host.drain', hostId))
          throw new UserError('operation_in_progress', { operation: 'host.drain', name: host.name });
        const object = { kind: 'host', id: hostId, name: host.name } as const;
        await events.record(tx, { type: 'host.updated', actor: caller, object, ownerId: null });
        const { userId, userName, address } = caller;
        const { stopped = 'move', unmovable = 'leave' } = wanted;
        return engine.start(tx, operation, {
          input: { hostId, stopped, unmovable, actor: { userId, userName, address } },
          actor: caller,
          ownerId: null,
          object,
          hostId: null,
        });
      }),
  };
}
