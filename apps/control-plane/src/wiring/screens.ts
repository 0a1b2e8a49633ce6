/** What people see of VMs: desktops, pictures of them, and what they use. */
import { clipboardService } from '../features/desktops/clipboard-service.ts';
import { desktopService } from '../features/desktops/desktop-service.ts';
import { Presence } from '../features/desktops/presence.ts';
import { SharedClipboards } from '../features/desktops/shared-clipboards.ts';
import { viewerStore } from '../features/desktops/viewer-store.ts';
import { watchLinkService } from '../features/desktops/watch-link-service.ts';
import { screenshotService } from '../features/screenshots/screenshot-service.ts';
import { statisticsService } from '../features/statistics/statistics-service.ts';
import { vmStore } from '../features/vms/vm-store.ts';
import type { Ground } from './ground.ts';
import type { Machines } from './machines.ts';
import type { Pool } from './pool.ts';
export function screensOf(
  { database, log, events, rights, peers, host }: Ground,
  { hosts }: Pick<Pool, 'hosts'>,
  { vms }: Pick<Machines, 'vms'>,
) {
  const presence = new Presence({
    db: database.db,
    controlPlaneId: peers.id,
    hasPeers: peers.exist,
    onError: (error) => log.warn({ err: error }, 'who watches through other control planes is not known'),
  });
  const desktops = desktopService({
    database,
    events,
    rights,
    presence,
    requireVm: (tx, kind, vmId, caller) =>
      vms.requireVm(tx, kind === 'desktop' ? 'openDesktop' : 'openSerialConsole', vmId, caller),
  });
  const watchLinks = watchLinkService({
    database,
    events,
    desktops,
    requireOwn: (tx, vmId, caller) => vmStore.requireLocked(tx, vmId, caller),
  });

  const statistics = statisticsService({
    database,
    log,
    host,
    requireVm: (vmId, caller) => vms.lookAt('openDesktop', vmId, caller),
    requireHost: (hostId) => hosts.get(hostId),
    hasPeers: peers.exist,
  });

  const screenshots = screenshotService({
    host,
    lookAt: (vmId, caller) => vms.lookAt('openDesktop', vmId, caller),
  });

  const clipboards = clipboardService({
    host,
    lookAt: (vmId, caller) => vms.lookAt('openDesktop', vmId, caller),
  });

  const sharedClipboards = new SharedClipboards({
    host,
    isWatchedElsewhere: async (vmId) =>
      peers.id !== null && (await viewerStore.elsewhere(database.db, peers.id, [vmId])).length > 0,
    onError: (error) => log.info({ err: error }, 'a guest’s clipboard stays as it is'),
  });

  return { presence, desktops, watchLinks, statistics, screenshots, clipboards, sharedClipboards };
}

export type Screens = ReturnType<typeof screensOf>;
