import type { Endpoints } from '@loucloud/api';
import type { Db } from '../../platform/database/database.ts';
import { eventStore } from '../../platform/events/event-store.ts';
import type { Handlers } from '../../platform/http/serve.ts';

/** The audit log is the kept events. */
export const auditRoutes = (db: Db): Handlers<Pick<Endpoints, 'auditList'>> => ({
  auditList: ({ query }) => eventStore.list(db, query),
});
