import type { Endpoints } from '@loucloud/api';
import type { Db } from '../../platform/database/database.ts';
import type { Handlers } from '../../platform/http/serve.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import { overviewStore } from './overview-store.ts';

const OPERATIONS_SHOWN = 10;

export const overviewRoutes = (db: Db): Handlers<Pick<Endpoints, 'overviewGet'>> => ({
  overviewGet: async () => {
    const [hosts, vmsByState, recycleBin, findings, userCount, imageCount, templateCount, running, failed] =
      await Promise.all([
        overviewStore.hosts(db),
        overviewStore.vmsByState(db),
        overviewStore.recycleBin(db),
        overviewStore.findings(db),
        overviewStore.count(db, 'user'),
        overviewStore.count(db, 'image'),
        overviewStore.count(db, 'template'),
        operationStore.list(db, { isActive: true, limit: OPERATIONS_SHOWN }),
        operationStore.list(db, { state: 'failed', limit: OPERATIONS_SHOWN }),
      ]);
    const counts = { userCount, imageCount, templateCount };
    const operations = { runningOperations: running.items, lastFailures: failed.items };
    return { hosts, vmsByState, recycleBin, ...findings, ...counts, ...operations };
  },
});
