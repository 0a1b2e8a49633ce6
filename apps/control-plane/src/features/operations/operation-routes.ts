import type { operationEndpoints } from '@loucloud/api';
import type { Database } from '../../platform/database/database.ts';
import type { Handlers } from '../../platform/http/serve.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';

/** A member sees the operations on what is theirs; the admin sees all. */
export const operationRoutes = ({ db }: Pick<Database, 'db'>): Handlers<typeof operationEndpoints> => ({
  operationList: ({ query }, caller) =>
    operationStore.list(db, caller.isAdmin ? query : { ...query, ownerId: caller.userId }),
  operationGet: ({ params }, caller) =>
    operationStore.get(db, params.operationId, caller.isAdmin ? undefined : caller.userId),
});
