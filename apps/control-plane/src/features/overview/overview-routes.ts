import type { Endpoints, Overview } from '@loucloud/api';
import type { Db } from '../../platform/database/database.ts';
import type { Handlers } from '../../platform/http/serve.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import { overviewStore } from './overview-store.ts';

const OPERATIONS_SHOWN = 10;

/** What hosts really use, as last seen: by their ids. */
export type UseOfHosts = (
  hostIds: readonly string[],
) => Promise<ReadonlyMap<string, Overview['hosts'][number]['use']>>;

const NOT_KNOWN = { cpuCores: null, memoryBytes: null };

export const overviewRoutes = (db: Db, useOf: UseOfHosts): Handlers<Pick<Endpoints, 'overviewGet'>> => ({
  overviewGet: async () => {
    const [
      hosts,
      vmsByState,
      recycleBin,
      findings,
      controlPlanes,
      userCount,
      imageCount,
      templateCount,
      running,
      failed,
    ] = await Promise.all([
      overviewStore.hosts(db),
      overviewStore.vmsByState(db),
      overviewStore.recycleBin(db),
      overviewStore.findings(db),
      overviewStore.controlPlanes(db),
      overviewStore.count(db, 'user'),
      overviewStore.count(db, 'image'),
      overviewStore.count(db, 'template'),
      operationStore.list(db, { isActive: true, limit: OPERATIONS_SHOWN }),
      operationStore.list(db, { state: 'failed', limit: OPERATIONS_SHOWN }),
    ]);
    const counts = { userCount, imageCount, templateCount };
    const operations = { runningOperations: running.items, lastFailures: failed.items };
    const use = await useOf(hosts.map(({ id }) => id));
    const used = hosts.map((host) => ({ ...host, use: use.get(host.id) ?? NOT_KNOWN }));
    return { hosts: used, vmsByState, recycleBin, ...findings, controlPlanes, ...counts, ...operations };
  },
});
