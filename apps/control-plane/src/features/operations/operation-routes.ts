import type { operationEndpoints } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { Handlers } from '../../platform/http/serve.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';

interface Deps {
  readonly database: Database;
  readonly engine: OperationEngine;
}

/** A member sees the operations on what is theirs; the admin sees all. */
export function operationRoutes({ database, engine }: Deps): Handlers<typeof operationEndpoints> {
  const { db } = database;

  const cancel = (operationId: string, caller: Caller): Promise<void> =>
    database.transact(async (tx) => {
      const { isCancellable } = await operationStore.get(tx.sql, operationId, caller);
      if (!isCancellable) throw new UserError('operation_not_cancellable');
      await engine.cancel(tx, operationId, caller);
    });

  return {
    operationList: ({ query }, caller) =>
      operationStore.list(db, caller.isAdmin ? query : { ...query, ownerId: caller.userId }, caller),
    operationGet: ({ params }, caller) => operationStore.get(db, params.operationId, caller),
    async operationCancel({ params }, caller) {
      await cancel(params.operationId, caller);
      return { operationId: params.operationId };
    },
  };
}
